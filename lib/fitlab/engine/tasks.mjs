// What the trials of claims train, and what is measured of their networks: the tasks and measures of
// fitlab.claims.measures, by the same names.
import { accuracyOfSurest, bestScale, calibrationError, claims, logLoss, meanConfidence, scaledLogLoss } from "./beliefs.mjs";
import { CODES, NAMED, nearestWord, split } from "./digits.mjs";
import { create, doubles } from "./network.mjs";
import { linearPieces } from "./pieces.mjs";
import { EDGE, puzzle } from "./plane.mjs";
import { linearRegions, MOST_REGIONS } from "./regions.mjs";
import { evenly, FORMULAS } from "./samples.mjs";
import { DEGREES, meanSquare, taylorPolynomial, worth } from "./taylor.mjs";

/**
 * @typedef {{ task: string, options: Record<string, any>, data: Record<string, any> }} Trial
 * @typedef {object} Run  one network of a trial
 * @property {any} engine @property {Record<string, any>} options @property {number} count  of parameters
 * @property {any} data  what it learns, and what its task needs besides
 * @property {number[]} losses  of the steps, where they are asked for
 * @property {[number, number][]} checks  step and error
 * @property {Record<string, any>} kept  what several measures need, found once
 *
 * @typedef {object} Task
 * @property {(trial: Trial, seed: number, digits: import("./digits.mjs").Labelled | null) =>
 *   { x: number[], y: number[], held?: [number[], number[]], [more: string]: any }} data
 * @property {(run: Run) => void} [train]  if it is not trained to its ending in the usual way
 * @property {Record<string, (run: Run, ...needs: any[]) => number>} measures  of the trained network
 * @property {Record<string, (run: Run, ...needs: any[]) => number>} [before]  of the untrained one
 */

const MOST = 2 ** 31 - 1; // steps: on to the next check
const GRID = 4096; // points that the engine takes at a time
const LAST = 100; // steps whose losses are averaged
const INTERVAL = { low: -Math.PI, high: Math.PI };
const SAMPLES = 10_000;
const SCREENED = 16; // a check looks at every 16th sample first

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const parametersOf = ({ engine, count }) => Float64Array.from(doubles(engine, engine.parameters(), count));

/** What several measures need, found once for a run. @template T @param {Run} run @param {string} name @param {() => T} find @returns {T} */
const once = (run, name, find) => (run.kept[name] ??= find());

/** The outputs for points, row by row. @param {Run} run @param {number[]} points @returns {Float64Array} */
function predicted({ engine, options: { inputs = 1, outputs = 1 } }, points) {
  const n = points.length / inputs;
  const answers = new Float64Array(n * outputs);
  for (let first = 0; first < n; first += GRID) {
    const count = Math.min(GRID, n - first);
    doubles(engine, engine.grid(), inputs * count).set(points.slice(inputs * first, inputs * (first + count)));
    engine.predict(count);
    answers.set(doubles(engine, engine.answers(), outputs * count), outputs * first);
  }
  return answers;
}

// ---------------------------------------------------------------------------- fits of sin

const onSine = { x: evenly(INTERVAL, SAMPLES), y: evenly(INTERVAL, SAMPLES).map(FORMULAS.sine) };

const piecesOf = (run) =>
  linearPieces(parametersOf(run), { width: 64, depth: 5, activation: "relu", ...run.options }, INTERVAL).slopes.length;

/** Its distances to Taylor's polynomials, by degree. @param {Run} run @returns {Map<number, number>} */
const distances = (run) =>
  once(run, "distances", () => {
    const answers = predicted(run, onSine.x);
    return new Map(DEGREES.map((degree) => [degree, meanSquare(answers, onTaylor(degree))]));
  });

/** A polynomial on the samples, kept. */
const kept = new Map();
function onTaylor(degree) {
  if (!kept.has(degree)) kept.set(degree, onSine.x.map(taylorPolynomial(degree)));
  return kept.get(degree);
}

function nearestDegree(run) {
  const all = distances(run);
  return DEGREES.reduce((nearest, degree) => (all.get(degree) < all.get(nearest) ? degree : nearest));
}

function rmseBetween(run, low, high) {
  const x = evenly({ low: low * Math.PI, high: high * Math.PI }, SAMPLES);
  return Math.sqrt(meanSquare(predicted(run, x), x.map(Math.sin)));
}

