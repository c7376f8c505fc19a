// The explorable of two groups of people: a correlation to slide, a person to move, and what Bayes'
// formula says with and without it. All by formula, as in fitlab/bayes.py.
import { slider } from "./kit/controls.mjs";
import { element, group } from "./kit/elements.mjs";
import { initialOf, stopsOf } from "./kit/form.mjs";
import { handles } from "./kit/handles.mjs";
import { instantExplorable } from "./kit/instant.mjs";
import { legend } from "./kit/legend.mjs";
import { clamp, rounded } from "./kit/numbers.mjs";
import { heightOf, plot } from "./kit/plot.mjs";
import { comparison, dataTable } from "./kit/table.mjs";
import { ticks } from "./kit/ticks.mjs";
import { show, t } from "./kit/words.mjs";

/**
 * @typedef {[number, number]} Pair  of height and weight
 * @typedef {{ rho: number, height: number, weight: number }} State  height in cm, weight in kg
 * @typedef {{ state: import("./kit/form.mjs").Table, rings: number[],
 *   means: [Pair, Pair], spreads: Pair }} Setup  as in correlation.py
 * @typedef {{ logLoss: number, accuracy: number, calibrationError: number, slope: number }} Limit
 *   logLoss in nats;  slope: the true log-odds by those claimed
 */

const FAR = 10; // standard deviations: where the integrals end
const STEPS = 4000; // of Simpson's rule
const RING_POINTS = 73;
const LINE_END = 20; // standard deviations: outside the picture
const SHARE_POINTS = 101;

// ---------------------------------------------------------------------------- the mathematics

/** 1 / (1 + e^−s). @param {number} s */
const sigmoid = (s) => (s >= 0 ? 1 / (1 + Math.exp(-s)) : Math.exp(s) / (1 + Math.exp(s)));

/** −ln sigmoid(s), also where the sigmoid is 0 to a computer. */
const surpriseAt = (s) => Math.max(-s, 0) + Math.log1p(Math.exp(-Math.abs(s)));

const bellAt = (t) => Math.exp((-t * t) / 2) / Math.sqrt(2 * Math.PI);

/** The integral of f from low to high by Simpson's rule. */
function simpson(f, low, high) {
  const step = (high - low) / STEPS;
  let sum = f(low) + f(high);
  for (let i = 1; i < STEPS; i += 1) sum += (i % 2 ? 4 : 2) * f(low + i * step);
  return (sum * step) / 3;
}

/** How far apart the groups' means are, in standard deviations. @param {Setup} setup @returns {Pair} */
const distanceOf = ({ means: [a, b], spreads }) =>
  /** @type {Pair} */ ([0, 1].map((i) => (b[i] - a[i]) / spreads[i]));

/** The weights of the two measures in the log-odds, with and without the correlation. */
function bayesWeights(distance, rho) {
  const [a, b] = distance;
  const whole = 1 - rho * rho;
  return { full: [(a - rho * b) / whole, (b - rho * a) / whole], naive: distance };
}

/** How the rule "log-odds = z · weights" does on endless data. @returns {Limit} */
function limitOf([a, b], distance, rho) {
  const m = a * distance[0] + b * distance[1];
  const v = a * a + b * b + 2 * rho * a * b;
  const root = Math.sqrt(v);
  const slope = m / v;
  const density = (s) => (bellAt((s - m / 2) / root) + bellAt((s + m / 2) / root)) / (2 * root);
  const off = (s) => Math.abs(sigmoid(s) - sigmoid(slope * s)) * density(s);
  return {
    logLoss: simpson((t) => surpriseAt(m / 2 + root * t) * bellAt(t), -FAR, FAR),
    accuracy: 0.5 + simpson(bellAt, 0, m / 2 / root),
    calibrationError: 2 * simpson(off, 0, m / 2 + FAR * root),
    slope,
  };
}

/** Everything that is shown of a state. @param {Setup} setup */
function newJudge(setup) {
  const distance = distanceOf(setup);
  const limits = new Map(); // of each correlation, once
  return (/** @type {State} */ { rho, height, weight }) => {
    const weights = bayesWeights(distance, rho);
    if (!limits.has(rho)) {
      limits.set(rho, [weights.full, weights.naive].map((w) => limitOf(w, distance, rho)));
    }
    const z = [height, weight].map((x, i) => (x - middleOf(setup)[i]) / setup.spreads[i]);
    const claim = (w) => sigmoid(w[0] * z[0] + w[1] * z[1]);
    const [full, naive] = limits.get(rho);
    return {
      full: { ...full, weights: weights.full, claim: claim(weights.full) },
      naive: { ...naive, weights: weights.naive, claim: claim(weights.naive) },
    };
  };
}

