// A peer: TensorFlow.js with its WebAssembly backend (float32, SIMD, one thread), in the two ways
// that its guides teach: a loop around optimizer.minimize, and model.fit.
import "/peers/@tensorflow/tfjs-core/dist/tf-core.es2017.min.js";
import "/peers/@tensorflow/tfjs-layers/dist/tf-layers.es2017.min.js";
import "/peers/@tensorflow/tfjs-backend-wasm/dist/tf-backend-wasm.es2017.min.js";
import { points, SCREEN_FACTOR, screened, untilDone } from "./task.mjs";

const { tf } = globalThis;

/** Load the backend; returns what it is, for the record. */
export async function load() {
  tf.wasm.setWasmPaths("/peers/@tensorflow/tfjs-backend-wasm/dist/");
  tf.wasm.setThreadsCount(1);
  await tf.setBackend("wasm");
  const simd = await tf.env().getAsync("WASM_HAS_SIMD_SUPPORT");
  return { backend: tf.getBackend(), version: tf.version_core, simd };
}

/** How many tensors are alive: a fit must leave none behind. */
export const tensors = () => tf.memory().numTensors;

const column = (values) => tf.tensor2d(Float32Array.from(values), [values.length, 1]);
const columns = ({ x, y }) => [column(x), column(y)];
const part = ({ x, y }, batch) => ({ x: batch.map((i) => x[i]), y: batch.map((i) => y[i]) });

/** The data as tensors, for as long as `use` takes. The batches are cut before its time begins. */
async function withData({ settings, batches }, use) {
  tf.engine().startScope();
  const all = points(settings.samples);
  const cut = batches.map((batch) => columns(part(all, batch)));
  const given = { all: columns(all), some: columns(screened(all)), batches: cut };
  const result = await use(given);
  tf.engine().endScope();
  return result;
}

/** [weight (in, out), bias] of each layer, from a vector with the weights (out, in). */
function weightsOf({ width, depth, inputs: first = 1, outputs: last = 1 }, parameters) {
  let from = 0;
  const take = (...shape) => tf.tensor(parameters.slice(from, (from += tf.util.sizeFromShape(shape))), shape);
  return Array.from({ length: depth + 1 }, (_, index) => {
    const [inputs, outputs] = [index === 0 ? first : width, index === depth ? last : width];
    return [tf.transpose(take(outputs, inputs)), take(outputs)];
  });
}

// ---- A loop around optimizer.minimize ----

/** A hidden layer from its product: of a ReLU in one go, which there is not for tanh. */
const HIDDEN = {
  relu: (product) => tf.fused.matMul({ ...product, activation: "relu" }),
  tanh: (product) => tf.tanh(tf.fused.matMul(product)),
};

const squaredError = (predicted, y) => tf.mean(tf.squaredDifference(predicted, y));

/**
 * The network as a function, its step on a batch, and how to free what it holds.
 * @param {{ settings: object, parameters: number[] }} order  @param {function} lossOf  of its outputs and the targets
 */
export function network({ settings, parameters }, lossOf = squaredError) {
  const layers = tf.tidy(() => weightsOf(settings, parameters).map((pair) => pair.map((value) => tf.variable(value))));
  const optimizer = tf.train.adam(settings.lr);
  const predict = (x) =>
    layers.reduce((a, [b, bias], index) => {
      const layer = index < settings.depth ? HIDDEN[settings.activation] : tf.fused.matMul;
      return layer({ a, b, bias });
    }, x);
  const loss = ([x, y]) => lossOf(predict(x), y);
  return {
    step: (batch, wanted) => optimizer.minimize(() => loss(batch), wanted, layers.flat()),
    loss: (data) => tf.tidy(() => loss(data).dataSync()[0]),
    free: () => [...layers.flat(), optimizer].forEach((held) => held.dispose()),
  };
}

/** A whole fit, with weights and batches given. */
export const fit = (order) =>
  withData(order, ({ all, some, batches }) => {
    const started = performance.now();
    const { step, loss, free } = network(order);
    const done = untilDone(order, (b) => step(batches[b], false), (few) => loss(few ? some : all));
    const ms = performance.now() - started;
    free();
    return { ms, ...done };
  });

/** The loss of the first steps. */
export const losses = (order, count) =>
  withData(order, ({ batches }) => {
    const { step, free } = network(order);
    const found = lossesOf(step, batches.slice(0, count));
    free();
    return found;
  });

/** The loss of a step on each batch. */
export const lossesOf = (step, batches) => batches.map((batch) => tf.tidy(() => step(batch, true).dataSync()[0]));

// ---- model.fit ----

function layersModel({ width, depth }, lr) {
  const model = tf.sequential();
  for (let index = 0; index <= depth; index++) {
    const inputShape = index === 0 ? [1] : undefined;
    const last = { units: 1, activation: "linear", inputShape };
    model.add(tf.layers.dense(index === depth ? last : { units: width, activation: "relu", inputShape }));
  }
  model.compile({ optimizer: tf.train.adam(lr), loss: "meanSquaredError" });
  return model;
}

/** A whole fit with weights given, in the batches that model.fit makes by itself. */
export const fitModel = (order) =>
  withData(order, async ({ all, some }) => {
    const { tolerance, max_steps, check_every, batch, lr, samples } = order.settings;
    const started = performance.now();
    const model = layersModel(order.settings, lr);
    tf.tidy(() => model.setWeights(weightsOf(order.settings, order.parameters).flat()));
    const mse = ([x, y]) => tf.tidy(() => tf.mean(tf.squaredDifference(model.apply(x), y)).dataSync()[0]);
    const done = { steps: 0, mse: NaN };
    const onBatchEnd = () => {
      if (++done.steps % check_every) return;
      done.mse = mse(some);
      if (done.mse < SCREEN_FACTOR * tolerance) done.mse = mse(all);
      model.stopTraining = done.mse < tolerance || done.steps >= max_steps;
    };
    const epochs = Math.ceil((max_steps * batch) / samples);
    const quietly = { yieldEvery: "never", verbose: 0, callbacks: { onBatchEnd } };
    await model.fit(...all, { epochs, batchSize: batch, ...quietly });
    const ms = performance.now() - started;
    model.optimizer.dispose();
    model.dispose();
    return { ms, ...done };
  });
