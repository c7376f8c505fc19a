// The trainer of a built page: the reader's own browser, through a worker around engine.wasm. It is
// to fit.mjs what the kernel is in Jupyter, and it says the same words.
import { PAPER } from "../engine/samples.mjs";
import { initialOf } from "./kit/form.mjs";
import { fill, integer, level, show, showBelow, t } from "./kit/words.mjs";

/**
 * @typedef {import("./fit.mjs").Settings} Settings
 * @typedef {import("./fit.mjs").Setup} Setup
 * @typedef {import("./fit.mjs").Status} Status
 * @typedef {import("./fit.mjs").Trainer} Trainer
 */

const QUICK = 50; // ms: a network that takes less is trained anew while a slider moves
const CALM = 500; // ms between two pictures of a moving curve, for those who ask for less motion
const LESS_MOTION = globalThis.matchMedia?.("(prefers-reduced-motion: reduce)");
const STATES = { converged: "converged", diverged: "failed", dead: "stopped", "out of steps": "stopped" };

/**
 * Why a training ended, as fitlab.training says it.
 * @param {string} ending @param {{ step: number, mse: number | null }} last
 * @param {Settings} settings @param {Setup["words"]} words
 */
export function reason(ending, { step, mse }, settings, { reasons, advice }) {
  return fill(reasons[ending], {
    mse: ending === "converged" ? showBelow(mse, settings.tolerance) : show(mse),
    steps: integer(step),
    tolerance: level(settings.tolerance),
    lr: settings.lr,
    advice: fill(advice[adviceFor(settings)], settings),
  });
}

function adviceFor({ depth, activation, dropout, width }) {
  if (depth === 0 || activation === "identity") return "line";
  if (width < 16) return dropout > 0 ? "narrow-noisy" : "narrow"; // the same without dropout
  return dropout > 0 ? "dropout" : "other";
}

/**
 * Trains in `worker`, which is awake. rest: the fit that the page was built with.
 * @param {Worker} worker @param {Setup} setup @param {{ frame: import("./fit.mjs").Frame, message: string }} rest
 * @returns {Trainer & { suspend(): void, resume(): void, remove(): void }}
 */
