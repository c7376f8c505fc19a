// The explorable of one number that stands for five: points to drag on a line, an exponent p to
// slide, and the constant c that is nearest to all. By the formulas of fitlab/distances.py.
import { evenly } from "../engine/samples.mjs";
import { slider } from "./kit/controls.mjs";
import { element, group } from "./kit/elements.mjs";
import { handles } from "./kit/handles.mjs";
import { instantExplorable } from "./kit/instant.mjs";
import { legend } from "./kit/legend.mjs";
import { clamp, rounded, total } from "./kit/numbers.mjs";
import { heightOf, plot } from "./kit/plot.mjs";
import { dataTable } from "./kit/table.mjs";
import { ticks } from "./kit/ticks.mjs";
import { t } from "./kit/words.mjs";

/**
 * @typedef {{ p: string, points: number[] }} State  p: a number as text, or "inf"
 * @typedef {{ state: import("./kit/form.mjs").Table }} Setup  as in distance.py
 */

const HALVINGS = 100; // of the interval that holds the answer
const COST_POINTS = 241;
const LOWEST_COST = -0.05; // of the axis' height: room for the points below the curve

// ---------------------------------------------------------------------------- the mathematics

/** @param {Setup} setup */
const exponentsOf = ({ state }) => /** @type {string[]} */ (state.p.choices);

/** @param {string} p */
const exponentOf = (p) => (p === "inf" ? Infinity : Number(p));

const meanOf = (values) => total(values) / values.length;

/** (mean of |x − c|^p)^(1/p); for infinity the largest. @param {number[]} points @param {number} p */
function lpDistance(points, c, p) {
  const away = points.map((x) => Math.abs(x - c));
  const largest = Math.max(...away);
  if (p === Infinity || largest === 0) return largest;
  return largest * meanOf(away.map((d) => (d / largest) ** p)) ** (1 / p);
}

/** The slope of the sum of |x − c|^p by c, up to a positive factor. */
function lpSlope(points, c, p) {
  const largest = Math.max(...points.map((x) => Math.abs(x - c)));
  if (largest === 0) return 0;
  return points.reduce((sum, x) => sum + Math.sign(c - x) * (Math.abs(c - x) / largest) ** (p - 1), 0);
}

