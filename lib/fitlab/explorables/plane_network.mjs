// The network as a diagram: every unit with its own map of the plane, every weight as an edge that a
// reader can take and change.
import { tint } from "./plane_map.mjs";
import { slider } from "./kit/controls.mjs";
import { element, group, svgElement } from "./kit/elements.mjs";
import { rounded } from "./kit/numbers.mjs";
import { colourOf, onTheme } from "./kit/theme.mjs";
import { plural, short, t } from "./kit/words.mjs";

/**
 * @typedef {{ width: number, depth: number }} Shape
 * @typedef {{ index: number, layer: number, from: number, to: number }} Edge  of the parameters, which one
 */

const SHOWN = 8; // units of a layer
const [WIDTH, ROW, TOP] = [360, 33, 6]; // of the drawing, in its own units
const SHARP = 2; // pixels of the canvas to one of them
const REACH = 9; // how far beside an edge a pointer may be
const THICKEST = 4;
const LARGEST = 100; // of a weight that has diverged no slider says anything
const MOST = 8; // a weight, on its slider, unless there are larger ones

/** From -most to most by tenths. @param {number} most */
const stopsTo = (most) => Array.from({ length: 2 * 10 * most + 1 }, (_, i) => (i - 10 * most) / 10);

const shownOf = (count) => Math.min(count, SHOWN);

/** How many units each layer has, with the inputs and both scores. @param {Shape} shape */
const sizesOf = ({ width, depth }) => [2, ...Array(depth).fill(width), 2];

/** The edges between units that are shown, in the order of the parameters. @param {Shape} shape @returns {Edge[]} */
export function edgesOf(shape) {
  const sizes = sizesOf(shape);
  const edges = [];
  let start = 0;
  for (let layer = 1; layer < sizes.length; layer++) {
    const [inputs, outputs] = [sizes[layer - 1], sizes[layer]];
    for (let to = 0; to < shownOf(outputs); to++) {
      for (let from = 0; from < shownOf(inputs); from++) edges.push({ index: start + to * inputs + from, layer, from, to });
    }
    start += outputs * (inputs + 1);
  }
  return edges;
}

const INPUTS = [t`x₁`, t`x₂`];

/** What a unit is called. @param {Shape} shape @param {number} layer @param {number} unit */
function nameOf({ depth }, layer, unit) {
  if (layer === 0) return INPUTS[unit];
  if (layer > depth) return t`the score of class ${unit}`;
  return t`unit ${unit + 1} of layer ${layer}`;
}

/** @param {Shape} shape @param {Edge} edge */
const edgeInWords = (shape, { layer, from, to }) => t`from ${nameOf(shape, layer - 1, from)} to ${nameOf(shape, layer, to)}`;

/** Where a unit is: its middle, and the side of its square. @param {Shape} shape */
function placesOf(shape) {
  const sizes = sizesOf(shape);
  const side = sizes.length > 6 ? 22 : 27;
  const column = (WIDTH - side - 2) / (sizes.length - 1);
  const at = (layer, unit) => {
    const count = shownOf(sizes[layer]);
    return [side / 2 + 1 + layer * column, TOP + side / 2 + ROW * (unit + (SHOWN - count) / 2)];
  };
  return { side, at, height: TOP + ROW * SHOWN + 14 };
}

/**
 * @param {object} options
 * @param {(index: number, value: number) => void} options.onAlter  asks for another value of a parameter
 */
export function networkDiagram({ onAlter }) {
  const canvas = element("canvas", { class: "plane-units", "aria-hidden": "true" });
  const svg = svgElement("svg", { role: "img" });
  const drawing = element("div", { class: "plane-diagram" }, canvas, svg);
  const panel = group("plane-weight");
  let shape, edges, chosen, frame, sliders, most;
  const leave = onTheme(() => frame && paint());
  const observer = new ResizeObserver(() => frame && paint()); // it may be built before it is on the page
  observer.observe(drawing);

  const choose = (number) => {
    chosen = number;
    show();
  };
  const paint = () => {
    if (!drawing.isConnected) return; // it has no colours yet
    const places = placesOf(shape);
    const colours = { ink: colourOf(drawing), network: colourOf(canvas) };
    paintUnits(canvas, frame, shape, places, colours);
  };
  const show = () => {
    const places = placesOf(shape);
    svg.setAttribute("viewBox", `0 0 ${WIDTH} ${places.height}`);
    svg.setAttribute("aria-label", diagramInWords(shape));
    svg.replaceChildren(...edgePaths(edges, frame.parameters, places, chosen), ...unitFrames(shape, places));
    const value = frame.parameters[edges[chosen].index];
    if (Math.abs(value) > most && Math.abs(value) < LARGEST) rebuild(chosen);
    sliders.which.set(chosen);
    if (Number.isFinite(value)) sliders.weight.set(value); // of what has diverged there is none
  };
  /** Both sliders anew: of another network there are other edges. */
  const rebuild = (first = 0) => {
    [edges, chosen] = [edgesOf(shape), first];
    most = Math.max(MOST, ...edges.map(({ index }) => Math.ceil(Math.abs(frame.parameters[index] ?? 0))).filter((size) => size < LARGEST));
    const own = shape;
    const which = slider({
      name: t`weight`, low: 0, high: edges.length - 1, onInput: choose,
      unit: (i) => edgeInWords(own, edges[i]), shown: (i) => t`${i + 1} of ${edges.length}`,
    });
    const weight = slider({
      name: t`its value`, stops: stopsTo(most), unit: short, shown: () => shownWeight(frame.parameters[edges[chosen].index]),
      onInput: (value) => onAlter(edges[chosen].index, value),
    });
    sliders = { which, weight };
    panel.replaceChildren(which.element, weight.element);
  };
  svg.addEventListener("pointerdown", (event) => {
    const found = frame && nearestEdge(event, svg, edges, placesOf(shape));
    if (found >= 0) choose(found);
  });
  const set = (next) => {
    frame = next;
    if (shape?.width !== next.width || shape?.depth !== next.depth) {
      shape = { width: next.width, depth: next.depth };
      rebuild();
    }
    paint();
    show();
  };
  const remove = () => {
    leave();
    observer.disconnect();
  };
  return { element: drawing, panel, set, remove };
}

