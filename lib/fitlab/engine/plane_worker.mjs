// Trains a network on points of two classes in the plane, beside the page: see serve.mjs.
import { create, doubles } from "./network.mjs";
import { EDGE, pointsOf } from "./plane.mjs";
import { linearRegions, MOST_REGIONS } from "./regions.mjs";
import { finite, serve } from "./serve.mjs";

const TILE = 64; // points whose activations the engine keeps
const FINE = 100; // places of the surface on either axis,
const COARSE = 50; // and while it moves, of a network with more parameters than
const LARGE = 1000;
const MAP = 20; // places of a unit's own map, on either axis
const REGIONS_SLICE = 4; // ms that finding the regions of a moving network may take; else it has none
const REGIONS_PATIENCE = 250; // ms that it may take at the end
const MAPPED = 8; // units of a layer that have a map

/**
 * What is trained: the settings of a reader as those of the engine.
 * @param {import("../explorables/plane.mjs").Settings} settings @param {import("./plane.mjs").Puzzle} points
 */
function engineSettings({ max_epochs, ...settings }, { y, held }) {
  const check_every = Math.ceil(y.length / settings.batch); // after every epoch
  const shape = { inputs: 2, outputs: 2, samples: y.length, held_out: held.y.length };
  return { ...settings, ...shape, dealing: "epochs", check_every, max_steps: max_epochs * check_every };
}

function begin(engine, { settings }) {
  const points = pointsOf(settings);
  const own = engineSettings(settings, points);
  const count = create(engine, own, [points.x.flat(), points.y], [points.held.x.flat(), points.held.y]);
  return { count, settings: own, regionsAreDear: false };
}

/** What a check found: [step, loss, share right, and both of the points held out]. */
function check(engine) {
  return [engine.steps(), ...measured(engine, 0), ...measured(engine, 1)];
}

/** Loss and share right, of the training samples (0) or those held out (1). */
function measured(engine, which) {
  const loss = finite(engine.evaluate(which));
  return [loss, loss === null ? null : finite(engine.accuracy())]; // what is no number is no answer
}

function picture(engine, network, moving) {
  const [, ...found] = check(engine);
  const side = moving && network.count > LARGE ? COARSE : FINE;
  return {
    found,
    epoch: engine.steps() / network.settings.check_every,
    ...maps(engine, network, side),
    parameters: Array.from(doubles(engine, engine.parameters(), network.count)),
    ...regions(engine, network, moving),
  };
}

const moment = (engine, network) => picture(engine, network, true);

/** The belief in class 1 on side x side places, row by row from below, and what every unit makes of fewer. */
function maps(engine, network, side) {
  const raw = predict(engine, places(side));
  const belief = beliefOf(network.settings.loss);
  const surface = Array.from({ length: side * side }, (_, i) => finite(belief(raw[2 * i], raw[2 * i + 1])));
  return { surface, units: unitMaps(engine, network.settings) };
}

/** What a network's two scores say of class 1, from 0 to 1. */
const beliefOf = (loss) =>
  loss === "squared error of scores"
    ? (zero, one) => Math.min(1, Math.max(0, (1 + one - zero) / 2))
    : (zero, one) => 1 / (1 + Math.exp(zero - one));

/** The middles of side x side equal squares: x, y, x, y, ... */
const places = (side) => {
  const at = (i) => EDGE * ((2 * i + 1) / side - 1);
  return Array.from({ length: 2 * side * side }, (_, i) => at(i % 2 ? Math.floor(i / 2 / side) : (i >> 1) % side));
};

const GRID = 4096; // points that the engine takes at a time

/** Both scores at every point. @param {number[]} points  x, y, x, y, ... @returns {Float64Array} */
function predict(engine, points) {
  const n = points.length / 2;
  const scores = new Float64Array(2 * n);
  for (let first = 0; first < n; first += GRID) {
    const count = Math.min(GRID, n - first);
    doubles(engine, engine.grid(), 2 * count).set(points.slice(2 * first, 2 * (first + count)));
    engine.predict(count);
    scores.set(doubles(engine, engine.answers(), 2 * count), 2 * first);
  }
  return scores;
}

/** The values of the first few units of every hidden layer on MAP x MAP places: [layer][unit][place]. */
function unitMaps(engine, { width, depth }) {
  const points = places(MAP);
  const found = Array.from({ length: depth }, () => Array.from({ length: Math.min(width, MAPPED) }, () => []));
  for (let first = 0; first < MAP * MAP; first += TILE) {
    const count = Math.min(TILE, MAP * MAP - first);
    doubles(engine, engine.grid(), 2 * count).set(points.slice(2 * first, 2 * (first + count)));
    engine.predict(count);
    found.forEach((units, layer) => {
      const stride = engine.stride(layer);
      const values = doubles(engine, engine.activations(layer), count * stride);
      for (const [u, map] of units.entries()) for (let i = 0; i < count; i++) map.push(finite(values[i * stride + u]));
    });
  }
  return found;
}

/** The linear regions: their corners, and how many; of a moving network only when they are not too dear. */
function regions(engine, network, moving) {
  const numbers = doubles(engine, engine.parameters(), network.count);
  const none = network.settings.activation === "tanh" || !numbers.every(Number.isFinite);
  if (none || (moving && network.regionsAreDear)) return { regions: null, count: null };
  const deadline = performance.now() + (moving ? REGIONS_SLICE : REGIONS_PATIENCE);
  const { parts, complete } = linearRegions(numbers, network.settings, { low: -EDGE, high: EDGE }, MOST_REGIONS, deadline);
  network.regionsAreDear = performance.now() > deadline;
  if (moving && !complete) return { regions: null, count: null };
  return { regions: complete ? parts.map(({ corners }) => corners) : null, count: parts.length, more: !complete };
}

serve({ begin, check, picture, moment });
