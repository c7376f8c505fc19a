// Eight points: a fan of networks that pass through a few points, which a reader may move, and go
// their own ways between. Who trains them it never sees.
import { CLASSICAL } from "../engine/few_points.mjs";
import { evenly } from "../engine/samples.mjs";
import { button, choice, copyButton, numberField, slider } from "./kit/controls.mjs";
import { element, explorableRoot, fold, group, KEEP_KEYS } from "./kit/elements.mjs";
import { initialOf, isSame, stopsOf } from "./kit/form.mjs";
import { handles } from "./kit/handles.mjs";
import { watchKernel } from "./kit/kernel.mjs";
import { legend, legendSample } from "./kit/legend.mjs";
import { livingBy } from "./kit/live.mjs";
import { clamp, rounded } from "./kit/numbers.mjs";
import { heightOf, plot } from "./kit/plot.mjs";
import { numberLine, progressBar } from "./kit/readings.mjs";
import { liveSentence } from "./kit/sentence.mjs";
import { stage } from "./kit/stage.mjs";
import { dataTable } from "./kit/table.mjs";
import { ticks } from "./kit/ticks.mjs";
import { integer, plural, short, show, t } from "./kit/words.mjs";
import { apartOf, fanTrainer, hitsOf, relativeBending, times } from "./fan_page.mjs";

/**
 * @typedef {[number, number]} Dot
 * @typedef {{ points: Dot[], width: number, start_factor: number, activation: string, optimizer: string,
 *   beside: string[], seed: number }} Settings  as in fan.py
 * @typedef {{ seed: number, hit: boolean | null, steps: number, curve: (number | null)[], bending: number | null,
 *   hinges: Dot[] }} Network  hit: null as long as it is trained; hinges: where, and by how much the slope changes
 * @typedef {{ step: number, networks: Network[] }} Frame
 * @typedef {{ state: import("./kit/form.mjs").Table, words: Record<string, string>, rates: Record<string, number>,
 *   reach: [number, number], rules: { tolerance: number, max_steps: number, check_every: number, networks: number, curve: number } }} Setup
 * @typedef {import("./kit/page_trainer.mjs").Trainer} Trainer
 */

const STEP = 0.05; // of an arrow key
const DECIMALS = 2; // of a point
const PATIENCE = 1000; // ms of training before the sentence says so
const FIRST = ["width", "start_factor"]; // the other controls are folded away
const SHAKE = 0.3; // up or down, at most
const FINE = 401; // points of a classical curve

/** Points to begin with, each for what it shows. @type {Record<string, () => Dot[]>} */
const PRESETS = {
  [t`a sine`]: () => evenly({ low: -1, high: 1 }, 8).map((x) => [rounded(x, DECIMALS), rounded(Math.sin(Math.PI * x), DECIMALS)]),
  [t`zigzag`]: () => evenly({ low: -1, high: 1 }, 6).map((x, i) => [rounded(x, DECIMALS), i % 2 ? 1 : -1]),
  [t`three`]: () => [[-0.8, -0.5], [0, 1], [0.8, -0.5]],
};

// ---------------------------------------------------------------------------- points

/**
 * Where a point may be put: on paper, and between its neighbours.
 * @param {Dot[]} points @param {number} index @param {number[]} wanted @param {import("./kit/form.mjs").Entry} entry
 */
export function moved(points, index, wanted, { across, range, gap }) {
  const [x, y] = wanted;
  const [left, right] = [points[index - 1]?.[0] + gap, points[index + 1]?.[0] - gap];
  const place = /** @type {Dot} */ ([
    rounded(clamp(x, Number.isFinite(left) ? left : across[0], Number.isFinite(right) ? right : across[1]), DECIMALS),
    rounded(clamp(y, ...range), DECIMALS),
  ]);
  return points.map((point, i) => (i === index ? place : point));
}

