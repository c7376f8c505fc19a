// The explorable that lays the network beside the classical approximations of sin: the curves, their
// errors on a logarithmic axis, and what each is worth where the network was trained, and beyond.
import { brokenLine, evenly } from "../engine/samples.mjs";
import { slider } from "./kit/controls.mjs";
import { element, group, KEEP_KEYS } from "./kit/elements.mjs";
import { stopsOf } from "./kit/form.mjs";
import { instantExplorable } from "./kit/instant.mjs";
import { legendSample } from "./kit/legend.mjs";
import { notes } from "./kit/notes.mjs";
import { heightOf, plot } from "./kit/plot.mjs";
import { comparison, dataTable } from "./kit/table.mjs";
import { piTicks, powerTicks, ticks, timesPi } from "./kit/ticks.mjs";
import { plural, show, subscript, t } from "./kit/words.mjs";
import { legendreSeries, meanSquare, taylorSine } from "./curves.mjs";

/**
 * @typedef {"network" | "taylor" | "least-squares" | "best-line"} Name
 * @typedef {{ degree: number, interval: number, pieces: number, hidden: Name[] }} State
 *   interval: from −interval π to interval π
 * @typedef {{ state: import("./kit/form.mjs").Table,
 *   samples: number, errors: [number, number], nearby: number, network: [number, number][], legendre: number[],
 *   best: [number, number][][] }} Setup  as in taylor.py
 * @typedef {{ name: Name, f: (x: number) => number, mse: number, rmse: number }} Curve
 *   mse: on [−π, π];  rmse: on the interval that is shown
 */

const CURVE_POINTS = 601;
const TABLE_POINTS = 17;
const Y = /** @type {[number, number]} */ ([-2, 2]); // polynomials that fly off leave the picture
const BELOW = 1e-20; // smaller squares are rounding
const BRACKET = [0.3, 0.6]; // foot and top, on the axis of the errors
const ALIKE = 3; // MSEs within this factor are "about as good"

// ---------------------------------------------------------------------------- the curves

/** Those that can be hidden: all but sin. @param {Setup} setup */
const curvesOf = ({ state }) => /** @type {Name[]} */ (state.hidden.choices);

/** From −interval π to interval π. @param {number} interval */
const around = (interval) => ({ low: -interval * Math.PI, high: interval * Math.PI });

/** @param {Setup} setup */
function newMeasure(setup) {
  const points = Object.fromEntries(
    setup.state.interval.choices.map((/** @type {number} */ half) => [half, evenly(around(half), setup.samples)]),
  );
  const network = brokenLine(setup.network);
  const functions = ({ degree, pieces }) => ({
    network,
    taylor: taylorSine(degree),
    "least-squares": legendreSeries(setup.legendre.slice(0, degree + 1), Math.PI),
    "best-line": brokenLine(setup.best[pieces - 1]),
  });
  /** All curves of a state with their errors. @param {State} state @returns {Curve[]} */
  return (state) => {
    const known = functions(state);
    const square = (f, half) => meanSquare(f, Math.sin, points[half]);
    return curvesOf(setup).map((name) => {
      const f = known[name];
      return { name, f, mse: square(f, 1), rmse: Math.sqrt(square(f, state.interval)) };
    });
  };
}

/** The degree of that Taylor polynomial whose MSE is, in ratio, nearest to the network's. @param {Setup} setup */
function worthOf(setup) {
  const x = evenly(around(1), setup.samples);
  const network = meanSquare(brokenLine(setup.network), Math.sin, x);
  const far = (degree) => Math.abs(Math.log(meanSquare(taylorSine(degree), Math.sin, x) / network));
  const degrees = /** @type {number[]} */ (setup.state.degree.choices);
  return degrees.reduce((best, degree) => (far(degree) < far(best) ? degree : best));
}

/**
 * For each of the values, the largest of those no more than so many places away: an error has zeros
 * that mean nothing.
 * @param {number[]} values @param {number} reach
 */
const envelope = (values, reach) =>
  values.map((_, i) => Math.max(...values.slice(Math.max(0, i - reach), i + reach + 1)));

