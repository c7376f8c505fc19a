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

/**
 * `count` evenly spaced points, both ends included.
 * @param {{ low: number, high: number }} interval @param {number} count @returns {number[]}
 */
export const evenly = ({ low, high }, count) =>
  Array.from({ length: count }, (_, i) => low + (high - low) * (i / (count - 1)));

/**
 * The broken line through points that go to the right; beyond them its end pieces go straight on.
 * @param {[number, number][]} points  at least two @returns {(x: number) => number}
 */
export function brokenLine(points) {
  return (x) => {
    let [left, right] = [0, points.length - 1];
    while (right - left > 1) {
      const middle = (left + right) >> 1;
      if (points[middle][0] <= x) left = middle;
      else right = middle;
    }
    const [[x0, y0], [x1, y1]] = [points[left], points[right]];
    return y0 + ((x - x0) * (y1 - y0)) / (x1 - x0);
  };
}

/** The interval that a drawing goes over. */
export const PAPER = { low: -1, high: 1 };

/** The broken line of a drawing: through values at evenly spaced points. @param {number[]} values */
export const drawnLine = (values) => brokenLine(evenly(PAPER, values.length).map((x, i) => [x, values[i]]));
