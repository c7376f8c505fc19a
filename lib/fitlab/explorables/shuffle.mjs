// The explorable that shuffles the pixels of a digit: the picture and its vector before and after, and
// how well two networks do that were trained on digits shuffled in this very way.
import { slider } from "./kit/controls.mjs";
import { element, group, svgElement } from "./kit/elements.mjs";
import { stopsOf } from "./kit/form.mjs";
import { instantExplorable } from "./kit/instant.mjs";
import { notes } from "./kit/notes.mjs";
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
 * @typedef {{ shuffle: number[] | null, reached: number }} Memory  what was shown last, and how many
 *   pixels the reader has shuffled at most: beyond, nothing is given away
 */

const PICTURE_SIDE = 8; // pixels
const NETWORKS = /** @type {const} */ (["MLP", "CNN"]);
const ROOM = /** @type {[number, number]} */ ([-1.5, 88]); // of the x axis: beside 64 pixels stands a name
const ASIDE = 2; // pixels, from the end of a line to its name
const FLIGHT = 450; // ms that pixels take to their places
const LESS_MOTION = globalThis.matchMedia?.("(prefers-reduced-motion: reduce)");
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

/** By how many points the CNN is ahead of the MLP, for each count and seed. @param {Setup} setup */
const leadsOf = ({ right, heldOut }) =>
  right.CNN.map((row, i) => row.map((cnn, seed) => (100 * (cnn - right.MLP[i][seed])) / heldOut));

const signed = (/** @type {number} */ points) =>
  `${points > 0 ? "+" : ""}${points.toFixed(1)}`.replace(/^[+-](0\.0)$/, "$1").replace("-", "−");

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
  /** A picture whose pixels come from other places: let them fly. @param {number[]} from  for each place */
  const fly = (from) => cells.forEach((cell, place) => flyFrom(cell, columns, from[place], place));
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
  return { element: element("figure", { class: className }, svg, words), set, fly };
}

/** It is in its place already; this is only seen. @param {Element} cell @param {number} columns @param {number} from @param {number} to */
function flyFrom(cell, columns, from, to) {
  for (const flight of cell.getAnimations()) flight.cancel();
  if (from === to || LESS_MOTION?.matches) return;
  const [x, y] = [(from % columns) - (to % columns), Math.floor(from / columns) - Math.floor(to / columns)];
  const path = [{ transform: `translate(${x}px,${y}px)` }, { transform: "none" }];
  cell.animate(path, { duration: FLIGHT, easing: "ease-in-out" });
}

/** How many of the counts the reader has come to. @param {Memory} memory @param {Setup} setup */
const seenOf = ({ reached }, setup) => countsOf(setup).filter((count) => count <= reached).length;

/** The axis of the leads: as far as any goes, so that it does not tell where they will. @param {number[][]} leads */
const leadRange = (leads) => {
  const end = Math.ceil(Math.max(...leads.flat().map(Math.abs)));
  return /** @type {[number, number]} */ ([-end, end]);
};

/** @param {State} state @param {number[][]} leads @param {Memory} memory @param {Setup} setup */
function leadDrawing({ pixels }, leads, memory, setup) {
  const y = leadRange(leads);
  const seen = countsOf(setup).slice(0, seenOf(memory, setup));
  const medians = leads.map((row) => spreadOf(row).median);
  const said = seen.map((count, i) => t`at ${count} ${signed(medians[i])}`).join(", ");
  return {
    x: ROOM,
    y,
    xTicks: [0, 16, 32, 48, 64].map((value) => ({ value, label: String(value) })),
    yTicks: ticks(...y, 4),
    layers: [
      { role: "tolerance", points: [[pixels, y[0]], [pixels, y[1]]] },
      { role: "shuffle-equal", points: ROOM.map((x) => [x, 0]) },
      { role: "shuffle-seeds", points: seen.flatMap((count, i) => leads[i].map((lead) => [count, lead])), marks: true },
      { role: "shuffle-lead", points: seen.map((count, i) => [count, medians[i]]) },
    ],
    label: t`By how many points the CNN is ahead of the MLP, over the number of shuffled pixels, medians: ${said}. A vertical line marks ${pixels} pixels`,
  };
}

/**
 * What the parts of the plot are, written beside them.
 * @param {number[][]} leads @param {Memory} memory @param {Setup} setup @returns {import("./kit/notes.mjs").Note[]}
 */