/** The root of the mean square of sin: what answering zero everywhere is off by. */
const zeroError = (interval) => {
  const half = interval * Math.PI;
  return Math.sqrt(0.5 - Math.sin(2 * half) / (4 * half));
};

// ---------------------------------------------------------------------------- in words

/** Short: the sliders say degree and pieces. @param {State} state @returns {Record<Name, string>} */
const curveNames = ({ degree }) => ({
  network: "network",
  taylor: t`Taylor, T${subscript(degree)}`,
  "least-squares": t`least squares`,
  "best-line": t`best line`,
});

/** The same within a sentence. @param {State} state @returns {Record<Name, string>} */
const curvesInWords = ({ degree, pieces }) => ({
  network: t`the network`,
  taylor: `T${subscript(degree)}`,
  "least-squares": t`the least-squares polynomial of degree ${degree}`,
  "best-line": t`the best line of ${plural(pieces, t`piece`)}`,
});

const intervalInWords = (half) => t`${timesPi(-half)} to ${timesPi(half)}`;

/** A mean square, which below some size is only rounding. */
const showSquare = (value) => (value < BELOW ? `< ${show(BELOW, 1)}` : show(value));

const showRoot = (value) => (value ** 2 < BELOW ? `< ${show(Math.sqrt(BELOW), 1)}` : show(value));

/** @param {State} state @param {Curve[]} shown  the curves that are not hidden */
function sentenceFor(state, shown) {
  if (shown.length === 0) return t`All curves but sin are hidden.`;
  return [insideSentence(state, shown), outsideSentence(state, shown)].join(" ");
}

/** Who is best where the network was trained, and how network and Taylor compare there. */
function insideSentence(state, shown) {
  const words = curvesInWords(state);
  const best = leastOf(shown, "mse");
  const start = t`On −π to π the closest to sin is ${words[best.name]} (MSE ${showSquare(best.mse)})`;
  const [network, taylor] = ["network", "taylor"].map((name) => shown.find((c) => c.name === name));
  if (!network || !taylor) return `${start}.`;
  const said = ({ name, mse }) => (name === best.name ? "" : ` (${showSquare(mse)})`);
  return `${start}; the network${said(network)} is ${comparedTo(network.mse, taylor.mse)} ${words.taylor}${said(taylor)}.`;
}

function comparedTo(mse, other) {
  if (Math.max(mse / other, other / mse) < ALIKE) return t`about as good as`;
  return mse < other ? t`better than` : t`worse than`;
}

/** Who is best on all that is shown, and whether that is worth anything. */
function outsideSentence(state, shown) {
  const { interval } = state;
  if (interval === 1) return "";
  const best = leastOf(shown, "rmse");
  const zero = zeroError(interval);
  const start = t`On ${intervalInWords(interval)} it is ${curvesInWords(state)[best.name]} (RMSE ${showRoot(best.rmse)})`;
  const worse = shown.filter(({ rmse }) => rmse > zero).length;
  if (worse === 0) return `${start}.`;
  return `${start}, ${howMany(worse, shown.length)} worse than answering 0 everywhere (${show(zero)}).`;
}

/** 3 of 4 -> "and 3 of 4 are"; none of one need say which. */
function howMany(some, all) {
  if (some === all) return all === 1 ? t`which is` : t`and all are`;
  return t`and ${some} of ${all} ${some === 1 ? t`is` : t`are`}`;
}

/** @param {Curve[]} curves @param {"mse" | "rmse"} by */
const leastOf = (curves, by) => curves.reduce((best, curve) => (curve[by] < best[by] ? curve : best));

// ---------------------------------------------------------------------------- what is drawn

const sameAcross = (interval) => {
  const half = interval * Math.PI;
  return { x: [-half, half], xTicks: piTicks(-half, half) };
};

/** Where the network was trained, as an area of the plot. */
function trainedBand(interval, [low, high]) {
  const half = Math.min(interval, 1) * Math.PI;
  return { role: "trained", points: [[-half, low], [-half, high], [half, high], [half, low]] };
}

