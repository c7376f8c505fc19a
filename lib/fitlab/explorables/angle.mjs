// The explorable of an angle's error: a truth and a guess to drag around a circle, and three ways to
// say how far apart they are. By the formulas of fitlab/distances.py.
import { element, group } from "./kit/elements.mjs";
import { handles } from "./kit/handles.mjs";
import { instantExplorable } from "./kit/instant.mjs";
import { legend } from "./kit/legend.mjs";
import { clamp, rounded } from "./kit/numbers.mjs";
import { heightOf, plot } from "./kit/plot.mjs";
import { comparison, dataTable } from "./kit/table.mjs";
import { short, t } from "./kit/words.mjs";

/**
 * @typedef {{ truth: number, guess: number }} State  degrees, −180 to 180
 * @typedef {{ state: import("./kit/form.mjs").Table }} Setup  as in angle.py
 * @typedef {{ error: number, loss: number, pull: number }} Measured  error in degrees; loss: its
 *   square, in radians; pull: minus the slope of the loss by the guess, in radians
 */

const RADIANS = Math.PI / 180;
const CURVE_STEP = 1.5; // degrees
const HANDLES = ["truth", "guess"]; // in the order of the tab key
const KEY_STEP = 1; // degrees
const HEAD = 7; // degrees that the head of an arrow is long
const [INSIDE, OUTSIDE] = [0.86, 1.15]; // radii of the arrows
const CIRCLE_EDGE = 1.3; // of the picture, where the circle's radius is 1

// ---------------------------------------------------------------------------- the mathematics

/** The shorter way round from b to a, with its sign: −180 < way <= 180. */
function wayRound(a, b) {
  const turned = (((a - b) % 360) + 360) % 360;
  return turned > 180 ? turned - 360 : turned;
}

/** Three ways to measure one error. @returns {Record<"difference" | "arc" | "cosine", Measured>} */
function measure(/** @type {State} */ { truth, guess }) {
  const difference = guess - truth;
  const way = wayRound(guess, truth);
  const half = Math.sin((difference * RADIANS) / 2);
  return {
    difference: { error: Math.abs(difference), loss: (difference * RADIANS) ** 2, pull: -2 * difference * RADIANS },
    arc: { error: Math.abs(way), loss: (way * RADIANS) ** 2, pull: -2 * way * RADIANS },
    cosine: { error: (2 * Math.abs(half)) / RADIANS, loss: 4 * half ** 2, pull: -2 * Math.sin(difference * RADIANS) },
  };
}

// ---------------------------------------------------------------------------- in words

const WAYS = {
  difference: { role: "least-squares", name: t`difference of numbers` },
  arc: { role: "one-long", name: t`arc` },
  cosine: { role: "one-short", name: t`1 − cos` },
};

const degreesInWords = (value) => `${short(value)}°`;

/** Which way a pull goes. @param {number} pull */
const direction = (pull) => (Math.abs(pull) < 1e-9 ? t`nowhere` : pull > 0 ? t`up` : t`down`);

function sentenceFor({ truth, guess }, { difference, arc }) {
  const said = t`Truth ${degreesInWords(truth)}, guess ${degreesInWords(guess)}: ${degreesInWords(difference.error)} apart as numbers, ${degreesInWords(arc.error)} on the circle.`;
  if (arc.error === 0) return `${said} ${difference.error === 0 ? t`No way of measuring finds an error.` : t`Only the numbers find an error.`}`;
  if (arc.error === 180) return t`${said} They are opposite: both ways round are equally long.`;
  const same = direction(difference.pull) === direction(arc.pull);
  return `${said} ${same ? t`All three pull the guess the same way.` : t`The difference pulls the guess the long way round; the other two, across the seam.`}`;
}

// ---------------------------------------------------------------------------- what is drawn

/** Where an angle is on the circle. @param {number} degrees @returns {[number, number]} */
const onCircle = (degrees) => [Math.cos(degrees * RADIANS), Math.sin(degrees * RADIANS)];

/** Points of the circle from one angle over some degrees. */
const sweep = (from, degrees) => Array.from({ length: 61 }, (_, i) => onCircle(from + (degrees * i) / 60));

/** An arrow along the circle, beside it: from an angle over some degrees. @returns {[number, number | null][]} */
function arrow(from, degrees, radius) {
  if (Math.abs(degrees) < HEAD) return [];
  const end = from + degrees;
  const at = (angle, r) => /** @type {[number, number]} */ (onCircle(angle).map((v) => v * r));
  const back = end - Math.sign(degrees) * HEAD;
  const head = [at(back, radius - 0.05), at(end, radius), at(back, radius + 0.05)];
  return [...sweep(from, degrees).map(([x, y]) => /** @type {[number, number]} */ ([x * radius, y * radius])), [0, null], ...head];
}

/** @param {State} state */
function circleDrawing({ truth, guess }, { arc }) {
  const edge = /** @type {[number, number]} */ ([-CIRCLE_EDGE, CIRCLE_EDGE]);
  const quarters = [-90, 0, 90, 180];
  return {
    x: edge,
    y: edge,
    xTicks: [],
    yTicks: [],
    layers: [
      { role: "women", points: sweep(-180, 360) },
      ...quarters.slice(0, 3).map((at) => ({ role: "data", points: [0.94, 1.06].map((r) => onCircle(at).map((v) => v * r)) })),
      { role: "hand", points: [[-1.16, 0], [-0.84, 0]] },
      { role: "angle-arc", points: sweep(truth, wayRound(guess, truth)) },
      { role: "angle-chord", points: [onCircle(truth), onCircle(guess)] },
      { role: "least-squares angle-pull", points: arrow(guess, truth - guess, OUTSIDE) },
      { role: "hand angle-pull", points: arrow(guess, -wayRound(guess, truth), INSIDE) },
    ],
    label: t`A circle with the truth at ${degreesInWords(truth)} and the guess at ${degreesInWords(guess)}, ${degreesInWords(arc.error)} apart along it; the seam is at 180°`,
  };
}

