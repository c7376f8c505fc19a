// The explorable of all claims: the matrix and the table that stand in the page at rest, with
// filters. It hides signs and rows, and opens a row; what they say was written by ledger.py.
import { choice } from "./kit/controls.mjs";
import { group } from "./kit/elements.mjs";
import { instantExplorable } from "./kit/instant.mjs";
import { t } from "./kit/words.mjs";

/**
 * @typedef {{ verdict: string, page: string, whose: string, kind: string }} State  "all", or one of setup's
 * @typedef {{ state: import("./kit/form.mjs").Table, verdicts: [string, string, string][], pages: [string, string][],
 *   whose: [string, string][], kinds: string[], matrix: string, table: string }} Setup  verdicts: name,
 *   "holds", "hold";  pages: name, title;  whose: name, "ours";  matrix, table: HTML
 * @typedef {State & { row: HTMLElement }} Row
 */

const EVERY = "all";
const FILTERS = /** @type {const} */ (["verdict", "page", "whose", "kind"]);

/** @param {State} state @param {Row} row */
const isShown = (state, row) => FILTERS.every((name) => [EVERY, row[name]].includes(state[name]));

// ---------------------------------------------------------------------------- in words

/** "3 hold, 1 does not hold as stated". @param {Row[]} rows @param {Setup} setup */
const countsInWords = (rows, { verdicts }) =>
  verdicts
    .map(([name, one, several]) => [rows.filter((row) => row.verdict === name).length, one, several])
    .filter(([count]) => count)
    .map(([count, one, several]) => `${count} ${count === 1 ? one : several}`)
    .join(", ");

/** What is asked for besides the verdict: ` of “Fitting sin”, the article’s, theorems`. @param {State} state */
function askedFor({ page, whose, kind }, setup) {
  const title = setup.pages.find(([name]) => name === page)?.[1];
  const by = setup.whose.find(([name]) => name === whose)?.[1];
  return [
    title ? t` of “${title}”` : "",
    by ? t`, ${by}` : "",
    kind === EVERY ? "" : { theorem: t`, theorems`, identity: t`, identities`, observation: t`, observations` }[kind],
  ].join("");
}

/** @param {State} state @param {Row[]} rows  all @param {Row[]} shown @param {Setup} setup */
function sentenceFor(state, rows, shown, setup) {
  if (!shown.length) return t`None of the ${rows.length} claims is like that.`;
  const asked = askedFor(state, setup);
  const counted = shown.length === 1 ? t`1 of ${rows.length} claims is shown` : t`${shown.length} of ${rows.length} claims are shown`;
  const all = shown.length === rows.length ? t`All ${rows.length} claims are shown` : counted;
  return `${all}${asked && t`, those${asked}`}: ${countsInWords(shown, setup)}.`;
}

// ---------------------------------------------------------------------------- the view

/** The matrix: a sign asks to open its claim. @param {string} html @param {(id: string) => void} open */
function claimsMatrix(html, open) {
  const place = group("fit-ledger-place");
  place.innerHTML = html;
  const signs = /** @type {HTMLElement[]} */ ([...place.querySelectorAll("[data-of]")]);
  for (const sign of signs)
    sign.addEventListener("click", (event) => {
      event.preventDefault(); // the address has the state
      open(sign.dataset.of);
    });
  /** @param {Row[]} shown */
  const show = (shown) => {
    const ids = new Set(shown.map(({ row }) => row.dataset.claim));
    for (const sign of signs) sign.parentElement.hidden = !ids.has(sign.dataset.of);
    place.hidden = !ids.size;
  };
  return { element: place, show };
}

/** The table, and its rows. Outside the book, where its links lead nowhere, they become words. */
function claimsTable(setup, inBook) {
  const place = group("fit-ledger-place");
  place.innerHTML = setup.table;
  if (!inBook) for (const link of place.querySelectorAll("a")) link.replaceWith(...link.childNodes);
  const bodies = [...place.querySelectorAll("tbody")];
  const rows = bodies.flatMap((body) =>
    [...body.querySelectorAll("[data-claim]")].map((row) => ({
      .../** @type {any} */ ({ .../** @type {HTMLElement} */ (row).dataset, page: body.dataset.page }),
      row: /** @type {HTMLElement} */ (row),
    })),
  );
  /** @param {State} state @returns {Row[]} those shown */
  const show = (state) => {
    for (const row of rows) row.row.hidden = !isShown(state, row);
    for (const body of bodies) body.hidden = !body.querySelector("[data-claim]:not([hidden])");
    place.hidden = bodies.every((body) => body.hidden); // a head of nothing
    return rows.filter((row) => !row.row.hidden);
  };
  /** Unfold a claim, bring it into view and give it the focus. @param {string} id */
  const open = (id) => {
    const { row } = rows.find((each) => each.row.dataset.claim === id);
    row.querySelector("details").open = true;
    row.scrollIntoView({ block: "center" });
    row.querySelector("summary").focus({ preventScroll: true });
  };
  return { element: place, rows, show, open };
}

/** @param {Setup} setup @param {boolean} inBook @param {import("./kit/instant.mjs").Deeds} does */
function makeParts(setup, inBook, { choose }) {
  const claims = claimsTable(setup, inBook);
  /** @param {typeof FILTERS[number]} name @param {string} label @param {string} every @param {string[][]} options */
  const filter = (name, label, every, options) =>
    choice({
      name: label,
      options: [[EVERY, every], ...options].map(([value, label]) => ({ value, label })),
      onInput: (value) => choose({ [name]: value }),
    });
  return {
    verdict: filter("verdict", t`verdict`, t`every verdict`, setup.verdicts),
    page: filter("page", t`page`, t`every page`, setup.pages),
    whose: filter("whose", t`whose`, t`the article’s and ours`, setup.whose),
    kind: filter("kind", t`kind`, t`every kind`, setup.kinds.map((kind) => [kind, kind])),
    matrix: claimsMatrix(setup.matrix, claims.open),
    claims,
  };
}

function arrange(root, parts) {
  root.append(
    parts.matrix.element,
    group("fit-ledger-controls", ...FILTERS.map((name) => parts[name].element), group("fit-buttons", parts.reset.element)),
    group("fit-outcome", parts.sentence.element),
    parts.claims.element,
  );
}

function display(root, parts, state, setup, patience) {
  const shown = parts.claims.show(state);
  parts.matrix.show(shown);
  Object.assign(root.dataset, { state: "ready", ...state, shown: shown.length });
  for (const name of FILTERS) parts[name].set(state[name]);
  parts.sentence.say(sentenceFor(state, parts.claims.rows, shown, setup), patience);
}

/**
 * Build the figure into `el`. @returns how to take it away again.
 * @param {import("./kit/state.mjs").Place} place
 */
function render(place) {
  const setup = /** @type {Setup} */ (place.model.get("setup"));
  return instantExplorable(place, {
    name: "ledger",
    label: t`Ledger of all claims`,
    settles: 0,
    build: (does) => makeParts(setup, Boolean(place.page), does),
    arrange,
    display: (root, parts, state, patience) => display(root, parts, state, setup, patience),
  });
}

export default /** @satisfies {import("@anywidget/types").AnyWidget} */ ({ render });
