// The explorable of one fit: a network over its target, while it trains. The view shows what a
// trainer tells it and passes on what the reader does; who trains (the kernel, or the page itself)
// it never sees.
import { drawnLine, evenly, PAPER } from "../engine/samples.mjs";
import { button, choice, copyButton, numberField, slider } from "./kit/controls.mjs";
import { explorableRoot, group } from "./kit/elements.mjs";
import { formOf, stopsOf } from "./kit/form.mjs";
import { watchKernel } from "./kit/kernel.mjs";
import { legend } from "./kit/legend.mjs";
import { clamp, rounded } from "./kit/numbers.mjs";
import { pen } from "./kit/pen.mjs";
import { heightOf, plot } from "./kit/plot.mjs";
import { numberLine, progressBar } from "./kit/readings.mjs";
import { liveSentence } from "./kit/sentence.mjs";
import { readersState } from "./kit/state.mjs";
import { dataTable } from "./kit/table.mjs";
import { powerTicks, ticks } from "./kit/ticks.mjs";
import { integer, plural, short, show, subscript, t, typeset } from "./kit/words.mjs";
import { pageTrainer, watchAttention } from "./fit_page.mjs";
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
 *   trail?: Float32Array[] }} Status
 *   stale: the frame is of other settings; trail: curves on the way, to be shown once
 *
 * @typedef {object} Trainer  whoever computes
 * @property {() => Status} status
 * @property {(settings: Partial<Settings>, settled?: boolean) => void} change  train with these from
 *   now on; not settled: a slider is still moving
 * @property {() => void} train  go on if it was paused, else anew
 * @property {() => void} pause  @property {() => void} step  @property {() => void} reset
 * @property {(listener: () => void) => () => void} follow  returns how to leave
 *
 * @typedef {{ label: string, low: number, high: number, curve: number[], code: string }} Target
 *
 * @typedef {{ state: import("./kit/form.mjs").Table, targets: Record<string, Target>,
 *   taylor: [number, number][], cell: string,
 *   words: { reasons: Record<string, string>, advice: Record<string, string> } }} Setup  as in fit.py
 */

const PATIENCE = 1000; // ms of training before the sentence says so
const REPLAY = 1200; // ms in which a training that was too quick is shown again
const BREATH = 250; // ms before it asks to let a slider go: a key lets go at once
const TABLE_STRIDE = 10; // every so many points of the curve in the table
const CURVE_POINTS = 201; // as in frames.py
const CHECKS_SHOWN = 300; // points of the loss curve: more cannot be told apart
const RINGS = 40; // more hinges than this would touch as rings
const MSE_TICK = 1e-4; // the loss axis reaches down to here, and lower if the MSE does

// ---------------------------------------------------------------------------- the kernel

/**
 * A trainer that lives in the kernel, on the other side of the model.
 * @param {import("@anywidget/types").AnyModel} model @param {string[]} names @returns {Trainer}
 */
export function kernelTrainer(model, names) {
  /** @returns {any} */
  const read = (keys) => Object.fromEntries(keys.map((key) => [key, model.get(key)]));
  const command = (name) => () => model.send({ command: name });
  return {
    status: () => ({ settings: read(names), ...read(["state", "message", "frame"]) }),
    change(settings) {
      const changed = Object.entries(settings).filter(([name, value]) => model.get(name) !== value);
      for (const [name, value] of changed) model.set(name, value);
      if (changed.length) model.save_changes();
    },
    train: command("train"),
    pause: command("pause"),
    step: command("step"),
    reset: command("reset"),
    follow(listener) {
      model.on("change", listener);
      return () => model.off("change", listener);
    },
  };
}

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

/** A drawing at so many evenly spaced points. @param {number[]} values @param {number} count */
export const resampled = (values, count) => evenly(PAPER, count).map(drawnLine(values));

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
      ...hingeLayers(frame.hinges),
      { role: "target", points: onGrid(target.curve, target) },
    ],
    label: inWords(frame, target),
  };
}

