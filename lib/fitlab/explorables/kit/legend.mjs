// What the lines of a plot mean.
import { element, svgElement } from "./elements.mjs";
import { dotPath, tickPath } from "./scales.mjs";

const AT = [5, 14, 23];
const SAMPLES = {
  line: "M1 6H27",
  dots: dotPath(AT.map((x) => [x, 6])),
  ticks: tickPath([5, 9, 14, 18, 23], 3, 9),
  rings: AT.map((x) => `M${x - 3} 6a3 3 0 1 0 6 0a3 3 0 1 0 -6 0z`).join(""),
  squares: AT.map((x) => `M${x - 3} 3h6v6h-6z`).join(""),
  crosses: AT.map((x) => `M${x - 4} 2l8 8m0 -8l-8 8`).join(""),
};

/** A short piece of a role's line, or a few of its marks. @param {string} role @param {keyof typeof SAMPLES} kind */
export function legendSample(role, kind = "line") {
  const d = SAMPLES[kind];
  const sample = svgElement("svg", { viewBox: "0 0 28 12", "aria-hidden": "true" });
  sample.append(svgElement("path", { class: role, d }));
  return sample;
}

/**
 * What the lines mean: pairs of a role (a class that the plot draws with too) and its name.
 * @param {{ role: string, name: string, kind?: keyof typeof SAMPLES }[]} entries
 */
export function legend(entries) {
  const items = entries.map(({ role, name, kind }) =>
    element("li", {}, legendSample(role, kind), element("span", {}, name)),
  );
  /** Show these names; an entry without one is left out. @param {(string | null)[]} names */
  const set = (names) =>
    items.forEach((item, i) => {
      item.hidden = names[i] === null;
      item.lastChild.textContent = names[i];
    });
  return { element: element("ul", { class: "fit-legend" }, ...items), set };
}