/** @param {State} state @param {Curve[]} shown @param {number[]} x */
function curvesDrawing(state, shown, x) {
  const drawn = ({ name, f }) => ({ role: name, points: x.map((at) => [at, f(at)]) });
  const names = shown.map(({ name }) => curvesInWords(state)[name]).join(", ");
  return {
    ...sameAcross(state.interval),
    y: Y,
    yTicks: ticks(...Y, 4),
    layers: [
      trainedBand(state.interval, Y),
      ...shown.map(drawn),
      { role: "target", points: x.map((at) => [at, Math.sin(at)]) },
    ],
    label: t`sin x from ${intervalInWords(state.interval)}, dashed${names && t`, and with it ${names}`}`,
  };
}

/** Whether there is something to say of what the network is worth, and where. @param {State} state @param {Curve[]} shown */
const hasWorth = ({ interval }, shown) =>
  interval >= 1 && ["network", "taylor"].every((name) => shown.some((curve) => curve.name === name));

/** @param {State} state @param {Curve[]} shown @param {number[]} x @param {Setup} setup */
function errorsDrawing(state, shown, x, { errors, nearby }) {
  const reach = Math.round(nearby / (x[1] - x[0]));
  const errorOf = (f) => envelope(x.map((at) => Math.abs(f(at) - Math.sin(at))), reach);
  const line = (f) => errorOf(f).map((error, i) => [x[i], Math.max(error, errors[0])]);
  const said = shown.map(({ name, rmse }) => `${curvesInWords(state)[name]} ${showRoot(rmse)}`).join(", ");
  const [foot, top] = BRACKET;
  const bracket = [[-Math.PI, foot], [-Math.PI, top], [Math.PI, top], [Math.PI, foot]];
  return {
    ...sameAcross(state.interval),
    y: errors,
    yTicks: powerTicks(...errors),
    logarithmic: true,
    layers: [
      trainedBand(state.interval, errors),
      ...(hasWorth(state, shown) ? [{ role: "worth", points: bracket }] : []),
      ...shown.map(({ name, f }) => ({ role: name, points: line(f) })),
    ],
    label: t`The absolute errors, each as the largest nearby, on a logarithmic axis, which ends at ${show(errors[0], 1)}${said && t`; RMSE: ${said}`}`,
  };
}

/** What the bracket over the stretch of the training says. @returns {import("./kit/notes.mjs").Note[]} */
const worthNotes = (state, shown, worth) =>
  hasWorth(state, shown)
    ? [{ x: 0, y: BRACKET[1], text: t`in all as good as T${subscript(worth)}`, anchor: "middle", down: -4, room: 2 * Math.PI }]
    : [];

// ---------------------------------------------------------------------------- the view

/**
 * The legend, whose entries show and hide their curves; sin always stays.
 * @param {Name[]} names @param {(name: Name) => void} onToggle
 */
function toggles(names, onToggle) {
  const nodes = names.map((name) => {
    const node = element("button", { type: "button", class: "fit-toggle", ...KEEP_KEYS });
    node.append(legendSample(name), element("span"));
    node.addEventListener("click", () => onToggle(name));
    return node;
  });
  const target = element("li", {}, legendSample("target"), element("span", {}, t`sin x`));
  const items = nodes.map((node) => element("li", {}, node));
  const list = element("ul", { class: "fit-legend fit-toggles", "aria-label": t`Curves` }, target, ...items);
  const set = (labels, hidden) =>
    nodes.forEach((node, i) => {
      node.lastChild.textContent = labels[names[i]];
      node.setAttribute("aria-pressed", String(!hidden.includes(names[i])));
    });
  return { element: list, set };
}

/** What each curve is worth, inside and on all that is shown. @param {Name[]} names */
function worthTable(names) {
  const shownInterval = element("span");
  const labels = names.map(() => element("span"));
  const table = comparison({
    caption: t`How far each curve is from sin`,
    columns: [
      t`curve`,
      element("span", {}, t`MSE `, element("span", {}, intervalInWords(1))),
      element("span", {}, t`RMSE `, shownInterval),
    ],
    lines: names.map((role, i) => ({ role, name: labels[i] })),
  });
  const set = (state, curves) => {
    shownInterval.textContent = intervalInWords(state.interval);
    curves.forEach(({ name }, i) => {
      table.rows[i].classList.toggle("fit-off", state.hidden.includes(name));
      labels[i].textContent = curveNames(state)[name];
    });
    table.set(curves.map(({ mse, rmse }) => [showSquare(mse), showRoot(rmse)]));
  };
  return { element: table.element, set };
}