/** @type {Task} */
const FITS = {
  data: () => onSine,
  measures: {
    converged: ({ engine }) => Number(engine.ending() === 1),
    steps: ({ engine }) => engine.steps(),
    MSE: ({ engine }) => engine.evaluate(0),
    "last losses": ({ losses }) => mean(losses.slice(-LAST)),
    pieces: piecesOf,
    "distance to Taylor": (run, degree) => distances(run).get(degree),
    "nearest degree": nearestDegree,
    worth: ({ engine }) => worth(engine.evaluate(0), onSine.x, onSine.y),
    "RMSE between": rmseBetween,
  },
  before: { "pieces before": piecesOf },
};

// ---------------------------------------------------------------------------- four rules to stop one training

const ONE_BATCH = "one mini-batch";

/** What three rules look at. @param {ArrayLike<number>} answers @param {number[]} y */
function errorsOf(answers, y) {
  const off = y.map((value, i) => Math.abs(answers[i] - value));
  return { MSE: meanSquare(answers, y), "mean error": mean(off), "largest error": off.reduce((a, b) => Math.max(a, b), 0) };
}

/** As fitlab.regression.stops. @param {Run} run */
function watchStops(run) {
  const { engine, options, data: { goal } } = run;
  const few = (values) => values.filter((_, i) => i % SCREENED === 0);
  const [x, y] = [few(onSine.x), few(onSine.y)];
  const stops = (run.kept.stops = {});
  run.kept.lowest = Infinity;
  while (!engine.ending()) {
    engine.advance(stops[ONE_BATCH] ? MOST : 1);
    if (!stops[ONE_BATCH] && engine.loss() < goal) stops[ONE_BATCH] = { step: engine.steps(), mse: engine.evaluate(0) };
    if (engine.steps() % options.check_every) continue;
    const errors = errorsOf(predicted(run, x), y);
    run.kept.lowest = Math.min(run.kept.lowest, errors["largest error"]);
    for (const [rule, error] of Object.entries(errors)) {
      if (stops[rule] || error >= goal) continue;
      const whole = errorsOf(predicted(run, onSine.x), onSine.y);
      if (whole[rule] < goal) stops[rule] = { step: engine.steps(), mse: whole.MSE };
    }
  }
}

/** @type {Task} */
const STOPS = {
  data: ({ data }) => ({ ...onSine, ...data }),
  train: watchStops,
  measures: {
    stopped: ({ kept: { stops } }, rule) => Number(rule in stops),
    step: ({ kept: { stops } }, rule) => stops[rule]?.step ?? Infinity,
    "MSE then": ({ kept: { stops } }, rule) => stops[rule]?.mse ?? Infinity,
    "lowest largest error": ({ kept: { lowest } }) => lowest,
  },
};

// ---------------------------------------------------------------------------- digits

/** As the engine takes them. @param {import("./digits.mjs").Labelled} examples @returns {[number[], number[]]} */
const given = ({ x, y }) => [x.flat(), y];

/** The share right of the held-out digits. */
function accuracy({ engine }) {
  engine.evaluate(1);
  return engine.accuracy();
}

/** The scores of digits, row by row. @param {Run} run @param {[number[], number[]]} digits @returns {number[][]} */
function scoresOf(run, [x, y]) {
  const { outputs } = run.options;
  const flat = Array.from(predicted(run, x));
  return y.map((_, i) => flat.slice(outputs * i, outputs * (i + 1)));
}

/** Those of the held-out digits. */
const heldScores = (run) => once(run, "scores", () => scoresOf(run, run.data.held));

/** The log-loss on the held-out digits, by a way to read scores. */
function logLossOf(run, read = "softmax") {
  const [scores, y] = [heldScores(run), run.data.held[1]];
  if (read !== "scaled") return logLoss(scores, y, read);
  const { x, y: labels } = run.data;
  return scaledLogLoss(scores, y, bestScale(scoresOf(run, [x, labels]), labels));
}

const claimsOf = (run) => once(run, "claims", () => claims(heldScores(run), run.data.held[1]));

/** How far an untrained stack of linear layers is from the one affine map that it is. @param {Run} run */
function collapseError(run) {
  const { inputs, outputs, width, depth } = run.options;
  const numbers = parametersOf(run);
  let start = 0;
  /** What is in every unit: its weights of all inputs, and its bias. @type {number[][]} */
  let map = Array.from({ length: inputs }, (_, i) => Array.from({ length: inputs + 1 }, (__, j) => Number(i === j)));
  for (let layer = 0; layer <= depth; layer++) {
    const [units, before] = [layer === depth ? outputs : width, map];
    const weights = numbers.subarray(start, start + units * before.length);
    const biases = numbers.subarray(start + weights.length, start + weights.length + units);
    map = Array.from({ length: units }, (_, u) => composed(weights.subarray(u * before.length, (u + 1) * before.length), biases[u], before));
    start += weights.length + units;
  }
  const answers = predicted(run, run.data.held[0]);
  const off = run.data.held[1].map((_, i) => {
    const x = run.data.held[0].slice(inputs * i, inputs * (i + 1));
    return Math.max(...map.map((unit, u) => Math.abs(applied(unit, x) - answers[outputs * i + u])));
  });
  return Math.max(...off);
}

