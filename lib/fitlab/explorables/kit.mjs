// What all explorables are made of: controls, a plot, a table, numbers in words. It knows nothing of
// networks. Controls call back and hold no state of their own; `set` shows a value without calling.

const SVG = "http://www.w3.org/2000/svg";

// ---------------------------------------------------------------------------- numbers in words

/** 16833 -> "16,833". @param {number} value */
export const integer = (value) => value.toLocaleString("en-GB", { maximumFractionDigits: 0 });

/** A minus that is as long as a plus. @param {string} text */
const minus = (text) => text.replaceAll("-", "−");

/** 0.5 -> "0.5", -2 -> "−2": a tick or a coordinate. @param {number} value */
export const short = (value) => minus(String(Number(value.toPrecision(4))));

/** 4 -> "⁴". @param {number | string} value */
const superscript = (value) =>
  [...String(value)].map((c) => (c === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(c)])).join("");

/**
 * As fitlab.numbers.show: 0.16 -> "0.16", 0.000512 -> "5.1 × 10⁻⁴".
 * @param {number | null | undefined} value @param {number} digits
 */
export function show(value, digits = 2) {
  if (value === undefined) return "–"; // not known yet
  if (value === null || !Number.isFinite(value)) return "not a number";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 0.01 && size < 1e4) return minus(String(Number(value.toPrecision(digits))));
  const [mantissa, exponent] = value.toExponential(digits - 1).split("e");
  return `${minus(mantissa)} × ${powerOfTen(Number(exponent))}`;
}

/** As fitlab.numbers.show_level, a given number as people write it: 0.0005 -> "5 × 10⁻⁴". @param {number} value */
export function level(value) {
  if (value === 0) return "0";
  const [mantissa, exponent] = value.toExponential(2).split("e");
  return `${minus(String(Number(mantissa)))} × ${powerOfTen(Number(exponent))}`;
}

/**
 * As fitlab.numbers.show_below: a number below `limit`, with enough digits for the text to say so.
 * @param {number} value @param {number} limit
 */
export function showBelow(value, limit) {
  let digits = 1;
  while (digits < 15 && Number(value.toExponential(digits)) >= limit) digits += 1;
  const [mantissa, exponent] = value.toExponential(digits).split("e");
  return `${minus(mantissa)} × ${powerOfTen(Number(exponent))}`;
}

/** Fill the {places} of a sentence. @param {string} sentence @param {Record<string, unknown>} values */
export const fill = (sentence, values) =>
  sentence.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));

/** -4 -> "10⁻⁴". @param {number} exponent */
export const powerOfTen = (exponent) => `10${superscript(exponent)}`;

/** A message as a sentence: a capital, a full stop, 5 × 10⁻⁴ for 5e-04. @param {string} message */
export function typeset(message) {
  const sentence = message.replace(
    /(\d(?:\.\d+)?)e([+-]?\d+)/g,
    (_, mantissa, exponent) => `${mantissa} × ${powerOfTen(Number(exponent))}`,
  );
  const end = /[.!?]$/.test(sentence) ? "" : ".";
  return sentence.charAt(0).toUpperCase() + sentence.slice(1) + end;
}

// ---------------------------------------------------------------------------- ticks and scales

/** @typedef {{ value: number, label: string }} Tick */
/** @typedef {[number, number]} Interval */

/**
 * Round numbers in [low, high], about `count` of them; multiples of π where the ends are.
 * @returns {Tick[]}
 */
export function ticks(low, high, count = 5) {
  if (Math.abs(high - Math.PI) < 1e-3 && Math.abs(low + Math.PI) < 1e-3) return piTicks(low, high);
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find((factor) => factor * power >= rough * 0.999);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => {
    const value = (first + i) * step;
    return { value, label: short(value) };
  });
}

