// Points over a plot that a reader can take hold of: by mouse, by finger, by key. What a point is,
// and where it may go, its owner knows: `onMove` asks for a place, `set` says what became of it.
import { KEEP_KEYS, svgElement } from "./elements.mjs";

/**
 * @typedef {object} Handle
 * @property {number} x  @property {number} y
 * @property {string} name  for people  @property {string} words  where it is
 * @property {number} [value]  what a slider would say; y unless given
 */

const HIT = 22; // px: a finger needs 44 across
const SEEN = 6; // px
const FINE = 0.1; // of a step, with Shift
const COARSE = 5; // steps, with the page keys
const DIRECTIONS = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
  PageUp: [0, COARSE],
  PageDown: [0, -COARSE],
  Home: [0, -Infinity],
  End: [0, Infinity],
};

/**
 * @param {object} options
 * @param {ReturnType<typeof import("./plot.mjs").plot>} options.over
 * @param {number} options.step  of an arrow key, in the units of the axes
 * @param {[number, number]} options.range  of y, for those who hear it
 * @param {(index: number, place: [number, number], settled: boolean) => void} options.onMove
 */
export function handles({ over, step, range, onMove }) {
  const nodes = [];
  let points = /** @type {Handle[]} */ ([]);
  let scales;
  const place = () => nodes.forEach((node, i) => scales && placeHandle(node, points[i], scales));
  over.onRedraw((next) => {
    scales = next;
    place();
  });
  const grip = gripper(over, () => points, (i) => nodes[i], onMove);
  over.overlay.addEventListener("keydown", (event) => {
    const index = nodes.indexOf(event.target);
    const move = index >= 0 && keyMove(event, step);
    if (!move) return;
    event.preventDefault();
    onMove(index, [points[index].x + move[0], points[index].y + move[1]], true);
  });
  /** @param {Handle[]} next */
  const set = (next) => {
    points = next;
    if (nodes.length !== points.length) {
      grip.letGo();
      while (nodes.length > points.length) nodes.pop().remove();
      while (nodes.length < points.length) nodes.push(handleNode(range));
      over.overlay.append(...nodes.filter((node) => !node.parentNode));
    }
    nodes.forEach((node, i) => tellHandle(node, points[i]));
    place();
  };
  return { set };
}

/** Take hold with any pointer, several at a time. @returns how to let go of all */
function gripper({ overlay, locate }, points, nodeOf, onMove) {
  const held = new Map(); // pointer -> which, and how far from its middle
  const wanted = (event, { offset }) => locate(event).map((at, axis) => at + offset[axis]);
  overlay.addEventListener("mousedown", (event) => event.preventDefault()); // we choose the focus
  overlay.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    const index = nearestHandle(event, points().map((_, i) => nodeOf(i)));
    const { x, y } = points()[index];
    const [a, b] = locate(event);
    held.set(event.pointerId, { index, offset: [x - a, y - b], moved: false });
    nodeOf(index).setPointerCapture(event.pointerId);
    nodeOf(index).focus({ preventScroll: true });
  });
  overlay.addEventListener("pointermove", (event) => {
    const hold = held.get(event.pointerId);
    if (!hold) return;
    hold.moved = true;
    onMove(hold.index, wanted(event, hold), false);
  });
  const end = (event) => {
    const hold = held.get(event.pointerId);
    held.delete(event.pointerId);
    if (!hold?.moved) return;
    const { x, y } = points()[hold.index];
    onMove(hold.index, [x, y], true);
  };
  for (const name of ["pointerup", "pointercancel", "lostpointercapture"]) overlay.addEventListener(name, end);
  return { letGo: () => held.clear() };
}

/** Areas of 44 px overlap where handles are close: the nearest one is meant. */
function nearestHandle({ clientX, clientY }, nodes) {
  const distances = nodes.map((node) => {
    const { left, top, width, height } = node.getBoundingClientRect();
    return Math.hypot(left + width / 2 - clientX, top + height / 2 - clientY);
  });
  return distances.indexOf(Math.min(...distances));
}

/** How far a key moves a handle, or null. @returns {[number, number] | null} */
function keyMove({ key, shiftKey, ctrlKey, altKey, metaKey }, step) {
  const direction = DIRECTIONS[key];
  if (!direction || ctrlKey || altKey || metaKey) return null;
  const size = step * (shiftKey ? FINE : 1);
  return direction.map((count) => count * size);
}

/** A slider as far as ARIA knows: it has no word for a point, so the text says both coordinates. */
function handleNode([low, high]) {
  const says = { role: "slider", tabindex: 0, "aria-valuemin": low, "aria-valuemax": high };
  return svgElement(
    "g",
    { class: "fit-handle", ...says, ...KEEP_KEYS },
    svgElement("circle", { class: "fit-handle-hit", r: HIT }),
    svgElement("circle", { class: "fit-handle-focus", r: SEEN + 5 }),
    svgElement("circle", { class: "fit-handle-seen", r: SEEN }),
  );
}

function tellHandle(node, { y, name, words, value = y }) {
  const says = { "aria-label": name, "aria-valuenow": value.toFixed(3), "aria-valuetext": words };
  for (const [key, value] of Object.entries(says)) {
    if (node.getAttribute(key) !== value) node.setAttribute(key, value);
  }
}

const placeHandle = (node, { x, y }, scales) =>
  node.setAttribute("transform", `translate(${scales.x(x).toFixed(2)} ${scales.y(y).toFixed(2)})`);
