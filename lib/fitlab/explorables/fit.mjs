// The explorable of one fit: a network over its target, while it trains. The view shows what a
// trainer tells it and passes on what the reader does; who trains (the kernel, or the page itself)
// it never sees.
import { evenly, PAPER } from "../engine/samples.mjs";
import { copyButton } from "./kit/controls.mjs";
import { explorableRoot, fold, group } from "./kit/elements.mjs";
import { initialOf } from "./kit/form.mjs";
import { watchKernel } from "./kit/kernel.mjs";
import { legend } from "./kit/legend.mjs";
import { livingBy } from "./kit/live.mjs";
import { thinned } from "./kit/numbers.mjs";
import { pen } from "./kit/pen.mjs";
import { heightOf, plot } from "./kit/plot.mjs";
import { numberLine, progressBar } from "./kit/readings.mjs";
import { liveSentence } from "./kit/sentence.mjs";
import { stage } from "./kit/stage.mjs";
import { dataTable } from "./kit/table.mjs";
import { powerTicks, ticks } from "./kit/ticks.mjs";
import { integer, plural, short, show, subscript, t, typeset } from "./kit/words.mjs";
import { withPaper } from "./fit_paper.mjs";
import { buttons, HIDDEN, hiddenChanges, presetButtons, resampled, settingControls } from "./fit_controls.mjs";
import { fitTrainer } from "./fit_page.mjs";
import { pytorchCell } from "./pytorch_cell.mjs";

/**
 * @typedef {{ target: string, width: number, depth: number, activation: string, dropout: number,
 *   samples: number, batch: number, lr: number, tolerance: number, max_steps: number,
 *   check_every: number, seed: number, drawing: number[] }} Settings  as in fitlab.Settings; the
 *   target "drawn" goes through the drawing
 *
 * @typedef {object} Frame  one picture of a training
 * @property {string} target  whose curve this is: a new target's may not have come yet
 * @property {number} width @property {number} depth  of the network that was trained
 * @property {number} step
 * @property {number | null} loss  @property {number | null} [mse]  null: not a number; undefined: not looked at yet
 * @property {[number, number | null][]} checks  (step, MSE) of each check up to now
 * @property {(number | null)[]} curve  on evenly spaced points of the target's interval
 * @property {number | null} pieces  how many straight pieces; null: not known, or tanh
 * @property {[number, number][]} hinges
 *
 * @typedef {{ settings: Settings, state: string, message: string, frame: Frame, stale?: boolean,
 *   trail?: Frame[], waits?: boolean }} Status
 *   stale: the frame is of other settings; trail: how it came about, to be shown once before the
 *   frame; its later pictures may still come;  waits: for a drawing
 *
 * @typedef {import("./kit/page_trainer.mjs").Trainer & { layPaper?: (drawing: number[]) => void }} Trainer
 *   layPaper: wait until the reader draws over this
 *
 * @typedef {{ label: string, low: number, high: number, curve: number[], code: string }} Target
 *
 * @typedef {{ state: import("./kit/form.mjs").Table, targets: Record<string, Target>,
 *   presets: Record<string, Partial<Settings>>, taylor: [number, number][], cell: string,
 *   words: { reasons: Record<string, string>, advice: Record<string, string> } }} Setup  as in fit.py
 */

const PATIENCE = 1000; // ms of training before the sentence says so
const BREATH = 250; // ms before it asks to let a slider go: a key lets go at once
const TABLE_STRIDE = 10; // every so many points of the curve in the table
const CURVE_POINTS = 201; // as in frames.py
const CHECKS_SHOWN = 300; // points of the loss curve: more cannot be told apart
const RINGS = 40; // so many hinges would touch as rings
const MSE_TICK = 1e-4; // the loss axis reaches down to here, and lower if the MSE does

// ---------------------------------------------------------------------------- what is drawn

/** How many numbers training adjusts. @param {Settings} settings */
export const parameterCount = ({ width, depth }) =>
  depth === 0 ? 2 : 2 * width + (depth - 1) * width * (width + 1) + width + 1;

/**
 * The target of that name as the plot needs it.
 * @param {string} name @param {Setup} setup @param {Settings} settings
 */
function targetOf(name, { targets }, { drawing }) {
  if (name !== "drawn") return targets[name];
  return { label: t`your drawing`, ...PAPER, curve: resampled(drawing, CURVE_POINTS) };
}

/** @param {Frame} frame @param {Setup} setup @param {Settings} settings */
export function fitDrawing(frame, setup, settings) {
  const target = targetOf(frame.target, setup, settings);
  const y = frame.target === "drawn" ? setup.state.drawing.range : padded(target.curve, 0.22);
  return {
    x: [target.low, target.high],
    y,
    xTicks: ticks(target.low, target.high),
    yTicks: ticks(...y, 4),
    layers: [
      { role: "network", points: onGrid(frame.curve, target) },
      ...(areMany(frame.hinges) ? [] : ["hinge", "hinge-core"].map((role) => ({ role, points: frame.hinges, marks: true }))),
      { role: "target", points: onGrid(target.curve, target) },
    ],
    rug: areMany(frame.hinges) ? { role: "hinge-tick", places: frame.hinges.map(([x]) => x) } : undefined,
    label: inWords(frame, target),
  };
}

