// Shows again what was over before an eye could follow it, all from one clock.

const LASTS = 1300; // ms
const SKIPS = ["pointerdown", "keydown"]; // what a reader does who has seen enough

/** Of the time that has passed, how far the replay has come: quick at first, and slow at the end. */
export const easedOut = (/** @type {number} */ passed) => 1 - (1 - Math.min(passed, 1)) ** 2;

/**
 * @template {{ step: number }} Moment
 * @param {object} does
 * @param {(moment: Moment) => void} does.show  shows a moment
 * @param {() => void} does.end  shows the end, when it is reached or the reader clicks or presses a key
 * @param {(event: Event) => boolean} [does.spares]  what of that the replay goes on over
 */
export function player({ show, end, spares = () => false }) {
  let request = 0;
  /** @type {{ moments: Moment[], steps: number, time: number, held: boolean, moment?: Moment } | null} */
  let run = null; // time: ms of it that were shown
  const halt = () => {
    cancelAnimationFrame(request);
    for (const type of SKIPS) document.removeEventListener(type, skip, true);
  };
  const stop = () => {
    halt();
    run = null;
  };
  const finish = () => {
    stop();
    end();
  };
  const skip = (/** @type {Event} */ event) => spares(event) || finish();
  const play = () => {
    let before;
    run.held = false;
    const next = (/** @type {number} */ now) => {
      run.time += now - (before ?? now);
      before = now;
      if (run.time >= LASTS) return finish();
      const reached = run.steps * easedOut(run.time / LASTS);
      const moment = run.moments.filter(({ step }) => step <= reached).at(-1);
      if (moment && moment !== run.moment) show((run.moment = moment));
      request = requestAnimationFrame(next);
    };
    request = requestAnimationFrame(next);
    for (const type of SKIPS) document.addEventListener(type, skip, true);
  };
  /** Show the moments, of which later ones may still come, up to that step. @param {Moment[]} moments @param {number} steps */
  const start = (moments, steps) => {
    stop();
    run = { moments, steps, time: 0, held: false };
    play();
  };
  /** Stand still, until `play` goes on. */
  const hold = () => {
    halt();
    run.held = true;
  };
  return { start, stop, finish, hold, play, isOn: () => run !== null && !run.held, isHeld: () => run !== null && run.held };
}
