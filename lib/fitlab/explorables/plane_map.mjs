// The plane: how sure the network is at every place, where it is linear, and the points.
import { EDGE } from "../engine/plane.mjs";
import { element, svgElement } from "./kit/elements.mjs";
import { plot } from "./kit/plot.mjs";
import { colourOf, onTheme } from "./kit/theme.mjs";
import { ticks } from "./kit/ticks.mjs";
import { t } from "./kit/words.mjs";

/** @typedef {import("../engine/plane.mjs").Puzzle} Puzzle */

const WIDEST = 400; // px
const BEYOND_SQUARE = 12; // px: the margins of a plot take more of its height than of its width
const DARKEST = 0.5; // as in figures.draw_decisions
/** Regions that are drawn: more would be one grey. */
export const MOST_DRAWN = 3000;
const RADIUS = 3; // px, of a point
const FALSE = 5; // px: half of the cross on a false label

/** Hollow rings for class 0, filled squares for class 1, as figures.draw_two_classes has them. */
const SHAPES = [
  ([x, y]) => `M${x - RADIUS} ${y}a${RADIUS} ${RADIUS} 0 1 0 ${2 * RADIUS} 0a${RADIUS} ${RADIUS} 0 1 0 ${-2 * RADIUS} 0z`,
  ([x, y]) => `M${x - RADIUS} ${y - RADIUS}h${2 * RADIUS}v${2 * RADIUS}h${-2 * RADIUS}z`,
];
const cross = ([x, y]) => `M${x - FALSE} ${y - FALSE}l${2 * FALSE} ${2 * FALSE}m0 ${-2 * FALSE}l${-2 * FALSE} ${2 * FALSE}`;

/**
 * A picture of values from 0 to 1 on a canvas of side x side pixels, as a tint of a colour.
 * @param {any} canvas @param {(number | null)[]} values @param {number[]} colour
 */
export function tint(canvas, values, [red, green, blue]) {
  const side = Math.sqrt(values.length);
  const image = new ImageData(side, side);
  values.forEach((value, i) => {
    const row = side - 1 - Math.floor(i / side); // the first one is the lowest
    image.data.set([red, green, blue, 255 * DARKEST * (value ?? 0)], 4 * (row * side + (i % side)));
  });
  canvas.width = canvas.height = side;
  canvas.getContext("2d").putImageData(image, 0, 0);
}

/** The plane as a plot. `draw` shows a frame, the points and what they say. */
export function planeMap() {
  const over = plot({ className: "plane-map", xLabel: t`x₁`, yLabel: t`x₂`, height: (width) => Math.min(width, WIDEST) + BEYOND_SQUARE });
  const canvas = element("canvas", { class: "plane-surface", "aria-hidden": "true" });
  const regions = svgElement("path", { class: "plane-regions" });
  const marks = svgElement("g", { class: "plane-marks" });
  over.element.prepend(canvas);
  over.overlay.append(regions, marks);
  let shown = /** @type {{ frame: any, points: Puzzle } | null} */ (null);
  let scales;
  const paint = () => {
    if (shown && canvas.isConnected) tint(canvas, shown.frame.surface, colourOf(canvas)); // before, it has no colour
  };
  const trace = () => {
    if (!scales || !shown) return;
    const at = ([a, b]) => [rounded(scales.x(a)), rounded(scales.y(b))];
    regions.setAttribute("d", regionPath(shown.frame.regions, at));
    marks.replaceChildren(...pointPaths(shown.points, at));
  };
  over.onRedraw((next, { left, right, top, bottom }) => {
    scales = next;
    const place = { left, top, width: right - left, height: bottom - top };
    for (const [name, value] of Object.entries(place)) canvas.style[name] = `${value}px`;
    paint();
    trace();
  });
  const leave = onTheme(paint);
  const axis = ticks(-EDGE, EDGE, 4);
  const draw = (frame, points, label) => {
    shown = { frame, points };
    over.draw({ x: [-EDGE, EDGE], y: [-EDGE, EDGE], xTicks: axis, yTicks: axis, layers: [], label });
  };
  const remove = () => {
    leave();
    over.remove();
  };
  return { ...over, draw, remove };
}

const rounded = (value) => Math.round(10 * value) / 10;

/** The borders of the regions. @param {number[][] | null} regions  their corners */
function regionPath(regions, at) {
  if (!regions || regions.length > MOST_DRAWN) return "";
  const corner = (corners, i) => at([corners[i], corners[i + 1]]).join(" ");
  const line = (corners) => corners.flatMap((_, i) => (i % 2 ? [] : corner(corners, i))).join("L");
  return regions.map((corners) => `M${line(corners)}Z`).join("");
}

/** The points: to train on, held out, and crosses over false labels. @param {Puzzle} points */
function pointPaths({ x, y, false: wrong, held }, at) {
  const path = (className, d) => svgElement("path", { class: className, d });
  const some = (places, labels, label) => places.filter((_, i) => labels[i] === label).map((p) => SHAPES[label](at(p))).join("");
  return [
    ...[0, 1].map((label) => path(`plane-held plane-class-${label}`, some(held.x, held.y, label))),
    ...[0, 1].map((label) => path(`plane-class-${label}`, some(x, y, label))),
    path("plane-false", x.filter((_, i) => wrong[i]).map((point) => cross(at(point))).join("")),
  ];
}
