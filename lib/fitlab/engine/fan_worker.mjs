// Trains a fan of networks through a few points, one seed after the other, beside the page: serve.mjs.
import { bendingOfPieces, bendingOfValues, FINE } from "./few_points.mjs";
import { create, doubles } from "./network.mjs";
import { linearPieces } from "./pieces.mjs";
import { evenly } from "./samples.mjs";
import { serve } from "./serve.mjs";

/**
 * @typedef {import("../explorables/fan.mjs").Settings} Settings
 * @typedef {import("../explorables/fan.mjs").Network} Network
 */

// A fan: settings of the engine, points, seed of the network that is trained now, and those that
// have ended, with the steps that they took.

const GRID = 4096; // points that the engine takes at a time
const CONVERGED = 1; // as engine.c numbers it

/** @param {Settings} settings @param {{ lr: number, tolerance: number, max_steps: number, check_every: number }} rules */
function engineSettings({ width, activation, optimizer, start_factor }, rules) {
  return { width, depth: 1, activation, optimizer, start_factor, dealing: "all", ...rules };
}

/** Of a seed: the network that is trained next. */
function make(engine, { settings, points }, seed) {
  return create(engine, { ...settings, seed }, [points.map(([x]) => x), points.map(([, y]) => y)]);
}

function begin(engine, { settings: given, rules, fan: { networks, curve, reach: [low, high] } }) {
  const { points, seed } = given;
  const settings = engineSettings(given, rules);
  const count = make(engine, { settings, points }, seed);
  return { count, settings, points, seed, total: networks, grid: evenly({ low, high }, curve), networks: [], steps: 0 };
}

/** The network's answers, in parts that the engine takes. @param {any} engine @param {number[]} x */
function predict(engine, x) {
  const answers = [];
  for (let from = 0; from < x.length; from += GRID) {
    const part = x.slice(from, from + GRID);
    doubles(engine, engine.grid(), part.length).set(part);
    engine.predict(part.length);
    answers.push(...doubles(engine, engine.answers(), part.length));
  }
  return answers;
}

/** What there is to know of the network that is in the engine. @param {any} engine @returns {Network} */
function known(engine, { count, settings, points, seed, grid }) {
  const parameters = Float64Array.from(doubles(engine, engine.parameters(), count));
  const between = { low: points[0][0], high: points.at(-1)[0] };
  const finite = parameters.every(Number.isFinite);
  const broken = settings.activation !== "tanh";
  const bending = () => {
    if (broken) return bendingOfPieces(parameters, settings, between);
    const fine = evenly(between, FINE);
    return bendingOfValues(predict(engine, fine), fine[1] - fine[0]);
  };
  return {
    seed,
    hit: engine.ending() ? engine.ending() === CONVERGED : null,
    steps: engine.steps(),
    curve: predict(engine, grid).map((y) => (Number.isFinite(y) ? y : null)),
    bending: finite ? bending() : null,
    hinges: finite && broken ? changesOfSlope(linearPieces(parameters, settings, between)) : [],
  };
}

/** Where the slope changes, and by how much. @returns {[number, number][]} */
const changesOfSlope = ({ knots, slopes }) => knots.slice(1, -1).map((x, i) => [x, slopes[i + 1] - slopes[i]]);

/** The next seed, when one has ended. @param {any} engine @param {any} fan */
function next(engine, fan) {
  fan.networks.push(known(engine, fan));
  fan.steps += engine.steps();
  if (fan.networks.length === fan.total) return false;
  fan.seed += 1;
  make(engine, fan, fan.seed);
  return true;
}

const check = (engine, fan) => [fan.steps + engine.steps(), fan.networks.length];

/** All that have ended, and the one that is on its way. */
function picture(engine, fan) {
  const all = fan.networks.length === fan.total;
  const networks = all ? fan.networks : [...fan.networks, known(engine, fan)];
  return { step: fan.steps + (all ? 0 : engine.steps()), networks };
}

const ending = ({ networks }) => (networks.every(({ hit }) => hit) ? "converged" : "out of steps");

serve({ begin, check, picture, next, ending });
