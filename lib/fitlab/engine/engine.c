// The engine: trains the network of fitlab.MLP as fitlab.training does, inside a page.
//
// The same network, the same random numbers, the same batches, Adam and the same rule when to stop;
// tests/test_engine.py holds it to torch. float64 throughout, two numbers to a SIMD register, no
// library, no imports, and no instruction whose result may differ from machine to machine.
//
// A batch goes through the network in tiles of at most TILE samples, so that a tile's activations
// stay in the cache. A tile is stored sample by sample: x[s * stride + unit].

typedef double vec __attribute__((vector_size(16), aligned(8)));
typedef long long bits __attribute__((vector_size(16)));
typedef unsigned u32;
typedef unsigned long long u64;
typedef u32 u32x4 __attribute__((vector_size(16)));

#define EXPORT(name) __attribute__((export_name(#name))) name
#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")

enum { TILE = 64, LINE = 8 /* float64 in a line of the cache */, MAX_DEPTH = 64, GRID = 4096 };
enum { RELU, TANH, IDENTITY };
enum { WEIGHTS, BATCHES, DROPOUT }; // streams of random numbers
enum { GO_ON, CONVERGED, DIVERGED, DEAD, OUT_OF_STEPS };
enum { SCREEN_EVERY = 16, DEAD_CHECKS = 4 };
static const double SCREEN_FACTOR = 1.5, BEYOND = 1e6, BETA1 = 0.9, BETA2 = 0.999, EPSILON = 1e-8;

// Layer 0 reads the sample, the last one gives the output. A slope is the loss's derivative by a
// parameter. `x` and `scales` have `stride` numbers a sample, of which the first `in` are meant.
struct layer {
  int in, out, stride;
  double *weight, *bias;             // weight[o * in + i], bias[o]
  double *weight_slope, *bias_slope; // likewise
  double *x, *scales;                // its input; the dropout scales of that input
};

static struct layer layers[MAX_DEPTH + 1];
static struct {
  int depth, activation, samples, batch, max_steps, check_every;
  double dropout, lr, tolerance;
  u32 seed;
} settings;
static int parameter_count, steps_done, checks_done, constant_checks, why_ended;
static double power1, power2, last_loss, last_mse, limit;
static double *vector, *slope, *mean, *square;      // of all parameters; see adam()
static double *sample_x, *sample_y, *points;        // given from outside
static double *output, *delta, *next_delta, *panel; // for a tile; see backward() and product()

INLINE vec load(const double *p) { return *(const vec *)p; }
INLINE void store(double *p, vec v) { *(vec *)p = v; }
INLINE vec both(double x) { return (vec){x, x}; }
INLINE vec pick(bits condition, vec a, vec b) {
  return (vec)((condition & (bits)a) | (~condition & (bits)b));
}

// ---- Random numbers: Philox4x32-10, with the streams and counters of fitlab.random ----

struct words {
  u32x4 w[4]; // w[j][lane]: word j of that lane's counter
};

// High and low halves of the four products m * c.
INLINE void multiply(u32x4 m, u32x4 c, u32x4 *high, u32x4 *low) {
  typedef u64 u64x2 __attribute__((vector_size(16)));
  typedef u32 u32x2 __attribute__((vector_size(8)));
#define WIDE(v, i) __builtin_convertvector(((u32x2){v[i], v[i + 1]}), u64x2)
  u64x2 first = WIDE(c, 0) * WIDE(m, 0), second = WIDE(c, 2) * WIDE(m, 2);
#undef WIDE
  *low = __builtin_shufflevector((u32x4)first, (u32x4)second, 0, 2, 4, 6);
  *high = __builtin_shufflevector((u32x4)first, (u32x4)second, 1, 3, 5, 7);
}

// Four counters at a time, which makes dropout's masks 2.2 times as fast.
static struct words philox(u32 stream, u32x4 c0, u32x4 c1, u32x4 c2, u32x4 c3) {
  u32x4 zero = {0, 0, 0, 0}, m0 = zero + 0xD2511F53u, m1 = zero + 0xCD9E8D57u;
  u32 k0 = settings.seed, k1 = stream;
  for (int round = 0; round < 10; round++, k0 += 0x9E3779B9u, k1 += 0xBB67AE85u) {
    u32x4 high0, low0, high1, low1;
    // If it saw that they stay the same, the compiler would multiply 64 bits by 64: half as fast.
    __asm__("" : "+r"(m0), "+r"(m1));
    multiply(m0, c0, &high0, &low0), multiply(m1, c2, &high1, &low1);
    c0 = high1 ^ c1 ^ k0, c1 = low1, c2 = high0 ^ c3 ^ k1, c3 = low0;
  }
  return (struct words){{c0, c1, c2, c3}};
}