function leadNotes(leads, memory, setup) {
  const last = seenOf(memory, setup) - 1;
  const [low, high] = leadRange(leads);
  const count = countsOf(setup)[last];
  const y = spreadOf(leads[last]).median;
  const hidden = countsOf(setup).length - 1 - last;
  return [
    { x: ROOM[1], y: high, text: t`CNN better`, anchor: "end", down: 14 },
    { x: ROOM[1], y: low, text: t`MLP better`, anchor: "end", down: -6 },
    { x: count + ASIDE, y, text: t`median`, down: 4 },
    ...(hidden > 4 ? [{ x: 40, y: low / 2, text: t`shuffle on to see more`, anchor: /** @type {const} */ ("middle") }] : []),
  ];
}

// ---------------------------------------------------------------------------- the view

/** @param {Setup} setup @param {Record<string, Spread[]>} spreads @param {number[][]} leads @param {import("./kit/instant.mjs").Deeds} does */
function makeParts(setup, spreads, leads, { choose }) {
  const chooses = (name) => (value) => choose({ [name]: value });
  const size = PICTURE_SIDE ** 2;
  const same = (words) => words;
  const plotted = plot({ className: "shuffle-plot", xLabel: t`pixels shuffled`, yLabel: "", height: () => 220 });
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
    lead: element("p", { class: "fit-hint shuffle-title" }, t`CNN minus MLP, in points of a hundred: a dot for each seed`),
    plot: plotted,
    notes: notes(plotted),
    table: dataTable({
      summary: t`The accuracies as a table`,
      columns: [t`pixels shuffled`, t`MLP, median`, t`lowest`, t`highest`, t`CNN, median`, t`lowest`, t`highest`, t`CNN minus MLP`],
      rows: () => accuracyRows(spreads, leads, setup),
    }),
  };
}

function arrange(root, parts) {
  root.append(
    group("shuffle-controls fit-controls", parts.pixels.element, parts.digit.element),
    group("shuffle-pictures", parts.before.element, parts.after.element),
    parts.vector.element,
    parts.shuffledVector.element,
    parts.lead,
    parts.plot.element,
    group("fit-outcome", parts.sentence.element),
    group("fit-buttons", parts.reset.element),
  );
}

/**
 * Show a state. @param {State} state @param {Record<string, Spread[]>} spreads @param {number[][]} leads
 * @param {Memory} memory @param {Setup} setup
 */
function display(root, parts, state, spreads, leads, memory, setup, patience) {
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
  letPixelsFly([parts.after, parts.shuffledVector], shuffle, memory);
  memory.reached = Math.max(memory.reached, pixels);
  parts.plot.draw(leadDrawing(state, leads, memory, setup));
  parts.notes.set(leadNotes(leads, memory, setup));
  parts.sentence.say(sentenceFor(state, spreads, setup), patience);
  parts.pixels.set(pixels);
  parts.digit.set(digit);
  parts.table.update();
}

/** From where they were shown last. @param {number[]} shuffle @param {Memory} memory */
function letPixelsFly(pictures, shuffle, memory) {
  const before = memory.shuffle ?? shuffle;
  memory.shuffle = shuffle;
  if (before === shuffle) return;
  const from = shuffle.map((pixel) => before.indexOf(pixel));
  for (const picture of pictures) picture.fly(from);
}

/** @param {Record<string, Spread[]>} spreads @param {number[][]} leads @param {Setup} setup */
const accuracyRows = (spreads, leads, setup) =>
  countsOf(setup).map((n, i) => [
    String(n),
    ...NETWORKS.flatMap((name) => {
      const { median, low, high } = spreads[name][i];
      return [median, low, high].map(shownAccuracy);
    }),
    leadInWords(leads[i]),
  ]);

function leadInWords(/** @type {number[]} */ row) {
  const { median, low, high } = spreadOf(row);
  return `${signed(median)} [${signed(low)}, ${signed(high)}]`;
}

/**
 * Build the figure into `el`. @returns how to take it away again.
 * @param {import("./kit/state.mjs").Place} place
 */
function render(place) {
  const setup = /** @type {Setup} */ (place.model.get("setup"));
  const spreads = accuracySpreads(setup);
  const leads = leadsOf(setup);
  const memory = /** @type {Memory} */ ({ shuffle: null, reached: 0 });
  return instantExplorable(place, {
    name: "shuffle",
    label: t`Shuffle the pixels`,
    build: (does) => makeParts(setup, spreads, leads, does),
    arrange,
    display: (root, parts, state, patience) => display(root, parts, state, spreads, leads, memory, setup, patience),
  });
}

export default /** @satisfies {import("@anywidget/types").AnyWidget} */ ({ render });
