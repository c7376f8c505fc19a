// Words within a plot, beside what they name. The picture's own label says the same to those who hear it.
import { svgElement } from "./elements.mjs";

/**
 * @typedef {object} Note
 * @property {number} x  @property {number} y  in the units of the axes
 * @property {string} text
 * @property {"start" | "middle" | "end"} [anchor]  which end of the words stands at x
 * @property {number} [down]  px, how far below y their foot stands
 * @property {number} [room]  in the units of the x axis: where the words are wider, they are left out
 */

/** @param {ReturnType<typeof import("./plot.mjs").plot>} over */
export function notes(over) {
  let entries = /** @type {Note[]} */ ([]);
  let scales, sizeOf;
  const layer = svgElement("g", { class: "fit-notes", "aria-hidden": "true" });
  over.overlay.append(layer);
  const place = () => {
    if (!scales) return;
    const wide = (room) => scales.x(room) - scales.x(0);
    const fitting = entries.filter(({ text, room = Infinity }) => sizeOf(text).width <= wide(room));
    const words = fitting.map(({ x, y, text, anchor = "start", down = 0 }) =>
      svgElement("text", { x: scales.x(x), y: scales.y(y) + down, "text-anchor": anchor }, text),
    );
    layer.replaceChildren(...words);
  };
  over.onRedraw((next, _box, measure) => {
    [scales, sizeOf] = [next, measure];
    place();
  });
  /** @param {Note[]} next */
  const set = (next) => {
    entries = next;
    place();
  };
  return { set };
}
