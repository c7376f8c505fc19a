// The axes of a plot: how much room their words take, and which ticks have room.
import { svgElement } from "./elements.mjs";
import { clamp } from "./numbers.mjs";
import { scale } from "./scales.mjs";
import { spread } from "./ticks.mjs";

/**
 * @typedef {{ left: number, right: number, top: number, bottom: number }} Box  px
 * @typedef {import("./plot.mjs").Drawing} Drawing
 * @typedef {import("./ticks.mjs").Tick} Tick
 * @typedef {(words: string) => { width: number, height: number }} SizeOf
 *
 * @typedef {object} Layout  Where everything is, in px.
 * @property {{ width: number, height: number }} size
 * @property {Box} box  inside the axes
 * @property {Record<"x" | "y", (value: number) => number>} scales
 * @property {(Tick & { at: number, words: number, row: number })[]} xTicks  words: the middle of its words
 * @property {(Tick & { at: number })[]} yTicks  of both axes those that have room
 * @property {number} large  how many times larger than ordinary the words are
 */

const LINE = 15; // px: the height of the words for which what follows was chosen
const MARGIN = { left: 40, right: 16, top: 26, bottom: 42 };
const BARE = { left: 1, right: 1, top: 20, bottom: 26 }; // without a y axis; a line of words has room above
const ROW = 18; // from the axis to its ticks' words, or from these to a second row
const NAME = { x: 5, y: 12 }; // from the lower edge, and from the upper one
const CENTRE = 4; // from a tick of the y axis down to where its words stand
const ASIDE = 8; // between the y axis and its words

/**
 * @param {Drawing} drawing
 * @param {{ width: number, height: number }} wanted  of the whole; larger words make it higher
 * @param {SizeOf} sizeOf
 * @returns {Layout}
 */
export function layOut(drawing, { width, height }, sizeOf) {
  const letter = sizeOf("0");
  const large = Math.max(1, letter.height / LINE);
  const widest = Math.max(0, ...drawing.yTicks.map(({ label }) => sizeOf(label).width));
  const margin = drawing.bare ? BARE : { ...MARGIN, left: Math.max(MARGIN.left, ASIDE + Math.ceil(widest)) };
  const [left, right] = [margin.left, width - margin.right];
  const x = scale(drawing.x, [left, right]);
  const xTicks = placedAcross(drawing, x, width, sizeOf);
  const rows = Math.max(0, ...xTicks.map(({ row }) => row));
  const [top, bottom] = [margin.top * large, (margin.bottom + rows * ROW) * large];
  const grown = Math.round(height + top + bottom - margin.top - margin.bottom);
  const box = { left, right, top, bottom: grown - bottom };
  const y = scale(drawing.y, [box.bottom, box.top], drawing.logarithmic);
  const yPlaced = drawing.yTicks.map((tick) => ({ ...tick, at: y(tick.value) }));
  const yTicks = spread(yPlaced, (a, b) => Math.abs(a.at - b.at) >= letter.height);
  return { size: { width, height: grown }, box, scales: { x, y }, xTicks, yTicks, large };
}

/**
 * The ticks of the x axis that have room; names, of which none may go, in two rows if they must.
 * @param {Drawing} drawing @param {(value: number) => number} x @param {number} width @param {SizeOf} sizeOf
 */
function placedAcross({ xTicks, named }, x, width, sizeOf) {
  const gap = sizeOf("0").width;
  const placed = xTicks.map((tick) => {
    const half = sizeOf(tick.label).width / 2;
    return { ...tick, half, at: x(tick.value), words: clamp(x(tick.value), half, width - half), row: 0 };
  });
  const apart = (a, b) => b.words - a.words >= a.half + b.half + gap;
  const some = spread(placed, apart);
  if (!named || some.length === placed.length) return some;
  return placed.map((tick, i) => ({ ...tick, row: i % 2 }));
}

/** The nodes of both axes. @param {Layout} layout @param {string} xLabel @param {string} yLabel @param {SizeOf} sizeOf */
export function axisParts({ size, box, xTicks, yTicks, large }, xLabel, yLabel, sizeOf) {
  const aside = box.left - ASIDE;
  return [
    ...yTicks.flatMap(({ label, at }) => [
      svgElement("line", { class: "grid", x1: box.left, x2: box.right, y1: at, y2: at }),
      svgElement("text", { class: "y-tick", x: aside, y: at + CENTRE * large }, label),
    ]),
    ...xTicks.flatMap(({ label, at, words, row }) => [
      svgElement("line", { class: "tick", x1: at, x2: at, y1: box.bottom, y2: box.bottom + 5 }),
      svgElement("text", { class: "x-tick", x: words, y: box.bottom + (row + 1) * ROW * large }, label),
    ]),
    svgElement("text", { class: "x-name", x: box.right, y: size.height - NAME.x * large }, xLabel),
    svgElement("text", { class: "y-name", x: Math.max(aside, sizeOf(yLabel).width), y: NAME.y * large }, yLabel),
  ];
}