/** Rings while they are few, beads on the curve when they are many. */
function hingeLayers(points) {
  if (points.length > RINGS) return [{ role: "hinge many", points, marks: true }];
  return ["hinge", "hinge-core"].map((role) => ({ role, points, marks: true }));
}

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
  const mse = frame.mse === undefined ? "" : t`: MSE ${show(frame.mse)}`;
  return t`The target ${target.label} from ${ends}, and over it ${network}, after ${plural(frame.step, t`step`)}${mse}${pieces}`;
}

/** @param {Frame} frame @param {Settings} settings */
export function lossDrawing(frame, { tolerance }) {
  const stride = Math.ceil(frame.checks.length / CHECKS_SHOWN);
  const points = frame.checks.filter(([, mse], i, all) => mse > 0 && (i % stride === 0 || i === all.length - 1));
  const values = points.map(([, mse]) => mse);
  const y = [Math.min(MSE_TICK, tolerance || MSE_TICK, ...values) * 0.6, Math.max(1, ...values) * 1.5];
  const last = Math.max(frame.step, 1);
  return {
    x: [0, last],
    y,
    xTicks: ticks(0, last, Math.min(3, last)).map(({ value }) => ({ value, label: integer(value) })),
    yTicks: powerTicks(...y),
    logarithmic: true,
    layers: [
      { role: "tolerance", points: tolerance > 0 ? [[0, tolerance], [last, tolerance]] : [] },
      { role: "network", points: [...points.slice(0, 1), ...points] },
    ],
    label: t`MSE while training, on a logarithmic axis: now ${show(frame.mse)}; training stops below ${show(tolerance, 1)}`,
  };
}

const pieceCount = ({ pieces }) => (pieces === null ? "–" : integer(pieces));

/** Which Taylor polynomial of sin errs as much, on a logarithmic scale. @param {Frame} frame */
export function taylorDegree({ target, mse }, taylor) {
  if (target !== "sine" || !(mse > 0) || mse > taylor[0][1]) return "–"; // worse than T₁
  const distances = taylor.map(([, error]) => Math.abs(Math.log(error / mse)));
  return `T${subscript(taylor[distances.indexOf(Math.min(...distances))][0])}`;
}

// ---------------------------------------------------------------------------- the view

const SLIDERS = [
  // the setting, its name for people, its value in words
  { key: "width", name: t`width`, unit: (value) => t`${plural(value, t`unit`)} in a layer` },
  { key: "depth", name: t`depth`, unit: (value) => plural(value, t`hidden layer`) },
  { key: "dropout", name: t`dropout`, unit: (value) => (value === 0 ? t`no dropout` : t`probability ${value}`) },
  { key: "lr", name: t`learning rate`, unit: (value) => String(value) },
  { key: "batch", name: t`batch`, unit: (value) => t`${plural(value, t`sample`)} in a step` },
];

/** @param {Setup} setup @param {Trainer} trainer */
function settingControls({ state: table, targets }, trainer) {
  const change = (key) => (value, settled) => trainer.change({ [key]: value }, settled);
  const controls = Object.fromEntries(
    SLIDERS.map(({ key, ...options }) => [key, slider({ ...options, ...stopsOf(table[key]), onInput: change(key) })]),
  );
  const [low, high] = table.seed.range;
  controls.seed = numberField({ name: t`seed`, low, high, onInput: change("seed") });
  controls.activation = choice({
    name: t`activation`,
    options: table.activation.choices.map((/** @type {string} */ value) => ({ value, label: value === "identity" ? t`none` : value })),
    onInput: change("activation"),
  });
  const named = Object.entries(targets).map(([value, { label }]) => ({ value, label }));
  controls.target = choice({
    name: t`target`,
    options: [...named, { value: "drawn", label: t`draw your own` }],
    onInput: (target) => trainer.change(target === "drawn" ? { target, drawing: toDrawOver(trainer, targets, table.drawing) } : { target }),
  });
  return controls;
}

