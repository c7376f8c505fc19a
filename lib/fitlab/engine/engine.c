// The engine: trains the network of fitlab.MLP as fitlab.training does, inside a page.
//
// The same network, the same random numbers, the same batches, Adam and the same rule when to stop;
// tests/test_engine.py holds it to torch. float64 throughout, two numbers to a SIMD register, no
// library, no imports, and no instruction whose result may differ from machine to machine.
//
// A batch goes through the network in tiles of at most TILE samples, so that a tile's activations
// stay in the cache. A tile is stored sample by sample: x[s * stride + unit].

typedef double vec __attribute__((vector_size(16), aligned(8)));
typedef long long mask __attribute__((vector_size(16)));
typedef unsigned u32;
typedef unsigned long long u64;

#define EXPORT(name) __attribute__((export_name(#name))) name
#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")

#ifndef TILE
#define TILE 64
#endif

enum { MAX_LAYERS = 129, GRID = 4096, LINE = 8 /* float64 in a cache line */ };
enum { RELU, TANH, IDENTITY };
enum { WEIGHTS, BATCHES, DROPOUT }; // streams of random numbers
enum { GO_ON, CONVERGED, DIVERGED, DEAD, OUT_OF_STEPS };
enum { SCREEN_EVERY = 16, DEAD_CHECKS = 4 };
static const double SCREEN_FACTOR = 1.5, BETA1 = 0.9, BETA2 = 0.999, EPSILON = 1e-8;

struct layer {
  int in, out, stride;              // stride: of the input tile x
  double *weight, *bias;            // weight[o * in + i], bias[o]
  double *weight_slope, *bias_slope; // the derivatives of the loss by them
  double *x, *scale;                // its input; the dropout scales of that input, or 0
};

static struct {
  int depth, activation, samples, batch, max_steps, check_every;
  double dropout, lr, tolerance;
  u32 seed;
} settings;
static struct layer layers[MAX_LAYERS];
static int parameter_count, steps_done, checks_done, constant_checks, why_ended;
static double power1, power2, last_loss, last_mse;
static double *vector, *slope, *mean, *square;      // all parameters; see adam()
static double *sample_x, *sample_y, *points;        // given from outside
static double *output, *delta, *next_delta, *panel; // a tile's results; see product()

INLINE vec load(const double *p) { return *(const vec *)p; }
INLINE void store(double *p, vec v) { *(vec *)p = v; }
INLINE vec both(double x) { return (vec){x, x}; }
INLINE vec pick(mask m, vec a, vec b) { return (vec)((m & (mask)a) | (~m & (mask)b)); }
INLINE vec root(vec v) { return (vec){__builtin_sqrt(v[0]), __builtin_sqrt(v[1])}; }

// ---- Random numbers: Philox4x32-10, with the counters of lib/fitlab/random.py ----

struct words { u32 w[4]; };

static struct words philox(u32 stream, u32 c0, u32 c1, u32 c2, u32 c3) {
  u32 k0 = settings.seed, k1 = stream;
  for (int round = 0; round < 10; round++, k0 += 0x9E3779B9u, k1 += 0xBB67AE85u) {
    u64 p0 = (u64)0xD2511F53u * c0, p1 = (u64)0xCD9E8D57u * c2;
    c0 = (u32)(p1 >> 32) ^ c1 ^ k0, c1 = (u32)p1;
    c2 = (u32)(p0 >> 32) ^ c3 ^ k1, c3 = (u32)p0;
  }
  return (struct words){{c0, c1, c2, c3}};
}

// A layer's weights and biases, uniform in +-1 / sqrt(inputs).
static void draw_parameters(int index) {
  struct layer *l = &layers[index];
  double bound = 1 / __builtin_sqrt(l->in);
  int size = l->in * l->out + l->out;
  for (int i = 0; i < size; i += 4) {
    struct words drawn = philox(WEIGHTS, i / 4, index, 0, 0);
    for (int j = 0; j < 4 && i + j < size; j++)
      l->weight[i + j] = (2 * (drawn.w[j] * 0x1p-32) - 1) * bound;
  }
}

