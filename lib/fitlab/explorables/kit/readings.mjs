// What a figure tells in numbers: a list of them, and how far a long work has come.
import { element } from "./elements.mjs";

/** A list of numbers with their names; `set` shows the words in the same order. */
export function numberLine(names) {
  const values = names.map(() => element("dd"));
  const pairs = names.map((name, i) => element("div", {}, element("dt", {}, name), values[i]));
  const set = (words) => words.forEach((word, i) => (values[i].textContent = word));
  return { element: element("dl", { class: "fit-numbers" }, ...pairs), set };
}

/** A bar that shows how far a long work has come; CSS holds it back while the work is short. */
export function progressBar(name) {
  const node = element("progress", { class: "fit-progress", "aria-label": name, max: 1, value: 0 });
  return { element: node, set: (fraction) => (node.value = fraction) };
}
