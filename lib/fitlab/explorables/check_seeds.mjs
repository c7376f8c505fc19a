// Seeds as people write them, and as `python -m fitlab.claims --seeds` takes them: 0-9, or 3, or 1,4,7.
import { integer, t } from "./kit/words.mjs";

const MAX_SEED = 2 ** 32 - 1;
const MOST = 100; // seeds that a page is asked for

/** The seeds of a text, or what is wrong with it, in words. @param {string} text @returns {{ seeds: number[] } | { wrong: string }} */
export function readSeeds(text) {
  const parts = text.split(",").map(range);
  if (parts.includes(null)) return { wrong: refusal(text) };
  const count = parts.reduce((sum, [first, last]) => sum + last - first + 1, 0);
  if (count > MOST) return { wrong: t`${integer(count)} seeds were given; a page takes at most ${MOST}.` };
  const seeds = parts.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, i) => first + i));
  return new Set(seeds).size < seeds.length ? { wrong: t`A seed was given twice; each is to be given once.` } : { seeds };
}

/** The ends of "0-9" or of "3"; null if it is neither. @returns {[number, number] | null} */
function range(part) {
  const [, first, last = first] = /^\s*(\d+)\s*(?:[-–]\s*(\d+)\s*)?$/.exec(part) ?? [];
  const ends = /** @type {[number, number]} */ ([Number(first), Number(last)]);
  return first !== undefined && ends[0] <= ends[1] && ends[1] <= MAX_SEED ? ends : null;
}

const refusal = (text) =>
  text.trim()
    ? t`“${text}” was given; write 0-9, or 3, or 1,4,7: whole numbers from 0 to ${MAX_SEED}.`
    : t`No seed was given; write 0-9, or 3, or 1,4,7.`;

/** "seeds 0 to 4", "seed 3", "seeds 1, 5, 9". @param {number[]} seeds */
export function seedsInWords(seeds) {
  const [first, last] = [Math.min(...seeds), Math.max(...seeds)];
  if (first === last) return t`seed ${first}`;
  const inARow = last - first === seeds.length - 1;
  return inARow ? t`seeds ${first} to ${last}` : t`seeds ${seeds.join(", ")}`;
}
