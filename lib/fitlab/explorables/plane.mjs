// The explorable of the plane: a network that learns to tell two classes of points apart, its belief
// at every place, its linear regions, its units and its weights. Who trains it never sees.
import { EDGE, pointsOf as dealtPoints } from "../engine/plane.mjs";
import { linearRegions, MOST_REGIONS } from "../engine/regions.mjs";
import { copyButton } from "./kit/controls.mjs";
import { explorableRoot, fold, group } from "./kit/elements.mjs";
import { initialOf, isSame } from "./kit/form.mjs";
import { watchKernel } from "./kit/kernel.mjs";
import { legend } from "./kit/legend.mjs";
import { livingBy } from "./kit/live.mjs";
import { rounded, thinned } from "./kit/numbers.mjs";
import { plot } from "./kit/plot.mjs";
import { numberLine, progressBar } from "./kit/readings.mjs";
import { liveSentence } from "./kit/sentence.mjs";
import { stage } from "./kit/stage.mjs";
import { dataTable } from "./kit/table.mjs";
import { powerTicks, ticks } from "./kit/ticks.mjs";
import { integer, plural, show, t } from "./kit/words.mjs";
import { MOST_DRAWN, planeMap } from "./plane_map.mjs";
import { networkDiagram } from "./plane_network.mjs";
import { pointsControls, pointsPaper } from "./plane_points.mjs";
import { FIRST, hiddenChanges, planeButtons, planeControls, presetButtons } from "./plane_controls.mjs";
import { epochs, percent, planeTrainer } from "./plane_page.mjs";
import { planeCell } from "./plane_cell.mjs";

/**
 * @typedef {{ puzzle: string, own: [number, number, number][], n: number, noise: number, held_out: number,
 *   false_labels: number, width: number, depth: number, activation: string, loss: string,
 *   optimizer: string, lr: number, batch: number, dropout: number, weight_decay: number,
 *   tolerance: number, max_epochs: number, seed: number }} Settings  as in plane.py
 *
 * @typedef {(number | null)[]} Found  loss and share right, of the points to train on and of those held out
 * @typedef {object} Frame  one picture of a training
 * @property {number} width @property {number} depth @property {string} activation  of the network
 * @property {number} step @property {number} epoch
 * @property {Found} found
 * @property {(number | null)[][]} checks  the step, and what was found
 * @property {(number | null)[]} surface  the belief in class 1, row by row from below
 * @property {(number | null)[][][]} units  [layer][unit][place] of the first units
 * @property {number[]} parameters  as torch orders them
 * @property {number[][] | null} regions  the corners of each; null: of none, or of too many
 * @property {number | null} [count]  how many there are; null: none, or not known; undefined: nobody has looked
 * @property {boolean} [more]  there are more than the count
 *
 * @typedef {{ state: import("./kit/form.mjs").Table, presets: Record<string, Partial<Settings>>, cell: string,
 *   codes: Record<string, string>, words: { reasons: Record<string, string>, advice: Record<string, string>, least: number } }} Setup
 * @typedef {import("./kit/page_trainer.mjs").Trainer} Trainer
 */

const PATIENCE = 1000; // ms of training before the sentence says so
const CHECKS_SHOWN = 300; // points of a curve: more cannot be told apart
const MOST_OWN = 60; // of a puzzle's points, for whoever begins with them
const REGIONS_SLICE = 4; // ms that the regions of a moving network may take,
const REGIONS_PATIENCE = 150; // and those of one that stands still

/** The points of these settings, dealt out. Kept: most pictures in a row have the same. */
let kept = { key: "", points: /** @type {import("../engine/plane.mjs").Puzzle | null} */ (null) };
export function pointsOf({ puzzle, own, n, noise, held_out, false_labels, seed }) {
  const settings = { puzzle, own, n, noise, held_out, false_labels, seed };
  const key = JSON.stringify(settings);
  if (key !== kept.key) kept = { key, points: dealtPoints(settings) };
  return kept.points;
}

// ---------------------------------------------------------------------------- what is drawn

/** How many linear regions, in words. @param {Frame} frame */
function regionCount({ count, more, activation }) {
  if (count === null) return activation === "tanh" ? t`curved` : "–";
  return more ? t`over ${integer(count)}` : integer(count);
}

