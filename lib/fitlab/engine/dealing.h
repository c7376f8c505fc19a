// Which samples a step sees.
#pragma once

#include "network.h"

static double *sample_x, *sample_y, *batch_y; // given from outside; a tile's targets
static u64 *order, *spare;                    // an epoch's order: word << 32 | sample
static int batch_start;                       // where this step's batch begins in it

// Numbers of a sample's target.
static int target_size(void) { return classes() ? 1 : settings.outputs; }

// The samples in the order of an epoch's random words, equal words in their own order. Each pass
// sorts by 8 bits of the word, from the lowest on, and keeps the order of what is equal in them.
static void shuffle(int epoch) {
  static int starts[4][256];
  u32 drawn[16];
  __builtin_memset(starts, 0, sizeof starts);
  for (int i = 0; i < settings.samples; i++) {
    if (i % 16 == 0) sixteen(drawn, BATCHES, i, epoch);
    order[i] = (u64)drawn[i % 16] << 32 | i;
    for (int pass = 0; pass < 4; pass++) starts[pass][drawn[i % 16] >> 8 * pass & 255]++;
  }
  for (int pass = 0; pass < 4; pass++) {
    for (int value = 0, sum = 0; value < 256; value++) {
      int count = starts[pass][value];
      starts[pass][value] = sum, sum += count;
    }
    for (int i = 0; i < settings.samples; i++)
      spare[starts[pass][order[i] >> (32 + 8 * pass) & 255]++] = order[i];
    u64 *swap = order;
    order = spare, spare = swap;
  }
}

// Deals out this step's batch; returns how many samples are in it.
static int deal(void) {
  batch_start = 0;
  if (settings.dealing == REPLACEMENT) return settings.batch;
  if (settings.dealing == ALL) return settings.samples;
  int batches = (settings.samples + settings.batch - 1) / settings.batch;
  int epoch = (steps_done - 1) / batches, part = (steps_done - 1) % batches;
  if (part == 0) shuffle(epoch + 1);
  batch_start = part * settings.batch;
  int left = settings.samples - batch_start;
  return left < settings.batch ? left : settings.batch;
}

static void copy(double *to, const double *from, int n) {
  for (int i = 0; i < n; i++) to[i] = from[i];
}

// Sample `chosen` becomes number i of the tile.
INLINE void place(int i, u32 chosen) {
  int inputs = settings.inputs, size = target_size();
  copy(layers[0].x + i * layers[0].stride, sample_x + (u64)chosen * inputs, inputs);
  copy(batch_y + i * size, sample_y + (u64)chosen * size, size);
}

// Samples first..first+n of this step's batch go into the network, their targets to batch_y.
static void draw_batch(int first, int n) {
  u32 drawn[16];
  for (int i = 0; i < n; i++) {
    if (settings.dealing == REPLACEMENT) {
      if (i % 16 == 0) sixteen(drawn, BATCHES, first + i, steps_done);
      place(i, (u64)drawn[i % 16] * settings.samples >> 32);
    } else if (settings.dealing == EPOCHS) place(i, (u32)order[batch_start + first + i]);
    else place(i, first + i);
  }
}
