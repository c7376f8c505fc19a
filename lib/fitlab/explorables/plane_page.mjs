// The trainer of the plane in a built page. It says the same words as the kernel does in Jupyter.
import { pointsOf } from "../engine/plane.mjs";
import { initialOf } from "./kit/form.mjs";
import { pageTrainer } from "./kit/page_trainer.mjs";
import { fill, integer, t } from "./kit/words.mjs";

/**
 * @typedef {import("./plane.mjs").Settings} Settings
 * @typedef {import("./plane.mjs").Frame} Frame
 * @typedef {import("./plane.mjs").Setup} Setup
 */

/** 0.984 -> "98.4 %"; only what is whole is said to be. @param {number | null} share */
export function percent(share) {
  if (share === null) return "–";
  const shown = share === 1 || share === 0 ? String(100 * share) : Math.min(99.9, Math.max(0.1, tenths(100 * share))).toFixed(1);
  return t`${shown} %`;
}

/** Epochs may end in the middle, where somebody paused. @param {number} epoch */
export const epochs = (epoch) => (Number.isInteger(epoch) ? integer(epoch) : tenths(epoch).toFixed(1));

/** Halves go up, as in plane_frames.py. @param {number} value */
const tenths = (value) => Math.floor(10 * value + 0.5) / 10;

/**
 * What there is to be said of a frame, as plane.py has it.
 * @param {string} ending @param {Frame} frame @param {Settings} settings @param {Setup["words"]} words
 */
export function sentence(ending, frame, settings, { reasons, advice }) {
  const [, right, , held] = frame.found;
  return fill(reasons[ending], {
    right: percent(right),
    held: held === null ? "" : fill(reasons.held, { held: percent(held) }),
    epoch: epochs(frame.epoch),
    epochs: frame.epoch === 1 ? t`1 epoch` : t`${epochs(frame.epoch)} epochs`,
    max_epochs: integer(settings.max_epochs),
    goal: percent(1 - settings.tolerance),
    lr: settings.lr,
    advice: fill(advice[adviceFor(settings)], settings),
  });
}

function adviceFor({ depth, activation, false_labels, noise, width }) {
  if (depth === 0 || activation === "identity") return "line";
  if (false_labels > 0) return "false";
  if (noise > 0) return "noise";
  return width < 16 ? "narrow" : "other";
}

/**
 * Trains in `worker`, which is awake. rest: what the page was built with.
 * @param {Worker} worker @param {Setup} setup @param {{ frame: Frame, message: string }} rest
 */
export function planeTrainer(worker, setup, rest) {
  const { words } = setup;
  return pageTrainer(worker, {
    initial: initialOf(setup),
    rest: { frame: rest.frame, message: fill(words.reasons.ready, { rest: rest.message }) },
    orderOf: () => ({}),
    frameOf: (picture, { width, depth, activation }, checks) => ({ ...picture, width, depth, activation, checks }),
    checkOf: ({ step, found }) => [step, ...found],
    reason: (ending, frame, settings) => sentence(ending, frame, settings, words),
    refusal: (settings) => refusal(settings, setup),
    words: {
      training: (settings) => fill(words.reasons.training, { max_epochs: integer(settings.max_epochs) }),
      paused: (frame, settings) => sentence("paused", frame, settings, words),
      altered: (frame, settings) => sentence("altered", frame, settings, words),
      moving: words.reasons.moving,
      broken: words.reasons.broken,
    },
  });
}

/** Why points cannot be trained on, or null. @param {Settings} settings @param {Setup} setup */
export function refusal(settings, { words }) {
  const { y } = pointsOf(settings);
  const ones = y.filter((label) => label === 1).length;
  const zeros = y.length - ones;
  return Math.min(ones, zeros) >= words.least ? null : fill(words.reasons.few, { least: words.least, ones, zeros });
}
