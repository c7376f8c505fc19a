// Convolutions of 3 x 3 places with a border of zeros, as products of gathered windows, and the
// largest of every 2 x 2 places. Included by network.h.
#pragma once

static double *windows, *window_slopes; // of one sample; see gather()
static int window_stride;

// How far the place of a window's number `k` = 3 * row + column is from its centre.
static int offset_of(int k) { return (k / 3 - 1) * settings.side + k % 3 - 1; }

// What lies outside of the picture is 0: of the windows' number `k`, at every place.
static void clear_outside(double *row, int k) {
  int side = settings.side, places = side * side;
  if (k / 3 != 1)
    for (int i = 0, first = k / 3 == 0 ? 0 : places - side; i < side; i++) row[first + i] = 0;
  if (k % 3 != 1)
    for (int i = k % 3 == 0 ? 0 : side - 1; i < places; i += side) row[i] = 0;
}

// windows[c * 9 + k][place] = x[c][place + offset of k]: a picture that is shifted as a whole.
// What that reads before and behind the picture is memory of ours, and cleared.
static void gather(const struct layer *l, const double *x) {
  for (int j = 0; j < l->in; j++) {
    const double *from = x + j / 9 * l->places + offset_of(j % 9);
    double *row = windows + j * window_stride;
    for (int i = 0; i < l->places; i += 2) store(row + i, load(from + i));
    clear_outside(row, j % 9);
  }
}

// The other way round: x_slope[c][place + offset of k] += window_slopes[c * 9 + k][place]
static void scatter(const struct layer *l, double *x_slope) {
  for (int i = 0; i < l->in / 9 * l->places; i += 2) store(x_slope + i, both(0));
  for (int j = 0; j < l->in; j++) {
    int offset = offset_of(j % 9), first = offset < 0 ? -offset : 0;
    int end = offset > 0 ? l->places - offset : l->places, i = first;
    double *row = window_slopes + j * window_stride, *to = x_slope + j / 9 * l->places + offset;
    clear_outside(row, j % 9);
    for (; i + 1 < end; i += 2) store(to + i, load(to + i) + load(row + i));
    if (i < end) to[i] += row[i];
  }
}

// z[o][place] = bias[o] + sum_j weight[o][j] windows[j][place], for every sample
static void convolve(const struct layer *l, int n) {
  struct matrix weight = {l->weight, l->in, 1}, seen = {windows, window_stride, 1};
  for (int s = 0; s < n; s++) {
    struct matrix z = {l->h + s * l->h_stride, l->places, 1};
    for (int o = 0; o < l->out; o++)
      for (int i = 0; i < l->places; i += 2) store(z.at + o * z.row + i, both(l->bias[o]));
    gather(l, l->x + s * l->stride);
    product(z, z, weight, seen, l->out, l->in, l->places);
  }
}

// The sum of n numbers, n a multiple of 4.
static double sum_of(const double *x, int n) {
  vec even = both(0), odd = both(0);
  for (int i = 0; i < n; i += 4) even += load(x + i), odd += load(x + i + 2);
  return (even + odd)[0] + (even + odd)[1];
}

// The slopes of a convolution; see affine_slopes()
static void convolution_slopes(const struct layer *l, int n, int lower) {
  struct matrix weight = {l->weight, l->in, 1}, slope = {l->weight_slope, l->in, 1};
  struct matrix zeros = {0, 0, 0};
  struct matrix seen = {windows, window_stride, 1}, by_seen = {window_slopes, window_stride, 1};
  for (int s = 0; s < n; s++) {
    struct matrix d = {delta + s * l->h_stride, l->places, 1};
    gather(l, l->x + s * l->stride);
    // weight_slope[o][j] += sum_place d[o][place] windows[j][place]
    product(slope, slope, d, transposed(seen), l->out, l->places, l->in);
    for (int o = 0; o < l->out; o++) l->bias_slope[o] += sum_of(d.at + o * d.row, l->places);
    if (!lower) continue;
    // window_slopes[j][place] = sum_o weight[o][j] d[o][place]
    product(by_seen, zeros, transposed(weight), d, l->in, l->out, l->places);
    scatter(l, next_delta + s * l->stride);
  }
}

// Where the largest of 2 x 2 places is, counted from the first; as in torch the first of equals,
// and the last NaN.
INLINE int largest_of_four(const double *at) {
  int places[] = {1, settings.side, settings.side + 1}, best = 0;
  UNROLL for (int i = 0; i < 3; i++)
    if (at[places[i]] > at[best] || at[places[i]] != at[places[i]]) best = places[i];
  return best;
}

// The next layer's input: the largest of every 2 x 2 places of this one's output.
static void pool(const struct layer *l, int n) {
  int side = settings.side;
  for (int s = 0; s < n; s++) {
    const double *map = l->h + s * l->h_stride;
    double *to = l[1].x + s * l[1].stride;
    for (int row = 0; row < l->out * side; row += 2, map += 2 * side) // of all channels
      for (int x = 0; x < side; x += 2) *to++ = map[x + largest_of_four(map + x)];
  }
}

// The other way round: from the slopes by the largest, in delta, to those by all, in next_delta.
static void unpool(const struct layer *l, int n) {
  int side = settings.side, size = n * l->h_stride;
  for (int i = 0; i < size; i += 2) store(next_delta + i, both(0));
  for (int s = 0; s < n; s++) {
    const double *map = l->h + s * l->h_stride, *from = delta + s * l[1].stride;
    double *to = next_delta + s * l->h_stride;
    for (int row = 0; row < l->out * side; row += 2, map += 2 * side, to += 2 * side)
      for (int x = 0; x < side; x += 2) to[x + largest_of_four(map + x)] = *from++;
  }
}
