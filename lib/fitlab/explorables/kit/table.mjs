// Tables: all that a figure shows, folded away; and a few things side by side.
import { element, fold } from "./elements.mjs";
import { legendSample } from "./legend.mjs";

/**
 * A folded table, filled only when it is open: rows() gives the cells as text.
 * @param {{ summary: string, columns: string[], rows: () => string[][] }} options
 */
export function dataTable({ summary, columns, rows }) {
  const head = element("tr", {}, ...columns.map((name) => element("th", { scope: "col" }, name)));
  const body = element("tbody");
  const caption = element("caption", { class: "fit-unseen" }, summary);
  const table = element("table", {}, caption, element("thead", {}, head), body);
  const folded = fold(summary, table);
  const update = () => {
    if (folded.open) body.replaceChildren(...rows().map(tableRow));
  };
  folded.addEventListener("toggle", update);
  return { element: folded, update };
}

const tableRow = ([first, ...rest]) =>
  element(
    "tr",
    {},
    element("th", { scope: "row" }, first),
    ...rest.map((cell) => element("td", {}, cell)),
  );

/**
 * A few lines of a figure side by side, a row each, with the sample of its line. `set` shows the
 * cells as text, a list for each row.
 * @param {{ caption: string, columns: (string | Node)[], lines: { role: string, name: string | Node }[] }} options
 *   columns: the first is that of the names
 */
export function comparison({ caption, columns, lines }) {
  const head = columns.map((column) => element("th", { scope: "col" }, column));
  const cells = lines.map(() => columns.slice(1).map(() => element("td")));
  const rows = lines.map(({ role, name }, i) =>
    element("tr", {}, element("th", { scope: "row" }, legendSample(role), name), ...cells[i]),
  );
  const table = element(
    "table",
    { class: "fit-worth" },
    element("caption", { class: "fit-unseen" }, caption),
    element("thead", {}, element("tr", {}, ...head)),
    element("tbody", {}, ...rows),
  );
  /** @param {string[][]} words */
  const set = (words) => words.forEach((row, i) => row.forEach((text, j) => (cells[i][j].textContent = text)));
  return { element: table, rows, set };
}
