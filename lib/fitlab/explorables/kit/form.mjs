// The state of an explorable as text, for the address, and the ends of its controls: both from the
// table of its entries, which is declared in Python (state.py).
import { apportion, rounded, total } from "./numbers.mjs";

/**
 * @typedef {[number, number][]} Line  its hinges and both ends, from left to right
 * @typedef {object} Entry  of the table, as a class of state.py tells it
 * @property {string} kind
 * @property {any} default
 * @property {[number, number]} [range] @property {boolean} [whole] @property {number[]} [stops]  of numbers
 * @property {(string | number)[]} [choices] @property {number} [count]
 * @property {Line[]} [even] @property {number} [gap]  of a line
 * @property {[string, any]} [where]  the name and the value of another entry, with which alone it matters
 * @typedef {Record<string, Entry>} Table
 */

/** Of which a reader's probabilities are parts, so that they add up to 1 exactly. */
export const WHOLE = 10000;

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"; // of a drawing
const DECIMALS = 3; // of a height or a place

const number = (text) => (text.trim() ? Number(text) : NaN);

/** @param {number} value @param {Entry} entry */
const isWithin = (value, { range: [low, high], whole }) =>
  value >= low && value <= high && (!whole || Number.isInteger(value));

const list = (text) => (text ? text.split("_") : []);

/** All of them, or null if one is not allowed. */
const allOf = (values, allowed) => (values.every(allowed) ? values : null);

/** @param {string} text @param {Entry} entry */
const chosen = (text, { choices }) => choices.find((choice) => String(choice) === text) ?? null;

const twoLetters = (number) => ALPHABET[number >> 6] + ALPHABET[number & 63];

/** Two letters for a height: so many thousandths above the lowest. @param {number[]} drawing @param {Entry} entry */
const packed = (drawing, { range: [low] }) =>
  drawing.map((y) => twoLetters(Math.round((y - low) * 1000))).join("");

/** The heights again, or null. @param {string} text @param {Entry} entry */
function unpacked(text, { range: [low, high], count }) {
  const letters = Array.from(text, (letter) => ALPHABET.indexOf(letter));
  if (letters.length !== 2 * count || letters.includes(-1)) return null;
  const height = (_, i) => rounded((letters[2 * i] * 64 + letters[2 * i + 1]) / 1000 + low, DECIMALS);
  return allOf(Array.from({ length: count }, height), (y) => y <= high);
}

const PLACES = 2; // decimals of a point

/** Five letters a point: two for either coordinate, one for its class. @param {[number, number, number][]} points @param {Entry} entry */
const packedPoints = (points, { range: [low] }) =>
  points.map(([x, y, label]) => [x, y].map((v) => twoLetters(Math.round((v - low) * 10 ** PLACES))).join("") + ALPHABET[label]).join("");

/** The points again, or null. @param {string} text @param {Entry} entry */
function unpackedPoints(text, { range: [low, high], count }) {
  const letters = Array.from(text, (letter) => ALPHABET.indexOf(letter));
  if (letters.length % 5 || letters.length > 5 * count || letters.includes(-1)) return null;
  const place = (i) => rounded((letters[i] * 64 + letters[i + 1]) / 10 ** PLACES + low, PLACES);
  const points = Array.from({ length: letters.length / 5 }, (_, i) => [place(5 * i), place(5 * i + 2), letters[5 * i + 4]]);
  return allOf(points, ([x, y, label]) => x <= high && y <= high && label <= 1);
}

/** The number of pieces; and of a line that is not even, all that the reader can have moved. */
function lineInTexts(line, { even }) {
  const pieces = String(line.length - 1);
  if (isSame(line, even[line.length - 2])) return { pieces };
  const text = (axis) => (point) => String(rounded(point[axis], DECIMALS));
  return { pieces, x: line.slice(1, -1).map(text(0)).join("_"), y: line.map(text(1)).join("_") };
}

/** @param {Record<string, string>} values @param {Entry} entry @returns {Line | null} */
function lineOfTexts({ pieces, x, y }, entry) {
  const { even, gap } = entry;
  const start = even[number(pieces ?? "") - 1];
  if (!start || (x === undefined && y === undefined)) return start ?? null;
  const places = [start[0][0], ...list(x).map(number), start.at(-1)[0]];
  const heights = list(y).map(number);
  if (places.length !== start.length || heights.length !== start.length) return null;
  const inOrder = places.every((place, i) => i === 0 || place - places[i - 1] >= gap / 2); // it was rounded
  const inside = heights.every((height) => isWithin(height, entry));
  return inOrder && inside ? places.map((place, i) => [place, heights[i]]) : null;
}

