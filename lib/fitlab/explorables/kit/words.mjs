// Numbers and messages in words.

/** Sentences of another language, by the English ones: "after {0} steps". @type {Record<string, string>} */
const TRANSLATED = {};

/**
 * All words that a reader sees: t`after ${n} steps`.
 * @param {TemplateStringsArray} strings @param {...unknown} values
 */
export function t(strings, ...values) {
  const english = strings.reduce((text, part, i) => `${text}{${i - 1}}${part}`);
  return (TRANSLATED[english] ?? english).replace(/\{(\d+)\}/g, (_, i) => String(values[i]));
}

/** 16833 -> "16,833". @param {number} value */
export const integer = (value) => value.toLocaleString("en-GB", { maximumFractionDigits: 0 });

/** 4321.5 -> "4,321.5". @param {number} value */
const grouped = (value) => value.toLocaleString("en-GB", { maximumSignificantDigits: 15 });

/** A minus that is as long as a plus. @param {string} text */
const minus = (text) => text.replaceAll("-", "−");

/** 0.5 -> "0.5", -2 -> "−2": a tick or a coordinate. @param {number} value */
export const short = (value) => minus(String(Number(value.toPrecision(4))));

/** 4 -> "⁴". @param {number | string} value */
const superscript = (value) =>
  [...String(value)].map((c) => (c === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(c)])).join("");

/** 4 -> "₄". @param {number} value */
export const subscript = (value) => [...String(value)].map((digit) => "₀₁₂₃₄₅₆₇₈₉"[Number(digit)]).join("");

/** 1 -> "1 step", 1000 -> "1,000 steps". @param {number} count @param {string} one */
export const plural = (count, one) => `${integer(count)} ${one}${count === 1 ? "" : "s"}`;

const EXACT = 60; // decimals: more than a double has that lies in the middle of two short numbers

/**
 * A number to so many digits, as mantissa and exponent. In the middle of two it is the even one, as
 * Python has it and JavaScript has not.
 * @param {number} value @param {number} digits @returns {[string, number]}
 */
function toDigits(value, digits) {
  const [mantissa, exponent] = value.toExponential(EXACT).split("e");
  const end = mantissa.indexOf(".") + digits; // behind the last digit that is kept
  const kept = mantissa.slice(0, end).replace(/\.$/, "");
  if (/^50*$/.test(mantissa.slice(end)) && /[02468]$/.test(kept)) return [kept, Number(exponent)];
  const [rounded, power] = value.toExponential(digits - 1).split("e");
  return [rounded, Number(power)];
}

/**
 * As fitlab.display.show: 0.16 -> "0.16", 0.000512 -> "5.1 × 10⁻⁴".
 * @param {number | null | undefined} value @param {number} digits
 */
export function show(value, digits = 2) {
  if (value === undefined) return "–"; // not known yet
  if (value === null || !Number.isFinite(value)) return t`not a number`;
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e6) return minus(integer(value));
  const [mantissa, exponent] = toDigits(value, digits);
  if (size >= 0.01 && size < 1e4) return minus(grouped(Number(`${mantissa}e${exponent}`)));
  return `${minus(mantissa)} × ${powerOfTen(exponent)}`;
}

/** As fitlab.display.show_level, a given number as people write it: 0.0005 -> "5 × 10⁻⁴". @param {number} value */
export function level(value) {
  if (value === 0) return "0";
  const [mantissa, exponent] = value.toExponential(2).split("e");
  return `${minus(String(Number(mantissa)))} × ${powerOfTen(Number(exponent))}`;
}

/**
 * As fitlab.display.show_below: a number below `limit`, with enough digits for the text to say so.
 * @param {number} value @param {number} limit
 */
export function showBelow(value, limit) {
  let digits = 1;
  while (digits < 15 && Number(value.toExponential(digits)) >= limit) digits += 1;
  const [mantissa, exponent] = value.toExponential(digits).split("e");
  return `${minus(mantissa)} × ${powerOfTen(Number(exponent))}`;
}

/** Fill the {places} of a sentence. @param {string} sentence @param {Record<string, unknown>} values */
export const fill = (sentence, values) =>
  sentence.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));

/** -4 -> "10⁻⁴". @param {number} exponent */
export const powerOfTen = (exponent) => `10${superscript(exponent)}`;

/** A message as a sentence: a capital, a full stop, 5 × 10⁻⁴ for 5e-04. @param {string} message */
export function typeset(message) {
  const sentence = message.replace(
    /(\d(?:\.\d+)?)e([+-]?\d+)/g,
    (_, mantissa, exponent) => `${mantissa} × ${powerOfTen(Number(exponent))}`,
  );
  const end = /[.!?]$/.test(sentence) ? "" : ".";
  return sentence.charAt(0).toUpperCase() + sentence.slice(1) + end;
}
