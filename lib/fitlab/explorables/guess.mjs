// A guess on the plot: what is known, and a mark that the reader puts where they expect the answer.
// The question and all that is drawn come from Python (questions.py).
import { button } from "./kit/controls.mjs";
import { group } from "./kit/elements.mjs";
import { instantExplorable } from "./kit/instant.mjs";
import { legend } from "./kit/legend.mjs";
import { marker } from "./kit/marker.mjs";
import { heightOf, plot } from "./kit/plot.mjs";
import { dataTable } from "./kit/table.mjs";
import { show, t, typeset } from "./kit/words.mjs";

/**
 * @typedef {{ guess: number | null, shown: boolean }} State  guess: in hundredths of its axis
 * @typedef {{ name: string, low: number, high: number, ticks: [number, string][], log: boolean }} Axis
 * @typedef {{ role: string, name: string | null, points: [number, number][], look: string }} Layer
 * @typedef {{ state: import("./kit/form.mjs").Table, label: string, marks: "x" | "y", unit: string, x: Axis, y: Axis,
 *   where: number, step: number, digits: number, known: Layer[], hidden: Layer[], goal: [number, string] | null,
 *   shows: string, asks: string, answer: string }} Setup  as Question in questions.py
 */

const MARGIN = 0.04; // of an axis, beyond its ends; as in questions.py
const PATIENCE = 300; // ms: while the mark is dragged, the sentence waits
const DIGITS = 3; // of a number in the table
const GRIP = 18; // px: from the upper end of the plot to the grip of a place in x

// ---------------------------------------------------------------------------- in words

/** The value at so many hundredths of an axis. @param {Axis} axis @param {number} share */
const valueAt = ({ low, high, log }, share) =>
  log ? low * (high / low) ** (share / 100) : low + ((high - low) * share) / 100;

/** @param {number | null} guess @param {Setup} setup */
function guessInWords(guess, setup) {
  if (guess === null) return t`no guess yet`;
  const value = valueAt(setup[setup.marks], guess).toFixed(setup.digits);
  return setup.unit.replace("{}", value.replace("-", "−"));
}

/** @param {State} state @param {Setup} setup */
function sentenceFor({ guess, shown }, setup) {
  const { asks, answer } = setup;
  if (shown && guess === null) return typeset(answer);
  const words = guessInWords(guess, setup);
  if (shown) return typeset(t`You guessed ${words}; ${answer}`);
  return guess === null ? asks : t`${asks} You guess ${words}.`;
}

// ---------------------------------------------------------------------------- what is drawn

/** Where a value is in the drawing: the plot knows logarithms in y alone. @param {Axis} axis */
const across = ({ log }) => (value) => (log ? Math.log10(value) : value);

/** With the margin. @param {Axis} axis @returns {[number, number]} */
const ends = (axis) => [valueAt(axis, -100 * MARGIN), valueAt(axis, 100 + 100 * MARGIN)];

/** What a plot draws with. @param {Layer} layer */
const roleOf = ({ role, look }) => `${role} guess-${look}`;

/** @param {State} state @param {Setup} setup */
function drawingOf({ shown }, setup) {
  const { x, y, known, hidden, goal, shows, answer } = setup;
  const toX = across(x);
  const tick = (place) => ([value, label]) => ({ value: place(value), label });
  const level = goal ? [{ role: "tolerance", points: ends(x).map((end) => [toX(end), goal[0]]) }] : [];
  const layers = (shown ? [...known, ...hidden] : known).map((layer) => ({
    role: roleOf(layer),
    marks: layer.look === "dots",
    points: layer.points.map(([a, b]) => [toX(a), b]),
  }));
  return {
    x: ends(x).map(toX),
    y: ends(y),
    logarithmic: y.log,
    named: x.name === "",
    xTicks: x.ticks.map(tick(toX)),
    yTicks: y.ticks.map(tick((value) => value)),
    layers: [...level, ...layers],
    label: shown ? t`${shows} The answer: ${answer}` : shows,
  };
}

/** Those names that the legend shows. @param {Layer[]} layers */
const named = (layers) => layers.filter(({ name }) => name !== null);

// ---------------------------------------------------------------------------- the view

