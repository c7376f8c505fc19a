// What training makes small, and its derivative by the network's outputs; how many answers are
// right.
#pragma once

#include "network.h"

static struct layer *last_layer(void) { return &layers[settings.depth]; }

// By how many numbers a sample's loss is divided: a squared error is a mean over the outputs.
static int parts(void) { return settings.loss == CROSS_ENTROPY ? 1 : settings.outputs; }

// What the loss wants of output o: y itself, or 1 for the class y and 0 for the others.
INLINE double wanted(const double *y, int s, int o) {
  if (settings.loss == SQUARED_ERROR || settings.loss == OF_THE_NUMBER)
    return y[s * settings.outputs + o];
  return y[s] == o;
}

// delta = softmax of the output's n rows. Returns for each the log of the sum by which it was
// divided, after the largest score was taken off the others, so that none overflows; and that
// largest score to `top`. A row with a NaN, or with an infinite largest score, becomes NaN.
static const double *softmax(int n, double *top) {
  static double total[TILE];
  const double *z = last_layer()->h;
  int k = settings.outputs;
  for (int s = 0; s < n; s++, z += k) {
    top[s] = z[0];
    for (int o = 1; o < k; o++) top[s] = z[o] > top[s] ? z[o] : top[s];
    for (int o = 0; o < k; o++) delta[s * k + o] = z[o] - top[s];
  }
  for (int i = 0; i < n * k; i += 8) exp_of_eight(delta + i);
  for (int s = 0; s < n; s++) {
    total[s] = 0;
    for (int o = 0; o < k; o++) total[s] += delta[s * k + o];
    for (int o = 0; o < k; o++) delta[s * k + o] /= total[s];
  }
  for (int i = 0; i < n; i += 8) log_of_eight(total + i);
  return total;
}

// Adds sum (h - wanted)^2; delta = 2 (h - wanted) / count
static double add_squared_error(double sum, int n, const double *y, int count) {
  const double *h = last_layer()->h, factor = 2.0 / ((double)count * settings.outputs);
  for (int s = 0, i = 0; s < n; s++)
    for (int o = 0; o < settings.outputs; o++, i++) {
      double error = h[i] - wanted(y, s, o);
      sum += error * error, delta[i] = error * factor;
    }
  return sum;
}

// Adds -log p_y; delta = (p - one-hot) / count
static double add_cross_entropy(double sum, int n, const double *y, int count) {
  double top[TILE], factor = 1.0 / count;
  const double *z = last_layer()->h, *log_total = softmax(n, top);
  for (int s = 0, i = 0; s < n; s++) {
    double score = NOT_A_NUMBER; // a label that is no class
    for (int o = 0; o < settings.outputs; o++, i++) {
      int right = y[s] == o;
      if (right) score = z[i] - top[s];
      delta[i] = (delta[i] - right) * factor;
    }
    sum += log_total[s] - score;
  }
  return sum;
}

// Adds sum (p - one-hot)^2; with g = 2 (p - one-hot) / count, delta_o = p_o (g_o - sum g p)
static double add_squared_error_of_softmax(double sum, int n, const double *y, int count) {
  double top[TILE], factor = 2.0 / ((double)count * settings.outputs), *p = delta;
  int k = settings.outputs;
  softmax(n, top);
  for (int s = 0; s < n; s++, p += k) {
    double mean = 0;
    for (int o = 0; o < k; o++) {
      double error = p[o] - wanted(y, s, o);
      sum += error * error, mean += error * factor * p[o];
    }
    for (int o = 0; o < k; o++) p[o] *= (p[o] - wanted(y, s, o)) * factor - mean;
  }
  return sum;
}

// Adds the losses of n samples in the network, not yet divided by their `count` and parts(), and
// puts to delta the derivative of the mean over `count` samples by each output.
static double add_losses(double sum, int n, const double *y, int count) {
  if (settings.loss == CROSS_ENTROPY) return add_cross_entropy(sum, n, y, count);
  if (settings.loss == OF_SOFTMAX) return add_squared_error_of_softmax(sum, n, y, count);
  return add_squared_error(sum, n, y, count);
}

// The class that a sample is given: the largest score's, the first of equals, of a single number
// the nearest integer. A NaN among the scores is no answer.
static double answer(const double *scores) {
  if (settings.outputs == 1) return __builtin_rint(scores[0]);
  int best = 0;
  for (int o = 0; o < settings.outputs; o++) {
    if (scores[o] != scores[o]) return NOT_A_NUMBER;
    if (scores[o] > scores[best]) best = o;
  }
  return best;
}

// How many of n samples in the network are given their class.
static int count_right(int n, const double *y) {
  int right = 0;
  for (int s = 0; s < n; s++) right += answer(last_layer()->h + s * settings.outputs) == y[s];
  return right;
}
