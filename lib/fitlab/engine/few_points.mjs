// A few points of a curve, what passes through all of them, and how much that bends: the same as
// fitlab.regression.few_points.
import { linearPieces } from "./pieces.mjs";
import { POINTS, uniform } from "./random.mjs";
import { brokenLine, evenly } from "./samples.mjs";

/** @typedef {{ x: number[], y: number[], truth: (x: number) => number }} FewPoints  x increasing */

export const INTERVAL = { low: -1, high: 1 };
export const FINE = 2001; // points at which a curve is looked at
const [NOISE, SHIFT] = [3, 4]; // places in the stream of points

/** The curves and their periods. @type {Record<string, [(x: number) => number, number]>} */
const WORLDS = {
  sine: [(x) => Math.sin(Math.PI * x), 2],
  triangles: [(x) => 4 * Math.abs(x - Math.floor(x) - 0.5) - 1, 1],
};

/**
 * @param {{ world: string, n: number, noise: number, shifted: boolean, seed: number }} settings
 * @returns {FewPoints}
 */
export function fewPoints({ world, n, noise, shifted, seed }) {
  const [curve, period] = WORLDS[world];
  const shift = shifted ? period * uniform(seed, POINTS, 1, SHIFT)[0] : 0;
  const x = evenly(INTERVAL, n);
  const moved = uniform(seed, POINTS, n, NOISE).map((u) => noise * (2 * u - 1));
  return { x, y: x.map((at, i) => curve(at + shift) + moved[i]), truth: (at) => curve(at + shift) };
}

const differences = (values) => values.slice(1).map((value, i) => value - values[i]);
const variation = (values) => differences(values).reduce((sum, change) => sum + Math.abs(change), 0);

/** How much the broken line through the points bends. @param {{ x: number[], y: number[] }} points */
export function bendingOfDots({ x, y }) {
  const lengths = differences(x);
  return variation(differences(y).map((rise, i) => rise / lengths[i]));
}

/** How much a ReLU network bends on the interval. @param {Float64Array} parameters @param {any} network */
export const bendingOfPieces = (parameters, network, interval = INTERVAL) => variation(linearPieces(parameters, network, interval).slopes);

export const FINE_POINTS = evenly(INTERVAL, FINE);
const STEP = FINE_POINTS[1] - FINE_POINTS[0];

/** How much any curve bends, from its values at FINE_POINTS, or at others so far apart. @param {ArrayLike<number>} values @param {number} [step] */
export const bendingOfValues = (values, step = STEP) => variation(differences(Array.from(values))) / step;

// ---------------------------------------------------------------------------- classical curves

/**
 * The cubic spline whose first two pieces are one, and whose last two (not-a-knot): de Boor 1978.
 * Of three points it is a parabola, of two a line.
 * @param {number[]} x @param {number[]} y @returns {(at: number) => number}
 */
export function cubicSpline(x, y) {
  if (x.length < 4) return polynomial(x, y);
  const [h, slopes] = [differences(x), differences(y)].map((list) => [...list]);
  slopes.forEach((rise, i) => (slopes[i] = rise / h[i]));
  const derivatives = solved(splineSystem(h, slopes));
  return (at) => {
    let i = x.findIndex((knot) => at < knot) - 1;
    if (i === -2) i = x.length - 2; // beyond the last knot
    if (i < 0) i = 0;
    const t = at - x[i];
    const c = (3 * slopes[i] - 2 * derivatives[i] - derivatives[i + 1]) / h[i];
    const d = (derivatives[i] + derivatives[i + 1] - 2 * slopes[i]) / h[i] ** 2;
    return y[i] + t * (derivatives[i] + t * (c + t * d));
  };
}

/** The rows [coefficients, right side] whose unknowns are the derivatives at the knots. */
function splineSystem(h, slopes) {
  const n = h.length;
  const row = (entries, right) => {
    const coefficients = new Array(n + 1).fill(0);
    for (const [place, value] of entries) coefficients[place] = value;
    return { coefficients, right };
  };
  const [a, b] = [h[0] + h[1], h[n - 1] + h[n - 2]];
  const first = row([[0, h[1]], [1, a]], ((h[0] + 2 * a) * h[1] * slopes[0] + h[0] ** 2 * slopes[1]) / a);
  const last = row(
    [[n - 1, b], [n, h[n - 2]]],
    (h[n - 1] ** 2 * slopes[n - 2] + (2 * b + h[n - 1]) * h[n - 2] * slopes[n - 1]) / b,
  );
  const middle = h.slice(1).map((_, j) => {
    const i = j + 1;
    const entries = [[i - 1, h[i]], [i, 2 * (h[i - 1] + h[i])], [i + 1, h[i - 1]]];
    return row(entries, 3 * (h[i] * slopes[i - 1] + h[i - 1] * slopes[i]));
  });
  return [first, ...middle, last];
}

/** The unknowns of a small linear system, by elimination. @returns {number[]} */
function solved(rows) {
  const n = rows.length;
  for (let i = 0; i < n; i++) {
    const pivot = rows.slice(i).reduce((best, _, k) => (Math.abs(rows[i + k].coefficients[i]) > Math.abs(rows[best].coefficients[i]) ? i + k : best), i);
    [rows[i], rows[pivot]] = [rows[pivot], rows[i]];
    for (const below of rows.slice(i + 1)) {
      const factor = below.coefficients[i] / rows[i].coefficients[i];
      below.coefficients.forEach((value, k) => (below.coefficients[k] = value - factor * rows[i].coefficients[k]));
      below.right -= factor * rows[i].right;
    }
  }
  const found = new Array(n).fill(0);
  for (let i = n - 1; i >= 0; i--) {
    const { coefficients, right } = rows[i];
    found[i] = (right - coefficients.reduce((sum, value, k) => sum + (k > i ? value * found[k] : 0), 0)) / coefficients[i];
  }
  return found;
}

/** The polynomial through all points, barycentric: Berrut & Trefethen 2004. @param {number[]} x @param {number[]} y */
export function polynomial(x, y) {
  const weights = x.map((a, i) => 1 / x.reduce((product, b, j) => (i === j ? product : product * (a - b)), 1));
  return (at) => {
    const hit = x.indexOf(at);
    if (hit >= 0) return y[hit];
    const parts = weights.map((weight, i) => weight / (at - x[i]));
    const sum = parts.reduce((total, part) => total + part, 0);
    return parts.reduce((total, part, i) => total + part * y[i], 0) / sum;
  };
}

/** Curves through points, by name. @type {Record<string, (points: { x: number[], y: number[] }) => (at: number) => number>} */
export const CLASSICAL = {
  "connect the dots": ({ x, y }) => brokenLine(x.map((at, i) => [at, y[i]])),
  "cubic spline": ({ x, y }) => cubicSpline(x, y),
  polynomial: ({ x, y }) => polynomial(x, y),
};