/** A unit on top of others: its weights of the inputs, and its bias. */
const composed = (weights, bias, before) =>
  before[0].map((_, j) => before.reduce((sum, unit, i) => sum + weights[i] * unit[j], j === before[0].length - 1 ? bias : 0));

const applied = (unit, x) => x.reduce((sum, value, j) => sum + unit[j] * value, unit[x.length]);

/** @type {Task} */
const DIGITS = {
  data({ data: { labels } }, seed, digits) {
    const { training, held } = NAMED[labels](split(digits, seed), seed);
    const [x, y] = given(training);
    return { x, y, held: given(held) };
  },
  measures: {
    learnt: ({ engine }) => Number(engine.ending() === 1),
    epochs: ({ engine, options }) => engine.steps() / options.check_every,
    accuracy,
    "accuracy of the surest": (run, share) => accuracyOfSurest(claimsOf(run), share),
    confidence: (run) => meanConfidence(claimsOf(run)),
    "calibration error": (run) => calibrationError(claimsOf(run)),
    "log-loss": logLossOf,
  },
  before: { "collapse error": collapseError },
};

/** @type {Task} */
const CODED = {
  data({ options: { outputs }, data: { code, n } }, seed, digits) {
    const { training, held } = split(digits, seed);
    const words = CODES[code](seed, outputs);
    const some = n ?? training.y.length;
    const y = training.y.slice(0, some).flatMap((label) => words[label]);
    return { x: training.x.slice(0, some).flat(), y, words, asked: given(held) };
  },
  measures: {
    accuracy(run) {
      const { words, asked: [x, y] } = run.data;
      const k = run.options.outputs;
      const answers = predicted(run, x);
      return mean(y.map((label, i) => Number(nearestWord(words, answers.subarray(k * i, k * (i + 1))) === label)));
    },
  },
};

// ---------------------------------------------------------------------------- points in the plane

const regionsOf = (run) =>
  linearRegions(parametersOf(run), /** @type {any} */ (run.options), { low: -EDGE, high: EDGE }, MOST_REGIONS).parts.length;

/** @type {Task} */
const REGIONS = {
  data({ data: { puzzle: name, ...how } }, seed) {
    const { x, y } = puzzle(name, { seed, .../** @type {any} */ (how) });
    return { ...how, x: x.flat(), y };
  },
  measures: {
    regions: regionsOf,
    "epochs until learnt"({ checks, data: { learnt } }) {
      const first = checks.findIndex(([, wrong]) => 1 - wrong >= learnt);
      return (first < 0 ? checks.length : first) + 1;
    },
  },
  before: { "regions before": regionsOf },
};

/** @type {Record<string, Task>} */
export const TASKS = { sine: FITS, stops: STOPS, digits: DIGITS, codes: CODED, regions: REGIONS };

// ---------------------------------------------------------------------------- a run

/** Take it to its ending. @param {Run} run @param {boolean} everyLoss  whether all losses are asked for */
function train(run, everyLoss) {
  const { engine, options } = run;
  while (!engine.ending()) {
    engine.advance(everyLoss ? 1 : MOST);
    if (everyLoss) run.losses.push(engine.loss());
    if (engine.steps() % (options.check_every ?? 1) === 0) run.checks.push([engine.steps(), engine.checked_error()]);
  }
}

/**
 * What a trial's network of a seed gives: a number for each of the measures, [name, ...what it needs].
 * @param {any} engine @param {Trial} trial @param {number} seed @param {any[][]} asked
 * @param {import("./digits.mjs").Labelled | null} digits
 * @returns {number[]}
 */
export function measures(engine, trial, seed, asked, digits) {
  const task = TASKS[trial.task];
  const data = task.data(trial, seed, digits);
  const options = { ...trial.options, seed };
  const count = create(engine, options, [data.x, data.y], data.held);
  /** @type {Run} */
  const run = { engine, options, count, data, losses: [], checks: [], kept: {} };
  const early = asked.map(([name, ...needs]) => task.before?.[name]?.(run, ...needs));
  if (early.every((value) => value !== undefined)) return early;
  if (task.train) task.train(run);
  else train(run, asked.some(([name]) => name === "last losses"));
  return asked.map(([name, ...needs], i) => early[i] ?? task.measures[name](run, ...needs));
}
