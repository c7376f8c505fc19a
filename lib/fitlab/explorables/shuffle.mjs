// The explorable that shuffles the pixels of a digit: the picture and its vector before and after, and
// how well two networks do that were trained on digits shuffled in this very way.
import { slider } from "./kit/controls.mjs";
import { element, group, svgElement } from "./kit/elements.mjs";
import { stopsOf } from "./kit/form.mjs";
import { instantExplorable } from "./kit/instant.mjs";
import { legend } from "./kit/legend.mjs";
import { plot } from "./kit/plot.mjs";
import { dataTable } from "./kit/table.mjs";
import { ticks } from "./kit/ticks.mjs";
import { t } from "./kit/words.mjs";

/**
 * @typedef {{ pixels: number, digit: number }} State
 * @typedef {{ state: import("./kit/form.mjs").Table, levels: number, shuffles: number[][],
 *   digits: number[][], heldOut: number, right: Record<"MLP" | "CNN", number[][]> }} Setup
 *   as in shuffle.py
 * @typedef {{ median: number, low: number, high: number }} Spread
 */

const PICTURE_SIDE = 8; // pixels
const NETWORKS = /** @type {const} */ (["MLP", "CNN"]);
const LINE_ROLE = { MLP: "network", CNN: "network shuffle-cnn" };
const ASIDE = { MLP: -0.6, CNN: 0.6 }; // pixels: so that the ranges stand beside each other
const NOTICED = 0.5; // points: less is a matter of two pictures

// ---------------------------------------------------------------------------- numbers

/** How many pixels may be shuffled. @param {Setup} setup */
const countsOf = ({ state }) => /** @type {number[]} */ (state.pixels.choices);

/** @param {number[]} values @returns {Spread} */
function spreadOf(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length / 2;
  const median = (sorted[Math.ceil(half) - 1] + sorted[Math.floor(half)]) / 2;
  return { median, low: sorted[0], high: sorted[sorted.length - 1] };
}

/** The spread of the accuracies for each count. @param {Setup} setup */
const accuracySpreads = ({ right, heldOut }) =>
  Object.fromEntries(
    NETWORKS.map((name) => [name, right[name].map((row) => spreadOf(row.map((n) => n / heldOut)))]),
  );

const shownAccuracy = (value) => value.toFixed(3);

const spreadInWords = ({ median, low, high }) =>
  `${shownAccuracy(median)} [${shownAccuracy(low)}, ${shownAccuracy(high)}]`;

// ---------------------------------------------------------------------------- in words

/** @param {State} state @param {Record<string, Spread[]>} spreads @param {Setup} setup */
function sentenceFor({ pixels }, spreads, setup) {
  const { right } = setup;
  const at = countsOf(setup).indexOf(pixels);
  const seeds = right.MLP[0].length;
  const [mlp, cnn] = NETWORKS.map((name) => spreads[name][at]);
  const start = pixels === 0 ? t`With every pixel in its place` : t`With ${pixels} of 64 pixels shuffled`;
  const scores = t`${start}, the MLP gets ${spreadInWords(mlp)} and the CNN ${spreadInWords(cnn)} (median and range of ${seeds} seeds)`;
  if (pixels === 0) return `${scores}.`;
  return `${scores}: ${NETWORKS.map((name) => changeInWords(name, spreads[name], at)).join(", ")}.`;
}

/** What the shuffle did to a network's median, in points. */
function changeInWords(name, spreads, at) {
  const points = 100 * (spreads[at].median - spreads[0].median);
  if (Math.abs(points) < NOTICED) return t`the ${name} hardly notices`;
  return t`the ${name} has ${points < 0 ? t`lost` : t`gained`} ${Math.abs(points).toFixed(1)} points`;
}

// ---------------------------------------------------------------------------- what is drawn

/** Pixels in rows of so many, the denser the more ink. @param {string} className */
function pixelCells(className, columns, count, caption) {
  const rows = count / columns;
  const cells = Array.from({ length: count }, (_, i) =>
    svgElement("rect", { x: i % columns, y: Math.floor(i / columns), width: 1, height: 1 }),
  );
  const frame = svgElement("rect", { class: "shuffle-frame", x: 0, y: 0, width: columns, height: rows });
  const svg = svgElement("svg", { role: "img", viewBox: `0 0 ${columns} ${rows}`, preserveAspectRatio: "none" }, ...cells, frame);
  const words = element("figcaption", {});
  const set = (inks, moved, said) => {
    cells.forEach((cell, i) => {
      cell.setAttribute("fill-opacity", inks[i].toFixed(3));
      cell.classList.toggle("shuffle-moved", moved[i]);
    });
    svg.setAttribute("aria-label", said);
    words.textContent = caption(said);
  };
  return { element: element("figure", { class: className }, svg, words), set };
}

