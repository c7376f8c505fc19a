// The trainer of a fan in a built page. It says the same words as the kernel does in Jupyter.
import { bendingOfDots } from "../engine/few_points.mjs";
import { evenly } from "../engine/samples.mjs";
import { initialOf } from "./kit/form.mjs";
import { pageTrainer } from "./kit/page_trainer.mjs";
import { fill, integer, show } from "./kit/words.mjs";

/**
 * @typedef {import("./fan.mjs").Settings} Settings
 * @typedef {import("./fan.mjs").Frame} Frame
 * @typedef {import("./fan.mjs").Network} Network
 * @typedef {import("./fan.mjs").Setup} Setup
 */

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** Those that pass through all points. @param {Frame} frame */
export const hitsOf = ({ networks }) => networks.filter(({ hit }) => hit);

/** The standard deviation of their answers, on average between the first and the last point. */
export function apartOf(networks, { points }, { reach, rules }) {
  const inside = evenly({ low: reach[0], high: reach[1] }, rules.curve).map((x) => x >= points[0][0] && x <= points.at(-1)[0]);
  const deviations = inside.flatMap((yes, i) => {
    if (!yes) return [];
    const answers = networks.map(({ curve }) => curve[i]);
    const middle = mean(answers);
    return Math.sqrt(mean(answers.map((answer) => (answer - middle) ** 2)));
  });
  return mean(deviations);
}

/** How much they bend in the median, as a multiple of what they must. @param {Network[]} networks @param {Settings} settings */
export function relativeBending(networks, { points }) {
  const must = bendingOfDots({ x: points.map(([x]) => x), y: points.map(([, y]) => y) });
  return median(networks.map(({ bending }) => bending)) / must;
}

/** A ratio as text, to two decimals where it is small: 1.00, 17. @param {number} ratio */
export const times = (ratio) => (ratio < 10 ? ratio.toFixed(2) : show(ratio));

/** One of the words for a frame, as fan.py has it. @param {string} what @param {Frame | null} frame @param {Settings} settings @param {Setup} setup */
export function sentence(what, frame, settings, setup) {
  const { words, rules } = setup;
  const hits = frame ? hitsOf(frame) : [];
  return fill(words[what], {
    total: rules.networks,
    max_steps: integer(rules.max_steps),
    n: settings.points.length,
    hits: hits.length,
    apart: hits.length > 1 ? fill(words.apart, { apart: show(apartOf(hits, settings, setup)) }) : "",
    bend: hits.length ? fill(words.bend, { bend: times(relativeBending(hits, settings)) }) : "",
  });
}

/**
 * Trains in `worker`, which is awake. rest: what the page was built with.
 * @param {Worker} worker @param {Setup} setup @param {{ frame: Frame, message: string }} rest
 */
export function fanTrainer(worker, setup, rest) {
  const { rules, rates, reach, words } = setup;
  const { networks, curve, ...engine } = rules;
  return pageTrainer(worker, {
    initial: initialOf(setup),
    rest: { frame: rest.frame, message: fill(words.ready, { rest: rest.message }) },
    orderOf: ({ optimizer }) => ({ rules: { ...engine, lr: rates[optimizer] }, fan: { networks, curve, reach } }),
    frameOf: (picture) => picture,
    checkOf: ({ step }) => [step],
    reason: (_, frame, settings) => sentence("ended", frame, settings, setup),
    words: {
      training: (settings) => sentence("training", null, settings, setup),
      paused: (frame, settings) => sentence("paused", frame, settings, setup),
      moving: sentence("moving", null, initialOf(setup), setup),
      broken: words.broken,
    },
  });
}
