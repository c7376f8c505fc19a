// A reader's own points: a tap adds one or gives it the other class, a drag moves it, a key deletes
// it; or all of them as a table of numbers.
import { EDGE } from "../engine/plane.mjs";
import { button, choice } from "./kit/controls.mjs";
import { element, fold, group, KEEP_KEYS } from "./kit/elements.mjs";
import { goesAcross, takeHold } from "./kit/finger.mjs";
import { clamp, rounded } from "./kit/numbers.mjs";
import { plural, short, t } from "./kit/words.mjs";

/** @typedef {[number, number, number]} Own  x, y and class */

const HIT = 14; // px: so near to a point that the point is meant
const STILL = 4; // px: less is a tap
const STEP = 0.25; // of the cursor, by a key
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const DECIMALS = 2;

const onPaper = (value) => rounded(clamp(value, -EDGE, EDGE), DECIMALS);

/**
 * The plane as paper for points.
 * @param {object} options
 * @param {ReturnType<typeof import("./plane_map.mjs").planeMap>} options.over
 * @param {number} options.most  points
 * @param {(points: Own[], settled: boolean) => void} options.onChange  asks for these points
 */
export function pointsPaper({ over, most, onChange }) {
  const cursor = element("div", { class: "plane-cursor", tabindex: 0, role: "application", "aria-roledescription": t`paper for points`, ...KEEP_KEYS });
  const paper = element("div", { class: "plane-paper" }, cursor);
  const said = element("p", { class: "fit-unseen", role: "status" });
  over.element.append(paper, said);
  let points = /** @type {Own[]} */ ([]);
  let kind = 1; // the class of a new point
  let at = [0, 0]; // where the cursor is
  let scales;

  const place = () => {
    if (scales) Object.assign(cursor.style, { left: `${scales.x(at[0])}px`, top: `${scales.y(at[1])}px` });
    const here = nearest(at);
    const point = here >= 0 ? t`, on a point of class ${points[here][2]}` : "";
    cursor.setAttribute("aria-label", t`Cursor at ${short(at[0])}, ${short(at[1])}${point}. Arrows move it, with Shift also the point; Enter adds a point or changes its class; Delete removes it.`);
  };
  over.onRedraw((next, { left, right, top, bottom }) => {
    scales = next;
    Object.assign(paper.style, { clipPath: `inset(${top}px calc(100% - ${right}px) calc(100% - ${bottom}px) ${left}px)` });
    place();
  });

  /** The point at a place, or -1. @param {number[]} where */
  const nearest = (where) => {
    if (!scales) return -1;
    const distances = points.map(([a, b]) => Math.hypot(scales.x(a) - scales.x(where[0]), scales.y(b) - scales.y(where[1])));
    const least = Math.min(...distances);
    return least <= HIT ? distances.indexOf(least) : -1;
  };
  const change = (next, settled, words) => {
    points = next;
    place();
    if (settled) said.textContent = t`${words} ${plural(points.length, t`point`)}.`;
    onChange(points, settled);
  };
  const add = (where) => {
    if (points.length >= most) return (said.textContent = t`There are ${most} points; no more fit into an address.`);
    return change([...points, [onPaper(where[0]), onPaper(where[1]), kind]], true, t`Added.`);
  };
  const other = (index) =>
    change(points.map((point, i) => (i === index ? [point[0], point[1], 1 - point[2]] : point)), true, t`Now of class ${1 - points[index][2]}.`);
  const move = (index, where, settled) =>
    change(points.map((point, i) => (i === index ? [onPaper(where[0]), onPaper(where[1]), point[2]] : point)), settled, t`Moved.`);
  const remove = (index) => change(points.filter((_, i) => i !== index), true, t`Deleted.`);
  const act = (where) => {
    const index = nearest(where);
    if (index >= 0) other(index);
    else add(where);
  };

  const acts = { nearest, move, remove, act, place, locate: over.locate, at: () => at, goTo: (where) => (at = where.map(onPaper)) };
  followPointers(paper, cursor, acts);
  followKeys(cursor, acts);

  /** @param {Own[] | null} next  null: there is nothing to write on */
  const set = (next) => {
    paper.hidden = next === null;
    if (next) points = next;
    place();
  };
  return { set, choose: (/** @type {number} */ label) => (kind = label) };
}

/**
 * What the paper can do, for those who follow hands on it.
 * @typedef {object} Acts
 * @property {(where: number[]) => number} nearest  the point there, or -1
 * @property {(index: number, where: number[], settled: boolean) => void} move
 * @property {(index: number) => void} remove
 * @property {(where: number[]) => void} act  add a point there, or give the one that is there the other class
 * @property {() => void} place  show where the cursor is
 * @property {(event: any) => number[]} locate
 * @property {() => number[]} at  where the cursor is  @property {(where: number[]) => void} goTo
 */