/** Multiples of π in [low, high]; of π/2 while that is no more than a full turn. @returns {Tick[]} */
export function piTicks(low, high) {
  const halves = high - low > 2.01 * Math.PI ? 2 : 1;
  const first = Math.ceil((2 * low) / Math.PI / halves - 1e-3);
  const last = Math.floor((2 * high) / Math.PI / halves + 1e-3);
  return Array.from({ length: last - first + 1 }, (_, i) => {
    const turns = ((first + i) * halves) / 2;
    return { value: turns * Math.PI, label: timesPi(turns) };
  });
}

/** -1 -> "−π", 1.5 -> "3π/2", 0 -> "0". @param {number} turns  a multiple of a half */
export function timesPi(turns) {
  if (turns === 0) return "0";
  const whole = Number.isInteger(turns);
  const count = whole ? turns : 2 * turns;
  const factor = Math.abs(count) === 1 ? "" : String(Math.abs(count));
  return `${count < 0 ? "−" : ""}${factor}π${whole ? "" : "/2"}`;
}

/** Powers of ten in [low, high] (both positive), at most six. @returns {Tick[]} */
export function powerTicks(low, high) {
  const first = Math.ceil(Math.log10(low) - 1e-9);
  const last = Math.floor(Math.log10(high) + 1e-9);
  const stride = Math.max(1, Math.ceil((last - first + 1) / 6));
  const found = [];
  for (let e = first; e <= last; e += stride) found.push({ value: 10 ** e, label: powerOfTen(e) });
  return found;
}

/** The map from `domain` to `range`, straight or logarithmic. */
export function scale(domain, range, logarithmic = false) {
  const warp = logarithmic ? Math.log : (v) => v;
  const [low, high] = domain.map(warp);
  const slope = (range[1] - range[0]) / (high - low);
  return (value) => range[0] + (warp(value) - low) * slope;
}

/** Points to an SVG path; where y is null or not finite, the line is broken. */
export function linePath(points) {
  let pen = "M";
  let path = "";
  for (const [x, y] of points) {
    const known = y !== null && Number.isFinite(x) && Number.isFinite(y);
    if (known) path += `${pen}${x.toFixed(1)} ${y.toFixed(1)}`;
    pen = known ? "L" : "M";
  }
  return path;
}

/** A dot at every point: lines of no length, which round ends make visible. */
export const dotPath = (points) =>
  points.map(([x, y]) => `M${x.toFixed(1)} ${y.toFixed(1)}h0`).join("");

// ---------------------------------------------------------------------------- elements

/**
 * An HTML element with attributes and children.
 * @param {string} name @param {Record<string, unknown>} attributes @param {...(Node | string)} children
 */
export function element(name, attributes = {}, ...children) {
  return furnish(document.createElement(name), attributes, children);
}

/** The same for SVG. */
export function svgElement(name, attributes = {}, ...children) {
  return furnish(document.createElementNS(SVG, name), attributes, children);
}

function furnish(node, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, String(value));
  node.append(...children);
  return node;
}

// JupyterLab takes keys for itself unless the very element with the focus says not to.
export const KEEP_KEYS = { "data-lm-suppress-shortcuts": "true" };

/**
 * The root of an explorable, with the contract that tests and readers' scripts rely on.
 * @param {string} name  as in data-explorable @param {string} label  its name for people
 */
export const explorableRoot = (name, label) =>
  element("div", { class: `fit-explorable fit-explorable-${name}`, "data-explorable": name, role: "group", "aria-label": label });

/** A group of elements under a class. @param {string} className @param {...Node} children */
export const group = (className, ...children) => element("div", { class: className }, ...children);

// ---------------------------------------------------------------------------- the address

const WRITE_AFTER = 250; // ms: browsers forbid a page to rewrite its address too often

/**
 * The state of an explorable in the page's address: `#fit?width=16&seed=3`, where `fit` is its id in
 * the page. Only for a page of the book; in Jupyter the address is not ours.
 * @param {string} id
 */
