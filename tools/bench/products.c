// The engine's matrix products alone: those of a training step, on the same memory and in the same
// order, without random numbers, activations, slopes of biases and Adam. What they make of the
// numbers does not matter.

#include "../../lib/fitlab/engine/engine.c"

// z = bias + x weight^T, layer by layer.
static void forward_products(int n) {
  for (int index = 0; index <= settings.depth; index++) {
    struct layer *l = &layers[index];
    int hidden = index < settings.depth;
    struct matrix x = {l->x, l->stride, 1};
    struct matrix z = {hidden ? l[1].x : output, hidden ? l[1].stride : 1, 1};
    product(z, (struct matrix){l->bias, 0, 1}, x, (struct matrix){l->weight, 1, l->in}, n, l->in,
            l->out);
  }
}

// weight_slope += delta^T x and next_delta = delta weight, last layer first.
static void backward_products(int n) {
  int stride = 1;
  for (int index = settings.depth; index >= 0; index--) {
    struct layer *l = &layers[index];
    struct matrix weight_slope = {l->weight_slope, l->in, 1}, zeros = {0, 0, 0};
    product(weight_slope, weight_slope, (struct matrix){delta, 1, stride},
            (struct matrix){l->x, l->stride, 1}, l->out, n, l->in);
    if (index == 0) return;
    product((struct matrix){next_delta, l->stride, 1}, zeros, (struct matrix){delta, stride, 1},
            (struct matrix){l->weight, l->in, 1}, n, l->out, l->in);
    stride = l->stride;
  }
}

// Those of `steps` steps. The slopes are zeroed as in Adam, so that they stay numbers of usual size.
void EXPORT(products)(int steps) {
  for (int step = 0; step < steps; step++) {
    for (int first = 0; first < settings.batch; first += TILE) {
      int n = settings.batch - first < TILE ? settings.batch - first : TILE;
      forward_products(n);
      for (int i = 0; i < n; i++) delta[i] = output[i] / settings.batch;
      backward_products(n);
    }
    __builtin_memset(slope, 0, parameter_count * sizeof(double));
  }
}