/** One more point: in the middle of the widest gap. @param {Dot[]} points */
export function oneMore(points) {
  const gaps = points.slice(1).map(([x], i) => x - points[i][0]);
  const i = gaps.indexOf(Math.max(...gaps));
  const middle = /** @type {Dot} */ ([0, 1].map((axis) => rounded((points[i][axis] + points[i + 1][axis]) / 2, DECIMALS)));
  return [...points.slice(0, i + 1), middle, ...points.slice(i + 1)];
}

/**
 * The points of a table, in order; an Error in words if it makes no sense.
 * @param {string} text @param {import("./kit/form.mjs").Entry} entry @returns {Dot[]}
 */
export function dotsOfTable(text, { across, range, counts: [fewest, most], gap }) {
  const rows = text.split(/\r?\n/).map((line, i) => ({ cells: line.split(/[\s,;]+/).filter(Boolean), line: i + 1 })).filter(({ cells }) => cells.length);
  if (rows[0]?.cells.every((cell) => Number.isNaN(Number(cell)))) rows.shift(); // a head
  if (rows.length < fewest || rows.length > most) {
    throw new Error(t`The table has ${plural(rows.length, t`point`)}; it must have ${fewest} to ${most}, one in each line, such as 0.5, -1.`);
  }
  const dots = rows.map(({ cells, line }) => dotOfRow(cells, line, across, range)).sort(([a], [b]) => a - b);
  const close = dots.findIndex(([x], i) => i > 0 && x - dots[i - 1][0] < gap - 1e-9);
  if (close > 0) throw new Error(t`Two points have x = ${short(dots[close - 1][0])} and ${short(dots[close][0])}; they must be ${gap} apart at least.`);
  return dots;
}

/** @returns {Dot} */
function dotOfRow(cells, line, [left, right], [low, high]) {
  const [x, y] = cells.map(Number);
  if (cells.length !== 2 || !Number.isFinite(x) || !Number.isFinite(y)) {
    throw new Error(t`Line ${line} says “${cells.join(" ")}”; it must be two numbers, x and y.`);
  }
  if (x < left || x > right || y < low || y > high) {
    throw new Error(t`Line ${line} says “${cells.join(", ")}”; x must be from ${short(left)} to ${short(right)}, y from ${short(low)} to ${short(high)}.`);
  }
  return [rounded(x, DECIMALS), rounded(y, DECIMALS)];
}

// ---------------------------------------------------------------------------- what is drawn

const ROLES = { "connect the dots": "best-line", "cubic spline": "least-squares", polynomial: "taylor" };
const NAMES = { "connect the dots": t`connect the dots`, "cubic spline": t`cubic spline`, polynomial: t`polynomial` };

/** @param {Frame} frame @param {Settings} settings @param {Setup} setup */
function curvesDrawing(frame, settings, setup) {
  const { reach, rules, state } = setup;
  const x = evenly({ low: reach[0], high: reach[1] }, rules.curve);
  const line = ({ curve }) => curve.map((y, i) => /** @type {[number, number | null]} */ ([x[i], y]));
  const given = { x: settings.points.map(([a]) => a), y: settings.points.map(([, b]) => b) };
  const fine = evenly({ low: given.x[0], high: given.x.at(-1) }, FINE);
  const classical = (name) => fine.map((at) => /** @type {Dot} */ ([at, CLASSICAL[name](given)(at)]));
  const [first, ...others] = frame.networks;
  return {
    x: reach,
    y: /** @type {[number, number]} */ (state.points.range),
    xTicks: ticks(-1, 1, 4),
    yTicks: ticks(...state.points.range, 4),
    layers: [
      ...others.map((network) => ({ role: network.hit ? "fan" : "fan fan-off", points: line(network) })),
      ...(first ? [{ role: first.hit ? "network" : "network fan-off", points: line(first) }] : []),
      ...settings.beside.map((name) => ({ role: ROLES[name], points: classical(name) })),
    ],
    label: t`${plural(settings.points.length, t`point`)}, and ${plural(frame.networks.length, t`network`)} of width ${settings.width}; ${hitsOf(frame).length} pass through all of them`,
  };
}

