// "Check it here": a claim, or all that can be, on the reader's own seeds, in the page.
import { checkPanel } from "./check_panel.mjs";
import { seedsInWords } from "./check_seeds.mjs";
import {
  asOnRecord,
  duration,
  letterInWords,
  missingInWords,
  resultAsText,
  resultsAsText,
  rowsOf,
  sumInWords,
  verdictInWords,
} from "./check_words.mjs";
import { checker } from "./checker.mjs";
import { namedValues } from "./kit/address.mjs";
import { copyButton } from "./kit/controls.mjs";
import { element, group } from "./kit/elements.mjs";
import { t } from "./kit/words.mjs";

/**
 * @typedef {import("./check_words.mjs").Claim} Claim
 * @typedef {import("./check_words.mjs").Found} Found
 * @typedef {{ version: string, unused: number, claims: Record<string, Claim>, style: string }} Checks  what
 *   the book gives; unused: the first of the seeds that nobody used; style: the panels' sheet
 */

const KINDS = { holds: "holds", "holds with a caveat": "caveat", "does not hold as stated": "fails" };

/** A cell whose numbers (5 × 10⁻⁴) do not break at the end of a line. @param {string} text */
const cell = (text) => {
  const numbers = text.match(/\S+ × \S+|\S+/g).map((number) => element("span", { class: "fit-whole" }, number));
  return element("td", {}, ...numbers.flatMap((number, i) => (i ? [" ", number] : [number])));
};

/** Numbers beside those on record; the seeds in the field may be others by now. @param {Claim} claim @param {Found} found */
function numbersTable(claim, found) {
  const head = [t`number`, t`on your ${seedsInWords(found.seeds)}`, t`on record`].map((name) => element("th", { scope: "col" }, name));
  const rows = rowsOf(claim, found).map(([name, mine, recorded]) =>
    element("tr", {}, element("th", { scope: "row" }, name), cell(mine), cell(recorded)),
  );
  return element("table", { "aria-label": t`What was found` }, element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...rows));
}

/** The verdict on the letter, the numbers, and why some are missing. @param {string} id @param {Claim} claim @param {Found} found */
function resultNodes(id, claim, found) {
  const words = (text) => (text ? [element("p", {}, text)] : []);
  return [...words(letterInWords(claim, found)), numbersTable(claim, found), ...words(missingInWords(id, claim, found))];
}

/** The command that checks in Python. @param {string} id  of a claim; "" is all */
const commandFor = (id) => t`python -m fitlab.claims ${id}`.trim();

const FEW = 5; // seeds on which all claims are checked

/** As many seeds that nobody used, as text. */
const fresh = (first, count) => (count > 1 ? `${first}-${first + count - 1}` : String(first));

/** What a page says before it checks. @param {number} seconds @param {boolean} digits @param {number[]} seeds */
function estimated(seconds, digits, seeds) {
  const long = t`It will take ${duration(seconds)} for ${seedsInWords(seeds)}, if your device is like ours.`;
  return digits ? `${long} ${t`44 KB of scanned digits are loaded once.`}` : long;
}

/** The address that opens a claim's panel with these seeds. @param {string} id @param {string} seeds */
const link = (id, seeds) => `${location.href.split("#")[0]}#check-${id}?${new URLSearchParams({ seeds })}`;

/** A figure that is still at rest: what stands in it goes when it comes to life. */
const isAtRest = (figure) => !figure.querySelector(".fit-explorable, .fit-apology");

/** When that has come to life, or has said that it cannot. @param {Element} figure @returns {Promise<void>} */
const comesToLife = (figure) =>
  new Promise((resolve) => {
    const look = (_, observer) => {
      if (isAtRest(figure)) return;
      observer.disconnect();
      resolve();
    };
    new MutationObserver(look).observe(figure, { childList: true });
  });

/** The button of a claim that stays, when it is there: in the ledger not the first one. @param {HTMLElement} button */
async function lasting(button) {
  const figure = button.closest(".fit-live");
  if (figure && isAtRest(figure)) await comesToLife(figure);
  if (button.isConnected) return button; // one that went has no figure any more
  return /** @type {HTMLElement} */ (document.querySelector(`.fit-check-open[data-check="${button.dataset.check}"]`));
}

/**
 * What a page calls for a button: it opens its panel, puts it away, or follows a link to it.
 * @param {import("./checker.mjs").Page} page @param {Checks} checks
 */
