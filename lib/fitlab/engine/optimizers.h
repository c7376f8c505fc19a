// From the slopes to the next parameters. Each leaves the slopes at 0, for the next step to add to.
#pragma once

#include "settings.h"

static const double BETA1 = 0.9, BETA2 = 0.999; // torch's defaults
static const double KEPT = 0.9;                 // what momentum keeps of the last step

static int parameter_count;
static double *vector, *slope;         // all parameters, the loss's derivative by them
static double *mean, *square;          // running means of the slope and of its square
static double power1, power2;          // BETA1, BETA2 to the power of the steps

// As if half of weight_decay times the sum of the squared parameters were part of the loss.
static void decay(void) {
  vec rate = both(settings.weight_decay);
  for (int i = 0; i < parameter_count; i += 2)
    store(slope + i, load(slope + i) + rate * load(vector + i));
}

// Adam (Kingma and Ba 2015): the mean of the slopes and of their squares, both corrected for
// starting from 0.
static void adam(void) {
  power1 *= BETA1, power2 *= BETA2;
  vec correction = both(1 / __builtin_sqrt(1 - power2)), rate = both(-settings.lr / (1 - power1));
  vec epsilon = both(settings.epsilon);
  for (int i = 0; i < parameter_count; i += 2) {
    vec g = load(slope + i), m = load(mean + i), v = load(square + i);
    m += (1 - BETA1) * (g - m);
    v = v * BETA2 + (1 - BETA2) * g * g;
    store(mean + i, m), store(square + i, v), store(slope + i, both(0));
    vec root = __builtin_elementwise_sqrt(v) * correction + epsilon;
    store(vector + i, load(vector + i) + rate * m / root);
  }
}

// Stochastic gradient descent: m = kept * m + slope, and a step of -lr * m
static void descend(double kept) {
  vec rate = both(-settings.lr);
  for (int i = 0; i < parameter_count; i += 2) {
    vec m = load(slope + i);
    if (kept) m += kept * load(mean + i), store(mean + i, m);
    store(vector + i, load(vector + i) + rate * m), store(slope + i, both(0));
  }
}

static void optimize(void) {
  if (settings.weight_decay) decay();
  if (settings.optimizer == ADAM) adam();
  else descend(settings.optimizer == MOMENTUM ? KEPT : 0);
}
