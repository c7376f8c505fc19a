// The network: its layers, and the way through them forward and backward.
//
// A batch goes through in tiles of at most TILE samples, so that a tile's activations stay in the
// cache. A tile is stored sample by sample: x[s * stride + unit], and for a convolution
// x[s * stride + channel * places + place].
#pragma once

#include "elementary.h"
#include "matrix.h"
#include "random.h"

enum { TILE = 64, LINE = 8 /* float64 in a line of the cache */ };

// Layer 0 reads the sample, the last one gives the output. A slope is the loss's derivative by a
// parameter. A unit reads `in` numbers; a convolution computes its units at every place of a
// picture, from the 3 x 3 places around it. Of `stride` numbers a sample, some may be padding.
struct layer {
  int in, out, places; // places: 1 if the layer is affine
  int stride, h_stride;
  double *weight, *bias;             // weight[o * in + i], bias[o]
  double *weight_slope, *bias_slope; // likewise
  double *x, *h, *scales;            // its input, its output, the dropout scales of its output
};

static struct layer layers[MAX_DEPTH + 1];
static double *delta, *next_delta; // for a tile; see backward()
static int steps_done;

#include "convolution.h"

// Uniform in +-bound: the weights as Glorot and Bengio (2010) or He and others (2015) start them
// with biases of 0, or weights and biases as torch does.
static void draw_parameters(int index) {
  struct layer *l = &layers[index];
  double fan_out = l->places > 1 ? 9.0 * l->out : l->out;
  double bound = settings.start == TORCH    ? 1 / __builtin_sqrt(l->in)
                 : settings.start == GLOROT ? __builtin_sqrt(6 / (l->in + fan_out))
                                            : __builtin_sqrt(6.0 / l->in);
  bound *= settings.start_factor;
  int weights = l->in * l->out, size = settings.start == TORCH ? weights + l->out : weights;
  u32 drawn[16];
  for (int i = 0; i < size; i++) {
    if (i % 16 == 0) sixteen(drawn, WEIGHTS, i, index);
    l->weight[i] = (2 * (drawn[i % 16] * 0x1p-32) - 1) * bound;
  }
}

// Inverted dropout: 0 or 1 / (1 - p) for every unit of a hidden layer and n samples of this step.
static void draw_scales(int hidden, int first, int n) {
  struct layer *l = &layers[hidden];
  u32x4 zero = {0, 0, 0, 0}, lane = {0, 1, 2, 3};
  u32 threshold = settings.dropout * 0x1p32;
  vec kept = both(1 / (1 - settings.dropout));
  for (int i = 0; i < n; i += 4)
    for (int unit = 0; unit < l->out; unit += 4) {
      struct words drawn = philox(DROPOUT_MASKS, zero + (first + i) / 4, lane + unit, zero + hidden,
                                  zero + steps_done);
      UNROLL for (int j = 0; j < 4; j++) {
        bits low = {drawn.w[j][0], drawn.w[j][1]}, high = {drawn.w[j][2], drawn.w[j][3]};
        double *scales = l->scales + (i + j) * l->h_stride + unit;
        store(scales, (vec)((low >= (long long)threshold) & (bits)kept));
        store(scales + 2, (vec)((high >= (long long)threshold) & (bits)kept));
      }
    }
}

// ---- Activations ----

// h = activation(h * scale) for n samples
static void activate(struct layer *l, int n, int dropping) {
  double *h = l->h;
  int size = n * l->h_stride;
  if (dropping)
    for (int i = 0; i < size; i += 2) store(h + i, load(h + i) * load(l->scales + i));
  if (settings.activation == RELU) // NaN is not < 0, and stays
    for (int i = 0; i < size; i += 2) store(h + i, pick(load(h + i) < 0, both(0), load(h + i)));
  if (settings.activation == TANH)
    for (int i = 0; i < size; i += 16) tanh_of_sixteen(h + i);
}

// d *= activation'(z) * scale, where the derivative is a function of h = activation(z)
static void pull_back(double *d, const struct layer *l, int n, int dropping) {
  const double *h = l->h;
  int size = n * l->h_stride;
  if (settings.activation == RELU)
    for (int i = 0; i < size; i += 2) {
      bits off = load(h + i) <= 0; // NaN is not
      store(d + i, (vec)(~off & (bits)load(d + i)));
    }
  if (settings.activation == TANH)
    for (int i = 0; i < size; i += 2) store(d + i, load(d + i) * (1 - load(h + i) * load(h + i)));
  if (dropping)
    for (int i = 0; i < size; i += 2) store(d + i, load(d + i) * load(l->scales + i));
}

// ---- Forward and backward ----

// z[s][o] = bias[o] + sum_i x[s][i] weight[o][i]
static void affine(const struct layer *l, int n) {
  struct matrix bias = {l->bias, 0, 1}, x = {l->x, l->stride, 1}, weight = {l->weight, l->in, 1};
  product((struct matrix){l->h, l->h_stride, 1}, bias, x, transposed(weight), n, l->in, l->out);
}

// The slopes of an affine map, added to those of other tiles; and with `lower` next_delta, the
// loss's derivative by its input.
static void affine_slopes(const struct layer *l, int n, int lower) {
  struct matrix slope = {l->weight_slope, l->in, 1}, weight = {l->weight, l->in, 1};
  struct matrix x = {l->x, l->stride, 1}, d = {delta, l->h_stride, 1}, zeros = {0, 0, 0};
  // weight_slope[o][i] += sum_s delta[s][o] x[s][i]
  product(slope, slope, transposed(d), x, l->out, n, l->in);
  add_rows(l->bias_slope, delta, l->h_stride, n, l->out);
  // next_delta[s][i] = sum_o delta[s][o] weight[o][i]
  if (lower) product((struct matrix){next_delta, l->stride, 1}, zeros, d, weight, n, l->out, l->in);
}

// The network on n <= TILE samples in layers[0].x, to the last layer's h; dropping: with this
// step's dropout, of which these are the samples from `first` on.
static void forward(int n, int dropping, int first) {
  for (int index = 0; index <= settings.depth; index++) {
    struct layer *l = &layers[index];
    if (l->places > 1) convolve(l, n);
    else affine(l, n);
    if (index == settings.depth) return;
    if (dropping) draw_scales(index, first, n);
    activate(l, n, dropping);
    if (l[1].x != l->h) pool(l, n);
  }
}

static void swap_deltas(void) {
  double *swap = delta;
  delta = next_delta, next_delta = swap;
}

// The chain rule, last layer first: delta[s][o] is the loss's derivative by z[s][o].
static void backward(int n) {
  for (int index = settings.depth; index >= 0; index--) {
    struct layer *l = &layers[index];
    if (l->places > 1) convolution_slopes(l, n, index > 0);
    else affine_slopes(l, n, index > 0);
    if (index == 0) return;
    swap_deltas();
    if (l->x != l[-1].h) unpool(&l[-1], n), swap_deltas();
    pull_back(delta, &l[-1], n, settings.dropout > 0);
  }
}
