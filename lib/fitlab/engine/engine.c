// The engine: trains the networks of fitlab.networks as fitlab does, inside a page.
//
// The same networks, the same random numbers, the same batches, losses and optimizers, and the same
// rule when to stop; tests/engine holds it to torch. float64 throughout, two numbers to a SIMD
// register, no library, no imports, and no instruction whose result may differ from machine to
// machine.
//
// To train: write options(), create(), write inputs() and targets(), then advance().
#include "losses.h"
#include "memory.h"

enum { GO_ON, CONVERGED, DIVERGED, DEAD, OUT_OF_STEPS };
enum { SCREEN_EVERY = 16, DEAD_CHECKS = 4 };
static const double SCREEN_FACTOR = 1.5, BEYOND = 1e6;

static int checks_done, constant_checks, why_ended;
static double last_loss, last_error, last_accuracy, limit;

static int at_most(int n, int most) { return n < most ? n : most; }

static void take_step(void) {
  steps_done++;
  double sum = 0;
  int batch = deal();
  for (int first = 0; first < batch; first += TILE) {
    int n = at_most(batch - first, TILE);
    draw_batch(first, n);
    forward(n, settings.dropout > 0, first);
    sum = add_losses(sum, n, batch_y, batch);
    backward(n);
  }
  optimize();
  last_loss = sum / batch / parts();
}

// ---- Looking at many samples ----

struct view {
  double loss;          // the mean
  int right;            // how many answers
  int finite, constant; // whether all outputs are, and whether they are the same for all samples
};

// n samples x, inputs a row, into the network, of which every `every`th is taken.
static void enter(const double *x, int n, int every) {
  for (int i = 0; i < n; i++, x += (u64)every * settings.inputs)
    copy(layers[0].x + i * layers[0].stride, x, settings.inputs);
}

// Whether the n outputs in the network are first_output.
static int all_as_first(int n) {
  const double *h = last_layer()->h;
  for (int s = 0, i = 0; s < n; s++)
    for (int o = 0; o < settings.outputs; o++, i++)
      if (h[i] != first_output[o]) return 0;
  return 1;
}

static int finite(double x) { return x - x == 0; }

static int all_finite(int n) {
  int all = 1;
  for (int i = 0; i < n * settings.outputs; i++) all &= finite(last_layer()->h[i]);
  return all;
}

// Every `every`th of `samples` samples x, y; losses: whether the loss is asked for. They are called
// constant only if there are two: a number always equals itself.
static struct view look(const double *x, const double *y, int samples, int every, int losses) {
  int count = (samples + every - 1) / every, size = target_size();
  struct view seen = {0, 0, 1, count > 1};
  for (int first = 0; first < count; first += TILE) {
    int n = at_most(count - first, TILE);
    enter(x + (u64)first * every * settings.inputs, n, every);
    for (int i = 0; i < n; i++)
      copy(batch_y + i * size, y + (u64)(first + i) * every * size, size);
    forward(n, 0, 0);
    if (first == 0) copy(first_output, last_layer()->h, settings.outputs);
    if (losses) seen.loss = add_losses(seen.loss, n, batch_y, count);
    if (classes()) seen.right += count_right(n, batch_y), seen.finite &= all_finite(n);
    seen.constant = seen.constant && all_as_first(n);
  }
  seen.loss = seen.loss / count / parts();
  return seen;
}

static struct view look_at_all(int losses) {
  return look(sample_x, sample_y, settings.samples, 1, losses);
}

// The mean loss over the training samples (0) or the held-out ones; NaN if there are none.
double EXPORT(evaluate)(int which) {
  int count = which ? settings.held_out : settings.samples;
  last_accuracy = NOT_A_NUMBER;
  if (!parameter_count || !count) return NOT_A_NUMBER;
  struct view seen = which ? look(held_x, held_y, count, 1, 1) : look_at_all(1);
  if (classes()) last_accuracy = (double)seen.right / count;
  return seen.loss;
}

// ---- When to stop ----

