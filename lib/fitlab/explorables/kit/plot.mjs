// A plot with axes, and an overlay for what a reader can take hold of.
import { axisParts, layOut } from "./axes.mjs";
import { element, svgElement } from "./elements.mjs";
import { clamp } from "./numbers.mjs";
import { ruler } from "./ruler.mjs";
import { dotPath, linePath, tickPath } from "./scales.mjs";

/** @typedef {[number, number]} Interval */
/** @typedef {import("./ticks.mjs").Tick} Tick */

/**
 * @typedef {object} Drawing  What a plot shows.
 * @property {Interval} x  @property {Interval} y  the intervals of the axes
 * @property {Tick[]} xTicks  @property {Tick[]} yTicks
 * @property {boolean} [logarithmic]  the y axis
 * @property {boolean} [bare]  the x axis is the only one, and has no name
 * @property {boolean} [named]  the x axis has names, of which none may be left out
 * @property {{ role: string, points: [number, number | null][], marks?: boolean }[]} layers  lowest first
 * @property {{ role: string, places: number[] }} [rug]  ticks under the x axis, for more points than can be told apart
 * @property {string} label  the whole in words
 */

/** A height that is a share of the width, within limits. */
export const heightOf = (share, low, high) => (/** @type {number} */ width) => clamp(width * share, low, high);

/**
 * A plot that fills its place at any width, with text of the page's own size, which its margins
 * follow: height is that of the whole with ordinary text. What a reader can take hold of goes into
 * `overlay`, which lies over the picture and is never redrawn; onRedraw tells it the scales (data ->
 * the overlay's own units), the box inside the axes, and how large words are.
 * @param {{ className: string, xLabel: string, yLabel: string, height: (width: number) => number }} options
 */
export function plot({ className, xLabel, yLabel, height }) {
  const svg = svgElement("svg", { role: "img" });
  const overlay = svgElement("svg", { class: "fit-overlay" });
  const frame = element("div", { class: `fit-plot ${className}` }, svg, overlay);
  // inside an svg, touch-action alone does not keep a finger from scrolling; a pen decides by itself
  const hold = (event) => event.target.closest(".fit-pen-paper") || event.preventDefault();
  overlay.addEventListener("touchstart", hold, { passive: false });
  const words = ruler(frame, overlay);
  const axes = svgElement("g");
  let drawing, box, scales, drawnAxes;
  let width = 0; // kept, because asking for it makes the browser lay out the whole page
  const redraw = () => {
    width ||= Math.round(frame.clientWidth);
    if (!drawing || width === 0) return;
    const layout = layOut(drawing, { width, height: height(width) }, words.sizeOf);
    ({ box, scales } = layout);
    const { size } = layout;
    for (const layer of [svg, overlay]) layer.setAttribute("viewBox", `0 0 ${size.width} ${size.height}`);
    svg.setAttribute("aria-label", drawing.label);
    const sameAxes = JSON.stringify(layout);
    if (sameAxes !== drawnAxes) axes.replaceChildren(...axisParts(layout, xLabel, yLabel, words.sizeOf));
    drawnAxes = sameAxes; // words are dear to draw, and a curve that is trained leaves them as they are
    svg.replaceChildren(axes, layers(drawing, box, scales), ...rugParts(drawing, box, scales));
    for (const listener of listeners) listener(scales, box, words.sizeOf);
  };
  const listeners = new Set();
  let due = 0; // in the next frame: who changes sizes while they are observed is observed again
  const observer = new ResizeObserver(() => {
    const before = width;
    width = Math.round(frame.clientWidth);
    if (width === 0) return;
    const otherWords = words.refresh();
    if (width === before && !otherWords) return;
    due ||= requestAnimationFrame(() => {
      due = 0;
      redraw();
    });
  });
  for (const observed of [frame, words.element]) observer.observe(observed);
  const draw = (next) => {
    drawing = next;
    redraw();
  };
  const onRedraw = (listener) => {
    listeners.add(listener);
    if (scales) listener(scales, box, words.sizeOf);
  };
  /** Where a pointer is, in the units of the (straight) axes. @returns {[number, number]} */
  const locate = ({ clientX, clientY }) => {
    const seen = overlay.getBoundingClientRect(); // a page may be shown enlarged: transform, zoom
    const unit = width / seen.width;
    const across = ((clientX - seen.left) * unit - box.left) / (box.right - box.left);
    const up = (box.bottom - (clientY - seen.top) * unit) / (box.bottom - box.top);
    return [between(drawing.x, across), between(drawing.y, up)];
  };
  const remove = () => {
    observer.disconnect();
    cancelAnimationFrame(due);
  };
  return { element: frame, overlay, draw, onRedraw, locate, remove };
}

const between = ([low, high], share) => low + (high - low) * share;

const RUG = 6; // px

function rugParts({ rug }, { bottom }, { x }) {
  return rug ? [svgElement("path", { class: rug.role, d: tickPath(rug.places.map(x), bottom, bottom + RUG) })] : [];
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