/** By how much the slope of the first network changes, and where. @param {Frame} frame @param {Settings} settings @param {Setup} setup */
function bendsDrawing({ networks: [first] }, { points }, { reach }) {
  const hinges = first?.hinges ?? [];
  const largest = Math.max(1, ...hinges.map(([, change]) => Math.abs(change)));
  const bars = hinges.flatMap(([x, change]) => /** @type {[number, number | null][]} */ ([[x, 0], [x, change], [x, null]]));
  const y = /** @type {[number, number]} */ ([-1.1 * largest, 1.1 * largest]);
  return {
    x: reach,
    y,
    xTicks: ticks(-1, 1, 4),
    yTicks: ticks(...y, 2),
    rug: { role: "fan-places", places: points.map(([x]) => x) },
    layers: [
      { role: "fan-zero", points: /** @type {Dot[]} */ ([[reach[0], 0], [reach[1], 0]]) },
      { role: "network fan-bend", points: bars },
    ],
    label: first?.bending === null || !first ? t`no changes of slope` : t`The slope of the first network changes ${plural(hinges.length, t`time`)}, by ${show(largest)} at most`,
  };
}

// ---------------------------------------------------------------------------- the view

/** The curves beside the networks: entries of a legend that show and hide them. @param {string[]} names @param {(name: string) => void} onToggle */
function toggles(names, onToggle) {
  const nodes = names.map((name) => {
    const node = element("button", { type: "button", class: "fit-toggle", ...KEEP_KEYS }, legendSample(ROLES[name]), element("span", {}, NAMES[name]));
    node.addEventListener("click", () => onToggle(name));
    return node;
  });
  const list = element("ul", { class: "fit-legend fit-toggles", "aria-label": t`Curves beside` }, ...nodes.map((node) => element("li", {}, node)));
  const set = (shown) => nodes.forEach((node, i) => node.setAttribute("aria-pressed", String(shown.includes(names[i]))));
  return { element: list, set };
}

/** A table to paste one's own points into. @param {Trainer} trainer @param {import("./kit/form.mjs").Entry} entry */
function ownPoints(trainer, entry) {
  const area = /** @type {HTMLTextAreaElement} */ (element("textarea", { "aria-label": t`Points as a table: x and y, a line each`, spellcheck: "false", ...KEEP_KEYS }));
  const said = element("p", { class: "fit-hint", role: "status" });
  const read = () => {
    try {
      const points = dotsOfTable(area.value, entry);
      said.textContent = t`${plural(points.length, t`point`)} taken.`;
      trainer.change({ points });
    } catch (error) {
      said.textContent = error.message;
    }
  };
  const use = button({ name: t`Use this table`, onClick: read });
  const table = fold(t`Points as a table`, area, group("plane-tools", use.element), said);
  const update = () => {
    const { activeElement } = /** @type {Document | ShadowRoot} */ (area.getRootNode());
    const rows = trainer.status().settings.points.map((point) => point.join(", "));
    if (table.open && activeElement !== area) area.value = ["x, y", ...rows].join("\n"); // else somebody is typing
  };
  table.addEventListener("toggle", update);
  return { element: table, update };
}

/** @param {Trainer} trainer @param {Setup} setup */
function controls(trainer, { state: table }) {
  const change = (key) => (value, settled) => trainer.change({ [key]: value }, settled);
  const pick = (key, name, labels) =>
    choice({ name, options: table[key].choices.map((value) => ({ value: String(value), label: labels[value] ?? String(value) })), onInput: change(key) });
  const [low, high] = table.seed.range;
  return {
    width: slider({ name: t`width`, ...stopsOf(table.width), unit: (value) => plural(value, t`unit`), onInput: change("width") }),
    start_factor: slider({
      name: t`start`,
      ...stopsOf(table.start_factor),
      unit: (value) => t`weights ${short(value)} times as large at the start`,
      shown: (value) => `× ${short(value)}`,
      onInput: change("start_factor"),
    }),
    activation: pick("activation", t`activation`, { relu: "ReLU" }),
    optimizer: pick("optimizer", t`optimiser`, { adam: t`Adam`, sgd: t`SGD`, momentum: t`SGD with momentum` }),
    seed: numberField({ name: t`first seed`, low, high, onInput: change("seed") }),
  };
}