/** Rings on the curve while they are few, ticks under the axis when they are many. */
const areMany = (hinges) => hinges.length >= RINGS;

/** The interval of the values, with some room. The target alone decides, so that axes hold still. */
function padded(values, share) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const room = share * (high - low);
  return [low - room, high + room];
}

const onGrid = (curve, interval) => evenly(interval, curve.length).map((x, i) => [x, curve[i]]);

function inWords(frame, target) {
  const network = t`a network of width ${frame.width}, depth ${frame.depth}`;
  const pieces = frame.pieces === null ? "" : `, ${plural(frame.pieces, t`straight piece`)}`;
  const [low, ...rest] = ticks(target.low, target.high);
  const ends = `${low.label} to ${rest.at(-1).label}`;
  if (frame.curve.length === 0) return t`The target ${target.label} from ${ends}, and no network yet`;
  const mse = frame.mse === undefined ? "" : t`: MSE ${show(frame.mse)}`;
  return t`The target ${target.label} from ${ends}, and over it ${network}, after ${plural(frame.step, t`step`)}${mse}${pieces}`;
}

/**
 * The loss up to a frame, with a dot at its tip.
 * @param {Frame} frame @param {Settings} settings @param {Frame} whole  the one for which the axes are made
 */
export function lossDrawing(frame, { tolerance }, whole = frame) {
  const points = shownChecks(frame);
  const values = [...points, ...shownChecks(whole)].map(([, mse]) => mse);
  const y = [Math.min(MSE_TICK, tolerance || MSE_TICK, ...values) * 0.6, Math.max(1, ...values) * 1.5];
  const last = Math.max(whole.step, 1);
  const end = 1.03 * last; // with room for the dot
  return {
    x: [0, end],
    y,
    xTicks: ticks(0, last, Math.min(3, last)).map(({ value }) => ({ value, label: integer(value) })),
    yTicks: powerTicks(...y),
    logarithmic: true,
    layers: [
      { role: "tolerance", points: tolerance > 0 ? [[0, tolerance], [end, tolerance]] : [] },
      { role: "network", points },
      { role: "tip", points: points.slice(-1), marks: true },
    ],
    label: t`MSE while training, on a logarithmic axis: now ${show(frame.mse)}; training stops below ${show(tolerance, 1)}`,
  };
}

const shownChecks = ({ checks }) => thinned(checks, CHECKS_SHOWN).filter(([, mse]) => mse > 0);

const pieceCount = ({ pieces }) => (pieces === null ? "–" : integer(pieces));

/** Which Taylor polynomial of sin errs as much, on a logarithmic scale. @param {Frame} frame */
export function taylorDegree({ target, mse }, taylor) {
  if (target !== "sine" || !(mse > 0) || mse > taylor[0][1]) return "–"; // worse than T₁
  const distances = taylor.map(([, error]) => Math.abs(Math.log(error / mse)));
  return `T${subscript(taylor[distances.indexOf(Math.min(...distances))][0])}`;
}

// ---------------------------------------------------------------------------- the view

/** What a reader can take away. @param {Trainer} trainer @param {Setup} setup */
function copies(trainer, setup, kept) {
  const settings = () => trainer.status().settings;
  const code = copyButton({ name: t`Copy as PyTorch`, text: () => pytorchCell(setup, settings()) });
  if (!kept) return { code };
  const link = copyButton({ name: t`Copy link`, text: () => kept.link(settings()) });
  return { link, code };
}

/** All parts of the figure, not yet in their places. @param {Trainer} trainer @param {Setup} setup */
function makeParts(trainer, setup, kept) {
  const network = { role: "network", name: t`the network` };
  const target = { role: "target", name: t`the target` };
  const hinges = { role: "hinge", name: t`its hinges`, kind: /** @type {const} */ ("dots") };
  const rug = { role: "hinge-tick", name: t`its hinges`, kind: /** @type {const} */ ("ticks") };
  const fit = plot({ className: "fit-curve", xLabel: t`x`, yLabel: t`y`, height: heightOf(0.5, 220, 380) });
  const paper = pen(fit, { most: setup.state.drawing.range[1], onDraw: (drawing, settled) => trainer.change({ drawing }, settled) });
  return {
    legend: legend([target, network, hinges, rug]),
    fit,
    pen: paper,
    loss: plot({ className: "fit-loss", xLabel: t`step`, yLabel: t`MSE`, height: () => 176 }),
    numbers: numberLine(["parameters", "steps", "MSE", t`straight pieces`, t`as good as Taylor`]),
    sentence: liveSentence(),
    progress: progressBar("training"),
    more: fold(t`More`),
    settings: settingControls(setup, trainer),
    buttons: buttons(trainer, setup, paper.invite),
    presets: presetButtons(trainer, setup),
    copies: copies(trainer, setup, kept),
    table: dataTable({
      summary: t`The curve as a table`,
      columns: [t`x`, t`target`, t`network`, t`difference`],
      rows: () => tableRows(trainer.status(), setup),
    }),
  };
}

