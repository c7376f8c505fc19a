// The explorable in which the reader is the optimiser: a broken line over sin, and a score.
import { brokenLine, evenly } from "../engine/samples.mjs";
import { button, slider } from "./kit/controls.mjs";
import { element, group } from "./kit/elements.mjs";
import { isSame } from "./kit/form.mjs";
import { handles } from "./kit/handles.mjs";
import { instantExplorable } from "./kit/instant.mjs";
import { legend } from "./kit/legend.mjs";
import { clamp, rounded } from "./kit/numbers.mjs";
import { heightOf, plot } from "./kit/plot.mjs";
import { dataTable } from "./kit/table.mjs";
import { ticks } from "./kit/ticks.mjs";
import { powerOfTen, show, t } from "./kit/words.mjs";
import { meanSquare } from "./curves.mjs";

/**
 * @typedef {[number, number]} Point
 * @typedef {import("./kit/form.mjs").Line} Line
 * @typedef {{ line: Line, attempt?: Line | null }} State
 *   attempt: what the reader had when the best was asked for, until it is brought back; not kept
 * @typedef {{ state: import("./kit/form.mjs").Table, low: number, high: number, samples: number,
 *   goal: number, best: { line: Line, mse: number }[],
 *   network: { mse: number, pieces: number } }} Setup  as in handfit.py
 * @typedef {{ setup: Setup, mseOf: (line: Line) => number, tries: ReturnType<typeof newTries> }} Game
 */

const NEAR = 1.5; // times the best MSE: whoever is there has tried
const PATIENCE = 400; // ms: while a hinge is dragged, the sentence waits
const STEP = 0.05; // of an arrow key
const CURVE = 201; // points of sin in the drawing
const NEARLY = 1.01; // times the best MSE: nobody sees the difference
const SCALE = [1e-5, 1]; // MSE at the two ends of the score's axis
const ENLARGED = 10; // the axis of the error ends at such a part of the line’s
const COUNT = t`no one two three four five six seven eight nine ten eleven twelve`.split(" ");

// ---------------------------------------------------------------------------- lines

/**
 * The line with one hinge moved, as far as it may go.
 * @param {Line} line @param {number} index @param {Point} wanted @param {import("./kit/form.mjs").Entry} entry
 * @returns {Line}
 */
function withHinge(line, index, wanted, { gap, range }) {
  const [x, y] = wanted.map((value) => rounded(value, 3)); // what an address can hold
  const inner = index > 0 && index < line.length - 1;
  const free = inner ? clamp(x, line[index - 1][0] + gap, line[index + 1][0] - gap) : line[index][0];
  return line.map((point, i) => (i === index ? [free, clamp(y, ...range)] : point));
}

/** The game with its score. @param {Setup} setup @returns {Game} */
function newGame(setup) {
  const x = evenly(setup, setup.samples);
  const mseOf = (line) => meanSquare(brokenLine(line), Math.sin, x);
  return { setup, mseOf, tries: newTries(setup, mseOf) };
}

/**
 * The least MSE that the reader has come to, for each number of pieces; Reset begins another try.
 * The flat line is no try, nor is what comes of the best line that we show.
 * @param {Setup} setup @param {(line: Line) => number} mseOf
 */
function newTries({ state }, mseOf) {
  const least = new Map();
  const leastOf = (/** @type {number} */ count) => least.get(count);
  /** @param {State} state */
  const note = ({ line, attempt = null }) => {
    const count = line.length - 1;
    if (attempt || isSame(line, state.line.even[count - 1])) return;
    least.set(count, Math.min(leastOf(count) ?? Infinity, mseOf(line)));
  };
  return { leastOf, note };
}

// ---------------------------------------------------------------------------- in words

const piecesInWords = (count) => count === 1 ? t`one piece` : t`${COUNT[count]} pieces`;

