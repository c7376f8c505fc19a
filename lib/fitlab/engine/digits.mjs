// The scanned digits, dealt out as in fitlab.classification.datasets, and what they are called.
import { DIGITS, permutation, uniform } from "./random.mjs";

/**
 * @typedef {{ x: number[][], y: number[] }} Labelled  pictures, 64 numbers from 0 to 1, and their classes
 * @typedef {{ training: Labelled, held: Labelled }} Split
 */

const [SPLIT, LABELS, CLASS_NUMBERS, CODE_BITS] = [0, 1, 2, 3]; // places in the stream
export const CLASSES = 10;
const HELD_OUT = 0.25;
const PIXELS = 64;

/** All digits, from a character a pixel, 0 to g, and one a label. @returns {Labelled} */
export function allDigits({ pixels, labels }) {
  const picture = (_, i) =>
    Array.from(pixels.slice(PIXELS * i, PIXELS * (i + 1)), (character) => parseInt(character, 17) / 16);
  return { x: Array.from(labels, picture), y: Array.from(labels, Number) };
}

/** Those to train on and those held out, by the seed. @param {Labelled} all @param {number} seed @returns {Split} */
export function split({ x, y }, seed) {
  const n = y.length;
  const m = Math.ceil(n * HELD_OUT);
  const order = permutation(seed, DIGITS, n, SPLIT);
  const byClass = [...order].sort((a, b) => y[a] - y[b]);
  const held = new Set(Array.from({ length: m }, (_, k) => byClass[Math.floor(((k + 0.5) * n) / m)]));
  const those = (indices) => ({ x: indices.map((i) => x[i]), y: indices.map((i) => y[i]) });
  return { training: those(order.filter((i) => !held.has(i))), held: those(order.filter((i) => held.has(i))) };
}

const classNumbers = (seed) => permutation(seed, DIGITS, CLASSES, CLASS_NUMBERS);

/** What the digits of a split are called, by name. @type {Record<string, (split: Split, seed: number) => Split>} */
export const NAMED = {
  true: (split) => split,
  renumbered({ training, held }, seed) {
    const numbers = classNumbers(seed);
    const renumbered = ({ x, y }) => ({ x, y: y.map((label) => numbers[label]) });
    return { training: renumbered(training), held: renumbered(held) };
  },
  shuffled({ training: { x, y }, held }, seed) {
    return { training: { x, y: permutation(seed, DIGITS, y.length, LABELS).map((i) => y[i]) }, held };
  },
};

const unit = (k) => Array.from({ length: CLASSES }, (_, i) => Number(i === k));

/** The words of the ten classes, by name, of so many numbers. @type {Record<string, (seed: number, length: number) => number[][]>} */
export const CODES = {
  "ten outputs": () => Array.from({ length: CLASSES }, (_, k) => unit(k)),
  "ten outputs, dealt out anew": (seed) => classNumbers(seed).map(unit),
  "31 random bits"(seed, length) {
    const bits = uniform(seed, DIGITS, CLASSES * length, CODE_BITS).map((u) => Number(u >= 0.5));
    return Array.from({ length: CLASSES }, (_, k) => bits.slice(k * length, (k + 1) * length));
  },
  "four bits, its number in binary": (_, length) =>
    Array.from({ length: CLASSES }, (__, k) => Array.from({ length }, (___, bit) => (k >> bit) & 1)),
};

/** The place of the word that is nearest to an answer. @param {number[][]} words @param {ArrayLike<number>} answer */
export function nearestWord(words, answer) {
  const away = words.map((word) => word.reduce((sum, value, i) => sum + (answer[i] - value) ** 2, 0));
  return away.indexOf(Math.min(...away));
}
