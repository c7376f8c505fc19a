// How large the words of a plot really are: a reader may have enlarged or spaced them, by the root,
// by a style sheet, or by a least size, which some browsers keep from what is inside an svg.
import { element, svgElement } from "./elements.mjs";

const ROUNDING = 1.05; // words of the page and of an svg that differ by less are meant to be alike

/**
 * Measures words, each once until their size changes: every asking makes the browser lay out.
 * @param {HTMLElement} frame  where the page would write; gets --enlarged, by how much less the svg does
 * @param {SVGElement} svg  where the plot writes, in px
 */
export function ruler(frame, svg) {
  const hidden = { class: "fit-ruler", "aria-hidden": "true" };
  const written = element("span", hidden, "0");
  const drawn = svgElement("text", hidden);
  frame.append(written);
  svg.append(drawn);
  /** @type {Map<string, { width: number, height: number }>} */
  const known = new Map();
  let size = ""; // of what is written; what is known holds for it
  const measure = (words) => {
    drawn.textContent = words;
    return drawn.getBBox();
  };
  /** Measure anew if words have another size than before. @returns whether they have */
  const refresh = () => {
    const { width } = getComputedStyle(written);
    if (width === size) return false;
    size = width;
    known.clear();
    frame.style.removeProperty("--enlarged");
    const enlarged = parseFloat(width) / measure("0").width;
    if (enlarged > ROUNDING) frame.style.setProperty("--enlarged", enlarged.toFixed(3));
    return true;
  };
  const sizeOf = (words) => {
    if (!size) refresh();
    if (!known.has(words)) known.set(words, measure(words));
    return known.get(words);
  };
  return { element: written, refresh, sizeOf };
}
