// Paper that a reader asked for and has not drawn on: until then nothing is trained, or judged.
import { isSame } from "./kit/form.mjs";
import { t } from "./kit/words.mjs";

/**
 * @typedef {import("./fit.mjs").Settings} Settings
 * @typedef {import("./fit.mjs").Status} Status
 * @typedef {import("./fit.mjs").Trainer} Trainer
 */

/**
 * A trainer that can also wait for a drawing. It keeps to itself what the reader sets meanwhile, and
 * tells it with the first stroke; another target, or Reset, takes the paper away.
 * @param {Trainer} trainer @returns {Trainer}
 */
export function withPaper(trainer) {
  const listeners = new Set();
  /** @type {{ before: Settings, changes: Partial<Settings> } | null} */
  let blank = null; // before: the trainer's settings, by which we see that somebody else chose others
  let fresh = false; // whether the first network for the drawing is still to come: the paper stays meanwhile
  const tell = () => listeners.forEach((listener) => listener());
  const take = () => {
    const { changes } = blank;
    blank = null;
    return changes;
  };
  /** @returns {Status} */
  const status = () => {
    const now = trainer.status();
    if (blank && !isSame(now.settings, blank.before)) blank = null;
    if (!blank) return { ...now, frame: firstFrame(now) };
    const settings = { ...now.settings, ...blank.changes };
    const message = t`draw a curve on the plot, and the network is trained on it`;
    return { settings, state: "ready", message, frame: emptyFrame(settings), waits: true };
  };
  const firstFrame = ({ settings, frame }) => {
    fresh &&= settings.target === "drawn" && frame.target !== "drawn";
    return fresh ? emptyFrame(settings) : frame;
  };
  return {
    ...trainer,
    status,
    change(changes, settled, watched) {
      const all = blank && !("target" in changes) ? { ...blank.changes, ...changes } : changes;
      const begins = !blank || "target" in changes || "drawing" in changes;
      blank = begins ? null : { ...blank, changes: all };
      if (begins) trainer.change(all, settled, watched);
      tell();
    },
    train: () => (blank ? trainer.change(take(), true, true) : trainer.train()),
    reset() {
      blank = null;
      trainer.reset();
      tell();
    },
    layPaper(drawing) {
      if (trainer.status().state === "training") trainer.pause();
      fresh = true;
      blank = { before: trainer.status().settings, changes: { target: "drawn", drawing } };
      tell();
    },
    follow(listener) {
      listeners.add(listener);
      const leave = trainer.follow(listener);
      return () => {
        listeners.delete(listener);
        leave();
      };
    },
  };
}

/** What there is to be seen of a network that is not there. @returns {import("./fit.mjs").Frame} */
const emptyFrame = ({ target, width, depth }) => ({
  target, width, depth, step: 0, loss: null, mse: undefined, checks: [], curve: [], pieces: null, hinges: [],
});