export function addressState(id) {
  let timer;
  const read = () => {
    const [name, query] = location.hash.slice(1).split("?");
    return name === id && query ? Object.fromEntries(new URLSearchParams(query)) : null;
  };
  const link = (values) => `${location.href.split("#")[0]}#${id}?${new URLSearchParams(values)}`;
  const replace = (address) => {
    clearTimeout(timer);
    timer = setTimeout(() => history.replaceState(history.state, "", address()), WRITE_AFTER);
  };
  const withoutState = () => (read() ? location.href.split("#")[0] : location.href);
  const onFollowed = (listener) => {
    const heard = () => read() && listener(read());
    window.addEventListener("hashchange", heard);
    return () => window.removeEventListener("hashchange", heard);
  };
  return {
    /** The values that the address gives this explorable, as text; null if it gives none. */
    read,
    /** The address that would bring these values back. @param {Record<string, string>} values */
    link,
    /** Put the values into the address, soon. @param {Record<string, string>} values */
    write: (values) => replace(() => link(values)),
    /** Take the state out of the address again. */
    clear: () => replace(withoutState),
    /** Hear of links to this explorable that are followed within the page. */
    onFollowed,
    remove: () => clearTimeout(timer),
  };
}

/**
 * Where what the reader chose is kept: in a page of the book in its address, elsewhere in traits of
 * the model. Both sides speak of one state; only the address needs it as text.
 * @template State
 * @param {{ model: any, page?: { id: string } }} place
 * @param {{ names: string[], toText: (state: State) => Record<string, string>,
 *           fromText: (values: Record<string, string>) => State | null }} form
 *   names: the traits that make up a state. fromText gives null for what makes no sense.
 */
export const readersState = ({ model, page }, form) =>
  page ? stateInAddress(addressState(page.id), form) : stateInModel(model, form);

function stateInAddress(address, { toText, fromText }) {
  const read = () => address.read() && fromText(address.read());
  return {
    read,
    write: (state) => address.write(toText(state)),
    clear: address.clear,
    link: (state) => address.link(toText(state)),
    follow: (listener) => address.onFollowed(() => read() && listener(read())),
    remove: address.remove,
  };
}

function stateInModel(model, { names }) {
  let writing = false; // the model tells of each trait at once, before the next is set
  const read = () => Object.fromEntries(names.map((name) => [name, model.get(name)]));
  const write = (state) => {
    writing = true;
    for (const name of names) model.set(name, state[name]);
    writing = false;
    model.save_changes();
  };
  const follow = (listener) => {
    const heard = () => writing || listener(read());
    model.on("change", heard);
    return () => model.off("change", heard);
  };
  return { read, write, clear: write, link: () => "", follow, remove: () => {} };
}

// ---------------------------------------------------------------------------- controls

/**
 * A slider over `stops`, or over the integers from low to high. While it moves it calls
 * onInput(value, false), and when it is let go, or moved by a key, onInput(value, true) as well.
 * @param {{ name: string, low?: number, high?: number, stops?: number[], unit: (value: number) => string,
 *           shown?: (value: number) => string,
 *           onInput: (value: number, settled: boolean) => void }} options
 */
export function slider({ name, low, high, stops, unit, shown = short, onInput }) {
  const [first, last] = stops ? [0, stops.length - 1] : [low, high];
  const input = element("input", { type: "range", min: first, max: last, step: 1, ...KEEP_KEYS });
  const label = element("label", {}, element("span", {}, name), input);
  const output = element("output", { "aria-live": "off" }); // the slider says its value itself
  const tell = (value) => {
    input.style.setProperty("--at", String((Number(input.value) - first) / (last - first || 1)));
    input.setAttribute("aria-valuetext", unit(value));
    output.textContent = shown(value);
  };
  const chosen = () => (stops ? stops[Number(input.value)] : Number(input.value));
  let moving = false;
  const settle = () => {
    if (moving) onInput(chosen(), true);
    moving = false;
  };
  input.addEventListener("input", () => {
    moving = true;
    tell(chosen());
    onInput(chosen(), false);
  });
  input.addEventListener("change", settle);
  // a slider that is dragged away and back has not changed, but it was moved; "change" comes first
  for (const end of ["pointerup", "pointercancel", "blur"]) input.addEventListener(end, () => setTimeout(settle));
  const set = (value) => {
    input.value = String(stops ? nearest(stops, value) : value);
    tell(value);
  };
  return { element: element("div", { class: "fit-slider" }, label, output), set };
}

