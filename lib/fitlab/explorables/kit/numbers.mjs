// Arithmetic that many need.

/** The value, or the end of [low, high] that is nearest to it. */
export const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

/** The value with so many decimals, as an address can hold it. */
export const rounded = (value, decimals) => Math.round(value * 10 ** decimals) / 10 ** decimals;

/** @param {number[]} values */
export const total = (values) => values.reduce((sum, value) => sum + value, 0);

/** The place of the stop that is nearest to a value. */
export function nearest(stops, value) {
  const distances = stops.map((stop) => Math.abs(stop - value));
  return distances.indexOf(Math.min(...distances));
}

/** Whole parts of `sum` in proportion to the weights; what is left goes where most was cut off. */
export function apportion(weights, sum) {
  const all = total(weights);
  const exact = weights.map((weight) => (all > 0 ? (weight / all) * sum : sum / weights.length));
  const parts = exact.map(Math.floor);
  const order = exact.map((_, k) => k).sort((a, b) => exact[b] - parts[b] - (exact[a] - parts[a]) || a - b);
  for (let k = 0; total(parts) < sum; k += 1) parts[order[k]] += 1;
  return parts;
}

/** At most about so many of a list, evenly, and the last. @template T @param {T[]} list @param {number} most */
export function thinned(list, most) {
  const stride = Math.ceil(list.length / most);
  return list.filter((_, i) => i % stride === 0 || i === list.length - 1);
}