/**
 * A frame with its regions: one that comes without a word of them has them found here, in a moment.
 * @param {Frame} frame @param {boolean} moving @returns {Frame}
 */
function withRegions(frame, moving) {
  const { count, parameters, width, depth, activation } = frame;
  if (count !== undefined) return frame;
  if (activation === "tanh" || !parameters.every(Number.isFinite)) return { ...frame, regions: null, count: null };
  const deadline = performance.now() + (moving ? REGIONS_SLICE : REGIONS_PATIENCE);
  const square = { low: -EDGE, high: EDGE };
  const { parts, complete } = linearRegions(Float64Array.from(parameters), { width, depth, activation, outputs: 2 }, square, MOST_REGIONS, deadline);
  if (moving && !complete) return { ...frame, regions: null, count: null };
  return { ...frame, regions: complete ? parts.map(({ corners }) => corners) : null, count: parts.length, more: !complete };
}

/** @param {Frame} frame @param {Settings} settings */
function mapInWords(frame, settings, points) {
  const name = settings.puzzle === "own" ? t`your own points` : t`the points “${settings.puzzle}”`;
  const [, right, , held] = frame.found;
  const rest = points.held.y.length ? t`, and ${percent(held)} of ${integer(points.held.y.length)} held out` : "";
  const own = points.y.length ? t`: it has ${percent(right)} of ${plural(points.y.length, t`point`)} right${rest}` : "";
  const many = frame.count === null ? "" : t`. It is linear in ${frame.count === 1 ? t`1 region` : t`${regionCount(frame)} regions`}`;
  return t`The plane with ${name}, and how probable a network of width ${frame.width}, depth ${frame.depth} thinks class 1 everywhere${own}${many}`;
}

/** A curve of what was found: column 1 and 3 are losses, 2 and 4 shares. */
const curveOf = (checks, column) => thinned(checks, CHECKS_SHOWN).map((row) => /** @type {[number, number | null]} */ ([row[0], row[column]]));

/** @param {Frame} frame @param {Frame} whole  the one for which the axes are made */
function axisOfSteps(frame, whole) {
  const last = Math.max(whole.step, 1);
  const every = frame.epoch > 0 ? frame.step / frame.epoch : 1; // steps of an epoch
  const labels = ticks(0, last / every, Math.min(3, Math.max(1, Math.floor(last / every))));
  return { x: /** @type {[number, number]} */ ([0, 1.03 * last]), xTicks: labels.map(({ value }) => ({ value: value * every, label: integer(value) })) };
}

const LOSS_TICK = 1e-2; // the axis reaches down to here, and lower if the loss does

/** The loss, of the points to train on and of those held out. @param {Frame} frame @param {Frame} whole */
function lossDrawing(frame, whole) {
  const positive = (points) => points.filter(([, value]) => value > 0);
  const [own, held] = [1, 3].map((column) => positive(curveOf(frame.checks, column)));
  const all = [1, 3].flatMap((column) => positive(curveOf(whole.checks, column))).map(([, value]) => value);
  const y = /** @type {[number, number]} */ ([Math.min(LOSS_TICK, ...all) * 0.6, Math.max(1, ...all) * 1.5]);
  const layers = [
    { role: "plane-held-line", points: held },
    { role: "network", points: own },
    { role: "tip", points: own.slice(-1), marks: true },
  ];
  const label = t`Loss while training, on a logarithmic axis: now ${show(frame.found[0])}, on the points held out ${show(frame.found[2] ?? undefined)}`;
  return { ...axisOfSteps(frame, whole), y, yTicks: powerTicks(...y), logarithmic: true, layers, label };
}

/** The share right, of both. @param {Frame} frame @param {Frame} whole */
function rightDrawing(frame, whole) {
  const [own, held] = [2, 4].map((column) => curveOf(frame.checks, column));
  const layers = [
    { role: "plane-held-line", points: held },
    { role: "network", points: own },
    { role: "tip", points: own.slice(-1), marks: true },
  ];
  const yTicks = [0, 0.25, 0.5, 0.75, 1].map((value) => ({ value, label: t`${Math.round(100 * value)} %` }));
  const label = t`Share right while training: now ${percent(frame.found[1])}, of the points held out ${percent(frame.found[3])}`;
  return { ...axisOfSteps(frame, whole), y: /** @type {[number, number]} */ ([0, 1.03]), yTicks, layers, label };
}

