// The explorable of two distributions: bars to drag, and what they make of entropy, cross-entropy
// and KL divergence. All by formula, as in fitlab/information.py.
import { button, choice } from "./kit/controls.mjs";
import { element, group } from "./kit/elements.mjs";
import { WHOLE } from "./kit/form.mjs";
import { handles } from "./kit/handles.mjs";
import { instantExplorable } from "./kit/instant.mjs";
import { legend } from "./kit/legend.mjs";
import { apportion, clamp, total } from "./kit/numbers.mjs";
import { heightOf, plot } from "./kit/plot.mjs";
import { dataTable } from "./kit/table.mjs";
import { ticks } from "./kit/ticks.mjs";
import { t } from "./kit/words.mjs";

/**
 * @typedef {{ p: number[], q: number[], unit: "bits" | "nats", locked: boolean }} State
 * @typedef {{ state: import("./kit/form.mjs").Table, symbols: string[] }} Setup  as in distributions.py
 * @typedef {{ entropy: number, kl: number, cross: number, back: number, ownCode: number[],
 *   code: number[], pulls: { cross: number[], kl: number[] } | null }} Measures
 *   all in the unit of the state;  back: D(Q ‖ P);  pulls: minus the gradients by the scores of Q
 *   where P is locked, else by those of P; null where these are infinite
 */

const STEP = 0.01; // of an arrow key
const BAR = 0.36; // widths, where 1 is a symbol's place
const BESIDE = 0.2;
const OUTSIDE = 1e4; // as high as infinity, outside of any picture
const HEAD = 0.09; // of an arrow
const NOTHING = 1e-9;
const UNIT_NATS = { bits: Math.LN2, nats: 1 };

// ---------------------------------------------------------------------------- the mathematics

/** −ln x, never −0. */
const surprise = (x) => (x === 1 ? 0 : -Math.log(x));

/** The sum of p f(k), where p = 0 counts nothing even if f is infinite. */
const mean = (p, f) => total(p.map((share, k) => (share > 0 ? share * f(k) : 0)));

/** D(p ‖ q) in nats; rounding can leave −1e−17. */
const divergence = (p, q) => Math.max(0, mean(p, (k) => (q[k] > 0 ? Math.log(p[k]) - Math.log(q[k]) : Infinity)));

/** Minus the gradients of both losses by the scores of P, in nats; null where they are infinite. */
function pullsOnP(p, q, cross, kl) {
  if (!Number.isFinite(cross)) return null;
  const pull = (loss, f) => p.map((share, k) => (share > 0 ? share * (loss - f(k)) : 0));
  return {
    cross: pull(cross, (k) => surprise(q[k])),
    kl: pull(kl, (k) => Math.log(p[k]) - Math.log(q[k])),
  };
}

/** Everything that is shown of a state. @param {State} state @returns {Measures} */
function measure({ p, q, unit, locked }) {
  const cross = mean(p, (k) => surprise(q[k]));
  const kl = divergence(p, q);
  const onQ = p.map((share, k) => share - q[k]);
  const pulls = locked ? { cross: onQ, kl: onQ } : pullsOnP(p, q, cross, kl);
  const inUnit = (value) => value / UNIT_NATS[unit];
  return {
    entropy: inUnit(mean(p, (k) => surprise(p[k]))),
    kl: inUnit(kl),
    cross: inUnit(cross),
    back: inUnit(divergence(q, p)),
    ownCode: p.map((x) => inUnit(surprise(x))),
    code: q.map((x) => inUnit(surprise(x))),
    pulls: pulls && { cross: pulls.cross.map(inUnit), kl: pulls.kl.map(inUnit) },
  };
}

/** The distribution with one bar at a new height: the others keep their proportions. */
function withBar(bars, index, wanted) {
  const own = Math.round(WHOLE * clamp(wanted, 0, 1));
  const others = apportion(bars.filter((_, k) => k !== index), WHOLE - own);
  return [...others.slice(0, index), own, ...others.slice(index)].map((part) => part / WHOLE);
}

// ---------------------------------------------------------------------------- in words

const percentage = (x) => `${Number((100 * x).toFixed(2))} %`;

/** @param {number} value */
const amount = (value) => (Number.isFinite(value) ? String(Number(value.toFixed(3))) : t`infinite`);

/** What a day costs, and which way the losses pull. @param {State} state @param {Measures} found */
function sentenceFor(state, found, symbols) {
  return `${costSentence(state, found, symbols)} ${pullSentence(state, found, symbols)}`;
}

