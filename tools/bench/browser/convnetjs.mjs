// A peer: ConvNetJS, plain JavaScript (float64), sample by sample.
import { pacer } from "./pacer.mjs";

const SCRIPT = "/peers/convnetjs/build/convnet.js";

/** It is a script of the old kind, which looks for a window. */
export function load() {
  globalThis.window = globalThis;
  globalThis.importScripts(SCRIPT);
}

/** The network with the weights that are given, and how it takes a sample, and after each batch a step. */
function begin({ settings, parameters, x, y }) {
  const { Net, Trainer, Vol } = globalThis.convnetjs;
  const { inputs, outputs, width, depth, activation, lr, batch } = settings;
  const hidden = Array.from({ length: depth }, () => ({ type: "fc", num_neurons: width, activation }));
  const net = new Net();
  const input = { type: "input", out_sx: 1, out_sy: 1, out_depth: inputs };
  net.makeLayers([input, ...hidden, { type: "softmax", num_classes: outputs }]);
  setWeights(net, parameters);
  const trainer = new Trainer(net, { method: "sgd", momentum: 0, learning_rate: lr, batch_size: batch });
  const points = x.map((point) => new Vol(point));
  return (i) => trainer.train(points[i], y[i]).loss;
}

/** Layer after layer the weights by rows, then the biases. */
function setWeights(net, parameters) {
  let from = 0;
  for (const { params } of net.getParamsAndGrads())
    params.set(parameters.slice(from, (from += params.length)));
}

const sum = (values) => values.reduce((a, b) => a + b);

/** The losses of an epoch's steps. */
export function losses(order) {
  const take = begin(order);
  return order.batches.map((batch) => sum(batch.map((i) => take(i))) / batch.length);
}

/** Epochs a second. */
export function pace(order, ms) {
  const take = begin(order);
  return pacer(() => order.batches.forEach((batch) => batch.forEach((i) => take(i))), 1, ms);
}
