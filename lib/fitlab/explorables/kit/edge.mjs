// The edges of a stretch around zero, which a reader widens or narrows: both move as one, from stop to
// stop. The whole plot is theirs to take hold of; a finger that wipes up or down scrolls past.
import { element, KEEP_KEYS } from "./elements.mjs";
import { goesAcross } from "./finger.mjs";
import { clamp, nearest } from "./numbers.mjs";

const KEYS = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 2, PageDown: -2, Home: -Infinity, End: Infinity };

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
    const steps = KEYS[event.key];
    if (steps === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
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

/**
 * Follow one pointer from where it comes down. A finger counts once it goes across, or as a tap: who
 * wipes up or down wants to scroll, and the browser says so with "pointercancel".
 */
function takeHold(paper, grip, follow) {
  let down = null; // where it came down, while it is down
  let counts = false;
  const isHeld = (event) => event.pointerId === down?.pointerId;
  paper.addEventListener("mousedown", (event) => event.preventDefault()); // we choose the focus
  paper.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || down) return;
    down = event;
    counts = event.pointerType !== "touch";
    paper.setPointerCapture(event.pointerId);
    grip.focus({ preventScroll: true });
    if (counts) follow(event, false);
  });
  paper.addEventListener("pointermove", (event) => {
    if (!isHeld(event)) return;
    counts ||= goesAcross(down, event);
    if (counts) follow(event, false);
  });
  paper.addEventListener("pointerup", (event) => isHeld(event) && follow(event, true));
  for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) {
    paper.addEventListener(end, (event) => isHeld(event) && (down = null));
  }
}