export const isSame = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/**
 * A kind with one text, under the name of its entry; one that an address leaves out is as at the start.
 * @param {{ write(value: any, entry: Entry): string, read(text: string, entry: Entry): any }} kind
 */
const inOneText = ({ write, read }) => ({
  write: (value, entry, name) => ({ [name]: write(value, entry) }),
  read: (values, entry, name) => (name in values ? read(values[name], entry) : entry.default),
});

/** How each kind is written, and read; null for what is not allowed. */
const KINDS = {
  number: inOneText({
    write: String,
    read: (text, entry) => allOf([number(text)], (x) => isWithin(x, entry))?.[0] ?? null,
  }),
  perhaps: {
    write: (value, _, name) => (value === null ? {} : { [name]: String(value) }),
    read: (values, entry, name) => KINDS.number.read(values, entry, name),
  },
  choice: inOneText({ write: String, read: chosen }),
  several: inOneText({
    write: (values) => values.join("_"),
    read: (text, { choices }) => allOf(list(text), (each) => choices.includes(each)),
  }),
  numbers: inOneText({
    write: (values) => values.join("_"),
    read: (text, entry) => {
      const values = list(text).map(number);
      return values.length === entry.count ? allOf(values, (x) => isWithin(x, entry)) : null;
    },
  }),
  distribution: inOneText({
    write: (shares) => apportion(shares, WHOLE).join("_"),
    read: (text, { count }) => {
      const parts = allOf(list(text), (part) => /^\d+$/.test(part))?.map(Number) ?? [];
      return parts.length === count && total(parts) === WHOLE ? parts.map((part) => part / WHOLE) : null;
    },
  }),
  flag: inOneText({
    write: (yes) => (yes ? "yes" : "no"),
    read: (text) => (["yes", "no"].includes(text) ? text === "yes" : null),
  }),
  drawing: inOneText({ write: packed, read: unpacked }),
  points: inOneText({ write: packedPoints, read: unpackedPoints }),
  line: {
    write: lineInTexts,
    read: (values, entry) =>
      ["pieces", "x", "y"].some((key) => key in values) ? lineOfTexts(values, entry) : entry.default,
  },
  fixed: { write: () => ({}), read: (_, entry) => entry.default },
};

/** The state to begin with. @param {{ state: Table }} setup @returns {any} */
export const initialOf = ({ state: table }) =>
  Object.fromEntries(Object.entries(table).map(([name, entry]) => [name, entry.default]));

/**
 * How a state is kept, as readersState takes it. What an address leaves out is as at the start; one
 * that says something that is not allowed means nothing.
 * @param {{ state: Table }} setup
 * @param {string[]} [always]  what an address says even if it is as at the start: all but empty lists
 */
export function formOf(setup, always) {
  const { state: table } = setup;
  const names = Object.keys(table);
  const initial = initialOf(setup);
  const isEmpty = (value) => Array.isArray(value) && value.length === 0;
  const told = always ?? names.filter((name) => !isEmpty(initial[name]));
  const textsOf = (name, state) => KINDS[table[name].kind].write(state[name], table[name], name);
  const matters = (name, state) => {
    const [other, value] = table[name].where ?? [];
    return !other || state[other] === value;
  };
  const isTold = (name, state) =>
    matters(name, state) && (told.includes(name) || !isSame(textsOf(name, state), textsOf(name, initial)));
  return {
    names,
    toText: (state) =>
      Object.assign({}, ...names.filter((name) => isTold(name, state)).map((name) => textsOf(name, state))),
    fromText: (values) => {
      const read = (name) => KINDS[table[name].kind].read(values, table[name], name);
      const state = Object.fromEntries(names.map((name) => [name, read(name)]));
      const isOpen = (name) => table[name].default === null && !(name in values); // there is none yet
      return names.some((name) => state[name] === null && !isOpen(name)) ? null : state;
    },
  };
}

/** Where the slider of an entry goes: over its stops or choices, or its range. @param {Entry} entry */
export const stopsOf = ({ stops, choices, range }) =>
  stops || choices ? { stops: stops ?? /** @type {number[]} */ (choices) } : { low: range[0], high: range[1] };