// Words first..first+15 at a place of a stream; first is a multiple of 4.
static void sixteen(u32 *drawn, u32 stream, u32 first, u32 place) {
  u32x4 zero = {0, 0, 0, 0}, block = {0, 1, 2, 3};
  struct words found = philox(stream, block + first / 4, zero + place, zero, zero);
  for (int j = 0; j < 16; j++) drawn[j] = found.w[j % 4][j / 4];
}

// A layer's weights and biases, uniform in +-1 / sqrt(inputs).
static void draw_parameters(int index) {
  struct layer *l = &layers[index];
  double bound = 1 / __builtin_sqrt(l->in);
  int size = l->in * l->out + l->out;
  u32 drawn[16];
  for (int i = 0; i < size; i++) {
    if (i % 16 == 0) sixteen(drawn, WEIGHTS, i, index);
    l->weight[i] = (2 * (drawn[i % 16] * 0x1p-32) - 1) * bound;
  }
}

// Samples first..first+n of this step's batch, and their targets to y.
static void draw_batch(int first, int n, double *y) {
  u32 drawn[16];
  for (int i = 0; i < n; i++) {
    if (i % 16 == 0) sixteen(drawn, BATCHES, first + i, steps_done);
    u32 chosen = (u64)drawn[i % 16] * settings.samples >> 32;
    layers[0].x[i] = sample_x[chosen], y[i] = sample_y[chosen];
  }
}

// Inverted dropout: 0 or 1 / (1 - p) for every unit of a hidden layer and n samples of this step.
static void draw_scales(int hidden, int first, int n) {
  struct layer *l = &layers[hidden + 1];
  u32x4 zero = {0, 0, 0, 0}, lane = {0, 1, 2, 3};
  u32 threshold = settings.dropout * 0x1p32;
  vec kept = both(1 / (1 - settings.dropout));
  for (int i = 0; i < n; i += 4)
    for (int unit = 0; unit < l->in; unit += 4) {
      struct words drawn = philox(DROPOUT, zero + (first + i) / 4, lane + unit, zero + hidden,
                                  zero + steps_done);
      UNROLL for (int j = 0; j < 4; j++) {
        bits low = {drawn.w[j][0], drawn.w[j][1]}, high = {drawn.w[j][2], drawn.w[j][3]};
        double *scales = l->scales + (i + j) * l->stride + unit;
        store(scales, (vec)((low >= (long long)threshold) & (bits)kept));
        store(scales + 2, (vec)((high >= (long long)threshold) & (bits)kept));
      }
    }
}

// ---- The product of two matrices ----

struct matrix {
  double *at;
  int row, column; // element (i, j) is at[i * row + j * column]
};

// c[i][j] = start[i][j] + sum_k a[i][k] b[k][j] for `rows` <= 4 and `columns` <= 4, the sums in
// registers: 8 of them take 16 operations and 6 loads a round. There are 16 registers in a browser
// on most machines; more sums, or two rounds at once, do not fit and take twice as long.
INLINE void block(struct matrix c, struct matrix start, struct matrix a, struct matrix b, int sums,
                  int rows, int columns) {
  int vecs = (columns + 1) / 2;
  vec sum[4][2];
  UNROLL for (int i = 0; i < rows; i++)
    UNROLL for (int j = 0; j < vecs; j++)
      sum[i][j] = start.at ? load(start.at + i * start.row + 2 * j) : both(0);
  for (int k = 0; k < sums; k++, a.at += a.column, b.at += b.row) {
    vec bk[2];
    UNROLL for (int j = 0; j < vecs; j++) bk[j] = load(b.at + 2 * j);
    UNROLL for (int i = 0; i < rows; i++) {
      vec aik = both(a.at[i * a.row]);
      UNROLL for (int j = 0; j < vecs; j++) sum[i][j] += aik * bk[j];
    }
  }
  UNROLL for (int i = 0; i < rows; i++)
    UNROLL for (int j = 0; j < vecs; j++)
      if (2 * j + 1 < columns) store(c.at + i * c.row + 2 * j, sum[i][j]);
      else c.at[i * c.row + 2 * j] = sum[i][j][0];
}

static struct matrix from(struct matrix m, int i, int j) {
  if (m.at) m.at += i * m.row + j * m.column;
  return m;
}

