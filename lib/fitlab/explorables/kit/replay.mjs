// Shows again what was over before an eye could follow it, all from one clock.

const LASTS = 1300; // ms
const SKIPS = ["pointerdown", "keydown"]; // what a reader does who has seen enough

/** Of the time that has passed, how far the replay has come: quick at first, and slow at the end. */
export const easedOut = (/** @type {number} */ passed) => 1 - (1 - Math.min(passed, 1)) ** 2;

/**
 * @template {{ step: number }} Moment
 * @param {{ show: (moment: Moment) => void, end: () => void }} does  what shows a moment; what shows
 *   the end, when it is reached or the reader clicks or presses a key
 */
export function player({ show, end }) {
  let request = 0;
  const stop = () => {
    cancelAnimationFrame(request);
    for (const type of SKIPS) document.removeEventListener(type, finish, true);
  };
  const finish = () => {
    stop();
    end();
  };
  /** Show the moments, of which later ones may still come, up to that step. @param {Moment[]} moments @param {number} steps */
  const start = (moments, steps) => {
    stop();
    let started, shown;
    const next = (/** @type {number} */ now) => {
      started ??= now;
      const passed = (now - started) / LASTS;
      if (passed >= 1) return finish();
      const reached = steps * easedOut(passed);
      const moment = moments.filter(({ step }) => step <= reached).at(-1);
      if (moment && moment !== shown) show((shown = moment));
      request = requestAnimationFrame(next);
    };
    request = requestAnimationFrame(next);
    for (const type of SKIPS) document.addEventListener(type, finish, true);
  };
  return { start, stop };
}