/** The place of the stop that is nearest to a value. */
export function nearest(stops, value) {
  const distances = stops.map((stop) => Math.abs(stop - value));
  return distances.indexOf(Math.min(...distances));
}

/**
 * A list to choose one of.
 * @param {{ name: string, options: { value: string, label: string }[], onInput: (value: string) => void }} options
 */
export function choice({ name, options, onInput }) {
  const items = options.map(({ value, label }) => element("option", { value }, label));
  const select = element("select", KEEP_KEYS, ...items);
  select.addEventListener("change", () => onInput(select.value));
  const set = (value) => {
    if (select.value !== value) select.value = value;
  };
  const label = element("label", {}, element("span", {}, name), select);
  return { element: element("div", { class: "fit-choice" }, label), set };
}

/**
 * A field for an integer from low to high. What is no such number is refused when it is left.
 * @param {{ name: string, low: number, high: number, onInput: (value: number) => void }} options
 */
export function numberField({ name, low, high, onInput }) {
  const input = element("input", { type: "number", min: low, max: high, step: 1, ...KEEP_KEYS });
  let valid;
  const set = (value) => {
    if (value === valid && document.activeElement === input) return; // somebody is typing
    valid = value;
    input.value = String(value);
  };
  input.addEventListener("change", () => {
    const value = input.valueAsNumber;
    if (!Number.isInteger(value) || value < low || value > high) input.value = String(valid);
    else if (value !== valid) onInput((valid = value));
  });
  const label = element("label", {}, element("span", {}, name), input);
  return { element: element("div", { class: "fit-number" }, label), set };
}

/** A button. Disabled it keeps the focus, so that nobody at a keyboard is thrown out. */
export function button({ name, onClick }) {
  const node = element("button", { type: "button", ...KEEP_KEYS }, name);
  const enabled = () => node.getAttribute("aria-disabled") !== "true";
  node.addEventListener("click", () => enabled() && onClick());
  return { element: node, enable: (yes) => node.setAttribute("aria-disabled", String(!yes)) };
}

/**
 * A button that copies a text, and says so; where the browser forbids it, the text appears, selected.
 * @param {{ name: string, text: () => string }} options
 */
export function copyButton({ name, text }) {
  const said = element("span", { class: "fit-copied", role: "status" });
  const shown = element("textarea", { readonly: "", hidden: "", "aria-label": name, ...KEEP_KEYS });
  const offer = () => {
    shown.hidden = false;
    shown.value = text();
    shown.select();
    said.textContent = "Press Ctrl C, or copy the marked text.";
  };
  const onClick = async () => {
    try {
      await navigator.clipboard.writeText(text());
      shown.hidden = true;
      said.textContent = "Copied.";
    } catch {
      offer();
    }
  };
  const { element: node } = button({ name, onClick });
  return { element: element("div", { class: "fit-copy" }, node, said, shown) };
}

/** A list of numbers with their names; `set` shows the words in the same order. */
export function numberLine(names) {
  const values = names.map(() => element("dd"));
  const pairs = names.map((name, i) => element("div", {}, element("dt", {}, name), values[i]));
  const set = (words) => words.forEach((word, i) => (values[i].textContent = word));
  return { element: element("dl", { class: "fit-numbers" }, ...pairs), set };
}

/**
 * One sentence that a screen reader says when it changes. `patience` (ms): a sentence that is
 * replaced sooner is never shown or said.
 */
export function liveSentence() {
  const node = element("p", { class: "fit-sentence", role: "status", "aria-live": "polite" });
  let timer, wanted;
  const speak = () => {
    node.removeAttribute("data-old");
    node.replaceChildren(...wholeNumbers(wanted));
  };
  const say = (text, patience = 0) => {
    if (text === wanted) return; // said, or about to be
    wanted = text;
    clearTimeout(timer);
    node.toggleAttribute("data-old", true); // until then it speaks of what was
    if (patience) timer = setTimeout(speak, patience);
    else speak();
  };
  return { element: node, say, remove: () => clearTimeout(timer) };
}

