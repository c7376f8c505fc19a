// The trainer of one fit in a built page. It says the same words as the kernel does in Jupyter.
import { PAPER } from "../engine/samples.mjs";
import { initialOf } from "./kit/form.mjs";
import { pageTrainer } from "./kit/page_trainer.mjs";
import { fill, integer, level, show, showBelow, t } from "./kit/words.mjs";

/**
 * @typedef {import("./fit.mjs").Settings} Settings
 * @typedef {import("./fit.mjs").Setup} Setup
 */

/**
 * Why a training ended, as fitlab.training says it.
 * @param {string} ending @param {{ step: number, mse: number | null }} last
 * @param {Settings} settings @param {Setup["words"]} words
 */
export function reason(ending, { step, mse }, settings, { reasons, advice }) {
  return fill(reasons[ending], {
    mse: ending === "converged" ? showBelow(mse, settings.tolerance) : show(mse),
    steps: integer(step),
    tolerance: level(settings.tolerance),
    lr: settings.lr,
    advice: fill(advice[adviceFor(settings)], settings),
  });
}

function adviceFor({ depth, activation, dropout, width }) {
  if (depth === 0 || activation === "identity") return "line";
  if (width < 16) return dropout > 0 ? "narrow-noisy" : "narrow"; // the same without dropout
  return dropout > 0 ? "dropout" : "other";
}

/**
 * Trains in `worker`, which is awake. rest: the fit that the page was built with.
 * @param {Worker} worker @param {Setup} setup @param {{ frame: import("./fit.mjs").Frame, message: string }} rest
 */
export function fitTrainer(worker, setup, rest) {
  const { reasons } = setup.words;
  const intervalOf = ({ target }) => (target === "drawn" ? PAPER : setup.targets[target]);
  const most = ({ max_steps }) => ({ max_steps: integer(max_steps) });
  const mseOf = ({ mse }) => (mse === null ? t`the MSE is not a number` : t`MSE ${show(mse)}`);
  return pageTrainer(worker, {
    initial: initialOf(setup),
    rest: { frame: rest.frame, message: fill(reasons.ready, { rest: rest.message }) },
    orderOf(settings) {
      const { low, high } = intervalOf(settings);
      return { interval: { low, high } };
    },
    frameOf: (picture, { target, width, depth }, checks) => ({ ...picture, target, width, depth, checks }),
    checkOf: ({ step, mse }) => [step, mse],
    reason: (ending, frame, settings) => reason(ending, frame, /** @type {Settings} */ (settings), setup.words),
    words: {
      training: (settings) => fill(reasons.training, most(settings)),
      paused: (frame, settings) => fill(reasons.paused, { steps: integer(frame.step), ...most(settings), mse: mseOf(frame) }),
      moving: reasons.moving,
      broken: reasons.broken,
    },
  });
}