// An error beyond which there is no way back: that of answering zero, or 1, times BEYOND.
static double divergence_limit(void) {
  double sum = 0, count = (double)settings.samples * target_size();
  for (u64 i = 0; i < count; i++) sum += sample_y[i] * sample_y[i];
  return BEYOND * (sum > count ? sum / count : 1);
}

// The error that decides: of classes the share of wrong answers, or NaN if there is a score that is
// not finite; of numbers the mean squared error, first of some samples and only if that is small of
// all.
static double error_now(int *constant) {
  struct view seen;
  if (classes()) {
    seen = look_at_all(0), *constant = seen.constant;
    if (!seen.finite) return NOT_A_NUMBER;
    return (double)(settings.samples - seen.right) / settings.samples;
  }
  seen = look(sample_x, sample_y, settings.samples, SCREEN_EVERY, 1), *constant = seen.constant;
  return seen.loss < SCREEN_FACTOR * settings.tolerance ? look_at_all(1).loss : seen.loss;
}

static void check(void) {
  int constant, stuck;
  if (checks_done == 0) limit = divergence_limit();
  double now = error_now(&constant);
  stuck = constant && settings.depth > 0 && checks_done > 0 && now > 0.999 * last_error;
  constant_checks = stuck ? constant_checks + 1 : 0;
  checks_done++, last_error = now;
  if (!finite(now) || now > limit || !finite(last_loss)) why_ended = DIVERGED;
  else if (now < settings.tolerance) why_ended = CONVERGED;
  else if (constant_checks >= DEAD_CHECKS) why_ended = DEAD;
  else if (steps_done >= settings.max_steps) why_ended = OUT_OF_STEPS;
}

// ---- For the outside ----

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

// The network on the first n points of grid(), to answers().
void EXPORT(predict)(int n) {
  if (!parameter_count) return;
  n = at_most(n, GRID);
  for (int first = 0; first < n; first += TILE) {
    int k = at_most(n - first, TILE), size = settings.outputs;
    enter(points + (u64)first * settings.inputs, k, 1);
    forward(k, 0, 0);
    copy(point_answers + (u64)first * size, last_layer()->h, k * size);
  }
}

int EXPORT(steps)(void) { return steps_done; }
int EXPORT(ending)(void) { return why_ended; }
double EXPORT(loss)(void) { return last_loss; }
double EXPORT(checked_error)(void) { return last_error; }
double EXPORT(accuracy)(void) { return last_accuracy; }
double *EXPORT(options)(void) { return given; }
const double *EXPORT(limits)(void) { return &allowed[0][0]; } // the lowest and highest of each
double *EXPORT(parameters)(void) { return vector; }
double *EXPORT(inputs)(void) { return sample_x; }
double *EXPORT(targets)(void) { return sample_y; }
double *EXPORT(held_inputs)(void) { return held_x; }
double *EXPORT(held_targets)(void) { return held_y; }
double *EXPORT(grid)(void) { return points; }
double *EXPORT(answers)(void) { return point_answers; }

// What layer + 1 reads of at most TILE samples, after predict(): a hidden layer's values.
double *EXPORT(activations)(int layer) {
  return layer >= 0 && layer < settings.depth ? layers[layer + 1].x : 0;
}
int EXPORT(stride)(int layer) {
  return layer >= 0 && layer < settings.depth ? layers[layer + 1].stride : 0;
}

// A new network from the options. Returns how many parameters it has; 0 if there is not enough
// memory, and below 0 -1 - the number of an option that is not allowed.
int EXPORT(create)(void) {
  parameter_count = 0;
  int wrong = refused();
  if (wrong < OPTIONS) return -1 - wrong;
  read_settings();
  steps_done = checks_done = constant_checks = why_ended = GO_ON;
  power1 = power2 = 1, last_loss = last_error = last_accuracy = NOT_A_NUMBER;
  int count = lay_out();
  if (!count) return 0;
  for (int i = 0; i <= settings.depth; i++) draw_parameters(i);
  return parameter_count = count;
}
