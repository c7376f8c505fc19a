// The explorable of one fit: a network over its target, while it trains. The view shows what a
// trainer tells it and passes on what the reader does; who trains (here: the kernel) it never sees.
import {
  button, choice, dataTable, element, integer, legend, liveSentence, numberLine, plot, powerTicks,
  progressBar, short, show, slider, ticks, typeset,
} from "./kit.mjs";

/**
 * @typedef {{ target: string, width: number, depth: number, activation: string, dropout: number,
 *   samples: number, batch: number, lr: number, tolerance: number, max_steps: number,
 *   check_every: number, seed: number }} Settings  as in fitlab.Settings
 *
 * @typedef {object} Frame  one picture of a training
 * @property {string} target  whose curve this is: a new target's may not have come yet
 * @property {number} step
 * @property {number | null} loss  @property {number | null} mse  null: not a number
 * @property {[number, number | null][]} checks  (step, MSE) of each check up to now
 * @property {(number | null)[]} curve  on evenly spaced points of the target's interval
 * @property {number | null} pieces  how many straight pieces; null: not known, or tanh
 * @property {[number, number][]} hinges
 *
 * @typedef {{ settings: Settings, state: string, message: string, frame: Frame }} Status
 *
 * @typedef {object} Trainer  whoever computes
 * @property {() => Status} status
 * @property {(settings: Partial<Settings>) => void} change  train with these from now on
 * @property {() => void} train  @property {() => void} stop
 * @property {(listener: () => void) => () => void} follow  returns how to leave
 *
 * @typedef {{ initial: Settings, choices: Record<string, any>,
 *   targets: Record<string, { label: string, low: number, high: number, curve: number[] }> }} Setup
 */

const PATIENCE = 1000; // ms of training before the sentence says so
const TABLE_STRIDE = 10; // every so many points of the curve in the table
const CHECKS_SHOWN = 300; // points of the loss curve: more cannot be told apart
const RINGS = 40; // more hinges than this would touch as rings
const MSE_TICK = 1e-4; // the loss axis reaches down to here, and lower if the MSE does

// ---------------------------------------------------------------------------- the kernel