function costSentence({ p, q, unit }, { entropy, kl, cross }, symbols) {
  if (!Number.isFinite(cross)) {
    const missing = symbols.filter((_, k) => p[k] > 0 && q[k] === 0).join(t` and `);
    return t`Q rules out ${missing}, but it happens: there is no code for such a day, and both H(P, Q) and D(P ‖ Q) are infinite.`;
  }
  if (kl < NOTHING) return t`Q is P: a day costs ${amount(entropy)} ${unit}, and no code can do with less.`;
  return t`A day costs ${amount(cross)} ${unit} in the code for Q, but only ${amount(entropy)} in the code for P: to believe Q costs ${amount(kl)} more.`;
}

function pullSentence({ p, q, locked }, { kl, pulls }, symbols) {
  if (locked) {
    const what = kl < NOTHING ? t`nowhere, both` : t`by the same arrows`;
    return t`P is locked, as labels are, and the two losses pull the scores of Q ${what}.`;
  }
  if (!pulls) return t`By P, neither has a gradient there.`;
  if (p.includes(1)) return t`P is certain, so no small change of its scores does anything.`;
  const likeliest = symbols[q.indexOf(Math.max(...q))];
  const toQ = kl < NOTHING ? "nowhere" : t`towards Q`;
  return t`P may move: cross-entropy pulls it towards what Q finds likeliest, ${likeliest}; KL pulls it ${toQ}.`;
}

// ---------------------------------------------------------------------------- what is drawn

/** Upright bars as one path. @param {[number, number, number][]} bars  left, right, height */
const barPoints = (bars) =>
  bars.flatMap(([left, right, height]) => [[left, 0], [left, height], [right, height], [right, 0], [left, 0], [left, null]]);

/** The same as one line over all of them, down to zero at both ends. */
const skyline = (bars) => [
  [bars[0][0], 0],
  ...bars.flatMap(([left, right, height]) => [[left, height], [right, height]]),
  [bars.at(-1)[1], 0],
];

const beside = (heights, offset) =>
  barPoints(heights.map((height, k) => [k + offset - BAR / 2, k + offset + BAR / 2, height]));

const symbolTicks = (symbols) => symbols.map((label, value) => ({ value, label }));

const places = (symbols) => /** @type {[number, number]} */ ([-0.5, symbols.length - 0.5]);

/** @param {State} state */
function barsDrawing({ p, q }, symbols) {
  const shares = symbols.map((name, k) => `${name} ${percentage(p[k])} and ${percentage(q[k])}`);
  return {
    x: places(symbols),
    y: [0, 1],
    xTicks: symbolTicks(symbols),
    named: true,
    yTicks: ticks(0, 1, 5),
    layers: [
      { role: "two-p", points: beside(p, -BESIDE) },
      { role: "two-q", points: beside(q, BESIDE) },
    ],
    label: t`The probabilities in P and in Q: ${shares.join(", ")}`,
  };
}

/** The first of the levels that holds a value: an axis that does not jump with every move. */
const roundUp = (value, levels) => levels.find((level) => value <= level) ?? levels.at(-1);

const finiteOf = (values) => values.filter(Number.isFinite);

/**
 * A bar a symbol, as wide as P and as high as its code is long.
 * @param {{ p: number[], unit: string }} state @param {Measures} found @param {string[]} symbols
 */
function costsDrawing({ p, unit }, { code, ownCode, cross, entropy }, symbols) {
  const ends = p.map((_, k) => total(p.slice(0, k)));
  const happens = p.map((_, k) => k).filter((k) => p[k] > 0);
  /** @returns {[number, number, number][]} */
  const bars = (lengths) => happens.map((k) => [ends[k], ends[k] + p[k], Math.min(lengths[k], OUTSIDE)]);
  const top = roundUp(Math.max(...finiteOf(happens.flatMap((k) => [code[k], ownCode[k]])), 1), [5, 8, 14]);
  return {
    x: [0, 1],
    y: [0, top],
    xTicks: happens.filter((k) => p[k] > 0.11).map((k) => ({ value: ends[k] + p[k] / 2, label: symbols[k] })),
    named: true,
    yTicks: ticks(0, top, 5),
    layers: [
      { role: "two-p", points: barPoints(bars(ownCode)) },
      { role: "two-q", points: skyline(bars(code)) },
    ],
    label: t`Code lengths over the shares of P: the area in the code for Q is ${amount(cross)} ${unit}, in the code for P ${amount(entropy)}`,
  };
}

