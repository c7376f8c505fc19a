// The edges of a stretch around zero, which a reader widens or narrows: both move as one, from stop to
// stop. The whole plot is theirs to take hold of; a finger that wipes up or down scrolls past.
import { element, KEEP_KEYS } from "./elements.mjs";
import { takeHold } from "./finger.mjs";
import { stepsOf } from "./keys.mjs";
import { clamp, nearest } from "./numbers.mjs";

const PAGE = 2; // stops that the page keys go

/**
 * @param {object} options
 * @param {ReturnType<typeof import("./plot.mjs").plot>} options.over
 * @param {string} options.name  for people
 * @param {number[]} options.stops  how far from zero the edges may be, increasing
 * @param {(index: number, settled: boolean) => void} options.onMove  asks for a stop
 */
export function edge({ over, name, stops, onMove }) {
  const says = { role: "slider", tabindex: 0, "aria-label": name, "aria-valuemin": 1, "aria-valuemax": stops.length };
  const grip = element("div", { class: "fit-edge", ...says, ...KEEP_KEYS });
  const mirrored = element("div", { class: "fit-edge", "aria-hidden": "true" });
  const paper = element("div", { class: "fit-edge-paper" }, mirrored, grip);
  over.element.append(paper);
  let at = 0;
  let scales;
  const place = () => {
    if (!scales) return;
    grip.style.left = `${scales.x(stops[at])}px`;
    mirrored.style.left = `${scales.x(-stops[at])}px`;
  };
  over.onRedraw((next, { top, bottom }) => {
    scales = next;
    for (const node of [grip, mirrored]) Object.assign(node.style, { top: `${top}px`, height: `${bottom - top}px` });
    place();
  });
  takeHold(paper, grip, (event, settled) => onMove(nearest(stops, Math.abs(over.locate(event)[0])), settled));
  grip.addEventListener("keydown", (event) => {
    const steps = stepsOf(event, PAGE);
    if (steps === undefined) return;
    event.preventDefault();
    onMove(clamp(at + steps, 0, stops.length - 1), true);
  });
  /** @param {number} index  which stop @param {string} words  where that is */
  const set = (index, words) => {
    at = index;
    grip.setAttribute("aria-valuenow", String(index + 1));
    grip.setAttribute("aria-valuetext", words);
    place();
  };
  return { set };
}
