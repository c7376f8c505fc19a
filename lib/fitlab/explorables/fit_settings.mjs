// The settings of a fit in other forms: in the page's address, and as a cell of PyTorch.
import { PAPER } from "../engine/samples.mjs";
import { rounded } from "./kit/numbers.mjs";

/**
 * @typedef {import("./fit.mjs").Settings} Settings
 * @typedef {import("./fit.mjs").Setup} Setup
 */

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const NUMBERS = ["width", "depth", "dropout", "lr", "batch", "seed"];
const FRACTIONS = ["dropout", "lr"];

/** The seed, and what differs from the settings at the start. @param {Settings} settings @param {Setup} setup */
export function toAddress(settings, { initial, choices }) {
  const names = ["target", "activation", ...NUMBERS].filter((name) => name === "seed" || settings[name] !== initial[name]);
  const values = Object.fromEntries(names.map((name) => [name, String(settings[name])]));
  return settings.target === "drawn" ? { ...values, drawing: packed(settings.drawing, choices.drawn) } : values;
}

/**
 * All settings that an address stands for; what it says wrongly stays as at the start.
 * @param {Record<string, string>} values @param {Setup} setup
 */
export function fromAddress(values, { initial, choices, targets }) {
  const settings = { ...initial };
  for (const name of NUMBERS) {
    const value = Number(values[name] || NaN);
    const whole = FRACTIONS.includes(name) || Number.isInteger(value);
    if (whole && value >= choices[name][0] && value <= choices[name].at(-1)) settings[name] = value;
  }
  if (choices.activation.includes(values.activation)) settings.activation = values.activation;
  if (Object.hasOwn(targets, values.target)) settings.target = values.target;
  const drawing = unpacked(values.drawing ?? "", choices.drawn);
  if (values.target === "drawn" && drawing.length === initial.drawing.length) Object.assign(settings, { target: "drawn", drawing });
  return settings;
}

/** Two letters for a height, which has three decimals and is at most `most` (below 2) up or down. */
export const packed = (drawing, most) =>
  drawing.map((y) => Math.round((y + most) * 1000)).map((n) => ALPHABET[n >> 6] + ALPHABET[n & 63]).join("");

/** The heights again; none if the text is no drawing. @param {string} text @param {number} most */
export function unpacked(text, most) {
  if (text.length % 2 || [...text].some((letter) => !ALPHABET.includes(letter))) return [];
  const pairs = text.match(/../g) ?? [];
  const heights = pairs.map((pair) => (ALPHABET.indexOf(pair[0]) * 64 + ALPHABET.indexOf(pair[1])) / 1000 - most);
  return heights.some((y) => y > most + 1e-9) ? [] : heights.map((y) => rounded(y, 3));
}

const SETTINGS = /^# settings\n[^]*^# end of settings\n\n\n/m;

/** The fit with these settings as a cell of plain PyTorch. @param {Setup} setup @param {Settings} settings */
export function pytorchCell({ cell, targets }, settings) {
  const { width, depth, activation, dropout, samples, batch, lr, seed, tolerance, max_steps, check_every } = settings;
  const drawn = { ...PAPER, code: `np.interp(x, np.linspace(-1, 1, ${settings.drawing.length}), [${settings.drawing.join(", ")}])` };
  const { low, high, code } = settings.target === "drawn" ? drawn : targets[settings.target];
  const lines = [
    `low, high = ${low}, ${high}`,
    `width, depth, activation, dropout = ${width}, ${depth}, "${activation}", ${dropout}`,
    `samples, batch, lr, seed = ${samples}, ${batch}, ${lr}, ${seed}`,
    `tolerance, max_steps, check_every = ${tolerance}, ${max_steps}, ${check_every}`,
    "\n",
    `def target(x):`,
    `    return ${code}`,
  ];
  return cell.replace(SETTINGS, () => `${lines.join("\n")}\n\n\n`);
}