/** What there is to say. @param {State} state @param {Game} game */
function sentenceFor(state, { setup, mseOf, tries }) {
  const { line, attempt = null } = state;
  const count = line.length - 1;
  const pieces = piecesInWords(count);
  const best = setup.best[count - 1].mse;
  const [mse, before] = [mseOf(line), attempt && mseOf(attempt)];
  const start = isBest(state, setup)
    ? t`The best line of ${pieces} has MSE ${show(best)}; yours has ${show(before)}, ${comparedToShown(before, best)}.`
    : t`Your line of ${pieces} has MSE ${show(mse)}, ${compared(mse, best)}.`;
  const tried = attempt !== null || mse < NEAR * best; // only then is it said that none can do it
  const least = attempt ? undefined : tries.leastOf(count);
  const record = least < mse ? t` Your best so far: ${show(least)}.` : "";
  return `${start}${record} ${aboutGoal(mse, count, setup, tried)}`;
}

/** Whether the reader is shown the best line, and has not moved it. @param {State} state */
const isBest = ({ line, attempt = null }, { best }) =>
  attempt !== null && isSame(line, best[line.length - 2].line);

/** An MSE against the best known: as good, so many times, or even better. */
function compared(mse, best) {
  if (mse > NEARLY * best) return `${timesAsMuch(mse / best)} the best one’s ${show(best)}`;
  if (mse < best / NEARLY) return t`below the ${show(best)} that our own search found`;
  return t`as good as the best one`;
}

/** The same where the best MSE was just said. */
const comparedToShown = (mse, best) =>
  mse > NEARLY * best ? t`${timesAsMuch(mse / best)} as much` : t`as good, or a little better`;

const timesAsMuch = (ratio) => `${ratio < 1.95 ? ratio.toFixed(2) : show(ratio)} times`;

/** Whether the goal is reached, and what it takes. */
function aboutGoal(mse, count, { goal, best, network }, tried) {
  const needed = best.findIndex((line) => line.mse < goal) + 1;
  const level = t`The goal, ${show(goal, 1)},`;
  if (mse < network.mse) return t`${level} is reached, and the network of ${network.pieces} pieces beaten.`;
  if (mse < goal) return t`${level} is reached.`;
  if (count < needed) return tried ? `${level} takes at least ${COUNT[needed]}.` : t`The goal is ${show(goal, 1)}.`;
  return `${level} is within reach of ${COUNT[count]}.`;
}

const coordinates = ([x, y]) => `x = ${decimals(x)}, y = ${decimals(y)}`;

const decimals = (value, digits = 2) => {
  const text = value.toFixed(digits);
  return Number(text) === 0 ? Number(0).toFixed(digits) : text.replace("-", "−");
};

const hingeName = (i, count) =>
  i === 0 ? t`left end` : i === count ? t`right end` : t`hinge ${i} of ${count - 1}`;

// ---------------------------------------------------------------------------- what is drawn

/** @param {State} state @param {Game} game */
function drawingOf(state, { setup, mseOf }) {
  const { line, attempt = null } = state;
  const { low, high, best } = setup;
  const reach = setup.state.line.range;
  const sine = evenly({ low, high }, CURVE).map((x) => [x, Math.sin(x)]);
  const compare = [
    { role: "attempt", points: attempt },
    { role: "best-line", points: best[line.length - 2].line },
  ];
  const whose = isBest(state, setup) ? t`the best` : "your";
  const says = t`line of ${piecesInWords(line.length - 1)}: MSE ${show(mseOf(line))}`;
  return {
    x: [low, high],
    y: reach,
    xTicks: ticks(low, high),
    yTicks: ticks(...reach, 4),
    layers: [
      { role: "gap", points: [...sine, ...[...line].reverse()] },
      ...(attempt ? compare : []),
      ...(isBest(state, setup) ? [] : [{ role: "hand", points: line }]),
      { role: "target", points: sine },
    ],
    label: t`sin x from −π to π, dashed, and over it ${whose} ${says}`,
  };
}

/**
 * How far the lines are from sin: an axis as above, enlarged.
 * @param {State} state @param {Game} game
 */
