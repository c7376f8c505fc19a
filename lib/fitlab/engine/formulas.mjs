// The numbers of a claim from the measures of its trials, as fitlab.claims.formulas has them; and the
// verdict that they give, as fitlab.claims.strip.ByLevels.

/**
 * @typedef {number | any[]} Formula  a number, or an operation and its parts; ["measure", i, name, ...] of trial i
 * @typedef {number | number[]} Value  of all seeds, or one a seed
 * @typedef {{ median: number, min: number, max: number }} Spread
 * @typedef {Record<string, number | Spread>} Numbers
 * @typedef {{ value: number | string, plus: number, at_least: string[], at_most: string[], median: boolean,
 *   strict: boolean, otherwise: string }} Level
 */

/** The verdicts, the best first. */
export const VERDICTS = ["holds", "holds with a caveat", "does not hold as stated"];

const several = (value) => (Array.isArray(value) ? value : [value]);
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

function median(value) {
  const sorted = [...several(value)].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** A function of numbers, seed by seed. @param {(...numbers: number[]) => number | boolean} f */
const each =
  (f) =>
  /** @param {Value[]} values @returns {Value} */
  (...values) => {
    const lists = values.filter(Array.isArray);
    if (!lists.length) return Number(f(.../** @type {number[]} */ (values)));
    return lists[0].map((_, i) => Number(f(...values.map((value) => (Array.isArray(value) ? value[i] : value)))));
  };

/** @type {Record<string, (...values: Value[]) => any>} */
export const OPERATIONS = {
  "+": each((a, b) => a + b),
  "-": each((a, b) => a - b),
  "*": each((a, b) => a * b),
  "/": each((a, b) => a / b),
  "<": each((a, b) => a < b),
  "<=": each((a, b) => a <= b),
  abs: each(Math.abs),
  smallest: each(Math.min),
  largest: each(Math.max),
  together: (...values) => values.flat(),
  median,
  lowest: (value) => Math.min(...several(value)),
  highest: (value) => Math.max(...several(value)),
  percent: (value) => 100 * mean(several(value)),
  spread: (value) => ({ median: median(value), min: Math.min(...several(value)), max: Math.max(...several(value)) }),
};

/** @param {Formula} formula @param {(trial: number, measure: any[]) => number[]} measured */
export function evaluated(formula, measured) {
  if (!Array.isArray(formula)) return formula;
  const [operation, ...parts] = formula;
  if (operation === "measure") return measured(parts[0], parts.slice(1));
  return OPERATIONS[operation](...parts.map((part) => evaluated(part, measured)));
}

/** What a formula asks of its trials: [trial, measure]. @param {Formula} formula @returns {[number, any[]][]} */
export function asked(formula) {
  if (!Array.isArray(formula)) return [];
  const [operation, ...parts] = formula;
  return operation === "measure" ? [[parts[0], parts.slice(1)]] : parts.flatMap(asked);
}

/** Smallest, median and largest of a number, which for a single one are the same. */
const parts = (number) =>
  typeof number === "number" ? [number, number, number] : [number.min, number.median, number.max];

/** @param {Level} level @param {Numbers} numbers */
function passed({ value, plus, at_least, at_most, median: inTheMiddle, strict }, numbers) {
  const line = (typeof value === "string" ? parts(numbers[value])[1] : value) + plus;
  const right = [
    ...at_least.map((name) => parts(numbers[name])[inTheMiddle ? 1 : 0] - line),
    ...at_most.map((name) => line - parts(numbers[name])[inTheMiddle ? 1 : 2]),
  ];
  return right.every((by) => (strict ? by > 0 : by >= 0)); // nothing passes that is no number
}

/** The worst verdict that some number asks for. @param {Level[]} levels @param {Numbers} numbers */
export function judged(levels, numbers) {
  const missed = levels.filter((level) => !passed(level, numbers)).map(({ otherwise }) => VERDICTS.indexOf(otherwise));
  return VERDICTS[Math.max(0, ...missed)];
}
