// What a reader sets in the explorable of the plane: the points, the network, its training.
import { button, choice, numberField, slider } from "./kit/controls.mjs";
import { element, group } from "./kit/elements.mjs";
import { stopsOf } from "./kit/form.mjs";
import { plural, t } from "./kit/words.mjs";

/**
 * @typedef {import("./plane.mjs").Setup} Setup
 * @typedef {import("./kit/page_trainer.mjs").Trainer} Trainer
 */

/** Those that are seen at once; the others are folded away. */
export const FIRST = ["puzzle", "width", "depth"];

const percent = (value) => t`${Math.round(100 * value)} %`;

/** The setting, its name for people, its value in words. */
const SLIDERS = [
  { key: "width", name: t`width`, unit: (value) => t`${plural(value, t`unit`)} in a layer` },
  { key: "depth", name: t`depth`, unit: (value) => plural(value, t`hidden layer`) },
  { key: "noise", name: t`noise`, unit: (value) => t`noise of ${percent(value)}`, shown: percent },
  { key: "false_labels", name: t`false labels`, unit: (value) => t`${percent(value)} of the labels false`, shown: percent },
  { key: "held_out", name: t`held out`, unit: (value) => t`${percent(value)} of the points held out`, shown: percent },
  { key: "lr", name: t`learning rate`, unit: String },
  { key: "batch", name: t`batch`, unit: (value) => t`${plural(value, t`point`)} in a step` },
  { key: "dropout", name: t`dropout`, unit: (value) => (value === 0 ? t`no dropout` : t`probability ${value}`) },
  { key: "weight_decay", name: t`weight decay`, unit: (value) => (value === 0 ? t`no weight decay` : String(value)) },
];

const CHOICES = {
  puzzle: { name: t`points`, labels: { own: t`your own` } },
  activation: { name: t`activation`, labels: { identity: t`none` } },
  loss: { name: t`loss`, labels: {} },
  optimizer: { name: t`optimiser`, labels: { adam: t`Adam`, sgd: t`SGD`, momentum: t`SGD with momentum` } },
};

/** @param {Setup} setup @param {Trainer} trainer @param {(name: string) => void} onPuzzle */
export function planeControls({ state: table }, trainer, onPuzzle) {
  const change = (key) => (value, settled) => trainer.change({ [key]: value }, settled);
  const controls = {};
  for (const [key, { name, labels }] of Object.entries(CHOICES)) {
    const options = table[key].choices.map((value) => ({ value: String(value), label: labels[value] ?? String(value) }));
    controls[key] = choice({ name, options, onInput: key === "puzzle" ? onPuzzle : change(key) });
  }
  for (const { key, ...options } of SLIDERS) controls[key] = slider({ ...options, ...stopsOf(table[key]), onInput: change(key) });
  const [low, high] = table.seed.range;
  controls.seed = numberField({ name: t`seed`, low, high, onInput: change("seed") });
  return controls;
}

/** Which of the folded settings are not as at the start, in words. @param {import("./plane.mjs").Settings} settings @param {Setup} given */
export function hiddenChanges(settings, { state: table }) {
  const names = { ...Object.fromEntries(SLIDERS.map(({ key, name }) => [key, name])), seed: t`seed` };
  for (const [key, { name }] of Object.entries(CHOICES)) names[key] = name;
  const changed = Object.keys(names).filter((key) => !FIRST.includes(key) && settings[key] !== table[key].default);
  const label = (key) => CHOICES[key]?.labels[settings[key]] ?? settings[key];
  return changed.map((key) => `${names[key]} ${label(key)}`).join(", ");
}

/** What a reader can do. @param {Trainer} trainer */
export const planeButtons = (trainer) => ({
  train: button({ name: t`Train`, onClick: trainer.train }),
  pause: button({ name: t`Pause`, onClick: trainer.pause }),
  reset: button({ name: t`Reset`, onClick: trainer.reset }),
  step: button({ name: t`Step`, onClick: trainer.step }),
});

/** The presets of plane.py, for people. @type {Record<string, string>} */
const PRESETS = { alone: t`no ReLU`, XOR: t`XOR`, twoUnits: t`XOR, 2 units`, spiral: t`spiral`, lies: t`false labels` };

/** Networks that show something, each for one click. @param {Trainer} trainer @param {Setup} setup */
export function presetButtons(trainer, { presets }) {
  const choose = (name) => button({ name: PRESETS[name], onClick: () => trainer.change(presets[name], true, true) });
  const list = group("fit-presets", element("span", {}, t`Try`), ...Object.keys(PRESETS).map((name) => choose(name).element)); // a notebook keeps them in no order
  list.setAttribute("role", "group");
  list.setAttribute("aria-label", t`Try`);
  return list;
}
