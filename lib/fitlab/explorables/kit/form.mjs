// The state of an explorable as text, for the address, and the ends of its controls: both from the
// table of its entries, which is declared in Python (state.py).
import { apportion, total } from "./numbers.mjs";

/**
 * @typedef {object} Entry  of the table, as a class of state.py tells it
 * @property {string} kind
 * @property {[number, number]} [range] @property {boolean} [whole]  of numbers
 * @property {(string | number)[]} [choices] @property {number} [count]
 */

/** Of which a reader's probabilities are parts, so that they add up to 1 exactly. */
export const WHOLE = 10000;

const number = (text) => (text.trim() ? Number(text) : NaN);

const isWithin = (value, { range: [low, high], whole }) =>
  value >= low && value <= high && (!whole || Number.isInteger(value));

const list = (text) => (text ? text.split("_") : []);

/** All of them, or null if one is not allowed. */
const allOf = (values, allowed) => (values.every(allowed) ? values : null);

const chosen = (text, { choices }) => choices.find((choice) => String(choice) === text) ?? null;

/** How each kind is written, and read; null for what is not allowed. */
const KINDS = {
  number: { write: String, read: (text, entry) => allOf([number(text)], (x) => isWithin(x, entry))?.[0] ?? null },
  choice: { write: String, read: chosen },
  several: {
    write: (values) => values.join("_"),
    read: (text, { choices }) => allOf(list(text), (each) => choices.includes(each)),
  },
  numbers: {
    write: (values) => values.join("_"),
    read: (text, entry) => {
      const values = list(text).map(number);
      return values.length === entry.count ? allOf(values, (x) => isWithin(x, entry)) : null;
    },
  },
  distribution: {
    write: (shares) => apportion(shares, WHOLE).join("_"),
    read: (text, { count }) => {
      const parts = allOf(list(text), (part) => /^\d+$/.test(part))?.map(Number) ?? [];
      return parts.length === count && total(parts) === WHOLE ? parts.map((part) => part / WHOLE) : null;
    },
  },
  flag: { write: (yes) => (yes ? "yes" : "no"), read: (text) => ({ yes: true, no: false })[text] ?? null },
};

/**
 * How a state is kept, as readersState takes it. What an address leaves out is as at the start; one
 * that says something that is not allowed means nothing.
 * @param {{ initial: Record<string, any>, state: Record<string, Entry> }} setup
 */
export function formOf({ initial, state: table }) {
  const entries = Object.entries(table);
  const isNews = (name, value) => !Array.isArray(value) || value.length > 0 || initial[name].length > 0;
  return {
    names: Object.keys(table),
    toText: (state) =>
      Object.fromEntries(
        entries
          .filter(([name]) => isNews(name, state[name])) // an empty list that was empty
          .map(([name, { kind }]) => [name, KINDS[kind].write(state[name])]),
      ),
    fromText: (values) => {
      const read = ([name, entry]) => (name in values ? KINDS[entry.kind].read(values[name], entry) : initial[name]);
      const state = Object.fromEntries(entries.map((entry) => [entry[0], read(entry)]));
      return Object.values(state).includes(null) ? null : state;
    },
  };
}

/** Where the slider of an entry goes: over its choices, or its range. @param {Entry} entry */
export const stopsOf = ({ choices, range }) =>
  choices ? { stops: /** @type {number[]} */ (choices) } : { low: range[0], high: range[1] };