/** @param {Setup} setup @param {ReturnType<typeof plot>} over */
function markerOn(setup, over, { choose, show: shown, state }) {
  const { marks, x, where, step } = setup;
  let scales, box;
  over.onRedraw((...next) => ([scales, box] = next));
  const axis = setup[marks];
  const placed = marks === "x" ? across(axis) : (value) => value;
  const [low, high] = [axis.low, axis.high].map(placed);
  const shareOf = (event) => (100 * (over.locate(event)[marks === "x" ? 0 : 1] - low)) / (high - low);
  // a level has its grip where the answer will be, and makes way when it is there
  const acrossLevel = () => (state().shown ? (box.left + box.right) / 2 : scales.x(across(x)(where)));
  const placeOf = (share) => {
    const value = placed(valueAt(axis, share));
    return marks === "x" ? { x: scales.x(value), y: box.top + GRIP } : { x: acrossLevel(), y: scales.y(value) };
  };
  const onMove = (guess, settled) => (settled ? choose({ guess }) : shown({ guess }, PATIENCE));
  return marker({ over, axis: marks, name: t`your guess`, step, shareOf, placeOf, onMove });
}

/** @param {Setup} setup @param {import("./kit/instant.mjs").Deeds} does */
function makeParts(setup, does) {
  const { x, y, known, hidden, goal } = setup;
  const curves = plot({ className: "guess-plot", xLabel: x.name, yLabel: y.name, height: heightOf(0.42, 220, 300) });
  /** @returns {{ role: string, name: string, kind?: "dots" | "line" }} */
  const sample = (layer) => ({ role: roleOf(layer), name: layer.name, kind: layer.look === "dots" ? "dots" : "line" });
  const level = goal ? [{ role: "tolerance", name: goal[1] }] : [];
  return {
    plot: curves,
    marker: markerOn(setup, curves, does),
    legend: legend([...named(known).map(sample), ...level, ...named(hidden).map(sample)]),
    reveal: button({ name: t`Show the answer`, onClick: () => does.choose({ shown: !does.state().shown }) }),
    table: dataTable({
      summary: t`The plot as a table`,
      columns: [t`what`, x.name || t`where`, y.name || t`value`],
      rows: () => rowsOf(does.state(), setup),
    }),
  };
}

/** @param {State} state @param {Setup} setup */
function rowsOf({ shown }, { known, hidden, x }) {
  let what = "";
  const place = (value) => x.ticks.find(([tick]) => x.name === "" && Math.abs(tick - value) < 1e-3)?.[1] ?? show(value, DIGITS);
  return (shown ? [...known, ...hidden] : known).flatMap(({ name, points }) => {
    what = name ?? what;
    return points.map(([a, b]) => [what, place(a), show(b, DIGITS)]);
  });
}

function arrange(root, parts) {
  root.append(
    parts.legend.element,
    parts.plot.element,
    group("fit-buttons", parts.reveal.element, parts.reset.element),
    parts.sentence.element,
  );
}

/** @param {State} state @param {Setup} setup */
function display(root, parts, state, setup, patience) {
  const { guess, shown } = state;
  Object.assign(root.dataset, { state: "ready", guess: guess ?? "", shown });
  parts.plot.draw(drawingOf(state, setup));
  parts.marker.set(guess, guessInWords(guess, setup));
  const names = (layers, yes) => named(layers).map(({ name }) => (yes ? name : null));
  const level = setup.goal ? [setup.goal[1]] : [];
  parts.legend.set([...names(setup.known, true), ...level, ...names(setup.hidden, shown)]);
  parts.reveal.element.textContent = shown ? t`Hide the answer` : t`Show the answer`;
  parts.sentence.say(sentenceFor(state, setup), patience);
  parts.table.update();
}

/**
 * Build the figure into `el`. @returns how to take it away again.
 * @param {import("./kit/state.mjs").Place} place
 */
function render(place) {
  const setup = /** @type {Setup} */ (place.model.get("setup"));
  return instantExplorable(place, {
    name: "guess",
    label: setup.label,
    build: (does) => makeParts(setup, does),
    arrange,
    display: (root, parts, state, patience) => display(root, parts, state, setup, patience),
  });
}

export default /** @satisfies {import("@anywidget/types").AnyWidget} */ ({ render });