// c = start + a b with a (rows, sums) and b (sums, columns). The rows of c and start are
// contiguous, and b's rows or columns. start.at 0 means zeros, start.row 0 the same row every time.
static void product(struct matrix c, struct matrix start, struct matrix a, struct matrix b,
                    int rows, int sums, int columns) {
  for (int j = 0; j < columns; j += 4) {
    int width = columns - j < 4 ? columns - j : 4, i = 0;
    struct matrix strip = from(b, 0, j);
    if (b.column != 1) { // put these four columns side by side, as they are read rows / 4 times
      const double *p[4];
      UNROLL for (int h = 0; h < 4; h++) p[h] = strip.at + (h < width ? h : 0) * b.column;
      for (int k = 0; k < sums; k++)
        UNROLL for (int h = 0; h < 4; h++) panel[4 * k + h] = p[h][k];
      strip = (struct matrix){panel, 4, 1};
    }
#define BLOCKS(R, C) \
  for (; i + R <= rows; i += R) \
    block(from(c, i, j), from(start, i, j), from(a, i, 0), strip, sums, R, C)
    if (width == 4) { BLOCKS(4, 4); BLOCKS(1, 4); }
    else if (width == 3) { BLOCKS(4, 3); BLOCKS(1, 3); }
    else if (width == 2) { BLOCKS(4, 2); BLOCKS(1, 2); }
    else { BLOCKS(4, 1); BLOCKS(1, 1); }
#undef BLOCKS
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

// tanh x = e / (e + 2) with e = exp(2|x|) - 1, and the sign of x. With 2|x| = n log 2 + r and
// |r| <= log(2) / 2 (Cody and Waite's reduction: log 2 in two parts, of which the first times n is
// exact), e = 2^n (exp(r) - 1) + (2^n - 1), and exp(r) - 1 is its Taylor polynomial of degree 13,
// which is right to 2^-56 of itself. Nowhere do nearly equal numbers cancel: the result is within
// 2.1 units in the last place. Eight numbers at a time, and the polynomial in a loop that is not
// unrolled, keep several long chains of operations going at once (1.5 times as fast).
static void tanh_of_eight(double *x) {
  static const double taylor[] = {
      1. / 6227020800, 1. / 479001600, 1. / 39916800, 1. / 3628800, 1. / 362880, 1. / 40320,
      1. / 5040, 1. / 720, 1. / 120, 1. / 24, 1. / 6, 1. / 2}; // 1 / 13! to 1 / 2!
  const double round = 0x1.8p52; // adding it rounds to an integer, which is then in the low bits
  const bits sign = (bits)both(-0.0);
  vec r[4], q[4], power[4];
  UNROLL for (int i = 0; i < 4; i++) {
    vec a = 2 * (vec)(~sign & (bits)load(x + 2 * i));
    a = pick(a > 44, both(44), a); // from there on tanh is 1; NaN stays NaN
    vec n = a * 0x1.71547652b82fep0 + round;
    power[i] = (vec)(((bits)n << 52) + (bits)both(1)); // 2^n
    n -= round;
    r[i] = a - n * 0x1.62e42feep-1 - n * 0x1.a39ef35793c76p-33;
    q[i] = both(taylor[0]);
  }
  _Pragma("clang loop unroll(disable)") for (int k = 1; k < 12; k++)
    UNROLL for (int i = 0; i < 4; i++) q[i] = q[i] * r[i] + taylor[k];
  UNROLL for (int i = 0; i < 4; i++) {
    vec e = power[i] * (r[i] + r[i] * r[i] * q[i]) + (power[i] - 1), t = e / (e + 2);
    store(x + 2 * i, (vec)((bits)t | (sign & (bits)load(x + 2 * i))));
  }
}

// h = activation(z * scale) in place, for n samples
static void activate(struct layer *l, int n, int dropping) {
  double *h = l->x;
  int size = n * l->stride;
  if (dropping)
    for (int i = 0; i < size; i += 2) store(h + i, load(h + i) * load(l->scales + i));
  if (settings.activation == RELU) // NaN is not < 0, and stays
    for (int i = 0; i < size; i += 2) store(h + i, pick(load(h + i) < 0, both(0), load(h + i)));
  if (settings.activation == TANH)
    for (int i = 0; i < size; i += 8) tanh_of_eight(h + i);
}

// d *= activation'(z) * scale, where the derivative is a function of h = activation(z)
static void pull_back(double *d, const struct layer *l, int n, int dropping) {
  const double *h = l->x;
  int size = n * l->stride;
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

// ---- Training ----

// The network on n <= TILE samples in layers[0].x, to output; dropping: with this step's dropout,
// of which these are the samples from `first` on.
static void forward(int n, int dropping, int first) {
  struct matrix x = {layers[0].x, 1, 1};
  for (int index = 0; index <= settings.depth; index++) {
    struct layer *l = &layers[index], *next = l + 1;
    int hidden = index < settings.depth;
    struct matrix z = {hidden ? next->x : output, hidden ? next->stride : 1, 1};
    // z[s][o] = bias[o] + sum_i x[s][i] weight[o][i]
    product(z, (struct matrix){l->bias, 0, 1}, x, (struct matrix){l->weight, 1, l->in}, n, l->in,
            l->out);
    if (hidden && dropping) draw_scales(index, first, n);
    if (hidden) activate(next, n, dropping);
    x = z;
  }
}

// The chain rule, last layer first: delta[s][o] is the loss's derivative by z[s][o].
static void backward(int n) {
  int stride = 1;
  for (int index = settings.depth; index >= 0; index--) {
    struct layer *l = &layers[index];
    struct matrix weight_slope = {l->weight_slope, l->in, 1}, zeros = {0, 0, 0};
    // weight_slope[o][i] += sum_s delta[s][o] x[s][i]
    product(weight_slope, weight_slope, (struct matrix){delta, 1, stride},
            (struct matrix){l->x, l->stride, 1}, l->out, n, l->in);
    add_rows(l->bias_slope, delta, stride, n, l->out);
    if (index == 0) return;
    // next_delta[s][i] = sum_o delta[s][o] weight[o][i], before the activation of x[s][i]
    product((struct matrix){next_delta, l->stride, 1}, zeros, (struct matrix){delta, stride, 1},
            (struct matrix){l->weight, l->in, 1}, n, l->out, l->in);
    pull_back(next_delta, l, n, settings.dropout > 0);
    double *swap = delta;
    delta = next_delta, next_delta = swap, stride = l->stride;
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
    vec root = __builtin_elementwise_sqrt(v) * correction + EPSILON;
    store(vector + i, load(vector + i) + rate * m / root);
  }
}

static void take_step(void) {
  double y[TILE], sum = 0;
  steps_done++;
  for (int first = 0; first < settings.batch; first += TILE) {
    int n = settings.batch - first < TILE ? settings.batch - first : TILE;
    draw_batch(first, n, y);
    forward(n, settings.dropout > 0, first);
    for (int i = 0; i < n; i++) {
      double error = output[i] - y[i];
      sum += error * error, delta[i] = error * (2.0 / settings.batch);
    }
    backward(n);
  }
  adam();
  last_loss = sum / settings.batch;
}

// The MSE over every `every`th sample; *constant says whether the output is the same for them all,
// of which there must be two: a number always equals itself.
static double evaluate(int every, int *constant) {
  int count = (settings.samples + every - 1) / every;
  double sum = 0, start = 0;
  *constant = count > 1;
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

// An MSE beyond which there is no way back: that of answering zero, or 1, times BEYOND.
static double divergence_limit(void) {
  double sum = 0;
  for (int i = 0; i < settings.samples; i++) sum += sample_y[i] * sample_y[i];
  return BEYOND * (sum > settings.samples ? sum / settings.samples : 1);
}

static void check(void) {
  int constant, stuck;
  if (checks_done == 0) limit = divergence_limit();
  double now = evaluate(SCREEN_EVERY, &constant);
  if (now < SCREEN_FACTOR * settings.tolerance) now = mse();
  stuck = constant && settings.depth > 0 && checks_done > 0 && now > 0.999 * last_mse;
  constant_checks = stuck ? constant_checks + 1 : 0;
  checks_done++, last_mse = now;
  if (!finite(now) || now > limit || !finite(last_loss)) why_ended = DIVERGED;
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

// Where everything is; returns how many parameters there are.
static u64 lay_out(int width) {
  // A stride of a power of two would use few of the cache's sets.
  int stride = (width + LINE - 1) / LINE * LINE + LINE, depth = settings.depth;
  u64 count = 0;
  for (int i = 0; i <= depth; i++) count += (u64)layers[i].in * layers[i].out + layers[i].out;
  top = (__SIZE_TYPE__)&__heap_base;
  vector = take(count), slope = take(count), mean = take(count), square = take(count);
  sample_x = take(settings.samples), sample_y = take(settings.samples), points = take(GRID);
  output = take(TILE), delta = take(TILE * stride), next_delta = take(TILE * stride);
  panel = take(4 * stride);
  double *at = vector;
  for (int i = 0; i <= depth; i++) {
    struct layer *l = &layers[i];
    l->weight = at, l->bias = at + (u64)l->in * l->out, at = l->bias + l->out;
    l->weight_slope = slope + (l->weight - vector), l->bias_slope = slope + (l->bias - vector);
    l->stride = i == 0 ? 1 : stride;
    l->x = take(TILE * l->stride), l->scales = take(settings.dropout > 0 ? TILE * stride : 0);
  }
  return count;
}

int EXPORT(create)(int width, int depth, int activation, double dropout, int samples, int batch,
                   double lr, double tolerance, int max_steps, int check_every, u32 seed) {
  parameter_count = 0;
  if (depth > MAX_DEPTH) return 0;
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