function errorDrawing(state, { setup }) {
  const { line, attempt = null } = state;
  const { low, high, best } = setup;
  const reach = setup.state.line.range.map((/** @type {number} */ y) => y / ENLARGED);
  const x = evenly({ low, high }, CURVE);
  const errorOf = (/** @type {Line} */ points) => x.map((at) => [at, brokenLine(points)(at) - Math.sin(at)]);
  const own = errorOf(line);
  const compare = attempt
    ? [{ role: "attempt", points: errorOf(attempt) }, { role: "best-line", points: errorOf(best[line.length - 2].line) }]
    : [];
  const largest = Math.max(...own.map(([, error]) => Math.abs(error)));
  return {
    x: [low, high],
    y: reach,
    xTicks: ticks(low, high),
    yTicks: ticks(...reach, 3),
    layers: [
      { role: "gap", points: [[low, 0], ...own, [high, 0]] },
      { role: "target", points: [[low, 0], [high, 0]] },
      ...compare,
      ...(isBest(state, setup) ? [] : [{ role: "hand", points: own }]),
    ],
    label: t`The line minus sin x, enlarged: at most ${show(largest)} off`,
  };
}

/**
 * MSEs as marks on one logarithmic axis, with a line at the goal. One that is not known has no mark.
 * @param {{ role: string }[]} rows @param {number} goal
 */
function scoreMarks(rows, goal) {
  const lines = rows.map(({ role }) => {
    const [name, number] = [element("dt"), element("dd")];
    const mark = element("span", { class: `fit-mark fit-mark-${role}` });
    const track = element("div", { class: "fit-track", "aria-hidden": "true" }, mark);
    return { row: element("div", {}, name, track, number), name, mark, number };
  });
  const list = element("dl", { class: "fit-score" }, ...lines.map(({ row }) => row));
  list.style.setProperty("--goal", along(goal));
  const set = (entries) =>
    entries.forEach(({ name, mse }, i) => {
      lines[i].name.textContent = name;
      lines[i].mark.hidden = mse === undefined;
      if (mse !== undefined) lines[i].mark.style.setProperty("--at", along(mse));
      lines[i].number.textContent = show(mse);
    });
  return { element: group("fit-scores", list, scoreAxis(goal)), set };
}

/** The axis under the marks; the numbers beside them say the same. */
function scoreAxis(goal) {
  const label = (value, text, kind = "") => {
    const node = element("span", { class: `fit-score-tick ${kind}` }, text);
    node.style.setProperty("--at", along(value));
    return node;
  };
  const powers = [1e-5, 1e-2, 1].map((value) => label(value, powerTick(value), value === 1 ? "last" : ""));
  const aim = label(goal, t`goal ${show(goal, 1)}`, "fit-score-goal");
  const track = element("div", { class: "fit-score-axis" }, ...powers, aim);
  const unit = element("span", {}, t`MSE, logarithmic`);
  return element("div", { class: "fit-score-foot", "aria-hidden": "true" }, unit, group("fit-score-place", track));
}

const powerTick = (value) => (value === 1 ? "1" : powerOfTen(Math.round(Math.log10(value))));

/** Where an MSE stands on the score's axis, from 0 to 1. */
const along = (mse) => {
  const [low, high] = SCALE.map(Math.log);
  return clamp((Math.log(mse) - low) / (high - low), 0, 1).toFixed(4);
};

// ---------------------------------------------------------------------------- the view

/** @param {Setup} setup @param {import("./kit/instant.mjs").Deeds} does */
function makeParts(setup, { choose, show, state }) {
  const curve = plot({ className: "fit-hand", xLabel: t`x`, yLabel: t`y`, height: heightOf(0.5, 220, 360) });
  const { range, even } = setup.state.line;
  const move = (index, wanted, settled) => {
    const change = { line: withHinge(state().line, index, wanted, setup.state.line) };
    if (settled) choose(change);
    else show(change, PATIENCE);
  };
  const choosePieces = (count) =>
    choose(count === state().line.length - 1 ? {} : { line: even[count - 1], attempt: null });
  const showBest = () => {
    const { line, attempt } = state();
    choose(attempt ? { line: attempt, attempt: null } : { line: setup.best[line.length - 2].line, attempt: line });
  };
  return {
    legend: legend([
      { role: "target", name: t`sin x` },
      { role: "hand", name: t`your line` },
      { role: "best-line", name: t`the best line` },
    ]),
    curve,
    error: plot({ className: "fit-hand-error", xLabel: t`x`, yLabel: t`error`, height: heightOf(0.3, 150, 210) }),
    handles: handles({ over: curve, step: STEP, range, onMove: move }),
    score: scoreMarks(["hand", "record", "best-line", "network"].map((role) => ({ role })), setup.goal),
    pieces: slider({ name: t`pieces`, low: 1, high: even.length, unit: piecesInWords, onInput: choosePieces }),
    best: button({ name: t`Show me the best`, onClick: showBest }),
    table: dataTable({
      summary: t`The hinges as a table`,
      columns: [t`point`, t`x`, t`y`, t`sin x`, t`best x`, t`best y`],
      rows: () => hingeRows(state(), setup),
    }),
  };
}