// Samples first..first+n of a step's batch, to layers[0].x, and their targets to y.
static void draw_batch(int step, int first, int n, double *y) {
  for (int i = 0; i < n; i += 4) {
    struct words drawn = philox(BATCHES, (first + i) / 4, step, 0, 0);
    for (int j = 0; j < 4 && i + j < n; j++) {
      u32 chosen = (u64)drawn.w[j] * settings.samples >> 32;
      layers[0].x[i + j] = sample_x[chosen], y[i + j] = sample_y[chosen];
    }
  }
}

// Inverted dropout: 0 or 1 / (1 - p) for every unit of hidden layer `index` and n samples.
static void draw_scales(int index, int step, int first, int n) {
  struct layer *l = &layers[index + 1];
  u64 threshold = (u64)(settings.dropout * 0x1p32);
  double kept = 1 / (1 - settings.dropout);
  for (int i = 0; i < n; i += 4)
    for (int unit = 0; unit < l->in; unit++) {
      struct words drawn = philox(DROPOUT, (first + i) / 4, unit, index, step);
      for (int j = 0; j < 4 && i + j < n; j++)
        l->scale[(i + j) * l->stride + unit] = drawn.w[j] >= threshold ? kept : 0;
    }
}

// ---- The product of two matrices ----

struct matrix { double *at; int row, column; }; // element (i, j) is at[i * row + j * column]

// c[i][j] = start[i][j] + sum_k a[i][k] * panel[k][j], for `rows` <= 4 rows and `columns` <= 4
// columns, all sums in registers: 4 x 2 registers of two, and 16 operations for 6 loads.
INLINE void block(double *c, int c_row, const double *start, int start_row, struct matrix a,
                  int sums, int rows, int columns) {
  int vecs = (columns + 1) / 2;
  vec sum[4][2];
  UNROLL for (int i = 0; i < rows; i++)
    UNROLL for (int j = 0; j < vecs; j++)
      sum[i][j] = start ? load(start + i * start_row + 2 * j) : both(0);
  const double *ak = a.at, *bk = panel;
  for (int k = 0; k < sums; k++, ak += a.column, bk += 4) {
    vec b[2];
    UNROLL for (int j = 0; j < vecs; j++) b[j] = load(bk + 2 * j);
    UNROLL for (int i = 0; i < rows; i++)
      UNROLL for (int j = 0; j < vecs; j++) sum[i][j] += both(ak[i * a.row]) * b[j];
  }
  UNROLL for (int i = 0; i < rows; i++)
    UNROLL for (int j = 0; j < vecs; j++)
      if (2 * j + 1 < columns) store(c + i * c_row + 2 * j, sum[i][j]);
      else c[i * c_row + 2 * j] = sum[i][j][0];
}

// c = start + a b, with a (rows, sums), b (sums, columns), and the rows of c and start contiguous.
// start 0 means nothing to add; start_row 0 adds one and the same row (a bias) to all.
static void product(double *c, int c_row, const double *start, int start_row, struct matrix a,
                    struct matrix b, int rows, int sums, int columns) {
  for (int j = 0; j < columns; j += 4) {
    int width = columns - j < 4 ? columns - j : 4;
    // Four columns of b side by side, for the next loop to read many times.
    for (int k = 0; k < sums; k++)
      UNROLL for (int h = 0; h < 4; h++)
        panel[4 * k + h] = h < width ? b.at[k * b.row + (j + h) * b.column] : 0;
    int i = 0;
#define BLOCKS(R, C) for (; i + R <= rows; i += R) block(c + i * c_row + j, c_row, \
    start ? start + i * start_row + j : 0, start_row, (struct matrix){a.at + i * a.row, a.row, a.column}, sums, R, C)
    if (width == 4) { BLOCKS(4, 4); BLOCKS(1, 4); }
    else if (width == 3) { BLOCKS(4, 3); BLOCKS(1, 3); }
    else if (width == 2) { BLOCKS(4, 2); BLOCKS(1, 2); }
    else { BLOCKS(4, 1); BLOCKS(1, 1); }
  }
}

