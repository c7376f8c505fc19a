// Points of two classes in the plane, as fitlab.classification.plane has them.
import { permutation, POINTS, uniform } from "./random.mjs";

/** @typedef {[number, number]} Point */
/** @typedef {{ x: Point[], y: number[] }} Labelled  points and their classes, 0 or 1 */
/** @typedef {Labelled & { false: boolean[], held: Labelled }} Puzzle  to train on, with false labels, and held out */

/** The plane is looked at from -EDGE to EDGE. */
export const EDGE = 6;

const WORDS = 4; // random numbers a point
const [DRAWN, ORDER, LABELS] = [0, 1, 2]; // places in the stream

/** Clockwise from the top. @returns {Point} */
const polar = (radius, angle) => [radius * Math.sin(angle), radius * Math.cos(angle)];

/** Two standard normal numbers (Box and Muller 1958). */
const normal = (a, b) => polar(Math.sqrt(-2 * Math.log(1 - a)), 2 * Math.PI * b);

/** Where a point seems to be, by its noise. @param {Point} point @returns {Point} */
const seen = ([a, b], u, noise) => [a + 5 * noise * (2 * u[2] - 1), b + 5 * noise * (2 * u[3] - 1)];

/** @param {Point} point @param {Point} by @param {number} times @returns {Point} */
const moved = ([a, b], [c, d], times) => [a + times * c, b + times * d];

/**
 * A point and its class from its index, of how many, its random numbers and the noise.
 * @type {Record<string, (i: number, n: number, u: number[], noise: number) => [Point, number]>}
 */
const PUZZLES = {
  circle: (i, _, u, noise) => {
    const point = polar(i % 2 ? 2.5 * u[0] : 3.5 + 1.5 * u[0], 2 * Math.PI * u[1]);
    return [point, Number(Math.hypot(...seen(point, u, noise)) < 2.5)];
  },
  XOR: (_, __, u, noise) => {
    const apart = (value) => value + (value > 0 ? 0.3 : -0.3);
    const point = /** @type {Point} */ ([apart(10 * u[0] - 5), apart(10 * u[1] - 5)]);
    const [a, b] = seen(point, u, noise);
    return [point, Number(a * b >= 0)];
  },
  gauss: (i, _, u, noise) => {
    const label = i % 2;
    return [moved([4 * label - 2, 4 * label - 2], normal(u[0], u[1]), Math.sqrt(0.5 + 7 * noise)), label];
  },
  spiral: (i, n, u, noise) => {
    const label = i % 2;
    const share = Math.floor(i / 2) / (n / 2);
    const point = polar(5 * share, 1.75 * 2 * Math.PI * share + Math.PI * (1 - label));
    return [moved(point, [2 * u[0] - 1, 2 * u[1] - 1], noise), label];
  },
  "two spirals": (i, _, u, noise) => {
    const label = i % 2;
    const radius = Math.sqrt(0.01 + 0.99 * u[0]);
    const [a, b] = polar(radius, 2 * Math.PI * 1.5 * radius + Math.PI * (1 - label));
    return [moved([5 * a, 5 * b], normal(u[2], u[3]), 0.075 + noise), label];
  },
};

/**
 * The points of a puzzle, dealt out. Shares and noise as in fitlab.classification.plane.puzzle.
 * @param {string} name @param {{ seed: number, n: number, noise: number, held_out: number, false_labels: number }} how
 */
export function puzzle(name, { seed, n, noise, ...shares }) {
  const u = uniform(seed, POINTS, WORDS * n, DRAWN);
  const drawn = Array.from({ length: n }, (_, i) => PUZZLES[name](i, n, u.slice(WORDS * i, WORDS * i + WORDS), noise));
  return dealt({ x: drawn.map(([point]) => point), y: drawn.map(([, label]) => label) }, { seed, ...shares });
}

/**
 * The points of a reader's settings, dealt out: those of a puzzle, or the reader's own.
 * @param {{ puzzle: string, own: [number, number, number][], seed: number, n: number, noise: number,
 *   held_out: number, false_labels: number }} settings
 */
export function pointsOf({ puzzle: name, own, ...how }) {
  if (name !== "own") return puzzle(name, how);
  return dealt({ x: own.map(([a, b]) => [a, b]), y: own.map(([, , label]) => label) }, how);
}

/**
 * Deal points out to train on and to hold back; turn some labels of the former round.
 * @param {Labelled} points @param {{ seed: number, held_out: number, false_labels: number }} how @returns {Puzzle}
 */
export function dealt({ x, y }, { seed, held_out, false_labels }) {
  const order = permutation(seed, POINTS, x.length, ORDER);
  const m = x.length - Math.round(x.length * held_out);
  const [training, held] = [order.slice(0, m), order.slice(m)];
  const wrong = new Set(permutation(seed, POINTS, m, LABELS).slice(0, Math.round(m * false_labels)));
  return {
    x: training.map((i) => x[i]),
    y: training.map((i, place) => (wrong.has(place) ? 1 - y[i] : y[i])),
    false: training.map((_, place) => wrong.has(place)),
    held: { x: held.map((i) => x[i]), y: held.map((i) => y[i]) },
  };
}
