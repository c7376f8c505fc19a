// Checks claims in a worker, one at a time in a page.

/**
 * @typedef {import("./check_words.mjs").Claim} Claim
 * @typedef {ReturnType<typeof checker>} Checker
 *
 * @typedef {object} Page  what a page of the book gives
 * @property {(name: string) => Promise<Worker>} startWorker
 * @property {() => Promise<any>} bringDigits  the scanned digits, as text
 */

/** What a check that was stopped is rejected with. */
export class Stopped extends Error {}

/** @param {Page} page */
export function checker({ startWorker, bringDigits }) {
  /** @type {Promise<Worker> | null} */
  let started = null; // the worker, which is kept from check to check
  let leave = () => {}; // ends the check that is running

  const worker = () => {
    started ??= startWorker("check_worker");
    started.catch(() => (started = null)); // it may be tried again
    return started;
  };

  const stop = () => leave();

  /**
   * Check a claim on some seeds. Another check that is running is stopped.
   * @param {Claim} claim @param {number[]} seeds @param {(done: number, total: number) => void} tell
   * @returns {Promise<import("../engine/check.mjs").Found>}
   */
  function check({ plan, digits }, seeds, tell) {
    stop();
    return new Promise((resolve, reject) => {
      let own = null;
      const end = (settle, value) => {
        if (leave === mine) leave = () => {}; // another check may have begun
        settle(value);
      };
      const giveUp = (error) => {
        if (own) {
          own.terminate(); // it does not hear while it trains
          started = null;
        }
        end(reject, error);
      };
      const mine = () => giveUp(new Stopped());
      leave = mine;
      const begin = ([text, woken]) => {
        if (leave !== mine) return; // it was stopped meanwhile
        own = woken;
        own.onerror = ({ message }) => giveUp(new Error(message));
        own.onmessage = ({ data }) => {
          if (data.type === "progress") tell(data.done, data.total);
          else if (data.type === "checked") end(resolve, data);
          else end(reject, new Error(data.message));
        };
        own.postMessage({ type: "check", plan, seeds, digits: text });
      };
      Promise.all([digits ? bringDigits() : undefined, worker()]).then(begin, (error) => end(reject, error));
    });
  }
  return { check, stop };
}
