// The life of an explorable whose figure follows at once from what the reader chose: nothing is
// trained, so there is one state, and every change shows all of it again.
import { button, copyButton } from "./controls.mjs";
import { explorableRoot, group } from "./elements.mjs";
import { formOf, initialOf, isSame } from "./form.mjs";
import { watchKernel } from "./kernel.mjs";
import { liveSentence } from "./sentence.mjs";
import { readersState } from "./state.mjs";
import { t } from "./words.mjs";

const SETTLES = 300; // ms: what is on its way is not said aloud

/**
 * @typedef {object} Deeds  What a part may ask for.
 * @property {(change: object) => void} choose  change a few values of the state, and keep them
 * @property {(change: object, patience: number) => void} show  the same without keeping them, while a
 *   handle moves; patience: ms, as of a sentence
 * @property {() => any} state  the state that is shown
 */

/**
 * Build the figure into `el`. @returns how to take it away again.
 * @template State
 * @param {import("./state.mjs").Place} place
 * @param {object} explorable
 * @param {string} explorable.name  as in data-explorable
 * @param {string} explorable.label  its name for people
 * @param {number} [explorable.settles]  ms: a sentence that is replaced sooner is shown and not said
 * @param {(does: Deeds) => Record<string, any>} explorable.build  its own parts, by name; all get a
 *   sentence, a reset button and, in a page, a button that copies the link, or null
 * @param {(root: HTMLElement, parts: Record<string, any>) => void} explorable.arrange
 *   all but the button that copies and the table, which come last
 * @param {(root: HTMLElement, parts: Record<string, any>, state: State, patience: number) => void} explorable.display
 */
export function instantExplorable({ model, el, page }, { name, label, settles = SETTLES, build, arrange, display }) {
  const setup = model.get("setup"); // as Explorable in base.py makes it
  const initial = initialOf(setup);
  const form = formOf(setup);
  const kept = readersState({ model, page }, form);
  const root = explorableRoot(name, label);
  let state;
  const become = (next, patience = settles) => {
    state = next;
    display(root, parts, state, patience);
  };
  const isShown = (next) => form.names.every((name) => isSame(next[name], state[name]));
  const show = (change, patience) => become({ ...state, ...change }, patience);
  const choose = (change) => {
    show(change, settles);
    kept.write(state);
  };
  const reset = () => {
    become(initial);
    kept.clear(state);
  };
  /** @type {Record<string, any>} */
  const parts = {
    sentence: liveSentence({ atOnce: true }),
    reset: button({ name: t`Reset`, onClick: reset }),
    copy: page ? copyButton({ name: t`Copy link`, text: () => kept.link(state) }) : null,
    ...build({ choose, show, state: () => state }),
  };
  arrange(root, parts);
  if (parts.copy) root.append(group("fit-copies", parts.copy.element));
  if (parts.table) root.append(group("fit-wide", parts.table.element));
  el.append(root);
  const leave = [kept.follow((next) => isShown(next) || become(next)), watchKernel(root, { model, el, page })];
  become(kept.read() ?? initial, 0);
  return () => {
    for (const each of leave) each();
    for (const part of [kept, ...Object.values(parts)]) part?.remove?.();
    root.remove();
  };
}
