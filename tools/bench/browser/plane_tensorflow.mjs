// TensorFlow.js on points of two classes in the plane: a loop around optimizer.minimize.
import { pacer } from "./pacer.mjs";
import { lossesOf, network } from "./tensorflow.mjs";

export { load } from "./tensorflow.mjs";

const { tf } = globalThis;

const crossEntropy = (scores, oneHot) => tf.losses.softmaxCrossEntropy(oneHot, scores);

/** A new network and the batches, which are cut before its time begins, for as long as `use` takes. */
function withNetwork(order, use) {
  const { settings, x, y, batches } = order;
  tf.engine().startScope();
  const labels = (batch) => tf.tensor1d(batch.map((i) => y[i]), "int32");
  const cut = batches.map((batch) => [
    tf.tensor2d(batch.map((i) => x[i])),
    tf.cast(tf.oneHot(labels(batch), settings.outputs), "float32"),
  ]);
  const { step, free } = network(order, crossEntropy);
  const result = use(step, cut);
  free();
  tf.engine().endScope();
  return result;
}

/** The losses of an epoch's steps. */
export const losses = (order) => withNetwork(order, lossesOf);

/** Epochs a second. */
export const pace = (order, ms) =>
  withNetwork(order, (step, batches) => pacer(() => batches.forEach((batch) => step(batch, false)), 1, ms));