// sum[j] += sum over n rows of d[row][j]
static void add_rows(double *sum, const double *d, int stride, int n, int columns) {
  int j = 0;
  for (; j + 8 <= columns; j += 8) {
    vec s[4];
    UNROLL for (int h = 0; h < 4; h++) s[h] = load(sum + j + 2 * h);
    for (int i = 0; i < n; i++)
      UNROLL for (int h = 0; h < 4; h++) s[h] += load(d + i * stride + j + 2 * h);
    UNROLL for (int h = 0; h < 4; h++) store(sum + j + 2 * h, s[h]);
  }
  for (; j < columns; j++) {
    double s = sum[j];
    for (int i = 0; i < n; i++) s += d[i * stride + j];
    sum[j] = s;
  }
}

// ---- Activations ----

// tanh x = e / (e + 2) with e = exp(2|x|) - 1, and the sign of x. With 2|x| = n log 2 + r,
// |r| <= log(2) / 2 (Cody and Waite's reduction: log 2 in two parts, the first with so few digits
// that n times it is exact), e = 2^n (exp(r) - 1) + (2^n - 1), and exp(r) - 1 is its Taylor
// polynomial of degree 13 (remainder < 2^-57 of it). Nowhere do nearly equal numbers cancel.
static vec tanh2(vec x) {
  const double shift = 0x1.8p52; // adding it rounds to an integer, which is then in the low bits
  vec a = (vec)((mask)x & 0x7fffffffffffffff) * 2;
  a = pick((mask)(a > 44), both(44), a); // from there on tanh is 1; NaN stays NaN
  vec shifted = a * 0x1.71547652b82fep0 + shift, n = shifted - shift;
  vec r = a - n * 0x1.62e42feep-1 - n * 0x1.a39ef35793c76p-33;
  static const double c[] = {1. / 6227020800, 1. / 479001600, 1. / 39916800, 1. / 3628800,
                             1. / 362880, 1. / 40320, 1. / 5040, 1. / 720, 1. / 120, 1. / 24,
                             1. / 6, 1. / 2};
  vec q = both(c[0]);
  UNROLL for (int k = 1; k < 12; k++) q = q * r + c[k];
  vec two_n = (vec)(((mask)shifted << 52) + (mask)both(1));
  vec e = two_n * (r + r * r * q) + (two_n - 1);
  vec t = e / (e + 2);
  return (vec)((mask)t | ((mask)x & (mask)both(-0.0)));
}

// h = activation(z * scale) in place, for n samples
static void activate(struct layer *l, int n, int dropping) {
  int size = n * l->stride;
  if (dropping)
    for (int i = 0; i < size; i += 2) store(l->x + i, load(l->x + i) * load(l->scale + i));
  if (settings.activation == RELU)
    for (int i = 0; i < size; i += 2) {
      vec z = load(l->x + i);
      store(l->x + i, pick((mask)(z < 0), both(0), z)); // NaN is not < 0, and stays
    }
  if (settings.activation == TANH)
    for (int i = 0; i < size; i += 2) store(l->x + i, tanh2(load(l->x + i)));
}

// d *= activation'(z) * scale, which is a function of h = activation(z)
static void deactivate(double *d, struct layer *l, int n, int dropping) {
  int size = n * l->stride;
  if (settings.activation == RELU)
    for (int i = 0; i < size; i += 2) {
      vec h = load(l->x + i);
      store(d + i, load(d + i) * pick((mask)(h > 0), both(1), both(0)));
    }
  if (settings.activation == TANH)
    for (int i = 0; i < size; i += 2) {
      vec h = load(l->x + i);
      store(d + i, load(d + i) * (1 - h * h));
    }
  if (dropping)
    for (int i = 0; i < size; i += 2) store(d + i, load(d + i) * load(l->scale + i));
}

// ---- Training ----

// The network on n <= TILE samples in layers[0].x; to output. step 0 drops nothing.
static void forward(int n, int step, int first) {
  int dropping = step > 0 && settings.dropout > 0;
  for (int index = 0; index <= settings.depth; index++) {
    struct layer *l = &layers[index], *next = l + 1;
    int last = index == settings.depth, stride = last ? 1 : next->stride;
    // z[s][o] = bias[o] + sum_i x[s][i] weight[o][i]
    product(last ? output : next->x, stride, l->bias, 0, (struct matrix){l->x, l->stride, 1},
            (struct matrix){l->weight, 1, l->in}, n, l->in, l->out);
    if (last) break;
    if (dropping) draw_scales(index, step, first, n);
    activate(next, n, dropping);
  }
}

