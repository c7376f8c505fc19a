// "Check it here": a claim, or all that can be, on the reader's own seeds, in the page.
import { readSeeds, seedsInWords } from "./check_seeds.mjs";
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
import { checker, Stopped } from "./checker.mjs";
import { button, copyButton } from "./kit/controls.mjs";
import { element, group, KEEP_KEYS } from "./kit/elements.mjs";
import { t } from "./kit/words.mjs";

/**
 * @typedef {import("./check_words.mjs").Claim} Claim
 * @typedef {import("./check_words.mjs").Found} Found
 * @typedef {{ version: string, unused: number, claims: Record<string, Claim>, style: string }} Checks  what
 *   the book gives; unused: the first of the seeds that nobody used; style: the panels' sheet
 */

const KINDS = { holds: "holds", "holds with a caveat": "caveat", "does not hold as stated": "fails" };
let fields = 0; // every seeds field has an id of its own

/** A field for seeds, and what is wrong with it. @param {string} offered */
function seedsField(offered) {
  const id = `fit-check-seeds-${(fields += 1)}`;
  const input = element("input", { type: "text", inputmode: "text", autocomplete: "off", size: 14, id, "aria-describedby": `${id}-wrong`, ...KEEP_KEYS });
  const wrong = element("p", { class: "fit-check-wrong", id: `${id}-wrong`, role: "status" });
  const label = element("label", { for: id }, t`seeds`);
  input.value = offered;
  /** The seeds, or null if there are none that can be taken. @returns {number[] | null} */
  const read = () => {
    const found = readSeeds(input.value);
    const refused = "wrong" in found;
    wrong.textContent = refused ? found.wrong : "";
    input.setAttribute("aria-invalid", String(refused));
    return refused ? null : found.seeds;
  };
  return { element: group("fit-check-seeds", label, input, wrong), input, read, set: (text) => (input.value = text) };
}

/**
 * What every panel has: seeds, Check and Stop, progress, a sentence. It knows in which state it is.
 * @param {object} options
 * @param {string} options.name  for people @param {string} options.offered  seeds to begin with, as text
 * @param {(seeds: number[]) => string} options.before  what is said before: how long it will take
 * @param {(seeds: number[], tell: (share: number, text: string) => void) => Promise<string>} options.run
 *   checks, tells how far it is, shows what it finds, and returns what is said of it
 * @param {() => void} options.forget  puts away what was found with other seeds
 * @param {() => void} options.stop @param {string} options.command  that checks the same in Python
 */
function panel({ name, offered, before, run, stop, forget, command }) {
  const root = element("section", { class: "fit-check", "aria-label": name, "data-state": "ready" });
  const seeds = seedsField(offered);
  const progress = /** @type {HTMLProgressElement} */ (element("progress", { max: 1, value: 0, "aria-label": t`progress of the check`, hidden: "" }));
  const said = element("p", { class: "fit-check-said", role: "status" });
  const become = (state, text) => {
    root.dataset.state = state;
    said.textContent = text;
    progress.hidden = state !== "checking";
    start.enable(state !== "checking");
    if (state !== "checking" && end.element.contains(document.activeElement)) start.element.focus(); // it goes
    end.element.hidden = state !== "checking";
  };
  const tell = (share, text) => {
    progress.value = share;
    if (said.textContent !== text) said.textContent = text;
  };
  const begin = async () => {
    if (root.dataset.state === "checking") return; // Enter, once more
    const chosen = seeds.read();
    if (!chosen) return seeds.input.focus();
    progress.value = 0;
    delete root.dataset.verdict;
    become("checking", t`Training …`);
    try {
      become("checked", await run(chosen, tell));
    } catch (error) {
      if (error instanceof Stopped) become("stopped", t`Stopped. What was found before stays.`);
      else become("failed", t`This page could not check it (${error.message}). In Python: ${command}`);
    }
  };
  const start = button({ name: t`Check`, onClick: begin });
  const end = button({ name: t`Stop`, onClick: stop });
  const estimate = () => {
    const chosen = seeds.read();
    if (root.dataset.state === "checking") return;
    delete root.dataset.verdict;
    forget();
    become("ready", chosen ? before(chosen) : "");
  };
  seeds.input.addEventListener("input", estimate);
  seeds.input.addEventListener("keydown", (event) => /** @type {KeyboardEvent} */ (event).key === "Enter" && begin());
  const controls = group("fit-check-controls", seeds.element, start.element, end.element);
  root.append(controls, progress, said);
  estimate();
  /** Type these seeds, if there are any, and wait with the focus on Check. @param {string | null} text */
  const offer = (text) => {
    seeds.set(text ?? offered);
    estimate();
    start.element.focus();
  };
  return { element: root, seeds, offer };
}

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

