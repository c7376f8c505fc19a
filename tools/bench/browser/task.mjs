// What every contestant has to do: fit sin on evenly spaced points, on the given batches, and look
// every 25 steps whether it is done, first at some points and then at all.
import { evenly, FORMULAS } from "../../../lib/fitlab/engine/samples.mjs";

const SCREEN_EVERY = 16; // as in fitlab.training
export const SCREEN_FACTOR = 1.5;
const INTERVAL = { low: -Math.PI, high: Math.PI };

/** The points and the target there. @param {number} count */
export function points(count) {
  const x = Float64Array.from(evenly(INTERVAL, count));
  return { x, y: x.map(FORMULAS.sine) };
}

/** Every 16th of them. */
export function screened({ x, y }) {
  const some = (values) => values.filter((_, i) => i % SCREEN_EVERY === 0);
  return { x: some(x), y: some(y) };
}

/**
 * Train a network until it is done.
 * @param {{ settings: object, batches: number[][] }} order  after the last batch comes the first
 * @param {(batch: number) => void} step  @param {(screened: boolean) => number} mse
 */
export function untilDone({ settings, batches }, step, mse) {
  const { tolerance, max_steps, check_every } = settings;
  for (let steps = 1; ; steps++) {
    step((steps - 1) % batches.length);
    if (steps % check_every) continue;
    let found = mse(true);
    if (found < SCREEN_FACTOR * tolerance) found = mse(false);
    if (found < tolerance || steps >= max_steps) return { steps, mse: found };
  }
}