/** A trainer that lives in the kernel, on the other side of the model. @returns {Trainer} */
export function kernelTrainer(model, names) {
  const read = (keys) => Object.fromEntries(keys.map((key) => [key, model.get(key)]));
  return {
    status: () => ({ settings: read(names), ...read(["state", "message", "frame"]) }),
    change(settings) {
      for (const [name, value] of Object.entries(settings)) model.set(name, value);
      model.save_changes();
    },
    train: () => model.send({ command: "train" }),
    stop: () => model.send({ command: "stop" }),
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

/** @param {Frame} frame @param {Setup} setup @param {Settings} settings */
export function fitDrawing(frame, { targets }, settings) {
  const target = targets[frame.target];
  const y = padded(target.curve, 0.22);
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
    label: inWords(frame, target, settings),
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

const onGrid = (curve, { low, high }) =>
  curve.map((y, i) => [low + ((high - low) * i) / (curve.length - 1), y]);

function inWords(frame, target, settings) {
  const network = `a network of width ${settings.width}, depth ${settings.depth}`;
  const pieces = frame.pieces === null ? "" : `, ${pieceCount(frame)} straight pieces`;
  const ends = `${short(target.low)} to ${short(target.high)}`;
  const mse = show(frame.mse);
  return `The target ${target.label} from ${ends}, and over it ${network}, after ${integer(frame.step)} steps: MSE ${mse}${pieces}`;
}

/** @param {Frame} frame @param {Settings} settings */
export function lossDrawing(frame, { tolerance }) {
  const stride = Math.ceil(frame.checks.length / CHECKS_SHOWN);
  const points = frame.checks.filter(([, mse], i, all) => mse > 0 && (i % stride === 0 || i === all.length - 1));
  const values = points.map(([, mse]) => mse);
  const y = [Math.min(MSE_TICK, tolerance, ...values) * 0.6, Math.max(1, ...values) * 1.5];
  return {
    x: [0, frame.step],
    y,
    xTicks: ticks(0, frame.step, 3).map(({ value }) => ({ value, label: integer(value) })),
    yTicks: powerTicks(...y),
    logarithmic: true,
    layers: [
      { role: "tolerance", points: [[0, tolerance], [frame.step, tolerance]] },
      { role: "network", points: [...points.slice(0, 1), ...points] },
    ],
    label: `MSE while training, on a logarithmic axis: now ${show(frame.mse)}; training stops below ${show(tolerance, 1)}`,
  };
}

const pieceCount = ({ pieces }) => (pieces === null ? "–" : integer(pieces));

// ---------------------------------------------------------------------------- the view

const UNITS = {
  width: (value) => `${value} unit${value === 1 ? "" : "s"} in a layer`,
  depth: (value) => `${value} hidden layer${value === 1 ? "" : "s"}`,
  dropout: (value) => (value === 0 ? "no dropout" : `probability ${value}`),
};

/** @param {Setup} setup @param {(settings: Partial<Settings>) => void} change */
function settingControls({ choices, targets }, change) {
  const range = (name) => ({ name, low: choices[name][0], high: choices[name][1] });
  const sliders = [range("width"), range("depth"), { name: "dropout", stops: choices.dropout }];
  const controls = Object.fromEntries(
    sliders.map((options) => {
      const onInput = (value) => change({ [options.name]: value });
      return [options.name, slider({ ...options, unit: UNITS[options.name], onInput })];
    }),
  );
  controls.activation = choice({
    name: "activation",
    options: choices.activation.map((value) => ({ value, label: value === "identity" ? "none" : value })),
    onInput: (activation) => change({ activation }),
  });
  controls.target = choice({
    name: "target",
    options: Object.entries(targets).map(([value, { label }]) => ({ value, label })),
    onInput: (target) => change({ target }),
  });
  return controls;
}

/** @param {Trainer} trainer @param {Setup} setup */
function buttons(trainer, { initial }) {
  const reset = () => {
    trainer.change(initial);
    trainer.train();
  };
  return {
    train: button({ name: "Train", onClick: trainer.train }),
    stop: button({ name: "Stop", onClick: trainer.stop }),
    reset: button({ name: "Reset", onClick: reset }),
  };
}

/** All parts of the figure, not yet in their places. @param {Trainer} trainer @param {Setup} setup */
function makeParts(trainer, setup) {
  const network = { role: "network", name: "the network" };
  const target = { role: "target", name: "the target" };
  const hinges = { role: "hinge", name: "its hinges", marks: true };
  return {
    legend: legend([target, network, hinges]),
    fit: plot({ className: "fit-curve", xLabel: "x", yLabel: "y", height: fitHeight }),
    loss: plot({ className: "fit-loss", xLabel: "step", yLabel: "MSE", height: () => 176 }),
    numbers: numberLine(["parameters", "steps", "MSE", "straight pieces"]),
    sentence: liveSentence(),
    progress: progressBar("training"),
    settings: settingControls(setup, trainer.change),
    buttons: buttons(trainer, setup),
    table: dataTable({
      summary: "The curve as a table",
      columns: ["x", "target", "network", "difference"],
      rows: () => tableRows(trainer.status().frame, setup),
    }),
  };
}

const fitHeight = (width) => Math.min(380, Math.max(230, width * 0.5));

/** Put the parts into their places. */
function arrange(root, parts) {
  const group = (className, ...children) => element("div", { class: className }, ...children);
  const elements = (record) => Object.values(record).map((part) => part.element);
  const { settings, buttons } = parts;
  root.append(
    parts.legend.element,
    parts.fit.element,
    group("fit-outcome", parts.numbers.element, parts.progress.element, parts.sentence.element),
    group(
      "fit-below",
      group("fit-controls", ...elements(settings), group("fit-buttons", ...elements(buttons))),
      parts.loss.element,
    ),
    parts.table.element,
  );
}

function tableRows(frame, { targets }) {
  const target = targets[frame.target];
  return onGrid(target.curve, target)
    .map(([x, y], i) => [x, y, frame.curve[i]])
    .filter((_, i) => i % TABLE_STRIDE === 0)
    .map(([x, y, network]) => [
      ...[x, y].map(short),
      ...(network === null ? ["–", "–"] : [network, network - y].map(short)),
    ]);
}

/** Show a status. @param {Status} status @param {Setup} setup */
function display(root, parts, { settings, state, message, frame }, setup) {
  const training = state === "training";
  Object.assign(root.dataset, { state, step: frame.step, mse: frame.mse ?? "NaN", seed: settings.seed });
  for (const [name, control] of Object.entries(parts.settings)) control.set(settings[name]);
  parts.legend.set([setup.targets[frame.target].label, "the network", "its hinges"]);
  parts.fit.draw(fitDrawing(frame, setup, settings));
  parts.loss.draw(lossDrawing(frame, settings));
  const counts = [integer(parameterCount(settings)), integer(frame.step)];
  parts.numbers.set([...counts, show(frame.mse), pieceCount(frame)]);
  parts.sentence.say(typeset(message), training ? PATIENCE : 0);
  parts.progress.set(frame.step / settings.max_steps);
  parts.buttons.stop.enable(training);
  parts.table.update();
}

/**
 * Build the figure into `el`, and keep it up to date. @returns how to take it away again.
 * @param {HTMLElement} el @param {Trainer} trainer @param {Setup} setup
 */
export function view(el, trainer, setup) {
  const root = element("div", { class: "fit-explorable", "data-explorable": "fit" });
  root.setAttribute("role", "group");
  root.setAttribute("aria-label", "Fit explorer");
  const parts = makeParts(trainer, setup);
  arrange(root, parts);
  el.append(root);
  const update = () => display(root, parts, trainer.status(), setup);
  const leave = trainer.follow(update);
  update();
  return () => {
    leave();
    for (const part of [parts.fit, parts.loss, parts.sentence]) part.remove();
    root.remove();
  };
}

/** anywidget's entry point; what it returns takes the figure away again. */
function render({ model, el }) {
  const setup = { initial: model.get("initial"), choices: model.get("choices"), targets: model.get("targets") };
  return view(el, kernelTrainer(model, Object.keys(setup.initial)), setup);
}

export default { render };