export function panelsOfPage(page, checks) {
  document.head.append(element("style", {}, checks.style));
  const needs = { checks, checker: checker(page) };
  const opened = new Map(); // button -> its panel
  /** @param {HTMLElement} pressed  or led to @param {string} [hash] */
  return async (pressed, hash) => {
    const button = hash ? await lasting(pressed) : pressed;
    const { check: id } = button.dataset;
    const first = !opened.has(button);
    if (first) {
      button.parentElement.querySelector(".fit-check-apology")?.remove();
      opened.set(button, id ? panelOfClaim(id, needs) : panelOfAll(needs));
      button.after(opened.get(button).element);
    }
    const made = opened.get(button);
    made.element.hidden = !first && !hash && !made.element.hidden;
    button.setAttribute("aria-expanded", String(!made.element.hidden));
    if (!hash) return;
    button.closest("details")?.setAttribute("open", ""); // in a row of the ledger
    button.scrollIntoView({ block: "start" });
    made.offer(namedValues(hash)[1]?.seeds ?? null);
  };
}

/**
 * What panels are made of.
 * @typedef {{ checks: Checks, checker: import("./checker.mjs").Checker }} Needs
 */

/** The panel of a claim. @param {string} id @param {Needs} needs */
function panelOfClaim(id, { checks: { version, unused, claims }, checker: { check, stop } }) {
  const claim = claims[id];
  let last = /** @type {Found | null} */ (null);
  const result = group("fit-check-result");
  const run = async (seeds, tell) => {
    const trained = (done, total) => tell(done / total, t`Trained ${done} of ${total} networks.`);
    last = { ...(await check(claim, seeds, trained)), seeds };
    made.element.dataset.verdict = KINDS[last.verdict];
    result.replaceChildren(...resultNodes(id, claim, last));
    copyResult.element.hidden = false;
    return verdictInWords(claim, last);
  };
  const copyLink = copyButton({ name: t`Copy link`, text: () => link(id, made.seeds.input.value) });
  const copyResult = copyButton({ name: t`Copy result`, text: () => resultAsText(id, claim, last, version) });
  const made = checkPanel({
    name: t`Check it here`,
    offered: fresh(unused, claim.seeds.length),
    before: (seeds) => estimated(claim.seconds * seeds.length, claim.digits, seeds),
    run,
    stop,
    forget() {
      result.replaceChildren();
      copyResult.element.hidden = true;
    },
    command: commandFor(id),
  });
  made.element.dataset.check = id;
  made.element.append(result, group("fit-check-copies", copyLink.element, copyResult.element));
  return made;
}

/** A claim in the list of all. @param {Claim} claim @param {Found} found */
function listItem(claim, found) {
  const words = [verdictInWords(claim, found), letterInWords(claim, found)].filter(Boolean).join(" ");
  const differs = asOnRecord(claim, found) ? {} : { "data-differs": "" };
  return element("li", { "data-verdict": KINDS[found.verdict], ...differs }, element("b", {}, claim.says), ` ${words}`);
}

/** The panel of all claims, one after the other. @param {Needs} needs */
function panelOfAll({ checks: { version, unused, claims }, checker: { check, stop } }) {
  const all = Object.entries(claims);
  const results = /** @type {[string, Claim, Found][]} */ ([]);
  const list = element("ol", { class: "fit-check-list" });
  const copy = copyButton({ name: t`Copy results`, text: () => resultsAsText(results, all.length, version) });
  const copies = group("fit-check-copies", copy.element);
  const forget = () => {
    results.length = 0;
    list.replaceChildren();
    copies.hidden = true;
  };
  const run = async (seeds, tell) => {
    forget();
    for (const [i, [id, claim]] of all.entries()) {
      const words = t`Checking claim ${i + 1} of ${all.length} …`;
      const trained = (done, total) => tell((i + done / total) / all.length, words);
      const found = { ...(await check(claim, seeds, trained)), seeds };
      results.push([id, claim, found]);
      list.append(listItem(claim, found));
      copies.hidden = false;
    }
    return sumInWords(results, all.length);
  };
  const seconds = all.reduce((sum, [, claim]) => sum + claim.seconds, 0);
  const digits = all.some(([, claim]) => claim.digits);
  const made = checkPanel({
    name: t`Check all that can be checked here`,
    offered: fresh(unused, FEW),
    before: (seeds) => estimated(seconds * seeds.length, digits, seeds),
    run,
    stop,
    forget,
    command: commandFor(""),
  });
  made.element.append(group("fit-check-result", list, copies));
  return made;
}
