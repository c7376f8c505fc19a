// The straight pieces of a ReLU network of one variable, found exactly: fitlab.linear_pieces.
//
// On a stretch where no unit changes sign, every unit is an affine function of x. So the slopes and
// intercepts of all units are carried through the layers, and a stretch is cut wherever a unit
// crosses zero in it.

/**
 * @typedef {object} Stretches  neighbouring stretches of x, and on each the units of one layer
 * @property {number[]} knots  the ends of the stretches, increasing, one more than stretches
 * @property {number} units
 * @property {Float64Array} slopes @property {Float64Array} intercepts  stretches x units, row-major
 */

/**
 * The pieces of a network on an interval: knots, and slope and intercept of each piece. The
 * activation is "relu" or "identity"; the parameters (as torch orders them) must be finite.
 * @param {Float64Array} parameters
 * @param {{ width: number, depth: number, activation: string }} network
 * @param {{ low: number, high: number }} interval
 */
export function linearPieces(parameters, { width, depth, activation }, { low, high }) {
  /** @type {Stretches} */
  let layer = { knots: [low, high], units: 1, slopes: Float64Array.of(1), intercepts: Float64Array.of(0) };
  let start = 0;
  for (let index = 0; index <= depth; index++) {
    const outputs = index === depth ? 1 : width;
    const end = start + outputs * (layer.units + 1);
    layer = affine(layer, parameters.subarray(start, end), outputs);
    if (activation === "relu" && index < depth) layer = rectified(layer);
    start = end;
  }
  return withoutEqualNeighbours(layer);
}

/** One Linear: weights (outputs x units, row-major), then the biases. @returns {Stretches} */
function affine({ knots, units, slopes, intercepts }, weightsAndBiases, outputs) {
  const stretches = knots.length - 1;
  const biases = weightsAndBiases.subarray(outputs * units);
  const next = { slopes: new Float64Array(stretches * outputs), intercepts: new Float64Array(stretches * outputs) };
  for (let s = 0; s < stretches; s++) {
    const active = activeUnits(slopes, intercepts, s * units, units);
    for (let o = 0; o < outputs; o++) {
      let slope = 0;
      let intercept = 0;
      for (const u of active) {
        const weight = weightsAndBiases[o * units + u];
        slope += weight * slopes[s * units + u];
        intercept += weight * intercepts[s * units + u];
      }
      next.slopes[s * outputs + o] = slope;
      next.intercepts[s * outputs + o] = intercept + biases[o];
    }
  }
  return { knots, units: outputs, ...next };
}

/** The units that are not zero on a stretch, which are about half of them. */
function activeUnits(slopes, intercepts, start, units) {
  const active = new Int32Array(units);
  let count = 0;
  for (let u = 0; u < units; u++) {
    if (slopes[start + u] !== 0 || intercepts[start + u] !== 0) active[count++] = u;
  }
  return active.subarray(0, count);
}

/** Cut the stretches where a unit crosses zero, then set the negative units to zero. */
function rectified(layer) {
  const { knots, parents } = cut(layer);
  const { units } = layer;
  const slopes = new Float64Array(parents.length * units);
  const intercepts = new Float64Array(parents.length * units);
  parents.forEach((parent, s) => {
    const middle = (knots[s] + knots[s + 1]) / 2;
    for (let u = 0; u < units; u++) {
      const slope = layer.slopes[parent * units + u];
      const intercept = layer.intercepts[parent * units + u];
      if (slope * middle + intercept > 0) {
        slopes[s * units + u] = slope;
        intercepts[s * units + u] = intercept;
      }
    }
  });
  return { knots, units, slopes, intercepts };
}

/** All knots after the cut, and of which stretch each new one is a part. */
function cut({ knots, units, slopes, intercepts }) {
  const cutKnots = [];
  const parents = [];
  for (let s = 0; s + 1 < knots.length; s++) {
    const crossings = new Set();
    for (let u = 0; u < units; u++) {
      const x = -intercepts[s * units + u] / slopes[s * units + u];
      if (x > knots[s] && x < knots[s + 1]) crossings.add(x);
    }
    for (const x of [knots[s], ...[...crossings].sort((a, b) => a - b)]) {
      cutKnots.push(x);
      parents.push(s);
    }
  }
  return { knots: [...cutKnots, knots.at(-1)], parents };
}

/** Join neighbours that lie on one line: a unit that nothing listens to makes no bend. */
function withoutEqualNeighbours({ knots, slopes, intercepts }) {
  const scale = slopes.reduce((most, slope) => Math.max(most, Math.abs(slope)), 0);
  const first = [...slopes.keys()].filter(
    (s) => s === 0 || Math.abs(slopes[s] - slopes[s - 1]) > 1e-12 * scale,
  );
  return {
    knots: [...first.map((s) => knots[s]), knots.at(-1)],
    slopes: first.map((s) => slopes[s]),
    intercepts: first.map((s) => intercepts[s]),
  };
}

/** The points between the pieces: [x, y] of each. */
export const hingesOf = ({ knots, slopes, intercepts }) =>
  knots.slice(1, -1).map((x, i) => [x, slopes[i + 1] * x + intercepts[i + 1]]);