/** The address that opens a claim's panel with these seeds. @param {string} id */
const link = (id) => (seeds) => `${location.href.split("#")[0]}#check-${id}?${new URLSearchParams({ seeds })}`;

/** The seeds of such an address; some messengers encode all of it. @param {string} hash @returns {string | null} */
function seedsOf(hash) {
  const [, query] = /\?(.*)$/.exec(hash.includes("?") ? hash : decodeURIComponent(hash)) ?? [];
  return new URLSearchParams(query).get("seeds");
}

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
  const { ofAll, ofClaim } = panels(page, checks);
  const opened = new Map(); // button -> its panel
  /** @param {HTMLElement} pressed  or led to @param {string} [hash] */
  return async (pressed, hash) => {
    const button = hash ? await lasting(pressed) : pressed;
    const { check: id } = button.dataset;
    const first = !opened.has(button);
    if (first) {
      button.parentElement.querySelector(".fit-check-apology")?.remove();
      opened.set(button, id ? ofClaim(id, link(id)) : ofAll());
      button.after(opened.get(button).element);
    }
    const made = opened.get(button);
    made.element.hidden = !first && !hash && !made.element.hidden;
    button.setAttribute("aria-expanded", String(!made.element.hidden));
    if (!hash) return;
    button.closest("details")?.setAttribute("open", ""); // in a row of the ledger
    button.scrollIntoView({ block: "start" });
    made.offer(seedsOf(hash));
  };
}

/**
 * The panels of a page, which check one claim at a time.
 * @param {import("./checker.mjs").Page} page @param {Checks} checks
 */
function panels(page, { version, unused, claims }) {
  const { check, stop } = checker(page);

  /** The panel of a claim. @param {string} id @param {(seeds: string) => string} link  its address with these seeds */
  const ofClaim = (id, link) => {
    const claim = claims[id];
    const found = /** @type {{ last: Found | null }} */ ({ last: null });
    const result = group("fit-check-result");
    const run = async (seeds, tell) => {
      const trained = (done, total) => tell(done / total, t`Trained ${done} of ${total} networks.`);
      const last = { ...(await check(claim, seeds, trained)), seeds };
      found.last = last;
      made.element.dataset.verdict = KINDS[last.verdict];
      result.replaceChildren(...resultNodes(id, claim, last));
      copyResult.element.hidden = false;
      return verdictInWords(claim, last);
    };
    const before = (seeds) => estimated(claim.seconds * seeds.length, claim.digits, seeds);
    const copyLink = copyButton({ name: t`Copy link`, text: () => link(made.seeds.input.value) });
    const copyResult = copyButton({ name: t`Copy result`, text: () => resultAsText(id, claim, found.last, version) });
    const copies = group("fit-check-copies", copyLink.element, copyResult.element);
    const forget = () => {
      result.replaceChildren();
      copyResult.element.hidden = true;
    };
    const offered = fresh(unused, claim.seeds.length);
    const made = panel({ name: t`Check it here`, offered, before, run, stop, forget, command: commandFor(id) });
    made.element.dataset.check = id;
    made.element.append(result, copies);
    return made;
  };

  /** The panel of all claims, one after the other. */
  const ofAll = () => {
    const all = Object.entries(claims);
    const results = /** @type {[string, Claim, Found][]} */ ([]);
    const list = element("ol", { class: "fit-check-list" });
    const copy = copyButton({ name: t`Copy results`, text: () => resultsAsText(results, all.length, version) });
    const copies = group("fit-check-copies", copy.element);
    const result = group("fit-check-result", list, copies);
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
        list.append(item(claim, found));
        copies.hidden = false;
      }
      return sumInWords(results, all.length);
    };
    const seconds = all.reduce((sum, [, claim]) => sum + claim.seconds, 0);
    const digits = all.some(([, claim]) => claim.digits);
    const before = (seeds) => estimated(seconds * seeds.length, digits, seeds);
    const name = t`Check all that can be checked here`;
    const made = panel({ name, offered: fresh(unused, FEW), before, run, stop, forget, command: commandFor("") });
    made.element.append(result);
    return made;
  };

  /** A claim in the list of all. @param {Claim} claim @param {Found} found */
  const item = (claim, found) => {
    const words = [verdictInWords(claim, found), letterInWords(claim, found)].filter(Boolean).join(" ");
    const same = asOnRecord(claim, found);
    return element("li", { "data-verdict": KINDS[found.verdict], ...(same ? {} : { "data-differs": "" }) }, element("b", {}, claim.says), ` ${words}`);
  };

  return { ofClaim, ofAll };
}
