// Words within a plot, beside what they name. The picture's own label says the same to those who hear it.
import { svgElement } from "./elements.mjs";
import { clamp } from "./numbers.mjs";

const BEFORE = { start: 0, middle: 0.5, end: 1 }; // the share of the words that stands before x

/**
 * @typedef {object} Note
 * @property {number} x  @property {number} y  in the units of the axes
 * @property {string} text
 * @property {"start" | "middle" | "end"} [anchor]  which end of the words stands at x
 * @property {number} [down]  px, how far below y their foot stands
 * @property {number} [room]  in the units of the x axis: where the words are wider, or than the plot, they are left out
 */

/** @param {ReturnType<typeof import("./plot.mjs").plot>} over */
export function notes(over) {
  let entries = /** @type {Note[]} */ ([]);
  let scales, box, sizeOf;
  const layer = svgElement("g", { class: "fit-notes", "aria-hidden": "true" });
  over.overlay.append(layer);
  const place = () => {
    if (!scales) return;
    const wide = (room) => Math.min(scales.x(room) - scales.x(0), box.right - box.left);
    const fitting = entries.filter(({ text, room = Infinity }) => sizeOf(text).width <= wide(room));
    layer.replaceChildren(...fitting.map(noteNode));
  };
  /** However large its words, a note stays within the axes. @param {Note} note */
  const noteNode = ({ x, y, text, anchor = "start", down = 0 }) => {
    const { width } = sizeOf(text);
    const left = clamp(scales.x(x) - BEFORE[anchor] * width, box.left, Math.max(box.left, box.right - width));
    return svgElement("text", { x: left, y: scales.y(y) + down }, text);
  };
  over.onRedraw((next, inside, measure) => {
    [scales, box, sizeOf] = [next, inside, measure];
    place();
  });
  /** @param {Note[]} next */
  const set = (next) => {
    entries = next;
    place();
  };
  return { set };
}