// ---------------------------------------------------------------------------- the view

/** Whether the frame is of a network as the settings have it: a new one may not have come yet. */
const ofItsShape = ({ frame, settings }) => frame.width === settings.width && frame.depth === settings.depth;

/** All parts of the figure, not yet in their places. @param {Trainer} trainer @param {Setup} setup */
function makeParts(trainer, setup, address) {
  const settings = () => /** @type {Settings} */ (trainer.status().settings);
  const map = planeMap();
  const most = setup.state.own.count;
  const change = (own, settled) => trainer.change({ puzzle: "own", own }, settled);
  const paper = pointsPaper({ over: map, most, onChange: change });
  const code = copyButton({ name: t`Copy as PyTorch`, text: () => planeCell(setup, settings()) });
  const link = address && copyButton({ name: t`Copy link`, text: () => address.link(settings()) });
  return {
    legend: legend([
      { role: "plane-class-0", name: t`class 0`, kind: "rings" },
      { role: "plane-class-1", name: t`class 1, the bluer the more probable`, kind: "squares" },
      { role: "plane-held plane-class-0", name: t`held out (faint)`, kind: "rings" },
      { role: "plane-false", name: t`a false label`, kind: "crosses" },
    ]),
    map,
    paper,
    own: pointsControls({ points: () => settings().own, most, onChange: change, onKind: paper.choose }),
    diagram: networkDiagram({ onAlter: (index, value) => ofItsShape(trainer.status()) && trainer.alter(index, value) }),
    curves: legend([{ role: "network", name: t`to train on` }, { role: "plane-held-line", name: t`held out` }]),
    loss: plot({ className: "plane-loss", xLabel: t`epoch`, yLabel: t`loss`, height: () => 160 }),
    right: plot({ className: "plane-right", xLabel: t`epoch`, yLabel: t`right`, height: () => 160 }),
    numbers: numberLine([t`parameters`, t`epochs`, t`right`, t`held out, right`, t`linear regions`]),
    sentence: liveSentence(),
    progress: progressBar("training"),
    more: fold(t`More`),
    settings: planeControls(setup, trainer, (name) => choosePoints(trainer, name, setup)),
    buttons: planeButtons(trainer),
    presets: presetButtons(trainer, setup),
    copies: [link, code].filter(Boolean),
    table: dataTable({
      summary: t`Loss and share right as a table`,
      columns: [t`step`, t`loss`, t`right`, t`loss, held out`, t`right, held out`],
      rows: () => thinned(trainer.status().frame.checks, CHECKS_SHOWN).map(([step, ...found]) => [integer(step), ...found.map((value, i) => (i % 2 ? percent(value) : show(value ?? undefined)))]),
    }),
  };
}

/**
 * Other points. A reader's own begin as some of those that are there, all to train on and all true.
 * @param {Trainer} trainer @param {string} name @param {Setup} setup
 */
function choosePoints(trainer, name, setup) {
  const { settings } = trainer.status();
  if (name !== "own") {
    const { held_out } = settings.puzzle === "own" ? initialOf(setup) : settings;
    return trainer.change({ puzzle: name, held_out });
  }
  const { x, y, false: wrong } = pointsOf(settings);
  const some = x.slice(0, MOST_OWN).map(([a, b], i) => [rounded(a, 2), rounded(b, 2), wrong[i] ? 1 - y[i] : y[i]]);
  return trainer.change({ puzzle: "own", own: settings.own.length ? settings.own : some, held_out: 0, false_labels: 0 });
}

/** Put the parts into their places. @param {HTMLElement} root @param {ReturnType<typeof makeParts>} parts */
function arrange(root, parts) {
  const elements = (record) => Object.values(record).map((part) => part.element);
  const first = FIRST.map((name) => parts.settings[name].element);
  const others = Object.entries(parts.settings).filter(([name]) => !FIRST.includes(name)).map(([, { element }]) => element);
  const { step, ...always } = parts.buttons;
  parts.more.append(group("fit-controls", ...others), group("fit-step", step.element));
  root.append(
    parts.legend.element,
    group(
      "plane-stage",
      parts.map.element,
      group("fit-first", ...first),
      parts.own.element,
      group("fit-buttons", ...elements(always)),
      group("fit-outcome", parts.numbers.element, parts.progress.element, parts.sentence.element),
      group("plane-side", parts.diagram.element, parts.diagram.panel),
    ),
    parts.presets,
    parts.curves.element,
    group("plane-curves", parts.loss.element, parts.right.element),
    group("fit-aside", parts.more, group("fit-copies", ...parts.copies.map((copy) => copy.element))),
    parts.table.element,
  );
}

