// Shows how a training stands, and shows again what was over before an eye could follow it.
import { player } from "./replay.mjs";
import { integer, t, typeset } from "./words.mjs";

/** @typedef {import("./page_trainer.mjs").Trainer} Trainer */

const OVER_WHICH = ["Tab", "Shift"]; // a replay goes on over keys that lead to Pause

/**
 * @param {Trainer} trainer
 * @returns trainer: the same, whose Train and Pause are those of the replay while there is one, for to an
 *   eye it trains; begin: shows it from now on, and returns how to update and to leave
 */
export function stage(trainer) {
  let again;
  const replayed = {
    ...trainer,
    train: () => (again.isHeld() ? again.play() : trainer.train()),
    pause: () => (again.isOn() ? again.hold() : trainer.pause()),
    /** What is shown on the way is not what would be altered: then only show that. */
    alter: (index, value) => (again.isOn() || again.isHeld() ? again.finish() : trainer.alter(index, value)),
  };
  /**
   * @param {object} view
   * @param {HTMLElement} view.root
   * @param {{ element: HTMLElement, enable(yes: boolean): void }} view.pause  its button
   * @param {{ say(text: string, patience?: number): void }} view.sentence
   * @param {(status: any) => void} view.showState  how it stands, and with which settings
   * @param {(frame: any, status: any) => void} view.showFrame  a picture: the end, or a moment on the way
   * @param {() => void} view.showEnd  what only the end shows
   * @param {(status: any) => number} view.patience  ms before what is to be said is said
   */
  const begin = ({ root, pause, sentence, showState, showFrame, showEnd, patience }) => {
    let drawn = { frame: null, settings: null }; // what is drawn now
    const draw = (frame, status) => {
      drawn = { frame, settings: status.settings };
      showFrame(frame, status);
    };
    const say = (wait) => sentence.say(typeset(trainer.status().message), wait);
    const end = () => {
      const status = trainer.status();
      delete root.dataset.replay;
      root.removeAttribute("data-held");
      pause.enable(status.state === "training");
      // drawing it once more would keep a training waiting that has just begun
      if (status.frame !== drawn.frame || status.settings !== drawn.settings) {
        draw(status.frame, status);
        showEnd();
      }
      say(patience(status));
    };
    const show = (moment) => {
      root.dataset.replay = moment.step;
      draw(moment, trainer.status());
    };
    const spares = (/** @type {any} */ { target, key }) => pause.element.contains(target) || OVER_WHICH.includes(key);
    const replay = player({ show, end, spares });
    again = {
      ...replay,
      hold() {
        replay.hold();
        root.toggleAttribute("data-held", true);
        pause.enable(false);
        sentence.say(t`Held at step ${integer(Number(root.dataset.replay))} of the replay; Train goes on.`);
      },
      play() {
        root.removeAttribute("data-held");
        pause.enable(true);
        replay.play();
      },
    };
    const update = () => {
      const status = trainer.status();
      showState(status);
      if (!status.trail) {
        replay.stop();
        return end();
      }
      root.dataset.replay = ""; // until its first moment has come; what is shown is not what the other data-* say
      say(Infinity);
      root.removeAttribute("data-held");
      replay.start(status.trail, status.frame.step);
      pause.enable(true);
    };
    const unfollow = trainer.follow(update);
    update();
    return {
      leave() {
        unfollow();
        replay.stop();
      },
    };
  };
  return { trainer: replayed, begin };
}
