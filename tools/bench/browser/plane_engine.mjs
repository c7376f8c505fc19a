// The book's engine on points of two classes in the plane, without the page around it.
import { create, doubles } from "../../../lib/fitlab/engine/network.mjs";
import { EDGE } from "../../../lib/fitlab/engine/plane.mjs";
import { ENGINE } from "./engine.mjs";
import { pacer } from "./pacer.mjs";
import { instance } from "./wasm.mjs";

const GRID = 4096; // points that the engine takes at a time
const EPOCHS = 10; // that it takes between two looks at the clock

let engine;

export async function load() {
  engine = await instance(ENGINE);
}

const begin = ({ settings, x, y }) => create(engine, settings, [x.flat(), y]);

/** The losses of an epoch's steps. The engine deals the samples out itself. */
export function losses(order) {
  begin(order);
  return order.batches.map(() => (engine.advance(1), engine.loss()));
}

/** Epochs a second; the settings see to it that nothing is checked. */
export function pace(order, ms) {
  begin(order);
  return pacer((epochs) => engine.advance(epochs * order.batches.length), EPOCHS, ms);
}

/** Milliseconds that so many epochs take, and then a surface of side x side places. */
export function frame(order, epochs, side) {
  begin(order);
  const [points, belief] = [places(side), new Float64Array(side * side)];
  const started = performance.now();
  engine.advance(epochs * order.batches.length);
  const trained = performance.now();
  fillSurface(points, belief);
  return { training: trained - started, surface: performance.now() - trained };
}

/** The middles of side x side equal squares: x, y, x, y, ... */
function places(side) {
  const at = (i) => EDGE * ((2 * i + 1) / side - 1);
  const points = Array.from({ length: side * side }, (_, i) => [at(i % side), at(Math.floor(i / side))]);
  return Float64Array.from(points.flat());
}

/** The probability of class 1 at all points. */
function fillSurface(points, belief) {
  for (let first = 0; first < belief.length; first += GRID) {
    const n = Math.min(GRID, belief.length - first);
    doubles(engine, engine.grid(), 2 * n).set(points.subarray(2 * first, 2 * (first + n)));
    engine.predict(n);
    const scores = doubles(engine, engine.answers(), 2 * n);
    for (let i = 0; i < n; i++) belief[first + i] = 1 / (1 + Math.exp(scores[2 * i] - scores[2 * i + 1]));
  }
}

/** A whole training, from creation to its ending. */
export function train(order) {
  const started = performance.now();
  begin(order);
  while (!engine.ending()) engine.advance(2 ** 30);
  const ms = performance.now() - started;
  return { ms, epochs: engine.steps() / order.settings.check_every, wrong: engine.checked_error() };
}