/** @param {State} state @param {Record<string, Spread[]>} spreads @param {Setup} setup */
function accuracyDrawing({ pixels }, spreads, setup) {
  const counts = countsOf(setup);
  const all = NETWORKS.flatMap((name) => spreads[name]);
  const y = [Math.floor(100 * Math.min(...all.map((s) => s.low))) / 100, 1];
  const lines = NETWORKS.map((name) => ({
    role: LINE_ROLE[name],
    points: counts.map((n, i) => [n + ASIDE[name], spreads[name][i].median]),
  }));
  const ranges = NETWORKS.map((name) => ({
    role: `${LINE_ROLE[name]} shuffle-range`,
    points: counts.flatMap((n, i) =>
      [spreads[name][i].low, spreads[name][i].high, null].map((value) => [n + ASIDE[name], value]),
    ),
  }));
  const said = NETWORKS.map((name) => `${name} from ${shownAccuracy(spreads[name][0].median)} to ${shownAccuracy(spreads[name].at(-1).median)}`);
  return {
    x: [-1.5, 65.5],
    y,
    xTicks: [0, 16, 32, 48, 64].map((value) => ({ value, label: String(value) })),
    yTicks: ticks(...y, 4),
    layers: [{ role: "tolerance", points: [[pixels, y[0]], [pixels, y[1]]] }, ...ranges, ...lines],
    label: t`Held-out accuracy over the number of shuffled pixels, medians: ${said.join(", ")}. A vertical line marks ${pixels} pixels`,
  };
}

// ---------------------------------------------------------------------------- the view

/** @param {Setup} setup @param {Record<string, Spread[]>} spreads @param {import("./kit/instant.mjs").Deeds} does */
function makeParts(setup, spreads, { choose }) {
  const chooses = (name) => (value) => choose({ [name]: value });
  const size = PICTURE_SIDE ** 2;
  const same = (words) => words;
  return {
    before: pixelCells("shuffle-picture", PICTURE_SIDE, size, same),
    after: pixelCells("shuffle-picture", PICTURE_SIDE, size, same),
    vector: pixelCells("shuffle-vector", size, size, same),
    shuffledVector: pixelCells("shuffle-vector", size, size, same),
    pixels: slider({
      name: t`pixels shuffled`,
      ...stopsOf(setup.state.pixels),
      unit: (value) => t`${value} of 64 pixels shuffled`,
      onInput: chooses("pixels"),
    }),
    digit: slider({ name: t`digit`, ...stopsOf(setup.state.digit), unit: (value) => t`digit ${value}`, onInput: chooses("digit") }),
    legend: legend([
      { role: LINE_ROLE.MLP, name: t`MLP` },
      { role: LINE_ROLE.CNN, name: t`CNN` },
      { role: "tolerance", name: t`what is shown` },
    ]),
    plot: plot({ className: "shuffle-plot", xLabel: t`pixels shuffled`, yLabel: t`right`, height: () => 220 }),
    table: dataTable({
      summary: t`The accuracies as a table`,
      columns: [t`pixels shuffled`, t`MLP, median`, t`lowest`, t`highest`, t`CNN, median`, t`lowest`, t`highest`],
      rows: () => accuracyRows(spreads, setup),
    }),
  };
}

function arrange(root, parts) {
  root.append(
    group("shuffle-controls fit-controls", parts.pixels.element, parts.digit.element),
    group("shuffle-pictures", parts.before.element, parts.after.element),
    parts.vector.element,
    parts.shuffledVector.element,
    parts.legend.element,
    parts.plot.element,
    group("fit-outcome", parts.sentence.element),
    group("fit-buttons", parts.reset.element),
  );
}

/** Show a state. @param {State} state @param {Record<string, Spread[]>} spreads @param {Setup} setup */
function display(root, parts, state, spreads, setup, patience) {
  const { pixels, digit } = state;
  const shuffle = setup.shuffles[countsOf(setup).indexOf(pixels)];
  const inks = setup.digits[digit].map((level) => level / setup.levels);
  const shuffled = shuffle.map((from) => inks[from]);
  const moved = shuffle.map((from, place) => from !== place);
  const still = moved.map(() => false);
  Object.assign(root.dataset, { state: "ready", pixels, digit });
  parts.before.set(inks, still, t`a scanned ${digit}`);
  parts.after.set(shuffled, moved, t`the same ${digit}, ${pixels} of 64 pixels shuffled`);
  parts.vector.set(inks, still, t`its vector: the rows of the ${digit} one after the other`);
  parts.shuffledVector.set(shuffled, moved, pixels ? t`the vector after the shuffle; ${pixels} entries have moved` : t`nothing has moved`);
  parts.plot.draw(accuracyDrawing(state, spreads, setup));
  parts.sentence.say(sentenceFor(state, spreads, setup), patience);
  parts.pixels.set(pixels);
  parts.digit.set(digit);
  parts.table.update();
}

/** @param {Record<string, Spread[]>} spreads @param {Setup} setup */
const accuracyRows = (spreads, setup) =>
  countsOf(setup).map((n, i) => [
    String(n),
    ...NETWORKS.flatMap((name) => {
      const { median, low, high } = spreads[name][i];
      return [median, low, high].map(shownAccuracy);
    }),
  ]);

/**
 * Build the figure into `el`. @returns how to take it away again.
 * @param {import("./kit/state.mjs").Place} place
 */
function render(place) {
  const setup = /** @type {Setup} */ (place.model.get("setup"));
  const spreads = accuracySpreads(setup);
  return instantExplorable(place, {
    name: "shuffle",
    label: t`Shuffle the pixels`,
    build: (does) => makeParts(setup, spreads, does),
    arrange,
    display: (root, parts, state, patience) => display(root, parts, state, spreads, setup, patience),
  });
}

export default /** @satisfies {import("@anywidget/types").AnyWidget} */ ({ render });
