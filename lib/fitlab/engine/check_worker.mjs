// Checks a claim beside the page: trains all of its trials on the seeds of a reader, and gives its
// numbers and verdict. Whoever wants it to stop ends the worker.
import { allDigits } from "./digits.mjs";
import { asked, evaluated, judged } from "./formulas.mjs";
import { measures } from "./tasks.mjs";

/**
 * @typedef {{ trials: import("./tasks.mjs").Trial[], numbers: Record<string, import("./formulas.mjs").Formula>,
 *   levels: import("./formulas.mjs").Level[], literally: import("./formulas.mjs").Level[] | null }} Plan
 * @typedef {{ run: number, plan: Plan, seeds: number[], digits?: { pixels: string, labels: string } }} Order
 */

let engine; // the exports of engine.wasm
let digits = null; // all of them, once they came

/** The measures that are asked of each trial, each once. @param {Plan} plan @returns {any[][][]} */
function needs({ trials, numbers }) {
  const all = Object.values(numbers).flatMap(asked);
  return trials.map((_, i) => {
    const own = all.filter(([trial]) => trial === i).map(([, measure]) => JSON.stringify(measure));
    return [...new Set(own)].map((text) => JSON.parse(text));
  });
}

/** @param {Order} order */
function check({ run, plan, seeds, digits: given }) {
  if (given) digits ??= allDigits(given);
  const wanted = needs(plan);
  const total = plan.trials.length * seeds.length;
  const found = new Map(); // trial and measure -> a number for each seed
  let done = 0;
  for (const seed of seeds)
    plan.trials.forEach((trial, i) => {
      const values = measures(engine, trial, seed, wanted[i], digits);
      wanted[i].forEach((measure, k) => {
        const key = JSON.stringify([i, measure]);
        found.set(key, [...(found.get(key) ?? []), values[k]]);
      });
      postMessage({ type: "progress", run, done: (done += 1), total });
    });
  const measured = (trial, measure) => found.get(JSON.stringify([trial, measure]));
  const formulas = Object.entries(plan.numbers);
  const numbers = Object.fromEntries(formulas.map(([name, formula]) => [name, evaluated(formula, measured)]));
  const literally = plan.literally && judged(plan.literally, numbers);
  postMessage({ type: "checked", run, numbers, verdict: judged(plan.levels, numbers), literally });
}

onmessage = ({ data: order }) => {
  try {
    if (order.type === "wake") {
      engine = new WebAssembly.Instance(new WebAssembly.Module(order.wasm)).exports;
      postMessage({ type: "ready" });
    } else check(order);
  } catch (error) {
    postMessage({ type: "failed", run: order.run, message: String(error?.message ?? error) });
  }
};