/** @param {Setup} setup @param {(state: State) => Curve[]} measure @param {import("./kit/instant.mjs").Deeds} does */
function makeParts(setup, measure, { choose, state }) {
  const curves = curvesOf(setup);
  const errors = plot({ className: "fit-errors", xLabel: t`x`, yLabel: t`error`, height: () => 200 });
  const chooses = (name) => (value) => choose({ [name]: value });
  const toggle = (name) => {
    const { hidden } = state();
    const others = hidden.filter((other) => other !== name);
    choose({ hidden: others.length < hidden.length ? others : [...hidden, name] });
  };
  return {
    toggles: toggles(curves, toggle),
    curves: plot({ className: "fit-curves", xLabel: "", yLabel: t`y`, height: heightOf(0.42, 220, 300) }),
    errors,
    notes: notes(errors),
    worth: worthTable(curves),
    degree: slider({ name: t`degree`, ...stopsOf(setup.state.degree), unit: (value) => t`degree ${value}`, onInput: chooses("degree") }),
    interval: slider({
      name: t`interval`,
      ...stopsOf(setup.state.interval),
      unit: intervalInWords,
      shown: (value) => `±${timesPi(value)}`,
      onInput: chooses("interval"),
    }),
    pieces: slider({
      name: t`pieces`,
      ...stopsOf(setup.state.pieces),
      unit: (value) => plural(value, t`piece`),
      onInput: chooses("pieces"),
    }),
    table: dataTable({
      summary: t`The curves as a table`,
      columns: [t`x`, t`sin x`, t`network`, t`Taylor`, t`least squares`, t`best line`],
      rows: () => curveRows(state(), measure(state())),
    }),
  };
}

function arrange(root, parts) {
  const sliders = [parts.degree, parts.interval, parts.pieces].map((part) => part.element);
  root.append(
    parts.toggles.element,
    parts.curves.element,
    parts.errors.element,
    group("fit-outcome", parts.sentence.element),
    group(
      "fit-below",
      group("fit-controls fit-taylor-controls", ...sliders, group("fit-buttons", parts.reset.element)),
      parts.worth.element,
    ),
  );
}

/** Show a state. @param {State} state @param {Curve[]} curves @param {number} worth @param {Setup} setup */
function display(root, parts, state, curves, worth, setup, patience) {
  const x = evenly(around(state.interval), CURVE_POINTS);
  const shown = curves.filter(({ name }) => !state.hidden.includes(name));
  const { degree, interval, pieces, hidden } = state;
  Object.assign(root.dataset, { state: "ready", degree, interval, pieces });
  parts.toggles.set(curveNames(state), hidden);
  parts.curves.draw(curvesDrawing(state, shown, x));
  parts.errors.draw(errorsDrawing(state, shown, x, setup));
  parts.notes.set(worthNotes(state, shown, worth));
  parts.worth.set(state, curves);
  parts.sentence.say(sentenceFor(state, shown), patience);
  for (const name of ["degree", "interval", "pieces"]) parts[name].set(state[name]);
  parts.table.update();
}

/** @param {State} state @param {Curve[]} curves */
function curveRows({ interval }, curves) {
  return evenly(around(interval), TABLE_POINTS).map((x) =>
    [x, Math.sin(x), ...curves.map(({ f }) => f(x))].map((value) => show(Math.abs(value) < 1e-12 ? 0 : value, 4)),
  );
}

/**
 * Build the figure into `el`. @returns how to take it away again.
 * @param {import("./kit/state.mjs").Place} place
 */
function render(place) {
  const setup = /** @type {Setup} */ (place.model.get("setup"));
  const measure = newMeasure(setup);
  const worth = worthOf(setup);
  return instantExplorable(place, {
    name: "taylor",
    label: t`Taylor explorer`,
    build: (does) => makeParts(setup, measure, does),
    arrange,
    display: (root, parts, state, patience) => display(root, parts, state, measure(state), worth, setup, patience),
  });
}

export default /** @satisfies {import("@anywidget/types").AnyWidget} */ ({ render });