/** An arrow from zero for each symbol, as one path. */
const arrowPoints = (values, top) =>
  values.flatMap((value, k) => {
    if (Math.abs(value) < NOTHING) return [];
    const back = value - Math.sign(value) * Math.min(Math.abs(value), 0.09 * top);
    return [[k, 0], [k, value], [k, null], [k - HEAD, back], [k, value], [k + HEAD, back], [k, null]];
  });

function pullsDrawing({ locked, unit }, { pulls }, symbols) {
  const none = symbols.map(() => 0);
  const { cross, kl } = pulls ?? { cross: none, kl: none };
  const top = roundUp(Math.max(...[...cross, ...kl].map(Math.abs)), [0.6, 1.2, 2.5, 5]);
  const said = symbols.map((name, k) => `${name} ${amount(cross[k])} and ${amount(kl[k])}`);
  return {
    x: places(symbols),
    y: [-top, top],
    xTicks: symbolTicks(symbols),
    named: true,
    yTicks: ticks(-top, top, 4),
    layers: [
      { role: "two-zero", points: [[-0.5, 0], [symbols.length - 0.5, 0]] },
      { role: "two-ce-arrow", points: arrowPoints(cross, top) },
      { role: "two-kl-arrow", points: arrowPoints(kl, top) },
    ],
    label: pulls
      ? t`How strongly cross-entropy and KL pull the scores of ${locked ? t`Q` : t`P`}, ${unit} a unit of score: ${said.join(", ")}`
      : t`The gradients by P are infinite`,
  };
}

// ---------------------------------------------------------------------------- the view

/** H(P) and D(P ‖ Q) end to end, H(P, Q) below them, and the divergence the other way round. */
function sumBars() {
  /** @type {[string, string[]][]} */
  const sums = [
    ["H(P) + D(P ‖ Q)", ["entropy", "kl"]],
    ["H(P, Q)", ["cross"]],
    ["D(Q ‖ P)", ["back"]],
  ];
  const rows = sums.map(([name, kinds]) => {
    const bars = kinds.map((kind) => element("span", { class: `two-bar two-bar-${kind}` }));
    const number = element("dd");
    const track = element("div", { class: "two-track", "aria-hidden": "true" }, ...bars);
    return { kinds, bars, number, node: element("div", {}, element("dt", {}, name), track, number) };
  });
  const set = (found, unit) => {
    const longest = Math.max(...finiteOf([found.cross, found.entropy, found.back]));
    const end = roundUp(longest, [3, 5, 8, 14]);
    for (const { kinds, bars, number } of rows) {
      number.textContent = `${kinds.map((kind) => amount(found[kind])).join(" + ")} ${unit}`;
      bars.forEach((bar, i) => {
        const value = found[kinds[i]];
        bar.style.flexBasis = `${Number.isFinite(value) ? (100 * value) / end : 100}%`;
        bar.toggleAttribute("data-endless", !Number.isFinite(value));
      });
    }
  };
  return { element: element("dl", { class: "two-sums" }, ...rows.map(({ node }) => node)), set };
}

/** A button that is in or out. @param {{ name: string, onClick: () => void }} options */
function toggleButton(options) {
  const { element: node } = button(options);
  return { element: node, set: (pressed) => node.setAttribute("aria-pressed", String(pressed)) };
}

/**
 * What a move of a handle makes of the state. A drag starts from the bars it began with, so that
 * they come back when it goes back.
 */
function barMover({ choose, state }) {
  let began = null;
  return (index, [x, y], settled) => {
    const { p, q, locked } = state();
    const count = q.length;
    const [which, k] = locked || index >= count ? ["q", index % count] : ["p", index];
    const bars = which === "p" ? p : q;
    const place = k + (which === "p" ? -BESIDE : BESIDE);
    if (!settled) began ??= bars;
    const wanted = settled && !began ? y + (x - place) : y; // the keys to the side do as up and down
    const next = withBar(began ?? bars, k, wanted);
    if (settled) began = null;
    choose({ [which]: next });
  };
}

