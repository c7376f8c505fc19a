// What the lines of a plot mean.
import { element, svgElement } from "./elements.mjs";
import { dotPath } from "./scales.mjs";

/** A short piece of a role's line, or three of its dots. @param {string} role */
export function legendSample(role, marks = false) {
  const d = marks ? dotPath([[5, 6], [14, 6], [23, 6]]) : "M1 6H27";
  const sample = svgElement("svg", { viewBox: "0 0 28 12", "aria-hidden": "true" });
  sample.append(svgElement("path", { class: role, d }));
  return sample;
}

/**
 * What the lines mean: pairs of a role (a class that the plot draws with too) and its name.
 * @param {{ role: string, name: string, marks?: boolean }[]} entries
 */
export function legend(entries) {
  const items = entries.map(({ role, name, marks }) =>
    element("li", {}, legendSample(role, marks), element("span", {}, name)),
  );
  const set = (names) => items.forEach((item, i) => (item.lastChild.textContent = names[i]));
  return { element: element("ul", { class: "fit-legend" }, ...items), set };
}
