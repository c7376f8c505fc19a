// A claim's check: all of its trials on some seeds, and the numbers and verdict that they give.
import { asked, evaluated, judged } from "./formulas.mjs";
import { measures } from "./tasks.mjs";

/**
 * A plan, as fitlab.claims.plans.as_json makes it.
 * @typedef {{ trials: import("./tasks.mjs").Trial[], numbers: Record<string, import("./formulas.mjs").Formula>,
 *   levels: import("./formulas.mjs").Level[], literally: import("./formulas.mjs").Level[] | null }} Plan
 * @typedef {{ numbers: import("./formulas.mjs").Numbers, verdict: string, literally: string | null }} Found
 */

/** The measures that are asked of each trial, each once. @param {Plan} plan @returns {any[][][]} */
function needs({ trials, numbers }) {
  const all = Object.values(numbers).flatMap(asked);
  return trials.map((_, i) => {
    const own = all.filter(([trial]) => trial === i).map(([, measure]) => JSON.stringify(measure));
    return [...new Set(own)].map((text) => JSON.parse(text));
  });
}

/**
 * @param {any} engine  the exports of engine.wasm @param {Plan} plan @param {number[]} seeds
 * @param {import("./digits.mjs").Labelled | null} digits  all of them, if a trial needs them
 * @param {(done: number, total: number) => void} tell  hears of every training
 * @returns {Found}
 */
export function check(engine, plan, seeds, digits, tell) {
  const wanted = needs(plan);
  const found = new Map(); // trial and measure -> a number for each seed
  let done = 0;
  for (const seed of seeds)
    plan.trials.forEach((trial, i) => {
      const values = measures(engine, trial, seed, wanted[i], digits);
      wanted[i].forEach((measure, k) => {
        const key = JSON.stringify([i, measure]);
        found.set(key, [...(found.get(key) ?? []), values[k]]);
      });
      tell((done += 1), plan.trials.length * seeds.length);
    });
  const measured = (trial, measure) => found.get(JSON.stringify([trial, measure]));
  const formulas = Object.entries(plan.numbers);
  const numbers = Object.fromEntries(formulas.map(([name, formula]) => [name, evaluated(formula, measured)]));
  return { numbers, verdict: judged(plan.levels, numbers), literally: plan.literally && judged(plan.literally, numbers) };
}
