// What a check found, in words: for the panel, and as text for whoever passes it on.
import { seedsInWords } from "./check_seeds.mjs";
import { integer, plural, show, t } from "./kit/words.mjs";

/**
 * A claim that a page can check, as book/_ext/checks.py writes it.
 * @typedef {object} Claim
 * @property {string} says @property {string} verdict  on record
 * @property {{ says: string, verdict: string } | null} literally
 * @property {Record<string, [string, string]>} numbers  their names and those on record, as the book prints them
 * @property {number[]} seeds  of the record @property {number} seconds  that a seed takes
 * @property {boolean} digits  whether it needs the scanned digits @property {any} plan
 *
 * @typedef {import("../engine/check.mjs").Found & { seeds: number[] }} Found  on the seeds of a reader
 */

/** A number, or several as the book prints them. @param {number | { median: number, min: number, max: number } | undefined} value */
export function number(value) {
  if (typeof value !== "object") return one(value);
  return `${one(value.median)} [${one(value.min)}, ${one(value.max)}]`;
}

const one = (value) => (value === Infinity ? t`never` : show(value)); // a step that does not come

/** "about 3 s". @param {number} seconds */
export function duration(seconds) {
  if (seconds < 1) return t`about a second`;
  return seconds < 90 ? t`about ${integer(seconds)} s` : t`about ${integer(seconds / 60)} minutes`;
}

/** A verdict as a reader reads it. */
const said = (verdict) =>
  ({
    holds: t`holds`,
    "holds with a caveat": t`holds with a caveat`,
    "does not hold as stated": t`does not hold as stated`,
  })[verdict];

/** Whether every verdict is the one on record. @param {Claim} claim @param {Found} found */
export const asOnRecord = ({ verdict, literally }, found) =>
  found.verdict === verdict && (!literally || found.literally === literally.verdict);

/** @param {Claim} claim @param {Found} found */
export function verdictInWords({ verdict, seeds }, found) {
  const mine = seedsInWords(found.seeds);
  if (found.verdict === verdict) return t`On your ${mine} it ${said(verdict)}, as on record.`;
  const differs = t`On your ${mine} it ${said(found.verdict)}. On record (${seedsInWords(seeds)}) it ${said(verdict)}.`;
  const fewer = found.seeds.length < seeds.length;
  return `${differs} ${fewer ? t`Of fewer seeds a share is coarser: try ${seeds.length}.` : t`So our verdict depends on the seeds, and we should like to know.`}`;
}

/** @param {Claim} claim @param {Found} found */
export function letterInWords({ literally }, found) {
  if (!literally) return "";
  if (found.literally === literally.verdict) return t`By the letter it ${said(found.literally)}, as on record.`;
  return t`By the letter it ${said(found.literally)} on your seeds; on record it ${said(literally.verdict)}.`;
}

/** The numbers, yours beside those on record: [name, yours, on record]. @param {Claim} claim @param {Found} found */
export const rowsOf = ({ numbers }, found) =>
  Object.entries(numbers).map(([name, [words, text]]) => [words, number(found.numbers[name]), text]);

/** Why some of the numbers are "–"; nothing if none is. @param {string} id @param {Claim} claim @param {Found} found */
export const missingInWords = (id, { numbers }, found) =>
  Object.keys(numbers).every((name) => name in found.numbers)
    ? ""
    : t`“–” is a number that a page cannot find, and that decides nothing; in Python: python -m fitlab.claims ${id}`;

/** With what it was checked. @param {string} version  of the book */
const withWhat = (version) => [t`Book ${version}, in ${navigator.userAgent}`];

/** One claim as text. @param {string} id @param {Claim} claim @param {Found} found @param {string} version */
export const resultAsText = (id, claim, found, version) =>
  [
    `${id}: ${claim.says}`,
    verdictInWords(claim, found),
    ...[letterInWords(claim, found)].filter(Boolean),
    ...rowsOf(claim, found).map(([name, mine, recorded]) => t`  ${name}: ${mine} (on record ${recorded})`),
    ...[missingInWords(id, claim, found)].filter(Boolean),
    ...withWhat(version),
  ].join("\n");

/**
 * Several claims as text. @param {[string, Claim, Found][]} results @param {number} of  how many there are to check
 * @param {string} version
 */
export const resultsAsText = (results, of, version) =>
  [
    sumInWords(results, of),
    ...results.flatMap(([id, claim, found]) => [
      "",
      `${id}: ${claim.says}`,
      verdictInWords(claim, found),
      ...[letterInWords(claim, found)].filter(Boolean),
    ]),
    "",
    ...withWhat(version),
  ].join("\n");

/** @param {[string, Claim, Found][]} results @param {number} of  how many there are to check */
export function sumInWords(results, of = results.length) {
  const others = results.filter(([, claim, found]) => !asOnRecord(claim, found)).map(([id]) => id);
  const all = results.length < of ? t`${results.length} of ${plural(of, t`claim`)}` : plural(of, t`claim`);
  if (!others.length) return t`${all} checked: every verdict is the one on record.`;
  return t`${all} checked: ${others.length} with another verdict than on record (${others.join(", ")}).`;
}
