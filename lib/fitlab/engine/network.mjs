// A network in engine.wasm, made from settings by name.

/** As engine.c numbers them. */
export const ACTIVATIONS = ["relu", "tanh", "identity"];

/** What `create` of engine.c takes, in its order. */
export const PARAMETERS = [
  "width", "depth", "activation", "dropout", "samples", "batch", "lr", "tolerance", "max_steps", "check_every", "seed",
];

/** A part of the engine's memory. Made anew every time: memory that grows leaves old views empty. */
export const doubles = (engine, address, length) => new Float64Array(engine.memory.buffer, address, length);

/**
 * A new network that is to be trained on the samples x and y.
 * @param {any} engine  the exports of engine.wasm
 * @param {Record<string, any>} settings  as in fitlab.Settings
 * @param {[ArrayLike<number>, ArrayLike<number>]} samples
 * @returns {number} how many parameters it has
 */
export function create(engine, settings, [x, y]) {
  const missing = PARAMETERS.filter((name) => settings[name] == null);
  if (missing.length) throw new Error(`the settings lack ${missing.join(", ")}`);
  const numbers = { ...settings, activation: ACTIVATIONS.indexOf(settings.activation) };
  if (numbers.activation < 0) {
    throw new Error(`activation ${settings.activation} was given; it must be one of ${ACTIVATIONS.join(", ")}`);
  }
  const count = engine.create(...PARAMETERS.map((name) => numbers[name]));
  if (!count) {
    throw new Error(`a network of width ${settings.width}, depth ${settings.depth} does not fit into this page's memory`);
  }
  doubles(engine, engine.inputs(), settings.samples).set(x);
  doubles(engine, engine.targets(), settings.samples).set(y);
  return count;
}