/** @param {Setup} setup @returns {Pair} */
const middleOf = ({ means: [a, b] }) => [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];

// ---------------------------------------------------------------------------- in words

const RULES = {
  full: { role: "target", name: t`full formula` },
  naive: { role: "counted", name: t`naive Bayes` },
};

const three = (value) => value.toFixed(3);

/** A probability with as many digits as its distance from certainty asks for. */
const certainty = (p) => (p > 0.99 || p < 0.01 ? p.toFixed(4) : three(p));

const personInWords = ({ height, weight }) => t`${height} cm and ${weight} kg`;

function sentenceFor(state, { full, naive }) {
  const here = t`For ${personInWords(state)}, the full formula says “man” with ${certainty(full.claim)}, naive Bayes with ${certainty(naive.claim)}.`;
  if (state.rho === 0) return t`${here} Without correlation both are the same rule.`;
  const lost = t`Naive Bayes loses ${show(naive.logLoss - full.logLoss)} nats and ${show(100 * (full.accuracy - naive.accuracy))} points of accuracy in a hundred`;
  return t`${here} ${lost}; its log-odds are ${show(1 / naive.slope)} times too large.`;
}

// ---------------------------------------------------------------------------- what is drawn

/** An ellipse of one group. @param {Pair} mean @param {number} ring  in standard deviations */
function ringOf(mean, spreads, rho, ring) {
  const own = Math.sqrt(1 - rho * rho);
  return Array.from({ length: RING_POINTS }, (_, i) => {
    const turn = (2 * Math.PI * i) / (RING_POINTS - 1);
    const [a, b] = [ring * Math.cos(turn), ring * Math.sin(turn)];
    return [mean[0] + spreads[0] * a, mean[1] + spreads[1] * (rho * a + own * b)];
  });
}

/** Where z · weights = 0. @param {Pair} weights @param {Setup} setup */
function evenLine([a, b], setup) {
  const size = Math.hypot(a, b);
  const middle = middleOf(setup);
  return [-LINE_END, LINE_END].map((t) => [
    middle[0] - (setup.spreads[0] * t * b) / size,
    middle[1] + (setup.spreads[1] * t * a) / size,
  ]);
}

function peopleDrawing({ rho }, judged, setup) {
  const { means, spreads, rings } = setup;
  const [heights, weights] = [setup.state.height.range, setup.state.weight.range];
  const groups = ["women", "men"].flatMap((name, i) =>
    rings.map((ring) => ({ role: name, points: ringOf(means[i], spreads, rho, ring) })),
  );
  return {
    x: heights,
    y: weights,
    xTicks: ticks(...heights, 5),
    yTicks: ticks(...weights, 5),
    layers: [
      ...groups,
      { role: "target", points: evenLine(judged.full.weights, setup) },
      { role: "counted", points: evenLine(judged.naive.weights, setup) },
    ],
    label: t`Two groups over height and weight as ellipses, correlation ${rho}, and the two lines of even odds`,
  };
}

/** The share that is true over the probability that is claimed. @param {number} slope */
const sharesAt = (slope) =>
  Array.from({ length: SHARE_POINTS }, (_, i) => {
    const p = clamp(i / (SHARE_POINTS - 1), 1e-9, 1 - 1e-9);
    return [p, sigmoid(slope * Math.log(p / (1 - p)))];
  });

function sharesDrawing({ naive }) {
  const unit = /** @type {Pair} */ ([0, 1]);
  const { slope, claim } = naive;
  const place = [claim, sigmoid(slope * Math.log(claim / (1 - claim)))];
  return {
    x: unit,
    y: unit,
    xTicks: ticks(0, 1, 4),
    yTicks: ticks(0, 1, 4),
    layers: [
      { role: "target", points: [[0, 0], [1, 1]] },
      { role: "counted", points: sharesAt(slope) },
      { role: "person", points: [place], marks: true },
    ],
    label: t`Where naive Bayes claims ${three(claim)}, ${three(place[1])} are men; a claim of 0.9 is worth ${three(sigmoid(slope * Math.log(9)))}`,
  };
}

