// The explorable of all claims: the matrix and the table that stand in the page at rest, with two
// filters. It hides signs and rows, and opens a row; what they say was written by ledger.py.
import { choice } from "./kit/controls.mjs";
import { group } from "./kit/elements.mjs";
import { instantExplorable } from "./kit/instant.mjs";
import { t } from "./kit/words.mjs";

/**
 * @typedef {{ verdict: string, page: string }} State  "all", or one of setup's
 * @typedef {{ state: import("./kit/form.mjs").Table, verdicts: [string, string, string][], pages: [string, string][],
 *   matrix: string, table: string }} Setup  verdicts: name, "holds", "hold";  pages: name, title;
 *   matrix, table: HTML
 * @typedef {{ page: string, verdict: string, row: HTMLElement }} Row
 */

const EVERY = "all";

/** @param {State} state @param {Row} row */
const isShown = (state, row) =>
  [EVERY, row.verdict].includes(state.verdict) && [EVERY, row.page].includes(state.page);

// ---------------------------------------------------------------------------- in words

/** "3 hold, 1 does not hold as stated". @param {Row[]} rows @param {Setup} setup */
const countsInWords = (rows, { verdicts }) =>
  verdicts
    .map(([name, one, several]) => [rows.filter((row) => row.verdict === name).length, one, several])
    .filter(([count]) => count)
    .map(([count, one, several]) => `${count} ${count === 1 ? one : several}`)
    .join(", ");

/** @param {State} state @param {Row[]} rows  all @param {Row[]} shown @param {Setup} setup */
function sentenceFor({ verdict, page }, rows, shown, setup) {
  const title = setup.pages.find(([name]) => name === page)?.[1];
  const [, one, several] = setup.verdicts.find(([name]) => name === verdict) ?? [];
  if (!shown.length) return t`No claim is shown: of those of “${title}”, none has this verdict.`;
  const of = title ? t` of “${title}”` : "";
  if (one && shown.length === 1) return t`1 of ${rows.length} claims is shown, the only one${of} that ${one}.`;
  const counted = t`${shown.length} of ${rows.length} claims are shown`;
  if (one) return `${counted}, those${of} that ${several}.`;
  if (!title) return t`All ${rows.length} claims are shown: ${countsInWords(rows, setup)}.`;
  const are = shown.length === 1 ? t`1 of ${rows.length} claims is shown, the only one` : `${counted}, those`;
  return `${are}${of}: ${countsInWords(shown, setup)}.`;
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
      page: body.dataset.page,
      verdict: /** @type {HTMLElement} */ (row).dataset.verdict,
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
  const every = (label) => ({ value: EVERY, label });
  const claims = claimsTable(setup, inBook);
  return {
    verdict: choice({
      name: t`verdict`,
      options: [every(t`every verdict`), ...setup.verdicts.map(([value, label]) => ({ value, label }))],
      onInput: (verdict) => choose({ verdict }),
    }),
    page: choice({
      name: t`page`,
      options: [every(t`every page`), ...setup.pages.map(([value, label]) => ({ value, label }))],
      onInput: (page) => choose({ page }),
    }),
    matrix: claimsMatrix(setup.matrix, claims.open),
    claims,
  };
}

function arrange(root, parts) {
  root.append(
    parts.matrix.element,
    group("fit-ledger-controls", parts.verdict.element, parts.page.element, group("fit-buttons", parts.reset.element)),
    group("fit-outcome", parts.sentence.element),
    parts.claims.element,
  );
}

function display(root, parts, state, setup, patience) {
  const shown = parts.claims.show(state);
  parts.matrix.show(shown);
  Object.assign(root.dataset, { state: "ready", ...state, shown: shown.length });
  parts.verdict.set(state.verdict);
  parts.page.set(state.page);
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
