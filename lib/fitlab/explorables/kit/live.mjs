// An explorable that trains: in Jupyter its kernel does, in a built page the page itself, which also
// keeps the settings in its address.
import { watchAttention } from "./attention.mjs";
import { formOf } from "./form.mjs";
import { kernelTrainer } from "./kernel_trainer.mjs";
import { followAddress, readersState } from "./state.mjs";

/**
 * @template Setup
 * @typedef {object} Live
 * @property {string} worker  what trains it in a page
 * @property {(worker: Worker, setup: Setup, rest: { frame: any, message: string }) =>
 *   ReturnType<typeof import("./page_trainer.mjs").pageTrainer>} pageTrainer  rest: as the page was built
 * @property {(place: import("./state.mjs").Place, trainer: any, setup: Setup,
 *   address?: ReturnType<typeof readersState>) => () => void} view  builds it, and returns how to take it away
 */

/**
 * What anywidget renders.
 * @template {{ state: import("./form.mjs").Table }} Setup
 * @param {Live<Setup>} live
 */
export const livingBy = ({ worker, pageTrainer, view }) => {
  /** @param {import("./state.mjs").Place} place @param {Setup} setup */
  const inPage = async ({ model, el, page }, setup) => {
    const rest = { frame: model.get("frame"), message: model.get("message") };
    const trainer = pageTrainer(await page.startWorker(worker), setup, rest);
    const address = readersState({ model, page }, formOf(setup, ["seed"]));
    const leave = [
      view({ model, el, page }, trainer, setup, address),
      followAddress(trainer, address),
      watchAttention(el, trainer),
      trainer.remove,
    ];
    return () => leave.forEach((each) => each());
  };
  /** Build the figure into `el`. @returns how to take it away again. @param {import("./state.mjs").Place} place */
  return ({ model, el, page }) => {
    const setup = /** @type {Setup} */ (model.get("setup"));
    if (page) return inPage({ model, el, page }, setup);
    return view({ model, el }, kernelTrainer(model, Object.keys(setup.state)), setup);
  };
};
