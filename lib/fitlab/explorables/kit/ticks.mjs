// Round numbers along an axis.
import { powerOfTen, short } from "./words.mjs";

/** @typedef {{ value: number, label: string }} Tick */

/**
 * Round numbers in [low, high], about `count` of them; multiples of π where the ends are.
 * @returns {Tick[]}
 */
export function ticks(low, high, count = 5) {
  if (Math.abs(high - Math.PI) < 1e-3 && Math.abs(low + Math.PI) < 1e-3) return piTicks(low, high);
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find((factor) => factor * power >= rough * 0.999);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => {
    const value = (first + i) * step;
    return { value, label: short(value) };
  });
}

/** Multiples of π in [low, high]; of π/2 while that is no more than a full turn. @returns {Tick[]} */
export function piTicks(low, high) {
  const halves = high - low > 2.01 * Math.PI ? 2 : 1;
  const first = Math.ceil((2 * low) / Math.PI / halves - 1e-3);
  const last = Math.floor((2 * high) / Math.PI / halves + 1e-3);
  return Array.from({ length: last - first + 1 }, (_, i) => {
    const turns = ((first + i) * halves) / 2;
    return { value: turns * Math.PI, label: timesPi(turns) };
  });
}

/** -1 -> "−π", 1.5 -> "3π/2", 0 -> "0". @param {number} turns  a multiple of a half */
export function timesPi(turns) {
  if (turns === 0) return "0";
  const whole = Number.isInteger(turns);
  const count = whole ? turns : 2 * turns;
  const factor = Math.abs(count) === 1 ? "" : String(Math.abs(count));
  return `${count < 0 ? "−" : ""}${factor}π${whole ? "" : "/2"}`;
}

/** Powers of ten in [low, high] (both positive), at most six. @returns {Tick[]} */
export function powerTicks(low, high) {
  const first = Math.ceil(Math.log10(low) - 1e-9);
  const last = Math.floor(Math.log10(high) + 1e-9);
  const stride = Math.max(1, Math.ceil((last - first + 1) / 6));
  const found = [];
  for (let e = first; e <= last; e += stride) found.push({ value: 10 ** e, label: powerOfTen(e) });
  return found;
}

/**
 * As many of the ticks as have room: all, or every second, every third ... of them, with zero.
 * @template {Tick} T  @param {T[]} all  @param {(one: T, next: T) => boolean} apart  whether neighbours have room
 */
export function spread(all, apart) {
  const zero = Math.max(0, all.findIndex(({ value }) => value === 0));
  for (let stride = 1; ; stride += 1) {
    const some = all.filter((_, i) => (i - zero) % stride === 0);
    if (some.every((tick, i) => i === 0 || apart(some[i - 1], tick))) return some;
  }
}