/** A text whose numbers (5 × 10⁻⁴) do not break at the end of a line. @param {string} text */
const wholeNumbers = (text) =>
  text
    .split(/(−?[\d.]+ × 10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)/)
    .map((part, i) => (i % 2 ? element("span", { class: "fit-whole" }, part) : part));

/** A bar that shows how far a long work has come; CSS holds it back while the work is short. */
export function progressBar(name) {
  const node = element("progress", { class: "fit-progress", "aria-label": name, max: 1, value: 0 });
  return { element: node, set: (fraction) => (node.value = fraction) };
}

/**
 * A folded table, filled only when it is open: rows() gives the cells as text.
 * @param {{ summary: string, columns: string[], rows: () => string[][] }} options
 */
export function dataTable({ summary, columns, rows }) {
  const head = element("tr", {}, ...columns.map((name) => element("th", { scope: "col" }, name)));
  const body = element("tbody");
  const caption = element("caption", { class: "fit-unseen" }, summary);
  const table = element("table", {}, caption, element("thead", {}, head), body);
  const fold = element("details", {}, element("summary", KEEP_KEYS, summary), table);
  const update = () => {
    if (fold.open) body.replaceChildren(...rows().map(tableRow));
  };
  fold.addEventListener("toggle", update);
  return { element: fold, update };
}

const tableRow = ([first, ...rest]) =>
  element(
    "tr",
    {},
    element("th", { scope: "row" }, first),
    ...rest.map((cell) => element("td", {}, cell)),
  );

// ---------------------------------------------------------------------------- plot

/**
 * @typedef {object} Drawing  What a plot shows.
 * @property {Interval} x  @property {Interval} y  the intervals of the axes
 * @property {Tick[]} xTicks  @property {Tick[]} yTicks
 * @property {boolean} [logarithmic]  the y axis
 * @property {{ role: string, points: [number, number | null][], marks?: boolean }[]} layers  lowest first
 * @property {string} label  the whole in words
 */

/**
 * A plot that fills its place at any width, with text of the page's own size. What a reader can
 * take hold of goes into `overlay`, which lies over the picture and is never redrawn; onRedraw tells
 * it the scales (data -> the overlay's own units) and the box inside the axes.
 * @param {{ className: string, xLabel: string, yLabel: string, height: (width: number) => number }} options
 */
export function plot({ className, xLabel, yLabel, height }) {
  const svg = svgElement("svg", { role: "img" });
  const overlay = svgElement("svg", { class: "fit-overlay" });
  const frame = element("div", { class: `fit-plot ${className}` }, svg, overlay);
  const hold = (event) => event.preventDefault(); // inside an svg, touch-action alone does not keep
  overlay.addEventListener("touchstart", hold, { passive: false }); // a finger from scrolling
  const axes = svgElement("g");
  let drawing, box, scales, drawnAxes;
  let width = 0; // kept, because asking for it makes the browser lay out the whole page
  const redraw = () => {
    width ||= Math.round(frame.clientWidth);
    if (!drawing || width === 0) return;
    const size = { width, height: Math.round(height(width)) };
    box = inside(size);
    scales = {
      x: scale(drawing.x, [box.left, box.right]),
      y: scale(drawing.y, [box.bottom, box.top], drawing.logarithmic),
    };
    for (const layer of [svg, overlay]) layer.setAttribute("viewBox", `0 0 ${size.width} ${size.height}`);
    svg.setAttribute("aria-label", drawing.label);
    const sameAxes = JSON.stringify([size, drawing.x, drawing.y, drawing.xTicks, drawing.yTicks]);
    if (sameAxes !== drawnAxes) axes.replaceChildren(...axisParts(drawing, size, box, scales, xLabel, yLabel));
    drawnAxes = sameAxes; // words are dear to draw, and a curve that is trained leaves them as they are
    svg.replaceChildren(axes, layers(drawing, box, scales));
    for (const listener of listeners) listener(scales, box);
  };
  const listeners = new Set();
  const observer = new ResizeObserver(([{ contentRect }]) => {
    if (Math.round(contentRect.width) === width) return;
    width = Math.round(contentRect.width);
    redraw();
  });
  observer.observe(frame);
  const draw = (next) => {
    drawing = next;
    redraw();
  };
  const onRedraw = (listener) => {
    listeners.add(listener);
    if (scales) listener(scales, box);
  };
  /** Where a pointer is, in the units of the (straight) axes. @returns {[number, number]} */
  const locate = ({ clientX, clientY }) => {
    const corner = frame.getBoundingClientRect();
    const across = (clientX - corner.left - box.left) / (box.right - box.left);
    const up = (corner.top + box.bottom - clientY) / (box.bottom - box.top);
    return [between(drawing.x, across), between(drawing.y, up)];
  };
  return { element: frame, overlay, draw, onRedraw, locate, remove: () => observer.disconnect() };
}

