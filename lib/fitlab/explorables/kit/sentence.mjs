// The sentence below a figure.
import { element } from "./elements.mjs";

/**
 * One sentence that a screen reader says when it changes. `patience` (ms): a sentence that is
 * replaced sooner is never shown or said; one with endless patience waits until it is said again.
 * atOnce: it is shown at once, as all else in the figure is, and only its being said has patience.
 */
export function liveSentence({ atOnce = false } = {}) {
  const node = element("p", { class: "fit-sentence", role: "status", "aria-live": "polite" });
  let timer, wanted;
  let said = false;
  const show = () => node.replaceChildren(...wholeNumbers(wanted));
  const speak = () => {
    said = true;
    node.removeAttribute("data-old");
    node.setAttribute("aria-live", "polite");
    show();
  };
  const say = (text, patience = 0) => {
    if (text === wanted && (said || patience)) return; // said, or about to be
    wanted = text;
    said = false;
    clearTimeout(timer);
    if (atOnce) {
      node.setAttribute("aria-live", "off");
      show();
    } else node.toggleAttribute("data-old", true); // until then it speaks of what was
    if (!patience) speak();
    else if (patience < Infinity) timer = setTimeout(speak, patience);
  };
  return { element: node, say, remove: () => clearTimeout(timer) };
}

/** A text whose numbers (5 × 10⁻⁴) do not break at the end of a line. @param {string} text */
const wholeNumbers = (text) =>
  text
    .split(/(−?[\d.]+ × 10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)/)
    .map((part, i) => (i % 2 ? element("span", { class: "fit-whole" }, part) : part));