/** @param {State} state @param {Record<string, Measured>} measured @param {Setup} setup */
function errorDrawing({ truth, guess }, measured, setup) {
  const turn = setup.state.guess.range;
  const guesses = Array.from({ length: 360 / CURVE_STEP + 1 }, (_, i) => turn[0] + i * CURVE_STEP);
  const judged = guesses.map((each) => measure({ truth, guess: each }));
  const kinds = Object.entries(WAYS);
  const inDegrees = (value) => ({ value, label: degreesInWords(value) });
  return {
    x: turn,
    y: /** @type {[number, number]} */ ([0, 360]),
    xTicks: [-180, -90, 0, 90, 180].map(inDegrees),
    yTicks: [0, 90, 180, 270, 360].map(inDegrees),
    layers: [
      { role: "tolerance", points: [[truth, 0], [truth, 360]] },
      ...kinds.map(([kind, { role }]) => ({ role, points: guesses.map((each, i) => [each, judged[i][kind].error]) })),
      { role: "person", points: kinds.map(([kind]) => [guess, measured[kind].error]), marks: true },
    ],
    label: t`Three errors over the guess. Here: ${kinds.map(([kind, { name }]) => `${name} ${measured[kind].error.toFixed(1)}°`).join(", ")}`,
  };
}

// ---------------------------------------------------------------------------- the view

/** The three errors, losses and pulls. */
function measuresTable() {
  const { element, set } = comparison({
    caption: t`The error of the guess, measured in three ways, and where each pulls the guess`,
    columns: [t`measured by`, t`error`, t`loss`, t`pull`],
    lines: Object.values(WAYS),
  });
  const cells = ({ error, loss, pull }) => [
    `${error.toFixed(1)}°`,
    loss.toFixed(3),
    `${Math.abs(pull).toFixed(2)} ${direction(pull)}`,
  ];
  /** @param {Record<string, Measured>} measured */
  const tell = (measured) => set(Object.keys(WAYS).map((way) => cells(measured[way])));
  return { element, set: tell };
}

/** The angle that a handle asks for. A key moves along the circle; a pointer says where. */
function askedAngle(now, [x, y], settled, turn) {
  const [fromX, fromY] = onCircle(now);
  const keys = (x - fromX + y - fromY) * (settled ? 1 : 0);
  const asked = settled ? now + keys : Math.atan2(y, x) / RADIANS;
  return rounded(clamp(asked, ...turn), 1);
}

/** @param {Setup} setup @param {import("./kit/instant.mjs").Deeds} does */
function makeParts(setup, { choose, state }) {
  const circle = plot({ className: "angle-circle", xLabel: "", yLabel: "", height: (width) => width + 12 });
  const move = (index, place, settled) => {
    const name = HANDLES[index];
    choose({ [name]: askedAngle(state()[name], place, settled, setup.state[name].range) });
  };
  return {
    legend: legend(Object.values(WAYS)),
    circle,
    angles: handles({ over: circle, step: KEY_STEP, range: setup.state.guess.range, onMove: move }),
    errors: plot({ className: "angle-errors", xLabel: t`guess`, yLabel: t`error`, height: heightOf(0.8, 230, 360) }),
    measures: measuresTable(),
    table: dataTable({
      summary: t`The errors as a table`,
      columns: [t`guess`, ...Object.values(WAYS).map(({ name }) => name)],
      rows: () => errorsByGuess(state()),
    }),
  };
}

/** One row for every 15 degrees. @param {State} state */
const errorsByGuess = ({ truth }) =>
  Array.from({ length: 25 }, (_, i) => {
    const guess = -180 + 15 * i;
    const measured = Object.values(measure({ truth, guess }));
    return [degreesInWords(guess), ...measured.map(({ error }) => error.toFixed(2))];
  });

function arrange(root, parts) {
  root.append(
    parts.legend.element,
    element("p", { class: "fit-hint" }, t`Drag the truth (filled) or the guess around the circle, or turn them with the arrow keys. Arrows show where the guess is pulled: outside by the difference, inside by the two others.`),
    group("fit-pair", parts.circle.element, parts.errors.element),
    group("fit-outcome", parts.sentence.element),
    group("fit-wide", parts.measures.element),
    group("fit-buttons", parts.reset.element),
  );
}

function display(root, parts, state, setup, patience) {
  const measured = measure(state);
  Object.assign(root.dataset, { state: "ready", ...state });
  parts.circle.draw(circleDrawing(state, measured));
  parts.errors.draw(errorDrawing(state, measured, setup));
  parts.angles.set(
    HANDLES.map((name) => {
      const value = state[name];
      const [x, y] = onCircle(value);
      return { x, y, value, name, words: degreesInWords(value) };
    }),
  );
  parts.measures.set(measured);
  parts.sentence.say(sentenceFor(state, measured), patience);
  parts.table.update();
}

/**
 * Build the figure into `el`. @returns how to take it away again.
 * @param {import("./kit/state.mjs").Place} place
 */
function render(place) {
  const setup = /** @type {Setup} */ (place.model.get("setup"));
  return instantExplorable(place, {
    name: "angle",
    label: t`The error of an angle`,
    build: (does) => makeParts(setup, does),
    arrange,
    display: (root, parts, state, patience) => display(root, parts, state, setup, patience),
  });
}

export default /** @satisfies {import("@anywidget/types").AnyWidget} */ ({ render });
