// The fit with the settings of now as a cell of plain PyTorch, for "Copy as PyTorch".
import { PAPER } from "../engine/samples.mjs";

/**
 * @typedef {import("./fit.mjs").Settings} Settings
 * @typedef {import("./fit.mjs").Setup} Setup
 */

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
