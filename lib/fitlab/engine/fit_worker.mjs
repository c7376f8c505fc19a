// Trains a function of one number beside the page: see serve.mjs.
import { drawnLine, evenly, FORMULAS } from "./samples.mjs";
import { create, doubles } from "./network.mjs";
import { hingesOf, linearPieces } from "./pieces.mjs";
import { finite, serve } from "./serve.mjs";

const PIECES_SLICE = 4; // ms that finding the pieces of a moving curve may take; else it has none
const CURVE_POINTS = 201;
const LOOKED_AT = 625; // samples for the MSE of a moment: of 10,000 every 16th, as a check has it

/**
 * A new network. interval: the target's.
 * @param {any} engine
 * @param {{ settings: import("../explorables/fit.mjs").Settings, interval: { low: number, high: number } }} order
 */
function begin(engine, { settings, interval }) {
  const count = create(engine, settings, samplesOf(settings, interval));
  return { count, interval, grid: evenly(interval, CURVE_POINTS), mse: undefined, piecesTook: 0 };
}

/** The samples x and y. They are kept: most networks in a row have the same. */
let kept = { key: "", samples: /** @type {[number[], number[]]} */ ([[], []]) };
function samplesOf({ target, drawing, samples }, interval) {
  const key = JSON.stringify([target, target === "drawn" && drawing, samples, interval]);
  if (key !== kept.key) {
    const f = target === "drawn" ? drawnLine(drawing) : FORMULAS[target];
    const x = evenly(interval, samples);
    kept = { key, samples: [x, x.map(f)] };
  }
  return kept.samples;
}

/** What a check found, [step, MSE]. */
function check(engine, network) {
  network.mse = finite(engine.checked_error());
  return [engine.steps(), network.mse];
}

function picture(engine, network, moving) {
  // the check that found it converged has looked at all samples; a check may look at some only
  const known = moving || engine.ending() === 1;
  const mse = known ? network.mse : finite(engine.evaluate(0));
  return { mse, curve: curve(engine, network), ...pieces(engine, network, moving) };
}

const moment = (engine, network) => ({
  mse: lookedAtMse(engine),
  curve: curve(engine, network),
  ...pieces(engine, network, false),
});

/** The MSE of now on some of the samples. */
function lookedAtMse(engine) {
  const [x, y] = kept.samples;
  const stride = Math.ceil(x.length / LOOKED_AT);
  const some = (values) => values.filter((_, i) => i % stride === 0);
  const predicted = predict(engine, some(x));
  const sum = some(y).reduce((total, value, i) => total + (predicted[i] - value) ** 2, 0);
  return finite(sum / predicted.length);
}

/** The network on evenly spaced points. */
const curve = (engine, { grid }) => Array.from(predict(engine, grid), finite);

/** The network at x: a view of the engine's memory, to be copied at once. @param {any} engine @param {number[]} x */
function predict(engine, x) {
  doubles(engine, engine.grid(), x.length).set(x);
  engine.predict(x.length);
  return doubles(engine, engine.answers(), x.length);
}

/** The pieces and hinges; of a moving curve only when they are not too dear. */
function pieces(engine, network, moving) {
  const started = performance.now();
  const numbers = doubles(engine, engine.parameters(), network.count);
  const none = network.settings.activation === "tanh" || !numbers.every(Number.isFinite);
  if (none || (moving && network.piecesTook > PIECES_SLICE)) return { pieces: null, hinges: [] };
  const found = linearPieces(numbers, network.settings, network.interval);
  network.piecesTook = performance.now() - started;
  return { pieces: found.slopes.length, hinges: hingesOf(found) };
}

serve({ begin, check, picture, moment });
