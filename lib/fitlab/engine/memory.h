// Where everything lies in memory.
#pragma once

#include "dealing.h"
#include "optimizers.h"

enum { GRID = 4096 }; // points to evaluate at a time

static double *held_x, *held_y, *points, *point_answers; // given from outside, but the last
static double *first_output; // of the last look; see look()

extern unsigned char __heap_base;
static u64 top; // of what is in use

static void *take(u64 count) {
  u64 at = (top + 63) / 64 * 64;
  top = at + count * sizeof(double);
  return (void *)(__SIZE_TYPE__)at;
}

// All of it, zeroed; or 0 if there is not as much.
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

// A stride of at least n numbers. One of many lines and a power of two would use few of the cache's
// sets.
static int padded(int n) {
  int stride = (n + LINE - 1) / LINE * LINE;
  return stride % (4 * LINE) ? stride : stride + LINE;
}

// The layers' sizes, in their order.
static void shape_layers(void) {
  int depth = settings.depth, places = settings.side * settings.side;
  for (int i = 0; i <= depth; i++) {
    struct layer *l = &layers[i];
    l->places = settings.network == CNN && i < depth ? places : 1;
    l->out = i == depth ? settings.outputs : l->places > 1 ? settings.channels[i] : settings.width;
    if (l->places > 1) l->in = i == 0 ? 9 : 9 * settings.channels[i - 1];
    else if (i == 0) l->in = settings.inputs;
    else l->in = l[-1].places > 1 ? l[-1].out * places / 4 : l[-1].out;
    l->h_stride = i == depth ? l->out : padded(l->out * l->places);
  }
}

// Parameters and slopes, one layer after the other; returns how many there are.
static u64 lay_out_parameters(void) {
  u64 count = 0;
  for (int i = 0; i <= settings.depth; i++)
    count += (u64)layers[i].in * layers[i].out + layers[i].out;
  vector = take(count), slope = take(count), mean = take(count), square = take(count);
  double *at = vector;
  for (int i = 0; i <= settings.depth; i++) {
    struct layer *l = &layers[i];
    l->weight = at, l->bias = at + (u64)l->in * l->out, at = l->bias + l->out;
    l->weight_slope = slope + (l->weight - vector), l->bias_slope = slope + (l->bias - vector);
  }
  return count;
}

// What a tile needs on its way through the layers.
static void lay_out_tile(void) {
  int widest = padded(settings.inputs), deepest = TILE, inputs = settings.inputs;
  for (int i = 0; i <= settings.depth; i++) {
    struct layer *l = &layers[i];
    int pooled = i > 0 && l[-1].places > 1 && l->places == 1;
    l->stride = i == 0 ? inputs < LINE ? inputs : padded(inputs)
                       : pooled ? padded(l->in) : l[-1].h_stride;
    l->x = i > 0 && !pooled ? l[-1].h : take((u64)TILE * l->stride);
    l->h = take((u64)TILE * l->h_stride);
    l->scales = take(settings.dropout > 0 ? (u64)TILE * l->h_stride : 0);
    widest = l->h_stride > widest ? l->h_stride : widest;
    deepest = l->in > deepest ? l->in : deepest;
    if (l->places > 1) {
      window_stride = padded(l->places), deepest = l->places > deepest ? l->places : deepest;
      windows = take((u64)l->in * window_stride), window_slopes = take((u64)l->in * window_stride);
    }
  }
  deepest = settings.outputs > deepest ? settings.outputs : deepest;
  delta = take((u64)TILE * widest), next_delta = take((u64)TILE * widest);
  panel = take(4 * (u64)deepest), batch_y = take((u64)TILE * settings.outputs);
  first_output = take(settings.outputs);
}

// Returns how many parameters there are; 0: too many, or too much of all else.
static int lay_out(void) {
  u64 inputs = settings.inputs, size = target_size();
  top = (__SIZE_TYPE__)&__heap_base;
  shape_layers();
  u64 count = lay_out_parameters();
  sample_x = take(settings.samples * inputs), sample_y = take(settings.samples * size);
  held_x = take(settings.held_out * inputs), held_y = take(settings.held_out * size);
  points = take(GRID * inputs), point_answers = take(GRID * (u64)settings.outputs);
  u64 sorted = settings.dealing == EPOCHS ? settings.samples : 0;
  order = take(sorted), spare = take(sorted);
  lay_out_tile();
  return get_memory() ? (int)count : 0;
}