/** A tap acts, a drag moves the point that it began on. @param {HTMLElement} paper @param {HTMLElement} cursor @param {Acts} acts */
function followPointers(paper, cursor, { nearest, move, act, place, locate, goTo }) {
  let held; // which point, or -1, and where it came down
  const takeUp = (event) => {
    held ??= { index: nearest(locate(event)), from: event, moved: false };
    return held;
  };
  const isMeant = (down, now) => takeUp(down).index >= 0 || goesAcross(down, now);
  const follow = (event, settled) => {
    const { index, from } = takeUp(event);
    held.moved ||= Math.hypot(event.clientX - from.clientX, event.clientY - from.clientY) > STILL;
    const where = locate(event);
    goTo(where);
    if (held.moved && index >= 0) move(index, where, settled);
    else if (settled && !held.moved) act(where);
    if (settled) held = undefined;
    place();
  };
  takeHold(paper, cursor, follow, isMeant);
  for (const end of ["pointercancel", "lostpointercapture"]) paper.addEventListener(end, () => (held = undefined));
  // a finger on a point moves it in every direction; beside one it may scroll
  paper.addEventListener("touchstart", (event) => nearest(locate(event.touches[0])) >= 0 && event.preventDefault(), { passive: false });
}

/** Arrows move the cursor, with Shift also the point under it. @param {HTMLElement} cursor @param {Acts} acts */
function followKeys(cursor, { nearest, move, remove, act, place, at, goTo }) {
  cursor.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const index = nearest(at());
    const step = MOVES[event.key];
    if (step) {
      goTo(at().map((value, axis) => value + STEP * step[axis]));
      if (event.shiftKey && index >= 0) move(index, at(), true);
    } else if (event.key === "Enter" || event.key === " ") act(at());
    else if (["Delete", "Backspace"].includes(event.key) && index >= 0) remove(index);
    else return;
    event.preventDefault();
    place();
  });
}

/** What stands beside the paper. @param {{ points: () => Own[], most: number, onChange: (points: Own[], settled: boolean) => void, onKind: (label: number) => void }} options */
export function pointsControls({ points, most, onChange, onKind }) {
  const kind = choice({
    name: t`new points`,
    options: [{ value: "1", label: t`class 1 (squares)` }, { value: "0", label: t`class 0 (rings)` }],
    onInput: (value) => onKind(Number(value)),
  });
  const area = /** @type {HTMLTextAreaElement} */ (element("textarea", { "aria-label": t`Points as a table: x, y and class, a line each`, spellcheck: "false", ...KEEP_KEYS }));
  const said = element("p", { class: "fit-hint", role: "status" });
  const use = button({ name: t`Use this table`, onClick: () => read() });
  const clear = button({ name: t`Delete all`, onClick: () => onChange([], true) });
  const read = () => {
    try {
      const { points: found, words } = pointsOfTable(area.value, most);
      said.textContent = words;
      onChange(found, true);
    } catch (error) {
      said.textContent = error.message;
    }
  };
  const table = fold(t`Points as a table`, area, group("plane-tools", use.element), said);
  const root = () => /** @type {Document | ShadowRoot} */ (area.getRootNode());
  const update = () => {
    if (table.open && root().activeElement !== area) area.value = tableOfPoints(points()); // else somebody is typing
  };
  table.addEventListener("toggle", update);
  const hint = element("p", { class: "fit-hint" }, t`Tap the plane to add a point, a point to change its class; drag it to move it. With keys: arrows, Enter, Delete.`);
  return { element: group("plane-own", hint, kind.element, group("plane-tools", clear.element), table), update };
}

/** @param {Own[]} points */
export const tableOfPoints = (points) => ["x,y,class", ...points.map((point) => point.join(","))].join("\n");

/**
 * The points of a table, scaled to fit if need be; an Error in words if it makes no sense.
 * @param {string} text @param {number} most
 */
export function pointsOfTable(text, most) {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const rows = lines.map((line, i) => ({ cells: line.replaceAll('"', "").split(/[\s,;]+/).filter(Boolean), line: i + 1 })).filter(({ cells }) => cells.length);
  if (rows[0]?.cells.every((cell) => Number.isNaN(Number(cell)))) rows.shift(); // a head
  if (rows.length === 0) throw new Error(t`The table is empty: write a point in each line, such as 1.5, -2, 0.`);
  if (rows.length > most) throw new Error(t`The table has ${rows.length} points; at most ${most} are allowed.`);
  const found = rows.map(pointOfRow);
  const reach = Math.max(...found.flatMap(([a, b]) => [Math.abs(a), Math.abs(b)]));
  const factor = reach > EDGE || (reach > 0 && reach < 1) ? (EDGE - 1) / reach : 1; // places have two decimals
  const points = found.map(([a, b, label]) => /** @type {Own} */ ([onPaper(factor * a), onPaper(factor * b), label]));
  const scaled = factor === 1 ? "" : t` All were multiplied by ${short(factor)}, so that they fit.`;
  return { points, words: t`${plural(points.length, t`point`)} taken.${scaled}` };
}

/** @returns {Own} */
function pointOfRow({ cells, line }) {
  const [a, b, label] = cells.map(Number);
  if (cells.length !== 3) throw new Error(t`Line ${line} has ${plural(cells.length, t`value`)}; there must be three: x, y and the class.`);
  if (!Number.isFinite(a) || !Number.isFinite(b)) throw new Error(t`Line ${line} says “${cells.slice(0, 2).join(", ")}”; x and y must be numbers.`);
  if (label !== 0 && label !== 1) throw new Error(t`Line ${line} has the class “${cells[2]}”; it must be 0 or 1.`);
  return [a, b, label];
}