/** @param {Setup} setup @param {import("./kit/instant.mjs").Deeds} does */
function makeParts({ symbols }, { choose, state }) {
  const bars = plot({ className: "two-bars", xLabel: "", yLabel: t`prob.`, height: heightOf(0.66, 240, 340) });
  const chart = (className, xLabel, yLabel, slope) =>
    plot({ className, xLabel, yLabel, height: heightOf(slope, 220, 320) });
  return {
    legend: legend([
      { role: "two-p two-sample", name: t`P, the weather` },
      { role: "two-q", name: t`Q, the belief` },
    ]),
    bars,
    grips: handles({ over: bars, step: STEP, range: [0, 1], onMove: barMover({ choose, state }) }),
    costs: chart("two-costs", t`share of days`, "code", 0.8),
    sums: sumBars(),
    pulls: chart("two-pulls", "", "pull", 0.55),
    pullLegend: legend([
      { role: "two-ce-arrow", name: t`cross-entropy` },
      { role: "two-kl-arrow", name: t`KL` },
    ]),
    pullTitle: element("p", { class: "fit-hint two-title" }),
    unit: choice({
      name: t`unit`,
      options: Object.keys(UNIT_NATS).map((value) => ({ value, label: value })),
      onInput: (unit) => choose({ unit }),
    }),
    lock: toggleButton({ name: t`Lock P`, onClick: () => choose({ locked: !state().locked }) }),
    same: button({ name: t`Let Q be P`, onClick: () => choose({ q: state().p }) }),
    table: dataTable({
      summary: t`The numbers as a table`,
      columns: [t`weather`, t`P`, t`Q`, t`code for P`, t`code for Q`, t`pull, CE`, t`pull, KL`],
      rows: () => tableRows(state(), symbols),
    }),
  };
}

/** @param {State} state */
function tableRows(state, symbols) {
  const { code, ownCode, pulls } = measure(state);
  const signed = (values, k) => (values ? amount(values[k]).replace("-", "−") : t`infinite`);
  return symbols.map((name, k) => [
    name,
    percentage(state.p[k]),
    percentage(state.q[k]),
    amount(ownCode[k]),
    amount(code[k]),
    signed(pulls?.cross, k),
    signed(pulls?.kl, k),
  ]);
}

/** In the order of a phone: what is dragged, what it costs and the buttons on one screen, the rest below. */
function arrange(root, parts) {
  const buttons = [parts.lock, parts.same, parts.reset].map((part) => part.element);
  root.append(
    element("p", { class: "fit-hint" }, t`Drag the bars, or Tab to one and use the arrow keys; the others make room in proportion.`),
    parts.legend.element,
    group(
      "two-parts",
      parts.bars.element,
      group("fit-outcome", parts.sums.element, parts.sentence.element),
      group("fit-controls", parts.unit.element, group("fit-buttons", ...buttons)),
      parts.costs.element,
      group("two-pull", parts.pullTitle, parts.pullLegend.element, parts.pulls.element),
    ),
  );
}

/** Where the bars can be taken hold of: those of P only while it is not locked. @param {State} state */
function gripPoints({ p, q, locked }, symbols) {
  const points = (name, bars, offset) =>
    bars.map((y, k) => ({ x: k + offset, y, name: `${name} of ${symbols[k]}`, words: percentage(y) }));
  return [...(locked ? [] : points("P", p, -BESIDE)), ...points("Q", q, BESIDE)];
}

function display(root, parts, state, { symbols }, patience) {
  const found = measure(state);
  const { entropy, kl, cross, back } = found;
  Object.assign(root.dataset, { state: "ready", entropy, kl, cross, back, unit: state.unit, locked: state.locked });
  parts.bars.draw(barsDrawing(state, symbols));
  parts.costs.draw(costsDrawing(state, found, symbols));
  parts.pulls.draw(pullsDrawing(state, found, symbols));
  parts.grips.set(gripPoints(state, symbols));
  parts.sums.set(found, state.unit);
  parts.pullTitle.textContent = t`How the two losses pull the scores of ${state.locked ? t`Q, P being locked` : t`P, if P may learn`} (minus the gradient)`;
  parts.unit.set(state.unit);
  parts.lock.set(state.locked);
  parts.sentence.say(sentenceFor(state, found, symbols), patience);
  parts.table.update();
}

/**
 * Build the figure into `el`. @returns how to take it away again.
 * @param {import("./kit/state.mjs").Place} place
 */
function render(place) {
  const setup = /** @type {Setup} */ (place.model.get("setup"));
  return instantExplorable(place, {
    name: "distributions",
    label: t`Two distributions`,
    build: (does) => makeParts(setup, does),
    arrange,
    display: (root, parts, state, patience) => display(root, parts, state, setup, patience),
  });
}

export default /** @satisfies {import("@anywidget/types").AnyWidget} */ ({ render });
