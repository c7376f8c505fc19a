// What a network is trained on, as fitlab.targets has it: evenly spaced points and the target there.

/** The formulas of fitlab.TARGETS, by name. @type {Record<string, (x: number) => number>} */
export const FORMULAS = {
  sine: Math.sin,
  fast_sine: (x) => Math.sin(3 * x),
  step: (x) => (x < 0 ? -1 : 1),
  absolute: Math.abs,
  runge: (x) => 1 / (1 + 25 * x * x),
  sawtooth: (x) => 2 * (x - Math.floor(x)) - 1,
};

/** The broken line through values at evenly spaced points of [-1, 1]. @param {number[]} values */
export function brokenLine(values) {
  const last = values.length - 1;
  return (x) => {
    const place = ((x + 1) / 2) * last;
    const left = Math.min(Math.max(Math.floor(place), 0), last - 1);
    return values[left] + (values[left + 1] - values[left]) * (place - left);
  };
}

/**
 * `count` evenly spaced points, both ends included.
 * @param {{ low: number, high: number }} interval @param {number} count
 */
export const evenly = ({ low, high }, count) =>
  new Float64Array(count).map((_, i) => low + (high - low) * (i / (count - 1)));