/**
 * Show how a training stands, and with which settings.
 * @param {HTMLElement} root @param {ReturnType<typeof makeParts>} parts
 * @param {import("./kit/page_trainer.mjs").Status} status @param {Setup} setup
 */
function displayState(root, parts, { settings, state, frame, stale }, setup) {
  const training = state === "training";
  root.toggleAttribute("data-stale", stale === true);
  const [loss, right] = frame.found;
  Object.assign(root.dataset, { state, step: frame.step, seed: settings.seed, loss: sixDigits(loss), accuracy: sixDigits(right) });
  for (const [name, control] of Object.entries(parts.settings)) control.set(settings[name]);
  parts.more.firstChild.textContent = [t`More`, hiddenChanges(settings, setup)].filter(Boolean).join(": ");
  const own = settings.puzzle === "own";
  parts.own.element.hidden = !own;
  parts.paper.set(own ? settings.own : null);
  parts.own.update();
  parts.buttons.train.enable(!training);
  parts.buttons.pause.enable(training);
  parts.buttons.step.element.textContent = training || state === "paused" ? t`Step` : t`First step`; // of a new network
}

/** @param {ReturnType<typeof makeParts>} parts @param {Frame} frame */
function displayFrame(parts, frame, { settings, state, frame: last }) {
  const points = pointsOf(settings);
  const shown = withRegions(frame, state === "training");
  parts.map.draw(shown, points, mapInWords(shown, settings, points));
  const own = settings.puzzle === "own"; // then nothing may move under the finger that makes points
  const [heldOut, wrong] = [own || points.held.y.length > 0, own || points.false.includes(true)];
  parts.legend.set([t`class 0`, t`class 1, the bluer the more probable`, heldOut ? t`held out (faint)` : null, wrong ? t`a false label` : null]);
  parts.diagram.set(frame);
  parts.loss.draw(lossDrawing(frame, last));
  parts.right.draw(rightDrawing(frame, last));
  const [, right, , held] = frame.found;
  parts.numbers.set([integer(frame.parameters.length), epochs(frame.epoch), percent(right), percent(held), regionCount(shown)]);
  parts.progress.set(frame.epoch / settings.max_epochs);
}

const sixDigits = (value) => (value === null ? "NaN" : String(Number(value.toPrecision(6))));

/**
 * Build the figure into `el`, and keep it up to date. @returns how to take it away again.
 * @param {import("./kit/state.mjs").Place} place @param {Trainer} trainer @param {Setup} setup
 * @param {ReturnType<typeof import("./kit/state.mjs").readersState>} [address]  in a page: the settings in its address
 */
export function view(place, trainer, setup, address) {
  const root = explorableRoot("plane", t`Plane explorer`);
  const live = stage(trainer);
  const parts = makeParts(live.trainer, setup, address);
  const unfold = (given) => {
    const hidden = Object.keys(parts.settings).filter((name) => !FIRST.includes(name));
    parts.more.open ||= hidden.some((name) => !isSame(given[name], initialOf(setup)[name]));
  };
  const given = address?.read();
  if (given) unfold(given);
  arrange(root, parts);
  place.el.append(root);
  const shown = live.begin({
    root,
    pause: parts.buttons.pause,
    sentence: parts.sentence,
    showState: (status) => displayState(root, parts, status, setup),
    showFrame: (frame, status) => displayFrame(parts, frame, status),
    showEnd: parts.table.update,
    patience: ({ state }) => (state === "training" ? PATIENCE : 0),
  });
  const leave = [shown.leave, address?.follow(unfold), watchKernel(root, place)];
  return () => {
    for (const each of leave) each?.();
    for (const part of [parts.map, parts.diagram, parts.loss, parts.right, parts.sentence]) part.remove();
    root.remove();
  };
}

const render = livingBy({ worker: "plane_worker", pageTrainer: planeTrainer, view });

export default /** @satisfies {import("@anywidget/types").AnyWidget} */ ({ render });