const HINT =
  t`You are the optimiser: drag the hinges until the line lies as close to sin as you can make it. ` +
  t`The strip below enlarges its error. ` +
  t`With the keyboard: Tab to a hinge, then the arrow keys; with Shift in finer steps.`;

function arrange(root, parts) {
  const buttons = [parts.reset, parts.best].map((part) => part.element);
  root.append(
    element("p", { class: "fit-hint" }, HINT),
    parts.legend.element,
    parts.curve.element,
    parts.error.element,
    group("fit-outcome", parts.score.element, parts.sentence.element),
    group("fit-controls fit-hand-controls", parts.pieces.element, group("fit-buttons", ...buttons)),
  );
}

/** The reader's own points, and the best ones beside them. @param {State} state @param {Setup} setup */
function hingeRows(state, setup) {
  const { line, attempt = null } = state;
  const other = attempt && setup.best[line.length - 2].line;
  const own = isBest(state, setup) ? attempt : line;
  return own.map(([x, y], i) => [
    hingeName(i, line.length - 1),
    ...[x, y, Math.sin(x)].map((value) => decimals(value, 3)),
    ...(other ? other[i].map((value) => decimals(value, 3)) : ["–", "–"]), // not before it is asked for
  ]);
}

/**
 * Show a state. @param {State} state @param {Game} game
 * @param {number} patience  ms that the sentence waits: while a hinge moves, it would only stammer
 */
function display(root, parts, state, game, patience) {
  const { setup, mseOf, tries } = game;
  const { line, attempt = null } = state;
  const count = line.length - 1;
  const best = isBest(state, setup);
  if (patience !== PATIENCE) tries.note(state); // a hinge that moves is on its way
  Object.assign(root.dataset, { state: "ready", mse: mseOf(line), pieces: count, best });
  parts.curve.draw(drawingOf(state, game));
  parts.error.draw(errorDrawing(state, game));
  parts.handles.set(
    line.map(([x, y], i) => ({ x, y, name: hingeName(i, count), words: coordinates([x, y]) })),
  );
  parts.legend.element.lastChild.hidden = attempt === null;
  parts.score.set([
    { name: t`your line`, mse: mseOf(best ? attempt : line) },
    { name: t`your best so far`, mse: tries.leastOf(count) },
    { name: t`the best of ${piecesInWords(count)}`, mse: setup.best[count - 1].mse },
    { name: t`the network, ${setup.network.pieces} pieces`, mse: setup.network.mse },
  ]);
  parts.sentence.say(sentenceFor(state, game), patience);
  parts.pieces.set(count);
  parts.best.enable(attempt !== null || tries.leastOf(count) !== undefined); // the answer comes after a try
  parts.best.element.textContent = attempt ? t`Back to my line` : t`Show me the best`;
  parts.table.update();
}

/**
 * Build the figure into `el`. @returns how to take it away again.
 * @param {import("./kit/state.mjs").Place} place
 */
function render(place) {
  const game = newGame(place.model.get("setup"));
  return instantExplorable(place, {
    name: "handfit",
    label: t`Fit by hand`,
    settles: 0,
    build: (does) => makeParts(game.setup, does),
    arrange,
    display: (root, parts, state, patience) => display(root, parts, state, game, patience),
  });
}

export default /** @satisfies {import("@anywidget/types").AnyWidget} */ ({ render });