// The chain rule, last layer first; delta[s][o] = d loss / d z[s][o].
static void backward(int n) {
  for (int index = settings.depth; index >= 0; index--) {
    struct layer *l = &layers[index];
    int stride = index == settings.depth ? 1 : l[1].stride;
    // weight_slope[o][i] += sum_s delta[s][o] x[s][i]
    product(l->weight_slope, l->in, l->weight_slope, l->in, (struct matrix){delta, 1, stride},
            (struct matrix){l->x, l->stride, 1}, l->out, n, l->in);
    add_rows(l->bias_slope, delta, stride, n, l->out);
    if (index == 0) return;
    // d[s][i] = sum_o delta[s][o] weight[o][i]
    product(next_delta, l->stride, 0, 0, (struct matrix){delta, stride, 1},
            (struct matrix){l->weight, l->in, 1}, n, l->out, l->in);
    deactivate(next_delta, l, n, settings.dropout > 0);
    double *swap = delta;
    delta = next_delta, next_delta = swap;
  }
}

// Adam (Kingma and Ba 2015): the mean of the slopes and of their squares, both corrected for
// starting from 0.
static void adam(void) {
  power1 *= BETA1, power2 *= BETA2;
  vec correction = both(1 / __builtin_sqrt(1 - power2)), rate = both(-settings.lr / (1 - power1));
  for (int i = 0; i < parameter_count; i += 2) {
    vec g = load(slope + i), m = load(mean + i), v = load(square + i);
    m += (1 - BETA1) * (g - m);
    v = v * BETA2 + (1 - BETA2) * g * g;
    store(mean + i, m), store(square + i, v), store(slope + i, both(0));
    store(vector + i, load(vector + i) + rate * m / (root(v) * correction + EPSILON));
  }
}

static void take_step(void) {
  double y[TILE], sum = 0;
  steps_done++;
  for (int first = 0; first < settings.batch; first += TILE) {
    int n = settings.batch - first < TILE ? settings.batch - first : TILE;
    draw_batch(steps_done, first, n, y);
    forward(n, steps_done, first);
    for (int i = 0; i < n; i++) {
      double error = output[i] - y[i];
      sum += error * error, delta[i] = error * (2.0 / settings.batch);
    }
    backward(n);
  }
  adam();
  last_loss = sum / settings.batch;
}

// The MSE over every `every`th sample; *constant says whether the output is the same for them all.
static double evaluate(int every, int *constant) {
  int count = (settings.samples + every - 1) / every;
  double sum = 0, start = 0;
  *constant = 1;
  for (int first = 0; first < count; first += TILE) {
    int n = count - first < TILE ? count - first : TILE;
    for (int i = 0; i < n; i++) layers[0].x[i] = sample_x[(first + i) * every];
    forward(n, 0, 0);
    if (first == 0) start = output[0];
    for (int i = 0; i < n; i++) {
      double error = output[i] - sample_y[(first + i) * every];
      sum += error * error, *constant &= output[i] == start;
    }
  }
  return sum / count;
}

double EXPORT(mse)(void) {
  int constant;
  return evaluate(1, &constant);
}

static int finite(double x) { return x - x == 0; }

static void check(void) {
  int constant, stuck;
  double now = evaluate(SCREEN_EVERY, &constant);
  if (now < SCREEN_FACTOR * settings.tolerance) now = mse();
  stuck = constant && settings.depth > 0 && checks_done > 0 && now > 0.999 * last_mse;
  constant_checks = stuck ? constant_checks + 1 : 0;
  checks_done++, last_mse = now;
  if (!finite(now) || !finite(last_loss)) why_ended = DIVERGED;
  else if (now < settings.tolerance) why_ended = CONVERGED;
  else if (constant_checks >= DEAD_CHECKS) why_ended = DEAD;
  else if (steps_done >= settings.max_steps) why_ended = OUT_OF_STEPS;
}