const between = ([low, high], share) => low + (high - low) * share;

const MARGIN = { left: 40, right: 16, top: 26, bottom: 42 };

const inside = (size) => ({
  left: MARGIN.left,
  right: size.width - MARGIN.right,
  top: MARGIN.top,
  bottom: size.height - MARGIN.bottom,
});

function axisParts(drawing, size, box, { x, y }, xLabel, yLabel) {
  return [
    ...drawing.yTicks.flatMap((tick) => yTick(tick, y(tick.value), box)),
    ...drawing.xTicks.flatMap((tick) => xTick(tick, x(tick.value), box)),
    axisName(xLabel, { class: "x-name", x: box.right, y: size.height - 5 }),
    axisName(yLabel, { class: "y-name", x: box.left - 8, y: 12 }),
  ];
}

/** The curves, inside an svg of their own: that cuts off what lies outside, and needs no id. */
function layers(drawing, box, { x, y }) {
  const width = box.right - box.left;
  const height = box.bottom - box.top;
  const paths = drawing.layers.map(({ role, points, marks }) => {
    const places = points.map(([a, b]) => [x(a), b === null ? null : y(b)]);
    return svgElement("path", { class: role, d: marks ? dotPath(places) : linePath(places) });
  });
  const place = { x: box.left, y: box.top, width, height };
  return svgElement("svg", { ...place, viewBox: `${box.left} ${box.top} ${width} ${height}` }, ...paths);
}

const axisName = (name, place) => svgElement("text", place, name);

const yTick = ({ label }, at, box) => [
  svgElement("line", { class: "grid", x1: box.left, x2: box.right, y1: at, y2: at }),
  svgElement("text", { class: "y-tick", x: box.left - 8, y: at + 4 }, label),
];

const xTick = ({ label }, at, box) => [
  svgElement("line", { class: "tick", x1: at, x2: at, y1: box.bottom, y2: box.bottom + 5 }),
  svgElement("text", { class: "x-tick", x: at, y: box.bottom + 18 }, label),
];

/** A short piece of a role's line, or three of its dots. @param {string} role */
export function legendSample(role, marks = false) {
  const d = marks ? dotPath([[5, 6], [14, 6], [23, 6]]) : "M1 6H27";
  const sample = svgElement("svg", { viewBox: "0 0 28 12", "aria-hidden": "true" });
  sample.append(svgElement("path", { class: role, d }));
  return sample;
}

/**
 * What the lines mean: pairs of a role (a class that the plot draws with too) and its name.
 * @param {{ role: string, name: string, marks?: boolean }[]} entries
 */
export function legend(entries) {
  const items = entries.map(({ role, name, marks }) =>
    element("li", {}, legendSample(role, marks), element("span", {}, name)),
  );
  const set = (names) => items.forEach((item, i) => (item.lastChild.textContent = names[i]));
  return { element: element("ul", { class: "fit-legend" }, ...items), set };
}
