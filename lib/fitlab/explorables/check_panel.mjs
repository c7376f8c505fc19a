// The panel of a check: seeds, Check and Stop, progress and a sentence. What is checked, its owner knows.
import { readSeeds } from "./check_seeds.mjs";
import { Stopped } from "./checker.mjs";
import { button } from "./kit/controls.mjs";
import { element, group, KEEP_KEYS } from "./kit/elements.mjs";
import { t } from "./kit/words.mjs";

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
export function checkPanel({ name, offered, before, run, stop, forget, command }) {
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