/** The constant that is nearest to all. There is an odd number of points, so it is only one. */
function lpCentre(points, p) {
  const sorted = [...points].sort((a, b) => a - b);
  let [low, high] = [sorted[0], sorted.at(-1)];
  if (p === 1) return sorted[(sorted.length - 1) / 2];
  if (p === 2) return meanOf(points);
  if (p === Infinity) return (low + high) / 2;
  for (let i = 0; i < HALVINGS; i += 1) {
    const middle = (low + high) / 2;
    if (lpSlope(points, middle, p) < 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Everything that is shown of a state. @param {Setup} setup */
const newMeasure = (setup) => (/** @type {State} */ { p, points }) => {
  const exponent = exponentOf(p);
  const answers = exponentsOf(setup).map((each) => lpCentre(points, exponentOf(each)));
  const answer = answers[exponentsOf(setup).indexOf(p)];
  return { exponent, answers, answer, cost: lpDistance(points, answer, exponent) };
};

// ---------------------------------------------------------------------------- in words

const NAMED = { 1: t`the median`, 2: t`the mean`, inf: t`the midrange` };

const pInWords = (p) => (p === "inf" ? "∞" : p);

const twoDigits = (value) => value.toFixed(2);

function sentenceFor({ p }, { answer, cost, answers }) {
  const name = NAMED[p] ? `, ${NAMED[p]}` : "";
  const said = t`With p = ${pInWords(p)} the best constant is ${twoDigits(answer)}${name}; its distance to the five is ${twoDigits(cost)}.`;
  const moved = Math.abs(answer - answers[0]);
  return `${said} ${moved < 0.005 ? t`It is where the median is.` : t`It is ${twoDigits(moved)} away from the median.`}`;
}

// ---------------------------------------------------------------------------- what is drawn

/** @param {State} state @param {Record<string, any>} found @param {Setup} setup */
function costDrawing({ p, points }, { exponent, answer, cost, answers }, setup) {
  const [line, ps] = [setup.state.points.range, exponentsOf(setup)];
  const [low, high] = line;
  const curve = evenly({ low, high }, COST_POINTS).map((c) => [c, lpDistance(points, c, exponent)]);
  const top = high - low;
  const upright = (role, x, y) => ({ role, points: [[x, 0], [x, y]] });
  const answerOf = (each) => answers[ps.indexOf(each)];
  return {
    x: line,
    y: [LOWEST_COST * top, top],
    xTicks: ticks(...line, 5),
    yTicks: ticks(0, top, 4),
    layers: [
      upright("one-short", answerOf("1"), 0.2 * top),
      upright("least-squares", answerOf("2"), 0.2 * top),
      upright("one-long", answerOf("inf"), 0.2 * top),
      { role: "hand", points: curve },
      upright("distance-answer", answer, cost),
      { role: "person", points: [[answer, cost]], marks: true },
    ],
    label: t`The distance of a constant to five numbers, for p = ${pInWords(p)}: least at ${twoDigits(answer)}, where it is ${twoDigits(cost)}`,
  };
}

/**
 * The best constant over the exponents, which stand side by side.
 * @param {State} state @param {Record<string, any>} found @param {Setup} setup
 */
function pathDrawing({ p }, { answers, answer }, setup) {
  const [line, ps] = [setup.state.points.range, exponentsOf(setup)];
  const shown = ["1", "1.5", "2", "4", "10", "inf"];
  return {
    x: [-0.4, ps.length - 0.6],
    y: line,
    xTicks: shown.map((each) => ({ value: ps.indexOf(each), label: pInWords(each) })),
    yTicks: ticks(...line, 4),
    layers: [
      { role: "attempt", points: answers.map((c, i) => [i, c]) },
      { role: "hand", points: answers.map((c, i) => [i, c]), marks: true },
      { role: "person", points: [[ps.indexOf(p), answer]], marks: true },
    ],
    label: t`The best constant goes from ${twoDigits(answers[0])} for p = 1 to ${twoDigits(answers.at(-1))} for p = ∞`,
  };
}

// ---------------------------------------------------------------------------- the view

/** @param {Setup} setup @param {Function} measure @param {import("./kit/instant.mjs").Deeds} does */
function makeParts(setup, measure, { choose, state }) {
  const costs = plot({ className: "distance-cost", xLabel: t`number c`, yLabel: t`cost`, height: heightOf(0.72, 260, 380) });
  // Every key moves along the line: a point has nowhere else to go, so what a key adds in height counts.
  const move = (index, [x, y], settled) => {
    const next = rounded(clamp(settled ? x + y : x, ...setup.state.points.range), 2);
    choose({ points: state().points.map((old, i) => (i === index ? next : old)) });
  };
  return {
    legend: legend([
      { role: "hand", name: t`distance to all five` },
      { role: "one-short", name: t`median` },
      { role: "least-squares", name: t`mean` },
      { role: "one-long", name: t`midrange` },
    ]),
    costs,
    points: handles({ over: costs, step: 0.5, range: setup.state.points.range, onMove: move }),
    path: plot({ className: "distance-path", xLabel: t`exponent p`, yLabel: t`best`, height: heightOf(0.9, 230, 380) }),
    p: slider({
      name: t`exponent p`,
      low: 0,
      high: exponentsOf(setup).length - 1,
      unit: (i) => t`p = ${exponentsOf(setup)[i] === "inf" ? t`infinity` : exponentsOf(setup)[i]}`,
      shown: (i) => pInWords(exponentsOf(setup)[i]),
      onInput: (i) => choose({ p: exponentsOf(setup)[i] }),
    }),
    table: dataTable({
      summary: t`The best constants as a table`,
      columns: [t`p`, t`best constant`, t`its distance`],
      rows: () => exponentsOf(setup).map((p) => [pInWords(p), ...pNumbers(measure({ ...state(), p }))]),
    }),
  };
}

const pNumbers = ({ answer, cost }) => [answer.toFixed(4), cost.toFixed(4)];

function arrange(root, parts) {
  root.append(
    parts.legend.element,
    element("p", { class: "fit-hint" }, t`Drag the points along the line, or move them with the arrow keys.`),
    // on a phone, too, the slider stands at what it changes
    group("fit-pair", group("fit-led", parts.costs.element, group("fit-controls", parts.p.element)), parts.path.element),
    group("fit-outcome", parts.sentence.element),
    group("fit-buttons", parts.reset.element),
  );
}

function display(root, parts, state, measured, setup, patience) {
  const { p, points } = state;
  Object.assign(root.dataset, { state: "ready", p, points: points.join(" "), answer: measured.answer.toFixed(4) });
  parts.costs.draw(costDrawing(state, measured, setup));
  parts.path.draw(pathDrawing(state, measured, setup));
  parts.points.set(points.map((x, i) => ({ x, y: 0, value: x, name: t`number ${i + 1}`, words: twoDigits(x) })));
  parts.p.set(exponentsOf(setup).indexOf(p));
  parts.sentence.say(sentenceFor(state, measured), patience);
  parts.table.update();
}

/**
 * Build the figure into `el`. @returns how to take it away again.
 * @param {import("./kit/state.mjs").Place} place
 */
function render(place) {
  const setup = /** @type {Setup} */ (place.model.get("setup"));
  const measure = newMeasure(setup);
  return instantExplorable(place, {
    name: "distance",
    label: t`Which distance`,
    build: (does) => makeParts(setup, measure, does),
    arrange,
    display: (root, parts, state, patience) => display(root, parts, state, measure(state), setup, patience),
  });
}

export default /** @satisfies {import("@anywidget/types").AnyWidget} */ ({ render });
