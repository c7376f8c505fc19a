// The trainer of a built page: the reader's own browser, through a worker around engine.wasm. It is
// to a view what the kernel is in Jupyter. What is trained, and what is said of it, its owner knows.

/**
 * @typedef {any} Settings  what the reader sets, by name: its owner knows
 *
 * @typedef {object} Picture  what the worker sends of a training
 * @property {number} step
 *
 * @typedef {{ settings: Settings, state: string, message: string, frame: any, stale?: boolean,
 *   trail?: any[] }} Status
 *   stale: the frame is of other settings; trail: how it came about, to be shown once before the
 *   frame; its later pictures may still come
 *
 * @typedef {object} Trainer  whoever computes
 * @property {() => Status} status
 * @property {(settings: Settings, settled?: boolean, watched?: boolean) => void} change
 *   train with these from now on; not settled: a slider is still moving; watched: show how it goes
 * @property {() => void} train  go on if it was paused, else anew
 * @property {() => void} pause  @property {() => void} step  @property {() => void} reset
 * @property {(index: number, value: number) => void} alter  give a parameter another value, and pause
 * @property {(listener: () => void) => () => void} follow  returns how to leave
 *
 * @typedef {object} Owner  who knows what is trained
 * @property {Settings} initial
 * @property {{ frame: any, message: string }} rest  as the page was built, and what is said of it
 * @property {(settings: Settings) => Record<string, any>} orderOf  what the worker needs besides the settings
 * @property {(picture: any, settings: Settings, checks: any[]) => any} frameOf  a picture as the view shows it
 * @property {(picture: any) => any} checkOf  a picture as a check, when it is not at one
 * @property {(ending: string, frame: any, settings: Settings) => string} reason  why it ended
 * @property {(settings: Settings) => string | null} [refusal]  why these cannot be trained with
 * @property {{ training(settings: Settings): string, paused(frame: any, settings: Settings): string,
 *   altered?: (frame: any, settings: Settings) => string, moving: string, broken: string }} words
 */

const QUICK = 50; // ms: a network that takes less is trained anew while a slider moves
const CALM = 500; // ms between two pictures of a moving curve, for those who ask for less motion
const LESS_MOTION = globalThis.matchMedia?.("(prefers-reduced-motion: reduce)");
const STATES = { converged: "converged", diverged: "failed", dead: "stopped", "out of steps": "stopped" };

/**
 * Trains in `worker`, which is awake.
 * @param {Worker} worker @param {Owner} owner
 * @returns {Trainer & { suspend(): void, resume(): void, remove(): void }}
 */
export function pageTrainer(worker, owner) {
  const { words } = owner;
  const atRest = { settings: owner.initial, state: "ready", stale: false, ...owner.rest };
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
  let altered = false; // whether the reader changed a parameter last

  const tell = (changes) => {
    status = { ...status, ...changes };
    for (const listener of listeners) listener();
    status = { ...status, trail: undefined }; // it is shown once
  };

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
    const refused = owner.refusal?.(status.settings);
    if (refused) {
      abandon();
      return tell({ state: "ready", message: refused, stale: true });
    }
    run += 1;
    trained = status.settings;
    began = performance.now();
    history = [];
    trail = [];
    running = type === "train";
    ended = waiting = suspended = altered = false;
    const record = watched && !LESS_MOTION?.matches;
    order(type, { record, settings: trained, ...owner.orderOf(trained) });
    if (running) tell({ stale: false, state: "training", message: words.training(trained) });
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
    tell({ state: "ready", message: words.moving, stale: true });
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
    if (running) showSoon(data);
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

  /** A picture of the way. */
  const momentOf = (moment) => {
    const checks = history.filter(([step]) => step < moment.step);
    return owner.frameOf(moment, trained, [...checks, owner.checkOf(moment)]);
  };

  const statusOf = ({ frame, state, ending }) => {
    const all = [...history];
    if (state !== "training" && all.at(-1)?.[0] !== frame.step) all.push(owner.checkOf(frame));
    const stale = false;
    const picture = owner.frameOf(frame, trained, all);
    if (ending) return { stale, frame: picture, state: STATES[ending], message: owner.reason(ending, picture, trained) };
    if (state === "training") return { frame: picture };
    const message = (altered ? words.altered : words.paused)(picture, trained);
    return { stale, frame: picture, state: "paused", message };
  };

  const fail = (message) => {
    running = waiting = suspended = false;
    ended = true;
    trained = null;
    tell({ state: "failed", message: `${words.broken} (${message})`, stale: true });
  };

  /** Whether the network of the settings can be trained on. */
  const open = () => trained === status.settings && !ended;
  const go = () => {
    running = true;
    suspended = altered = false;
    order("go");
    tell({ state: "training", message: words.training(trained) });
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
      running = suspended = altered = false;
      if (open()) order("step");
      else begin("step");
    },
    reset() {
      abandon();
      tell(atRest);
    },
    /** Give one of the parameters another value, and hold the training there. */
    alter(index, value) {
      if (status.stale) return; // what is shown is no network of these settings
      const { parameters } = status.frame;
      const begins = trained ? {} : { settings: status.settings, parameters, ...owner.orderOf(status.settings) };
      if (!trained) run += 1; // what is shown at rest is in no worker yet
      const kept = trained && !ended ? history.filter(([step]) => step < status.frame.step) : [];
      [history, trail] = [kept, []]; // at an end, or at rest, a new training begins with these weights
      trained = status.settings;
      running = waiting = suspended = ended = false;
      altered = true;
      order("alter", { index, value, ...begins });
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
