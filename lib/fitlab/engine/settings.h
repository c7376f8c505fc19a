// What decides a training: options by number, given from outside, and what they mean.
#pragma once

#include "simd.h"

// fitlab.engine and network.mjs have the same names in the same order.
enum {
  NETWORK, INPUTS, OUTPUTS, WIDTH, DEPTH, ACTIVATION, DROPOUT, SIDE, CHANNELS1, CHANNELS2, SAMPLES,
  HELD_OUT, BATCH, DEALING, LOSS, OPTIMIZER, LR, WEIGHT_DECAY, EPSILON, START, START_FACTOR,
  TOLERANCE, MAX_STEPS, CHECK_EVERY, SEED, OPTIONS
};
enum { MLP, CNN };
enum { RELU, TANH, IDENTITY };
enum { REPLACEMENT, EPOCHS, ALL };
enum { SQUARED_ERROR, CROSS_ENTROPY, OF_SOFTMAX, OF_SCORES, OF_THE_NUMBER };
enum { ADAM, SGD, MOMENTUM };
enum { TORCH, GLOROT, HE };

enum { MAX_DEPTH = 64, MOST = 0x7fffffff };
static const double LARGEST = 0x1.fffffffffffffp1023;

static double given[OPTIONS];

// What is refused here could ask for memory beyond all counting, divide by zero or loop for ever.
static const double allowed[OPTIONS][2] = {
    [NETWORK] = {MLP, CNN}, [INPUTS] = {1, 4096}, [OUTPUTS] = {1, 4096}, [WIDTH] = {1, 4096},
    [DEPTH] = {0, MAX_DEPTH}, [ACTIVATION] = {RELU, IDENTITY},
    [DROPOUT] = {0, 0x1.fffffffffffffp-1}, [SIDE] = {2, 64}, [CHANNELS1] = {1, 256},
    [CHANNELS2] = {1, 256}, [SAMPLES] = {1, 1e7}, [HELD_OUT] = {0, 1e7}, [BATCH] = {1, 1e7},
    [DEALING] = {REPLACEMENT, ALL}, [LOSS] = {SQUARED_ERROR, OF_THE_NUMBER},
    [OPTIMIZER] = {ADAM, MOMENTUM}, [LR] = {0, LARGEST}, [WEIGHT_DECAY] = {0, LARGEST},
    [EPSILON] = {0, LARGEST}, [START] = {TORCH, HE}, [START_FACTOR] = {0, LARGEST},
    [TOLERANCE] = {0, LARGEST}, [MAX_STEPS] = {1, MOST}, [CHECK_EVERY] = {1, MOST},
    [SEED] = {0, 0xffffffff},
};
static const char real[OPTIONS] = { // the others are whole numbers
    [DROPOUT] = 1, [LR] = 1, [WEIGHT_DECAY] = 1, [EPSILON] = 1, [START_FACTOR] = 1, [TOLERANCE] = 1,
};

static struct {
  int network, inputs, outputs, width, depth, activation, side, channels[2], samples, held_out;
  int batch, dealing, loss, optimizer, start, max_steps, check_every;
  double dropout, lr, weight_decay, epsilon, start_factor, tolerance;
  u32 seed;
} settings;

// The first option that is not allowed; OPTIONS if all are.
static int refused(void) {
  for (int i = 0; i < OPTIONS; i++) {
    int inside = given[i] >= allowed[i][0] && given[i] <= allowed[i][1];
    if (!inside || (!real[i] && given[i] != __builtin_trunc(given[i]))) return i;
  }
  if (given[NETWORK] == CNN && (int)given[SIDE] % 2) return SIDE; // 2 x 2 places become one
  if (given[LOSS] == OF_THE_NUMBER && given[OUTPUTS] != 1) return OUTPUTS;
  return OPTIONS;
}

static void read_settings(void) {
  const double *o = given;
  settings.network = o[NETWORK], settings.inputs = o[INPUTS], settings.outputs = o[OUTPUTS];
  settings.width = o[WIDTH], settings.depth = o[DEPTH], settings.activation = o[ACTIVATION];
  settings.side = o[SIDE], settings.channels[0] = o[CHANNELS1], settings.channels[1] = o[CHANNELS2];
  settings.samples = o[SAMPLES], settings.held_out = o[HELD_OUT], settings.batch = o[BATCH];
  settings.dealing = o[DEALING], settings.loss = o[LOSS], settings.optimizer = o[OPTIMIZER];
  settings.start = o[START], settings.max_steps = o[MAX_STEPS];
  settings.check_every = o[CHECK_EVERY], settings.dropout = o[DROPOUT], settings.lr = o[LR];
  settings.weight_decay = o[WEIGHT_DECAY], settings.epsilon = o[EPSILON];
  settings.start_factor = o[START_FACTOR], settings.tolerance = o[TOLERANCE];
  settings.seed = o[SEED];
  if (settings.network == MLP) return;
  settings.inputs = settings.side * settings.side; // one grey picture
  settings.depth = 2, settings.activation = RELU, settings.dropout = 0;
}

static int classes(void) { return settings.loss != SQUARED_ERROR; }
