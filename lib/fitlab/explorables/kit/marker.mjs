// A mark that a reader puts where they expect the answer: at a place in x, or at a level in y. Until
// then it waits in the middle, and says that it is no guess yet.
import { element, KEEP_KEYS } from "./elements.mjs";
import { goesAcross, takeHold } from "./finger.mjs";
import { stepsOf } from "./keys.mjs";
import { clamp } from "./numbers.mjs";

const MIDDLE = 50; // hundredths
const REACH = "1.45rem"; // of the grip and of what a finger may miss it by; never beyond the plot
const TENTH = 10; // hundredths that the page keys go, at least

/**
 * The whole plot takes the mark: a mouse, a finger's tap. A finger that wipes up or down scrolls
 * past, but from the grip of a level it drags.
 * @param {object} options
 * @param {ReturnType<typeof import("./plot.mjs").plot>} options.over
 * @param {"x" | "y"} options.axis  on which it is put
 * @param {string} options.name  for people
 * @param {number} options.step  in hundredths of the axis, as all that it says of places
 * @param {(event: MouseEvent) => number} options.shareOf  where a pointer is
 * @param {(share: number) => { x?: number, y: number }} options.placeOf  in px of the plot: of a place
 *   in x, that and the grip's height; of a level, that and the grip's place
 * @param {(share: number, settled: boolean) => void} options.onMove  asks for a place
 */
export function marker({ over, axis, name, step, shareOf, placeOf, onMove }) {
  const says = { role: "slider", tabindex: 0, "aria-label": name, "aria-valuemin": 0, "aria-valuemax": 100 };
  const orientation = { "aria-orientation": axis === "y" ? "vertical" : "horizontal" };
  const grip = element("div", { class: "fit-marker-grip", ...says, ...orientation, ...KEEP_KEYS }, "?");
  const line = element("div", { class: `fit-marker-line fit-marker-${axis}` });
  const paper = element("div", { class: `fit-marker fit-marker-on-${axis}` }, line, grip);
  over.element.append(paper);
  let at = /** @type {number | null} */ (null);
  let box;
  const place = () => {
    if (!box) return;
    const { x, y } = placeOf(at ?? MIDDLE);
    Object.assign(grip.style, { left: `clamp(${REACH}, ${x}px, 100% - ${REACH})`, top: `${y}px` });
    if (axis === "y") Object.assign(line.style, { left: `${box.left}px`, width: `${box.right - box.left}px`, top: `${y}px` });
    else Object.assign(line.style, { top: `${box.top}px`, height: `${box.bottom - box.top}px`, left: `${x}px` });
  };
  over.onRedraw((_, next) => {
    box = next;
    place();
  });
  const snapped = (share) => clamp(step * Math.round(share / step), 0, 100);
  const isMeant = (down, now) => (axis === "y" ? down.target === grip : goesAcross(down, now));
  takeHold(paper, grip, (event, settled) => onMove(snapped(shareOf(event)), settled), isMeant);
  grip.addEventListener("keydown", (event) => {
    const steps = event.key === "Enter" || event.key === " " ? 0 : stepsOf(event, Math.ceil(TENTH / step));
    if (steps === undefined) return;
    event.preventDefault();
    onMove(clamp(snapped(at ?? MIDDLE) + step * steps, 0, 100), true);
  });
  /** @param {number | null} share  null: it is no guess yet @param {string} words  what it says */
  const set = (share, words) => {
    at = share;
    paper.toggleAttribute("data-open", share === null);
    grip.setAttribute("aria-valuenow", String(share ?? MIDDLE));
    grip.setAttribute("aria-valuetext", words);
    place();
  };
  return { set };
}
