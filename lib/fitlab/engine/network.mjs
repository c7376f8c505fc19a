// A network in engine.wasm, made from settings by name.

/** What the engine has numbers for, in their order; fitlab.engine.machine has the same. */
export const CHOICES = {
  network: ["mlp", "cnn"],
  activation: ["relu", "tanh", "identity"],
  dealing: ["replacement", "epochs", "all"],
  loss: [
    "squared error",
    "cross-entropy",
    "squared error of softmax",
    "squared error of scores",
    "squared error of the number",
  ],
  optimizer: ["adam", "sgd", "momentum"],
  start: ["torch", "glorot", "he"],
};
export const ACTIVATIONS = CHOICES.activation;

/** All options in the engine's order, with the book's defaults; fitlab.engine.machine has the same. */
export const DEFAULTS = {
  network: "mlp", inputs: 1, outputs: 1, width: 64, depth: 5, activation: "relu", dropout: 0,
  side: 8, channels1: 8, channels2: 16, samples: 10_000, held_out: 0, batch: 64, dealing: "replacement",
  loss: "squared error", optimizer: "adam", lr: 3e-3, weight_decay: 0, epsilon: 1e-8, start: "torch",
  start_factor: 1, tolerance: 5e-4, max_steps: 5_000, check_every: 25, seed: 0,
};
const NAMES = Object.keys(DEFAULTS);
const ALSO = {
  side: ", and even, as 2 x 2 places become one",
  outputs: ", and 1 for the squared error of the number",
};

/** A part of the engine's memory. Made anew every time: memory that grows leaves old views empty. */
export const doubles = (engine, address, length) => new Float64Array(engine.memory.buffer, address, length);

/**
 * A new network that is to be trained on samples, which are counted: x, row by row, and y, a number a sample for
 * classes. The held-out ones are only looked at.
 * @param {any} engine  the exports of engine.wasm
 * @param {Record<string, any>} settings  as in fitlab.Settings; what is left out has the book's default
 * @param {[ArrayLike<number>, ArrayLike<number>]} samples
 * @param {[ArrayLike<number>, ArrayLike<number>]} held
 * @returns {number} how many parameters it has
 */
export function create(engine, settings, [x, y], [heldX, heldY] = [[], []]) {
  const options = complete(settings);
  const { inputs } = options;
  Object.assign(options, { samples: x.length / inputs, held_out: heldX.length / inputs });
  doubles(engine, engine.options(), NAMES.length).set(NAMES.map((name) => numberOf(name, options[name])));
  const count = engine.create();
  if (count < 0) refuse(engine, NAMES[-1 - count], options);
  if (count === 0) {
    throw new Error(`a network of width ${options.width}, depth ${options.depth} does not fit into this page's memory`);
  }
  const size = options.loss === "squared error" ? options.outputs : 1;
  give(engine, "inputs", x, options.samples * inputs);
  give(engine, "targets", y, options.samples * size);
  give(engine, "held_inputs", heldX, options.held_out * inputs);
  give(engine, "held_targets", heldY, options.held_out * size);
  return count;
}

/** All options: those that are given, the others' defaults. @returns {Record<string, any>} */
function complete(settings) {
  const options = Object.fromEntries(NAMES.map((name) => [name, settings[name] ?? DEFAULTS[name]]));
  if (options.network === "cnn") options.inputs = options.side ** 2;
  return options;
}

/** As the engine takes it. */
function numberOf(name, value) {
  const choices = CHOICES[name];
  if (choices && !choices.includes(value)) {
    throw new Error(`${name} ${value} was given; it must be one of ${choices.join(", ")}`);
  }
  return choices ? choices.indexOf(value) : value;
}

function refuse(engine, name, options) {
  const [low, high] = doubles(engine, engine.limits(), 2 * NAMES.length).slice(2 * NAMES.indexOf(name));
  throw new Error(`${name} ${options[name]} was given; it must be from ${low} to ${high}${ALSO[name] ?? ""}`);
}

function give(engine, place, values, size) {
  if (values.length !== size) throw new Error(`${values.length} numbers were given as ${place}; ${size} are needed`);
  doubles(engine, engine[place](), size).set(values);
}
