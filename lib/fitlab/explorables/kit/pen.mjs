// A pen for a plot: the reader draws a function over it, with finger, pen or mouse, or by keyboard.
import { KEEP_KEYS, svgElement } from "./elements.mjs";
import { goesAcross } from "./finger.mjs";
import { clamp, rounded } from "./numbers.mjs";
import { short, t } from "./words.mjs";

const STEP = 0.05; // of the height, for an arrow key
const REACH = 4; // an arrow key bends so many points to either side along
const INSET = 8; // px, from the axes to the box in which to draw
const DECIMALS = 3; // of heights, so that a link holds them exactly

/**
 * @param {ReturnType<typeof import("./plot.mjs").plot>} plot  its x axis goes from -1 to 1
 * @param {{ most: number, onDraw: (values: number[], settled: boolean) => void }} options  most: how
 *   far up and down the pen goes
 */
export function pen(plot, { most, onDraw }) {
  const paper = svgElement("rect", { class: "fit-pen-paper" });
  const cursor = svgElement("circle", {
    class: "fit-pen-cursor", r: 7, tabindex: 0, role: "slider", "aria-label": t`drawn curve`, "aria-orientation": "vertical",
    "aria-valuemin": -most, "aria-valuemax": most, ...KEEP_KEYS,
  });
  const here = svgElement("rect", { class: "fit-pen-here", rx: 6 });
  const words = svgElement("text", { class: "fit-pen-words", "aria-hidden": "true" }, t`draw here`); // the cursor says how
  const invitation = svgElement("g", {}, here, words);
  const layer = svgElement("g", { class: "fit-pen" }, paper, cursor);
  let values = [];
  let at = 0; // which point the cursor is on
  let last = null; // where the pen was, while it is down
  let holder; // and the pointer that holds it
  let touch = null; // where a finger came down that does not draw yet
  let invited = false; // whether the reader was asked to draw, and has not yet
  let scales;

  const allowed = (value) => rounded(clamp(value, -most, most), DECIMALS);
  const xOf = (index) => (2 * index) / (values.length - 1) - 1;
  const tell = () => {
    if (!scales || !values.length) return;
    cursor.setAttribute("cx", scales.x(xOf(at)));
    cursor.setAttribute("cy", scales.y(values[at]));
    cursor.setAttribute("aria-valuenow", values[at]);
    cursor.setAttribute("aria-valuetext", t`at x = ${short(xOf(at))}: y = ${short(values[at])}`);
  };
  plot.onRedraw((next, box) => {
    scales = next;
    const place = { x: box.left, y: box.top, width: box.right - box.left, height: box.bottom - box.top };
    for (const [name, value] of Object.entries(place)) paper.setAttribute(name, value);
    const inside = { x: place.x + INSET, y: place.y + INSET, width: place.width - 2 * INSET, height: place.height - 2 * INSET };
    for (const [name, value] of Object.entries(inside)) here.setAttribute(name, String(value));
    words.setAttribute("x", String((box.left + box.right) / 2));
    words.setAttribute("y", String(box.top + 0.15 * place.height));
    tell();
  });

  /** The nearest point to a pointer, and its height. @returns {[number, number]} */
  const touched = (event) => {
    const [x, y] = plot.locate(event);
    const index = Math.round(((x + 1) / 2) * (values.length - 1));
    return [clamp(index, 0, values.length - 1), allowed(y)];
  };
  const draw = (event) => {
    const now = touched(event);
    values = drawnBetween(values, last ?? now, now).map(allowed);
    [at] = last = now;
    tell();
    onDraw(values, false);
  };
  const accept = () => {
    invited = false;
    invitation.remove();
  };
  const begin = (event) => {
    accept();
    holder = event.pointerId;
    touch = null;
    paper.setPointerCapture(event.pointerId);
    cursor.focus({ preventScroll: true });
    draw(event);
  };
  paper.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || last) return; // one pen at a time
    if (event.pointerType === "touch" && !invited) touch = event; // who wipes up or down wants to scroll
    else begin(event);
    if (!touch) event.preventDefault(); // no selecting of text
  });
  paper.addEventListener("pointermove", (event) => {
    if (touch?.pointerId === event.pointerId && goesAcross(touch, event)) begin(touch);
    if (last && event.pointerId === holder) draw(event);
  });
  // the browser asks whether to scroll before it tells of the pointer
  const keep = (event) => {
    if (last || (touch && goesAcross(touch, event.touches[0]))) event.preventDefault();
  };
  paper.addEventListener("touchmove", keep, { passive: false });
  const lift = (event) => {
    if (touch?.pointerId === event.pointerId && event.type === "pointerup") begin(event); // a tap
    touch = null;
    if (!last || event.pointerId !== holder) return;
    last = null;
    onDraw(values, true);
  };
  for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) paper.addEventListener(end, lift);

  cursor.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return; // the browser's own
    const across = { ArrowLeft: -1, ArrowRight: 1, Home: -values.length, End: values.length }[event.key];
    const up = { ArrowUp: 1, ArrowDown: -1, PageUp: 5, PageDown: -5 }[event.key];
    if (across === undefined && up === undefined) return;
    event.preventDefault();
    accept();
    if (across) at = clamp(at + across, 0, values.length - 1);
    if (up) {
      values = bent(values, at, up * STEP * most).map(allowed);
      onDraw(values, true);
    }
    tell();
  });

  /** Put it onto the plot; who is asked to draw has it in hand at once, with a keyboard too. */
  const show = () => {
    plot.overlay.append(layer);
    if (!invited) return;
    layer.prepend(invitation);
    cursor.focus({ preventScroll: true });
  };

  return {
    /** Ask the reader to draw, now or as soon as the pen is there. */
    invite() {
      invited = true;
      if (layer.isConnected) show();
    },
    /** Give the reader the pen, with this curve on the paper; or null: take it away. @param {number[] | null} curve */
    set(curve) {
      if (!curve) {
        last = null;
        layer.remove();
        return;
      }
      if (!layer.isConnected) show();
      if (last) return; // the pen is down: what is drawn comes first
      if (values.length !== curve.length) at = (curve.length - 1) / 2;
      values = curve;
      tell();
    },
  };
}

/** The values, with a straight stroke between two [index, height]. */
export function drawnBetween(values, [i, y], [j, z]) {
  if (j < i) return drawnBetween(values, [j, z], [i, y]);
  return values.map((value, k) => (k < i || k > j ? value : y + ((z - y) * (k - i)) / (j - i || 1)));
}

/** The values, raised by `height` at one point and less and less around it. */
export const bent = (values, at, height) =>
  values.map((value, k) => value + height * Math.max(0, 1 - Math.abs(k - at) / REACH));
