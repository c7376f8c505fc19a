// The book's engine as a contestant: the committed engine.wasm, without the page around it.
import { create } from "./wasm.mjs";
import { points } from "./task.mjs";

let engine;

/** Get ready; the file is what the page carries. */
export async function load() {
  engine = await create("/engine/engine.wasm");
}

/** A new network; what a page does before its first step. */
function begin({ width, depth, batch, lr, tolerance, max_steps, check_every, samples, seed }) {
  engine.create(width, depth, 0, 0, samples, batch, lr, tolerance, max_steps, check_every, seed);
  const { x, y } = points(samples);
  new Float64Array(engine.memory.buffer, engine.inputs(), samples).set(x);
  new Float64Array(engine.memory.buffer, engine.targets(), samples).set(y);
}

/** A whole fit. It draws its own weights and batches, which the others are given. */
export function fit({ settings }) {
  const started = performance.now();
  begin(settings);
  while (!engine.ending()) engine.advance(2 ** 30);
  const ms = performance.now() - started;
  return { ms, steps: engine.steps(), mse: engine.mse() };
}

/** The loss of the first steps. */
export function losses({ settings }, count) {
  begin(settings);
  return Array.from({ length: count }, () => (engine.advance(1), engine.loss()));
}

/** Steps in a second, from at least `ms` of them; nothing is checked in between. */
export function pace(settings, ms) {
  begin({ ...settings, tolerance: 0, max_steps: 1e7, check_every: 1e6 });
  engine.advance(1);
  const portion = Math.max(1, Math.round(2e8 / (settings.batch * settings.depth * settings.width ** 2 * 6)));
  const started = performance.now();
  let steps = 0;
  let now = started;
  while (now < started + ms) {
    steps += engine.advance(portion);
    now = performance.now();
  }
  return (1e3 * steps) / (now - started);
}