/**
 * The first paper of the pen is not empty: it shows the target of before, to be drawn over.
 * @param {Trainer} trainer @param {Record<string, Target>} targets @param {import("./kit/form.mjs").Entry} entry
 */
function toDrawOver(trainer, targets, { range }) {
  const { target, drawing } = trainer.status().settings;
  const before = targets[target];
  if (!before) return drawing;
  const cut = (value) => rounded(clamp(value, ...range), 3);
  return resampled(before.curve, drawing.length).map(cut);
}

/** @param {Trainer} trainer */
const buttons = (trainer) => ({
  train: button({ name: t`Train`, onClick: trainer.train }),
  pause: button({ name: t`Pause`, onClick: trainer.pause }),
  step: button({ name: t`Step`, onClick: trainer.step }),
  reset: button({ name: t`Reset`, onClick: trainer.reset }),
});

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
  const hinges = { role: "hinge", name: t`its hinges`, marks: true };
  const fit = plot({ className: "fit-curve", xLabel: t`x`, yLabel: t`y`, height: heightOf(0.5, 230, 380) });
  return {
    legend: legend([target, network, hinges]),
    fit,
    pen: pen(fit, { most: setup.state.drawing.range[1], onDraw: (drawing, settled) => trainer.change({ drawing }, settled) }),
    loss: plot({ className: "fit-loss", xLabel: t`step`, yLabel: t`MSE`, height: () => 176 }),
    numbers: numberLine(["parameters", "steps", "MSE", t`straight pieces`, t`as good as Taylor`]),
    sentence: liveSentence(),
    progress: progressBar("training"),
    settings: settingControls(setup, trainer),
    buttons: buttons(trainer),
    copies: copies(trainer, setup, kept),
    table: dataTable({
      summary: t`The curve as a table`,
      columns: [t`x`, t`target`, t`network`, t`difference`],
      rows: () => tableRows(trainer.status(), setup),
    }),
  };
}

/** Put the parts into their places. */
function arrange(root, parts) {
  const elements = (record) => Object.values(record).map((part) => part.element);
  root.append(
    parts.legend.element,
    parts.fit.element,
    group("fit-buttons", ...elements(parts.buttons)),
    group("fit-outcome", parts.numbers.element, parts.progress.element, parts.sentence.element),
    group(
      "fit-below",
      group("fit-controls", ...elements(parts.settings)),
      group("fit-beside", parts.loss.element, group("fit-copies", ...elements(parts.copies))),
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
      ...(network === null ? ["–", "–"] : [network, network - y].map(short)),
    ]);
}

/**
 * Show a status.
 * @param {HTMLElement} root @param {Record<string, any>} parts @param {Status} status @param {Setup} setup
 */
function display(root, parts, { settings, state, message, frame, stale }, setup) {
  const training = state === "training";
  root.toggleAttribute("data-stale", stale === true);
  Object.assign(root.dataset, { state, step: frame.step, seed: settings.seed });
  if (frame.mse === undefined) delete root.dataset.mse;
  else root.dataset.mse = sixDigits(frame.mse);
  for (const [name, control] of Object.entries(parts.settings)) control.set(settings[name]);
  parts.legend.set([targetOf(frame.target, setup, settings).label, t`the network`, t`its hinges`]);
  parts.fit.draw(fitDrawing(frame, setup, settings));
  parts.pen.set(settings.target === "drawn" && frame.target === "drawn" ? settings.drawing : null);
  parts.loss.draw(lossDrawing(frame, settings));
  const counts = [integer(parameterCount(settings)), integer(frame.step)];
  parts.numbers.set([...counts, show(frame.mse), pieceCount(frame), taylorDegree(frame, setup.taylor)]);
  parts.sentence.say(typeset(message), training ? PATIENCE : state === "ready" ? BREATH : 0);
  parts.progress.set(frame.step / settings.max_steps);
  parts.buttons.train.enable(!training);
  parts.buttons.pause.enable(training);
  parts.table.update();
}