export function pageTrainer(worker, setup, rest) {
  const { words } = setup;
  const atRest = { settings: initialOf(setup), state: "ready", stale: false, message: fill(words.reasons.ready, { rest: rest.message }), frame: rest.frame };
  const listeners = new Set();
  /** @type {Status} */
  let status = atRest;
  let orders = 0; // how many the worker was given
  let run = 0; // which training the worker was told of last; it may still speak of earlier ones
  let trained = null; // its settings
  let began = 0; // when
  let history = []; // its checks
  let trail = []; // pictures of its way, if it was too quick to be seen; they come after its end
  let newest = null; // the last picture of a moving curve
  let drawing = 0; // the request to draw it
  let shown = 0; // when the last was drawn
  let running = false;
  let ended = true; // whether there is nothing more to train of it
  let quick = true; // whether the last network took less than QUICK; the first is given a chance
  let waiting = false; // a slider went on while a network was trained
  let suspended = false;

  const tell = (changes) => {
    status = { ...status, ...changes };
    for (const listener of listeners) listener();
    status = { ...status, trail: undefined }; // it is shown once
  };
  const intervalOf = ({ target }) => (target === "drawn" ? PAPER : setup.targets[target]);

  /** Tell the worker; what it says about earlier orders is no news any more. */
  const order = (type, details = {}) => {
    orders += 1;
    worker.postMessage({ type, run, order: orders, ...details });
  };

  /**
   * A new network: train it, or take its first step.
   * @param {"train" | "step"} type @param {boolean} watched  somebody wants to see how it goes
   */
  const begin = (type, watched = false) => {
    run += 1;
    trained = status.settings;
    began = performance.now();
    history = [];
    trail = [];
    running = type === "train";
    ended = waiting = suspended = false;
    const { low, high } = intervalOf(trained);
    const record = watched && !LESS_MOTION?.matches;
    order(type, { record, settings: trained, interval: { low, high } });
    if (running) tell({ stale: false, state: "training", message: fill(words.reasons.training, { max_steps: integer(trained.max_steps) }) });
  };

  /** Leave the training that is running to itself. */
  const abandon = () => {
    run += 1;
    trained = null;
    running = waiting = suspended = false;
    order("stop");
  };

  /** Pause the training: the reader wants it, or nobody looks. @param {"reader" | "page"} who */
  const hold = (who) => {
    running = waiting = false;
    suspended = who === "page";
    order("pause");
  };

  /** The settings move, and the network is too slow to follow. */
  const waitForRelease = () => {
    abandon();
    tell({ state: "ready", message: words.reasons.moving, stale: true });
  };

  const hear = ({ data }) => {
    if (data.run !== run) return;
    if (data.type === "failed") return fail(data.message);
    if (data.type === "moment") return trail.push(momentOf(data.moment));
    const elapsed = performance.now() - began;
    history.push(...data.checks);
    if (data.order !== orders) return;
    running &&= data.state === "training";
    ended = data.state === "ended";
    if (ended) quick = elapsed < QUICK;
    if (running && data.frame.step > 0) showSoon(data); // how it begins is shown at once
    else tell({ ...statusOf(data), trail: data.replayed ? trail : undefined });
    if (!waiting || (running && elapsed < QUICK)) return;
    if (running) quick = false;
    if (quick) begin("train");
    else waitForRelease();
  };

  /** Pictures of a moving curve may come faster than the page can draw: show the newest, in time. */
  const showSoon = (data) => {
    newest = data;
    drawing ||= requestAnimationFrame(showNewest);
  };
  const showNewest = (now) => {
    drawing = 0;
    if (!running || newest.run !== run) return;
    if (now - shown < (LESS_MOTION?.matches ? CALM : 0)) return;
    shown = now;
    tell(statusOf(newest));
  };

  /** A picture of the way. @returns {import("./fit.mjs").Frame} */
  const momentOf = (moment) => {
    const { target, width, depth } = trained;
    const checks = history.filter(([step]) => step < moment.step);
    return { ...moment, target, width, depth, checks: [...checks, [moment.step, moment.mse]] };
  };

  const statusOf = ({ frame, state, ending }) => {
    const all = [...history];
    if (state !== "training" && all.at(-1)?.[0] !== frame.step) all.push([frame.step, frame.mse]);
    const stale = false;
    const { target, width, depth } = trained;
    const picture = { ...frame, target, width, depth, checks: all };
    if (ending) return { stale, frame: picture, state: STATES[ending], message: reason(ending, frame, trained, words) };
    if (state === "training") return { frame: picture };
    const counts = { steps: integer(frame.step), max_steps: integer(trained.max_steps) };
    const mse = frame.mse === null ? t`the MSE is not a number` : t`MSE ${show(frame.mse)}`;
    return { stale, frame: picture, state: "paused", message: fill(words.reasons.paused, { ...counts, mse }) };
  };

  const fail = (message) => {
    running = waiting = suspended = false;
    ended = true;
    trained = null;
    tell({ state: "failed", message: `${words.reasons.broken} (${message})` });
  };

  /** Whether the network of the settings can be trained on. */
  const open = () => trained === status.settings && !ended;
  const go = () => {
    running = true;
    suspended = false;
    order("go");
    tell({ state: "training", message: fill(words.reasons.training, { max_steps: integer(trained.max_steps) }) });
  };

  worker.onmessage = hear;
  worker.onerror = (event) => fail(event.message);

  return {
    status: () => status,
    change(changes, settled = true, watched = false) {
      tell({ settings: { ...status.settings, ...changes } });
      if (settled) begin("train", watched);
      else if (running) waiting = true;
      else if (quick) begin("train");
      else waitForRelease();
    },
    train: () => (open() && !running ? go() : begin("train", true)),
    pause: () => running && hold("reader"),
    step() {
      running = suspended = false;
      if (open()) order("step");
      else begin("step");
    },
    reset() {
      abandon();
      tell(atRest);
    },
    /** Nobody looks: hold the training. */
    suspend: () => running && hold("page"),
    resume: () => suspended && open() && go(),
    follow(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    remove() {
      worker.terminate();
      cancelAnimationFrame(drawing);
    },
  };
}

/**
 * Tell a trainer when nobody looks: the page is hidden, or the figure is out of sight.
 * @param {HTMLElement} root @param {{ suspend(): void, resume(): void }} trainer
 */
export function watchAttention(root, trainer) {
  let inSight = true;
  const tell = () => (inSight && !document.hidden ? trainer.resume() : trainer.suspend());
  const observer = new IntersectionObserver((entries) => {
    inSight = entries.at(-1).isIntersecting;
    tell();
  });
  observer.observe(root);
  document.addEventListener("visibilitychange", tell);
  tell(); // the page may have been opened in the background
  return () => {
    observer.disconnect();
    document.removeEventListener("visibilitychange", tell);
  };
}
