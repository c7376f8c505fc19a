// The linear regions of a ReLU network in a square of the plane, found exactly by cutting polygons:
// fitlab.classification.regions, where the why is told.

/**
 * A convex polygon, its corners x, y, x, y, ... in order, and on it the affine map of every unit of
 * one layer: a, b, c of a x + b y + c, one after the other.
 * @typedef {{ corners: number[], units: Float64Array }} Part
 */

const ON_THE_LINE = 1e-12; // as in regions.py

/** Where a search may give up, as in regions.py. */
export const MOST_REGIONS = 20_000;

/**
 * The regions in the square from low to high. Whoever finds more than `most`, or takes longer than until
 * `deadline` (of performance.now), gives up: then it is not complete, and there are more than were found.
 * The parameters (as torch orders them) must be finite, the activation "relu" or "identity".
 * @param {Float64Array} parameters
 * @param {{ width: number, depth: number, activation: string, outputs: number }} network
 * @param {{ low: number, high: number }} square @param {number} most @param {number} [deadline]
 * @returns {{ parts: Part[], complete: boolean }}
 */
export function linearRegions(parameters, { width, depth, activation, outputs }, { low, high }, most, deadline = Infinity) {
  /** @type {Part[]} */
  let parts = [{ corners: [low, low, high, low, high, high, low, high], units: Float64Array.of(1, 0, 0, 0, 1, 0) }];
  let start = 0;
  let inputs = 2;
  for (let layer = 0; layer <= depth; layer++) {
    const count = layer === depth ? outputs : width;
    const end = start + count * (inputs + 1);
    const numbers = parameters.subarray(start, end);
    for (const part of parts) part.units = composed(numbers, part.units, count);
    if (activation === "relu" && layer < depth) {
      const cut = [];
      for (const part of parts) {
        cut.push(...rectified(part));
        if (cut.length > most || performance.now() > deadline) return { parts: cut, complete: false };
      }
      parts = cut;
    }
    [start, inputs] = [end, count];
  }
  return { parts, complete: true };
}

/** The maps of a layer's units: weights (outputs x inputs), then biases, of the maps before. */
function composed(numbers, before, outputs) {
  const inputs = before.length / 3;
  const maps = new Float64Array(3 * outputs);
  for (let o = 0; o < outputs; o++) {
    let [a, b, c] = [0, 0, numbers[outputs * inputs + o]];
    for (let i = 0; i < inputs; i++) {
      const weight = numbers[o * inputs + i];
      a += weight * before[3 * i];
      b += weight * before[3 * i + 1];
      c += weight * before[3 * i + 2];
    }
    maps.set([a, b, c], 3 * o);
  }
  return maps;
}

/** Cut a part wherever a unit is zero, and set the units that are negative to zero. @param {Part} part @returns {Part[]} */
function rectified({ corners, units }) {
  let polygons = [corners];
  for (let u = 0; u < units.length; u += 3) {
    if (units[u] === 0 && units[u + 1] === 0) continue;
    const [a, b, c] = units.subarray(u, u + 3);
    polygons = polygons.flatMap((polygon) => halves(polygon, a, b, c));
  }
  return polygons.map((polygon) => ({ corners: polygon, units: positiveAt(middleOf(polygon), units) }));
}

/** The mean of the corners, which is inside. @param {number[]} corners @returns {[number, number]} */
function middleOf(corners) {
  let [x, y] = [0, 0];
  for (let i = 0; i < corners.length; i += 2) {
    x += corners[i];
    y += corners[i + 1];
  }
  return [(2 * x) / corners.length, (2 * y) / corners.length];
}

function positiveAt([x, y], units) {
  const kept = new Float64Array(units.length);
  for (let u = 0; u < units.length; u += 3) {
    if (units[u] * x + units[u + 1] * y + units[u + 2] > 0) kept.set(units.subarray(u, u + 3), u);
  }
  return kept;
}

/** The two parts of a polygon on either side of a x + b y + c = 0, or the whole. @returns {number[][]} */
function halves(corners, a, b, c) {
  const values = valuesAt(corners, a, b, c);
  if (values.every((value) => value >= 0) || values.every((value) => value <= 0)) return [corners];
  const above = [];
  const below = [];
  values.forEach((value, i) => {
    const next = (i + 1) % values.length;
    const [x, y] = [corners[2 * i], corners[2 * i + 1]];
    if (value >= 0) above.push(x, y);
    if (value <= 0) below.push(x, y);
    if (value * values[next] >= 0) return;
    const share = value / (value - values[next]);
    const crossing = [x + (corners[2 * next] - x) * share, y + (corners[2 * next + 1] - y) * share];
    above.push(...crossing);
    below.push(...crossing);
  });
  return [above, below];
}

/** a x + b y + c at every corner; 0 where that is no more than rounding. */
function valuesAt(corners, a, b, c) {
  const values = [];
  for (let i = 0; i < corners.length; i += 2) {
    const [x, y] = [corners[i], corners[i + 1]];
    const value = a * x + b * y + c;
    const largest = Math.abs(a * x) + Math.abs(b * y) + Math.abs(c);
    values.push(Math.abs(value) <= ON_THE_LINE * largest ? 0 : value);
  }
  return values;
}