/** Put the parts into their places: what one moves, and what comes of it, on one screen. */
function arrange(root, parts) {
  const elements = (record) => Object.values(record).map((part) => part.element);
  const { width, depth, ...others } = parts.settings;
  const { step, ...always } = parts.buttons;
  parts.more.append(group("fit-controls", ...elements(others)), group("fit-step", step.element));
  root.append(
    parts.legend.element,
    parts.fit.element,
    group("fit-first", width.element, depth.element),
    group("fit-buttons", ...elements(always)),
    group("fit-outcome", parts.numbers.element, parts.progress.element, parts.sentence.element),
    parts.presets,
    group(
      "fit-below",
      parts.loss.element,
      group("fit-aside", parts.more, group("fit-copies", ...elements(parts.copies))),
    ),
    parts.table.element,
  );
}

function tableRows({ frame, settings }, setup) {
  const target = targetOf(frame.target, setup, settings);
  return onGrid(target.curve, target)
    .map(([x, y], i) => [x, y, frame.curve[i]])
    .filter((_, i) => i % TABLE_STRIDE === 0)
    .map(([x, y, network]) => [
      ...[x, y].map(short),
      ...(network === null || network === undefined ? ["–", "–"] : [network, network - y].map(short)),
    ]);
}

/**
 * Show how a training stands, and with which settings.
 * @param {HTMLElement} root @param {Record<string, any>} parts @param {Status} status @param {Setup} setup
 */
function displayState(root, parts, { settings, state, frame, stale, waits }, setup) {
  const training = state === "training";
  root.toggleAttribute("data-stale", stale === true);
  Object.assign(root.dataset, { state, step: frame.step, seed: settings.seed });
  if (frame.mse === undefined) delete root.dataset.mse;
  else root.dataset.mse = sixDigits(frame.mse);
  for (const [name, control] of Object.entries(parts.settings)) control.set(settings[name]);
  parts.more.firstChild.textContent = [t`More`, hiddenChanges(settings, setup)].filter(Boolean).join(": ");
  parts.pen.set(settings.target === "drawn" && frame.target === "drawn" ? settings.drawing : null);
  parts.buttons.train.enable(!training);
  parts.buttons.pause.enable(training);
  parts.buttons.step.element.textContent = training || state === "paused" ? t`Step` : t`First step`; // of a new network
  parts.buttons.step.enable(!waits);
}

/**
 * Show a picture: the end of a training, or a moment on the way to it.
 * @param {Record<string, any>} parts @param {Frame} frame @param {Status} status @param {Setup} setup
 */
function displayFrame(parts, frame, { settings, frame: last }, setup) {
  const hinges = t`its hinges`;
  const named = areMany(frame.hinges) ? [null, t`${hinges} (ticks below)`] : [hinges, null];
  parts.legend.set([targetOf(frame.target, setup, settings).label, t`the network`, ...named]);
  parts.fit.draw(fitDrawing(frame, setup, settings));
  parts.loss.draw(lossDrawing(frame, settings, last));
  const counts = [integer(parameterCount(settings)), integer(frame.step)];
  parts.numbers.set([...counts, show(frame.mse), pieceCount(frame), taylorDegree(frame, setup.taylor)]);
  parts.progress.set(frame.step / settings.max_steps);
}

const sixDigits = (value) => (value === null ? "NaN" : String(Number(value.toPrecision(6))));

/**
 * Build the figure into `el`, and keep it up to date. @returns how to take it away again.
 * @param {import("./kit/state.mjs").Place} place @param {Trainer} whoTrains @param {Setup} setup
 * @param {ReturnType<typeof import("./kit/state.mjs").readersState>} [kept]  in a page: the settings in its address
 */
export function view(place, whoTrains, setup, kept) {
  const root = explorableRoot("fit", t`Fit explorer`);
  const trainer = withPaper(whoTrains);
  const live = stage(trainer);
  const parts = makeParts(live.trainer, setup, kept);
  /** What is folded away is shown if an address changes it. */
  const unfold = (given) => {
    parts.more.open ||= HIDDEN.some((name) => given[name] !== initialOf(setup)[name]);
  };
  const given = kept?.read();
  if (given) unfold(given);
  arrange(root, parts);
  place.el.append(root);
  const shown = live.begin({
    root,
    pause: parts.buttons.pause,
    sentence: parts.sentence,
    showState: (status) => displayState(root, parts, status, setup),
    showFrame: (frame, status) => displayFrame(parts, frame, status, setup),
    showEnd: () => parts.table.update(),
    patience: ({ state, waits }) => (state === "training" ? PATIENCE : state === "ready" && !waits ? BREATH : 0),
  });
  const leave = [shown.leave, kept?.follow(unfold), watchKernel(root, place)];
  return () => {
    for (const each of leave) each?.();
    for (const part of [parts.fit, parts.loss, parts.sentence]) part.remove();
    root.remove();
  };
}

const render = livingBy({ worker: "fit_worker", pageTrainer: fitTrainer, view });

export default /** @satisfies {import("@anywidget/types").AnyWidget} */ ({ render });