const sixDigits = (value) => (value === null ? "NaN" : String(Number(value.toPrecision(6))));

/**
 * Shows how a curve came about, which took less time than an eye needs: draw(curve) for each of
 * those on the way, and draw(null) at the end.
 */
function player(draw) {
  let request = 0;
  const show = (curves) => {
    cancelAnimationFrame(request);
    if (!curves.length) return;
    let started;
    const next = (now) => {
      started ??= now;
      const place = Math.floor(((now - started) / REPLAY) * curves.length);
      draw(curves[place] ?? null);
      if (place < curves.length) request = requestAnimationFrame(next);
    };
    request = requestAnimationFrame(next);
  };
  return { show };
}

/**
 * Build the figure into `el`, and keep it up to date. @returns how to take it away again.
 * @param {import("./kit/state.mjs").Place} place @param {Trainer} trainer @param {Setup} setup
 * @param {ReturnType<typeof readersState>} [kept]  in a page: the settings in its address
 */
export function view(place, trainer, setup, kept) {
  const root = explorableRoot("fit", t`Fit explorer`);
  const parts = makeParts(trainer, setup, kept);
  arrange(root, parts);
  place.el.append(root);
  const replay = player((curve) => {
    const { frame, settings } = trainer.status();
    parts.fit.draw(fitDrawing(curve ? { ...frame, curve: [...curve], hinges: [] } : frame, setup, settings));
  });
  const update = () => {
    const { trail } = trainer.status();
    display(root, parts, trainer.status(), setup);
    replay.show(trail ?? []);
  };
  const leave = [trainer.follow(update), watchKernel(root, place)];
  update();
  return () => {
    for (const each of leave) each();
    replay.show([]);
    for (const part of [parts.fit, parts.loss, parts.sentence]) part.remove();
    root.remove();
  };
}

/**
 * The settings live in the page's address, and come from there.
 * @param {Trainer} trainer @param {ReturnType<typeof readersState<Settings>>} kept
 */
function followAddress(trainer, kept) {
  const obey = (/** @type {Settings} */ settings) => trainer.change(settings);
  const initial = trainer.status().settings;
  let told = initial;
  const tell = () => {
    const { settings } = trainer.status();
    if (settings === told) return; // a step of training
    told = settings;
    if (settings === initial) kept.clear(settings);
    else kept.write(settings);
  };
  const given = kept.read();
  if (given) obey(given);
  const leave = [trainer.follow(tell), kept.follow(obey), kept.remove];
  return () => leave.forEach((each) => each());
}

/**
 * In a built page, which trains by itself and keeps the settings in its address.
 * @param {import("./kit/state.mjs").Place} place @param {Setup} setup
 */
async function renderInPage({ model, el, page }, setup) {
  const rest = { frame: model.get("frame"), message: model.get("message") };
  const trainer = pageTrainer(await page.startWorker(), setup, rest);
  const kept = readersState({ model, page }, formOf(setup, ["seed"]));
  const leave = [
    view({ model, el, page }, trainer, setup, kept),
    followAddress(trainer, kept),
    watchAttention(el, trainer),
    trainer.remove,
  ];
  return () => leave.forEach((each) => each());
}

/**
 * Build the figure into `el`. @returns how to take it away again.
 * @param {import("./kit/state.mjs").Place} place
 */
function render({ model, el, page }) {
  const setup = /** @type {Setup} */ (model.get("setup"));
  if (page) return renderInPage({ model, el, page }, setup);
  return view({ model, el }, kernelTrainer(model, Object.keys(setup.state)), setup);
}

export default /** @satisfies {import("@anywidget/types").AnyWidget} */ ({ render });