// ---------------------------------------------------------------------------- the view

/** What both rules say of the person, and what they are worth. */
function rulesTable() {
  const { element, set } = comparison({
    caption: t`What both rules say of this person, and how they do on endless data`,
    columns: [t`rule`, t`“man”`, t`log-loss`, t`accuracy`, t`calib. error`],
    lines: Object.values(RULES),
  });
  const cells = ({ claim, logLoss, accuracy, calibrationError }) => [
    certainty(claim),
    ...[logLoss, accuracy, calibrationError].map(three),
  ];
  return { element, set: (judged) => set(Object.keys(RULES).map((rule) => cells(judged[rule]))) };
}

/** @param {Setup} setup @param {ReturnType<typeof newJudge>} judge @param {import("./kit/instant.mjs").Deeds} does */
function makeParts(setup, judge, { choose }) {
  const move = (_index, [x, y]) => choose({ height: rounded(clamp(x, ...setup.state.height.range), 1), weight: rounded(clamp(y, ...setup.state.weight.range), 1) });
  const people = plot({ className: "fit-people", xLabel: t`height (cm)`, yLabel: t`kg`, height: heightOf(0.72, 260, 380) });
  return {
    legend: legend([
      { role: "women", name: t`women` },
      { role: "men", name: t`men` },
      { role: "target", name: t`even odds, full formula` },
      { role: "counted", name: t`even odds, naive Bayes` },
    ]),
    people,
    person: handles({ over: people, step: 1, range: setup.state.weight.range, onMove: move }),
    shares: plot({ className: "fit-shares", xLabel: t`claimed “man”`, yLabel: t`true`, height: heightOf(0.9, 230, 380) }),
    rules: rulesTable(),
    rho: slider({
      name: t`correlation`,
      ...stopsOf(setup.state.rho),
      unit: (value) => t`correlation ${value}`,
      shown: (value) => value.toFixed(2),
      onInput: (rho) => choose({ rho }),
    }),
    table: dataTable({
      summary: t`The log-losses as a table`,
      columns: [t`correlation`, t`full`, t`naive`, t`lost, nats`, t`accuracy lost`, t`calib. error`],
      rows: () => lossRows(setup, judge),
    }),
  };
}

function arrange(root, parts) {
  root.append(
    parts.legend.element,
    element("p", { class: "fit-hint" }, t`Drag the person, or move them with the arrow keys.`),
    group("fit-pair", group("fit-led", parts.people.element, group("fit-controls", parts.rho.element)), parts.shares.element),
    group("fit-outcome", parts.sentence.element),
    group("fit-below", group("fit-wide", parts.rules.element), group("fit-buttons", parts.reset.element)),
  );
}

function display(root, parts, state, judged, setup, patience) {
  const { rho, height, weight } = state;
  Object.assign(root.dataset, { state: "ready", rho, height, weight });
  parts.people.draw(peopleDrawing(state, judged, setup));
  parts.shares.draw(sharesDrawing(judged));
  parts.person.set([{ x: height, y: weight, name: t`person`, words: personInWords(state) }]);
  parts.rules.set(judged);
  parts.rho.set(rho);
  parts.sentence.say(sentenceFor(state, judged), patience);
  parts.table.update();
}

/** One row a correlation. @param {Setup} setup */
const lossRows = ({ state }, judge) =>
  state.rho.choices.map((/** @type {number} */ rho) => {
    const { full, naive } = judge({ ...initialOf({ state }), rho });
    const lost = [naive.logLoss - full.logLoss, full.accuracy - naive.accuracy];
    const numbers = [full.logLoss, naive.logLoss, ...lost, naive.calibrationError];
    return [rho.toFixed(2), ...numbers.map((value) => Math.max(0, value).toFixed(4))];
  });

/**
 * Build the figure into `el`. @returns how to take it away again.
 * @param {import("./kit/state.mjs").Place} place
 */
function render(place) {
  const setup = /** @type {Setup} */ (place.model.get("setup"));
  const judge = newJudge(setup);
  return instantExplorable(place, {
    name: "correlation",
    label: t`Correlation explorer`,
    build: (does) => makeParts(setup, judge, does),
    arrange,
    display: (root, parts, state, patience) => display(root, parts, state, judge(state), setup, patience),
  });
}

export default /** @satisfies {import("@anywidget/types").AnyWidget} */ ({ render });