/** What a reader can do with the points. @param {Trainer} trainer @param {import("./kit/form.mjs").Entry} entry */
function pointButtons(trainer, { range, counts: [fewest, most] }) {
  const points = () => /** @type {Dot[]} */ (trainer.status().settings.points);
  const put = (next) => trainer.change({ points: next });
  const shaken = () => points().map(([x, y]) => [x, rounded(clamp(y + SHAKE * (2 * Math.random() - 1), ...range), DECIMALS)]);
  const more = button({ name: t`One more`, onClick: () => put(oneMore(points())) });
  const fewer = button({ name: t`One less`, onClick: () => put(points().slice(0, -1)) });
  const shake = button({ name: t`Shake them`, onClick: () => put(shaken()) });
  const presets = Object.entries(PRESETS).map(([name, make]) => button({ name, onClick: () => put(make()) }));
  const list = group("fit-presets", element("span", {}, t`Points`), ...[...presets, more, fewer, shake].map((each) => each.element));
  list.setAttribute("role", "group");
  list.setAttribute("aria-label", t`Points`);
  const update = () => {
    more.enable(points().length < most);
    fewer.enable(points().length > fewest);
  };
  return { element: list, update };
}

/** All parts of the figure, not yet in their places. @param {Trainer} trainer @param {Setup} setup */
function makeParts(trainer, setup, address) {
  const settings = () => /** @type {Settings} */ (trainer.status().settings);
  const { points: entry, beside } = setup.state;
  const curves = plot({ className: "fan-curves", xLabel: t`x`, yLabel: t`y`, height: heightOf(0.55, 250, 360) });
  const move = (index, wanted, settled) => trainer.change({ points: moved(settings().points, index, wanted, entry) }, settled);
  const toggle = (name) => {
    const others = settings().beside.filter((other) => other !== name);
    trainer.change({ beside: others.length < settings().beside.length ? others : [...others, name] });
  };
  return {
    legend: legend([{ role: "network", name: t`the first network` }, { role: "fan", name: t`the others` }]),
    beside: toggles(/** @type {string[]} */ (beside.choices), toggle),
    curves,
    handles: handles({ over: curves, step: STEP, range: entry.range, onMove: move }),
    bends: plot({ className: "fan-bends", xLabel: t`x`, yLabel: t`bends`, height: () => 130 }),
    numbers: numberLine([t`pass through`, t`apart`, t`bending`]),
    sentence: liveSentence(),
    progress: progressBar("training"),
    controls: controls(trainer, setup),
    points: pointButtons(trainer, entry),
    own: ownPoints(trainer, entry),
    more: fold(t`More`),
    buttons: {
      train: button({ name: t`Train`, onClick: trainer.train }),
      pause: button({ name: t`Pause`, onClick: trainer.pause }),
      reset: button({ name: t`Reset`, onClick: trainer.reset }),
    },
    copies: address ? [copyButton({ name: t`Copy link`, text: () => address.link(settings()) })] : [],
    table: dataTable({
      summary: t`The networks as a table`,
      columns: [t`seed`, t`passes through`, t`steps`, t`bends`, t`bending`],
      rows: () => trainer.status().frame.networks.map(networkRow),
    }),
  };
}

/** @param {Network} network */
const networkRow = ({ seed, hit, steps, hinges, bending }) => [
  String(seed),
  hit === null ? t`not yet` : hit ? t`yes` : t`no`,
  integer(steps),
  integer(hinges.length),
  show(bending),
];