int EXPORT(advance)(int most) {
  for (int taken = 0; taken < most; ) {
    if (why_ended || !parameter_count) return taken;
    take_step(), taken++;
    if (steps_done % settings.check_every == 0 || steps_done == settings.max_steps) {
      check();
      return taken;
    }
  }
  return most > 0 ? most : 0;
}

void EXPORT(predict)(int n) {
  for (int first = 0; first < n; first += TILE) {
    int k = n - first < TILE ? n - first : TILE;
    for (int i = 0; i < k; i++) layers[0].x[i] = points[first + i];
    forward(k, 0, 0);
    for (int i = 0; i < k; i++) points[first + i] = output[i];
  }
}

int EXPORT(steps)(void) { return steps_done; }
int EXPORT(ending)(void) { return why_ended; }
double EXPORT(loss)(void) { return last_loss; }
double EXPORT(checked_mse)(void) { return last_mse; }
double *EXPORT(parameters)(void) { return vector; }
double *EXPORT(inputs)(void) { return sample_x; }
double *EXPORT(targets)(void) { return sample_y; }
double *EXPORT(grid)(void) { return points; }

// ---- Memory ----

extern unsigned char __heap_base;
static u64 top; // of what is in use

static double *take(u64 count) {
  u64 at = (top + 63) / 64 * 64;
  top = at + count * sizeof(double);
  return (double *)(__SIZE_TYPE__)at;
}

static int get_memory(void) {
  u64 have = (u64)__builtin_wasm_memory_size(0) << 16, from = (__SIZE_TYPE__)&__heap_base;
  top += 64; // vectors may be read a little beyond their end
  if (top > have) {
    u64 pages = (top - have + 65535) >> 16;
    if (top >> 32 || __builtin_wasm_memory_grow(0, pages) == (__SIZE_TYPE__)-1) return 0;
  }
  __builtin_memset(&__heap_base, 0, top - from);
  return 1;
}

// Pad the rows of a tile: a stride of a power of two would use few of the cache's sets.
static int padded(int units) { return units == 1 ? 1 : (units + LINE - 1) / LINE * LINE + LINE; }

static u64 lay_out(int width) {
  u64 count = 0;
  top = (__SIZE_TYPE__)&__heap_base;
  for (int i = 0; i <= settings.depth; i++)
    count += (u64)layers[i].in * layers[i].out + layers[i].out;
  vector = take(count), slope = take(count), mean = take(count), square = take(count);
  sample_x = take(settings.samples), sample_y = take(settings.samples), points = take(GRID);
  int widest = padded(width) > TILE ? padded(width) : TILE;
  output = take(TILE), delta = take(TILE * widest), next_delta = take(TILE * widest);
  panel = take(4 * widest);
  double *at = vector;
  for (int i = 0; i <= settings.depth; i++) {
    struct layer *l = &layers[i];
    l->weight = at, l->bias = at + (u64)l->in * l->out, at = l->bias + l->out;
    l->weight_slope = slope + (l->weight - vector), l->bias_slope = slope + (l->bias - vector);
    l->stride = padded(l->in);
    l->x = take(TILE * l->stride);
    l->scale = settings.dropout > 0 && i > 0 ? take(TILE * l->stride) : 0;
  }
  return count;
}

int EXPORT(create)(int width, int depth, int activation, double dropout, int samples, int batch,
                   double lr, double tolerance, int max_steps, int check_every, u32 seed) {
  parameter_count = 0;
  if (depth >= MAX_LAYERS) return 0;
  settings.depth = depth, settings.activation = activation, settings.dropout = dropout;
  settings.samples = samples, settings.batch = batch, settings.lr = lr;
  settings.tolerance = tolerance, settings.max_steps = max_steps;
  settings.check_every = check_every, settings.seed = seed;
  steps_done = checks_done = constant_checks = why_ended = GO_ON;
  power1 = power2 = 1, last_loss = last_mse = __builtin_nan("");
  for (int i = 0; i <= depth; i++)
    layers[i].in = i == 0 ? 1 : width, layers[i].out = i == depth ? 1 : width;
  u64 count = lay_out(width);
  if (!get_memory()) return 0;
  for (int i = 0; i <= depth; i++) draw_parameters(i);
  return parameter_count = count;
}