/** @param {number | null} weight */
const shownWeight = (weight) => (Number.isFinite(weight) ? short(rounded(weight, 2)) : "–");

/** @param {Shape} shape */
function diagramInWords(shape) {
  const { width, depth } = shape;
  if (depth === 0) return t`The network: two inputs, two scores, and four weights between them`;
  const some = width > SHOWN ? t`, of which the first ${SHOWN} are shown` : "";
  return t`The network: two inputs, ${plural(depth, t`hidden layer`)} of ${plural(width, t`unit`)} each${some}, two scores, and the weights between them. In every unit a small map of its values in the plane`;
}

/** The edges, as thick as their weights are large, and dashed where they are negative. */
function edgePaths(edges, parameters, { side, at }, chosen) {
  const largest = {};
  for (const { layer, index } of edges) largest[layer] = Math.max(largest[layer] ?? 1e-9, Math.abs(parameters[index]));
  return edges.map(({ index, layer, from, to }, i) => {
    const [[x0, y0], [x1, y1]] = [at(layer - 1, from), at(layer, to)];
    const weight = parameters[index];
    const line = svgElement("path", { class: weight < 0 ? "plane-edge plane-negative" : "plane-edge", d: `M${x0 + side / 2} ${y0}L${x1 - side / 2} ${y1}` });
    line.style.strokeWidth = String(0.4 + (THICKEST * Math.abs(weight)) / largest[layer]);
    line.toggleAttribute("data-chosen", i === chosen);
    return line;
  });
}

/** The frame of every unit, names of the ends, and how many units are not shown. @param {Shape} shape */
function unitFrames(shape, { side, at, height }) {
  const sizes = sizesOf(shape);
  const word = (x, y, words) => svgElement("text", { x, y, class: "x-tick" }, words);
  return sizes.flatMap((size, layer) => {
    const units = Array.from({ length: shownOf(size) }, (_, unit) => {
      const [x, y] = at(layer, unit);
      const square = svgElement("rect", { class: "plane-unit", x: x - side / 2, y: y - side / 2, width: side, height: side });
      if (layer === 0) return [square, word(x, y + 5, INPUTS[unit])];
      return layer === sizes.length - 1 ? [square, word(x, y + 5, String(unit))] : [square];
    });
    const [x] = at(layer, 0);
    return [...units.flat(), ...(size > SHOWN ? [word(x, height - 3, t`+ ${size - SHOWN}`)] : [])];
  });
}

/** Every hidden unit's own map: positive values in the network's colour, negative ones in grey. */
function paintUnits(canvas, { units }, shape, { side, at, height }, { ink, network }) {
  [canvas.width, canvas.height] = [SHARP * WIDTH, SHARP * height];
  const context = canvas.getContext("2d");
  const small = document.createElement("canvas");
  units.forEach((layer, l) =>
    layer.forEach((values, u) => {
      const largest = Math.max(1e-9, ...values.map((value) => Math.abs(value ?? 0)));
      const [x, y] = at(l + 1, u).map((middle) => SHARP * (middle - side / 2));
      for (const [sign, colour] of [[1, network], [-1, ink]]) {
        tint(small, values.map((value) => Math.max(0, (sign * (value ?? 0)) / largest) * 1.6), colour);
        context.drawImage(small, x, y, SHARP * side, SHARP * side);
      }
    }),
  );
}

/** The edge that a pointer means, or -1. */
function nearestEdge({ clientX, clientY }, svg, edges, { at, side }) {
  const seen = svg.getBoundingClientRect();
  const [x, y] = [((clientX - seen.left) * WIDTH) / seen.width, ((clientY - seen.top) * WIDTH) / seen.width];
  const distances = edges.map(({ layer, from, to }) => {
    const [[x0, y0], [x1, y1]] = [at(layer - 1, from), at(layer, to)];
    const [left, right] = [x0 + side / 2, x1 - side / 2];
    const share = Math.min(1, Math.max(0, (x - left) / (right - left)));
    return Math.hypot(x - left - share * (right - left), y - y0 - share * (y1 - y0));
  });
  const least = Math.min(...distances);
  return least <= REACH ? distances.indexOf(least) : -1;
}
