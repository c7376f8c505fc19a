// What a reader sets in the explorable of one fit: the network, its training, its target.
import { drawnLine, evenly, PAPER } from "../engine/samples.mjs";
import { button, choice, numberField, slider } from "./kit/controls.mjs";
import { element, group } from "./kit/elements.mjs";
import { stopsOf } from "./kit/form.mjs";
import { clamp, rounded } from "./kit/numbers.mjs";
import { plural, t } from "./kit/words.mjs";

/**
 * @typedef {import("./fit.mjs").Setup} Setup
 * @typedef {import("./fit.mjs").Target} Target
 * @typedef {import("./fit.mjs").Trainer} Trainer
 */

/** The settings whose controls are folded away. @type {("dropout" | "lr" | "batch" | "seed" | "activation" | "target")[]} */
export const HIDDEN = ["dropout", "lr", "batch", "seed", "activation", "target"];

const SLIDERS = [
  // the setting, its name for people, its value in words
  { key: "width", name: t`width`, unit: (value) => t`${plural(value, t`unit`)} in a layer` },
  { key: "depth", name: t`depth`, unit: (value) => plural(value, t`hidden layer`) },
  { key: "dropout", name: t`dropout`, unit: (value) => (value === 0 ? t`no dropout` : t`probability ${value}`) },
  { key: "lr", name: t`learning rate`, unit: (value) => String(value) },
  { key: "batch", name: t`batch`, unit: (value) => t`${plural(value, t`sample`)} in a step` },
];

/** Which of the hidden settings are not as at the start, in words. @param {import("./fit.mjs").Settings} settings @param {Setup} setup */
export function hiddenChanges(settings, { state: table }) {
  const named = { dropout: t`dropout`, lr: t`learning rate`, batch: t`batch`, seed: t`seed`, activation: t`activation` };
  const changed = Object.keys(named).filter((key) => settings[key] !== table[key].default);
  return changed.map((key) => `${named[key]} ${settings[key] === "identity" ? t`none` : settings[key]}`).join(", ");
}

/** @param {Setup} setup @param {Trainer} trainer */
export function settingControls(setup, trainer) {
  const { state: table, targets } = setup;
  const change = (key) => (value, settled) => trainer.change({ [key]: value }, settled);
  const train = (/** @type {number[]} */ drawing) => trainer.change({ target: "drawn", drawing });
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
    onInput: (target) => (target === "drawn" ? takePen(trainer, setup, train) : trainer.change({ target })),
  });
  return controls;
}

/**
 * Let the target be the reader's drawing. The first paper is not empty: it shows the target of
 * before, to be drawn over.
 * @param {Trainer} trainer @param {Setup} setup @param {(drawing: number[]) => void} begin  what to do with it
 */
function takePen(trainer, { state: { drawing: { range } }, targets }, begin) {
  const { target, drawing } = trainer.status().settings;
  if (target === "drawn") return;
  const cut = (value) => rounded(clamp(value, ...range), 3);
  begin(resampled(targets[target].curve, drawing.length).map(cut));
}

/** A drawing at so many evenly spaced points. @param {number[]} values @param {number} count */
export const resampled = (values, count) => evenly(PAPER, count).map(drawnLine(values));

/**
 * What a reader can do. invite: asks the reader to draw, when there is a pen.
 * @param {Trainer} trainer @param {Setup} setup @param {() => void} invite
 */
export function buttons(trainer, setup, invite) {
  const draw = () => {
    invite();
    takePen(trainer, setup, trainer.layPaper);
  };
  return {
    train: button({ name: t`Train`, onClick: trainer.train }),
    draw: button({ name: t`Draw a curve`, onClick: draw }),
    pause: button({ name: t`Pause`, onClick: trainer.pause }),
    reset: button({ name: t`Reset`, onClick: trainer.reset }),
    step: button({ name: t`Step`, onClick: trainer.step }),
  };
}

/** The presets of fit.py, for people. @type {Record<string, string>} */
const PRESETS = { few: t`2 units`, linear: t`no ReLU`, noisy: t`too much dropout`, recipe: t`our recipe` };

/** Networks that show something, each for one click. @param {Trainer} trainer @param {Setup} setup */
export function presetButtons(trainer, { presets }) {
  const choose = (name) => button({ name: PRESETS[name], onClick: () => trainer.change(presets[name], true, true) });
  const list = group("fit-presets", element("span", {}, t`Try`), ...Object.keys(presets).map((name) => choose(name).element));
  list.setAttribute("role", "group");
  list.setAttribute("aria-label", t`Try`);
  return list;
}