/** Put the parts into their places. @param {HTMLElement} root @param {ReturnType<typeof makeParts>} parts */
function arrange(root, parts) {
  const first = FIRST.map((name) => parts.controls[name].element);
  const others = Object.entries(parts.controls).filter(([name]) => !FIRST.includes(name)).map(([, { element: node }]) => node);
  parts.more.append(group("fit-controls", ...others), parts.own.element);
  root.append(
    group("fan-legends", parts.legend.element, parts.beside.element),
    parts.curves.element,
    parts.bends.element,
    group("fit-first", ...first),
    group("fit-buttons", ...Object.values(parts.buttons).map(({ element: node }) => node)),
    group("fit-outcome", parts.numbers.element, parts.progress.element, parts.sentence.element),
    parts.points.element,
    group("fit-aside", parts.more, group("fit-copies", ...parts.copies.map((copy) => copy.element))),
    parts.table.element,
  );
}

/**
 * Show how the training stands, and with which settings.
 * @param {HTMLElement} root @param {ReturnType<typeof makeParts>} parts @param {import("./kit/page_trainer.mjs").Status} status
 */
function displayState(root, parts, { settings, state, frame, stale }) {
  root.toggleAttribute("data-stale", stale === true);
  Object.assign(root.dataset, { state, step: frame.step, seed: settings.seed, hits: hitsOf(frame).length });
  for (const [name, control] of Object.entries(parts.controls)) control.set(settings[name]);
  parts.beside.set(settings.beside);
  parts.points.update();
  parts.own.update();
  const name = (i) => t`point ${i + 1} of ${settings.points.length}`;
  parts.handles.set(settings.points.map(([x, y], i) => ({ x, y, name: name(i), words: `x = ${short(x)}, y = ${short(y)}` })));
  parts.buttons.train.enable(state !== "training");
  parts.buttons.pause.enable(state === "training");
}

/** @param {ReturnType<typeof makeParts>} parts @param {Frame} frame @param {any} status @param {Setup} setup */
function displayFrame(parts, frame, { settings }, setup) {
  const hits = hitsOf(frame);
  parts.curves.draw(curvesDrawing(frame, settings, setup));
  parts.bends.draw(bendsDrawing(frame, settings, setup));
  const apart = hits.length > 1 ? show(apartOf(hits, settings, setup)) : "–";
  const bending = hits.length ? t`${times(relativeBending(hits, settings))} times` : "–";
  parts.numbers.set([t`${hits.length} of ${setup.rules.networks}`, apart, bending]);
  parts.progress.set(frame.networks.filter(({ hit }) => hit !== null).length / setup.rules.networks);
}

/**
 * Build the figure into `el`, and keep it up to date. @returns how to take it away again.
 * @param {import("./kit/state.mjs").Place} place @param {Trainer} trainer @param {Setup} setup
 * @param {ReturnType<typeof import("./kit/state.mjs").readersState>} [address]  in a page: the settings in its address
 */
export function view(place, trainer, setup, address) {
  const root = explorableRoot("fan", t`Eight points`);
  const live = stage(trainer);
  const parts = makeParts(live.trainer, setup, address);
  const unfold = (given) => {
    parts.more.open ||= ["activation", "optimizer", "seed"].some((name) => !isSame(given[name], initialOf(setup)[name]));
  };
  const given = address?.read();
  if (given) unfold(given);
  arrange(root, parts);
  place.el.append(root);
  const shown = live.begin({
    root,
    pause: parts.buttons.pause,
    sentence: parts.sentence,
    showState: (status) => displayState(root, parts, status),
    showFrame: (frame, status) => displayFrame(parts, frame, status, setup),
    showEnd: parts.table.update,
    patience: ({ state }) => (state === "training" ? PATIENCE : 0),
  });
  const leave = [shown.leave, address?.follow(unfold), watchKernel(root, place)];
  return () => {
    for (const each of leave) each?.();
    for (const part of [parts.curves, parts.bends, parts.sentence]) part.remove();
    root.remove();
  };
}

const render = livingBy({ worker: "fan_worker", pageTrainer: fanTrainer, view });

export default /** @satisfies {import("@anywidget/types").AnyWidget} */ ({ render });
