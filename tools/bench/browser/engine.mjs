// The book's engine as a contestant: the committed engine.wasm, without the page around it.
import { create } from "../../../lib/fitlab/engine/network.mjs";
import { pacer } from "./pacer.mjs";
import { instance } from "./wasm.mjs";
import { points } from "./task.mjs";

export const ENGINE = "/lib/fitlab/engine/engine.wasm";

let engine;

export async function load() {
  engine = await instance(ENGINE);
}

/** A new network; what a page does before its first step. */
function begin(engine, settings) {
  const { x, y } = points(settings.samples);
  create(engine, settings, [x, y]);
}

/** A whole fit. The engine draws its own weights and batches, which the others are given. */
export function fit({ settings }) {
  const started = performance.now();
  begin(engine, settings);
  while (!engine.ending()) engine.advance(2 ** 30);
  const ms = performance.now() - started;
  return { ms, steps: engine.steps(), mse: engine.evaluate(0) };
}

/** The loss of the first steps. */
export function losses({ settings }, count) {
  begin(engine, settings);
  return Array.from({ length: count }, () => (engine.advance(1), engine.loss()));
}

/** An engine of its own, with a network that has taken its first step. */
export async function start(settings) {
  const engine = await instance(ENGINE);
  begin(engine, settings);
  engine.advance(1);
  return engine;
}

/** Steps a second; the settings see to it that nothing is checked. */
export function pace(settings, ms) {
  begin(engine, settings);
  return pacer(engine.advance, 10, ms);
}
