// Trains in the page, beside it: a worker around engine.wasm. It keeps one network at a time and
// takes steps in short slices, so that it hears the page in between. What is trained, and what is
// sent of it, its kind knows.
import { doubles } from "./network.mjs";

/**
 * @typedef {object} Network  what is trained now; a kind adds its own
 * @property {any} settings @property {number} run  its number
 * @property {number} count  of parameters
 * @property {any[]} checks  those that the page was not told of
 *
 * @typedef {object} Kind
 * @property {(engine: any, order: any) => { count: number }} begin  makes a network in the engine
 * @property {(engine: any, network: any) => any} check  what is kept of a check
 * @property {(engine: any, network: any, moving: boolean) => any} picture  what is sent besides the step
 * @property {(engine: any, network: any) => any} moment  the same of a moment on the way
 */

const ENDINGS = [null, "converged", "diverged", "dead", "out of steps"]; // as engine.c numbers them
const SLICE = 12; // ms of training between two looks at the page's messages
const FIRST_SLICE = 24; // the first picture costs more than the rest of a quick training
const MOST_KEPT = 48; // moments on the way
const UNSEEN = 700; // ms: a training that takes less is over before it can be seen, and shown again
const REPLAYED = 1300; // ms: after so long nobody waits for moments any more

/** What JSON has no word for is null. */
export const finite = (value) => (Number.isFinite(value) ? value : null);

let kind = /** @type {Kind | null} */ (null); // what this worker trains
let engine; // the exports of engine.wasm
let network; // what is trained now
let lastOrder; // the number of the page's newest order
let turn = 0; // grows when whatever is running has to end

/** A new network. record: keep moments on the way, for whoever is too slow to see. */
function begin(order) {
  const { run, settings, record } = order;
  const trail = record ? { moments: [], every: 1, began: performance.now() } : null;
  network = { run, settings, order, trail, checks: [], ...kind.begin(engine, order) };
  if (record) keep(trail);
}

const parameters = () => doubles(engine, engine.parameters(), network.count);

/** Take steps until `deadline` or the ending, and note every check. */
function advance(deadline) {
  const every = network.settings.check_every;
  do {
    engine.advance(1);
    if (network.trail && engine.steps() % network.trail.every === 0) keep(network.trail);
    if (engine.steps() % every === 0 || engine.ending()) network.checks.push(kind.check(engine, network));
  } while (!engine.ending() && performance.now() < deadline);
}

/** Keep the network of now; when there are many, every other one. */
function keep(trail) {
  trail.moments.push({ step: engine.steps(), parameters: Float64Array.from(parameters()) });
  if (trail.moments.length < MOST_KEPT) return;
  trail.moments = trail.moments.filter((_, i) => i % 2 === 0);
  trail.every *= 2;
}

/** Train to the end, or until something else comes; a picture after every slice that is not kept. */
async function go() {
  const mine = ++turn;
  await breath(); // of many orders that came at once, only the last is trained
  for (let slices = 1; mine === turn; slices++) {
    advance(performance.now() + (slices === 1 ? FIRST_SLICE : SLICE));
    if (engine.ending()) {
      show("ended");
      return network.trail && tellTrail(network.trail, mine);
    }
    if (network.trail && performance.now() - network.trail.began > UNSEEN) network.trail = null;
    if (!network.trail || slices === 1) show("training"); // how it begins, and as it goes what lasts
    await breath();
  }
}

/** Send the moments that were kept, while nothing else is asked for. */
async function tellTrail({ moments }, mine) {
  const last = Float64Array.from(parameters());
  const ended = performance.now();
  for (const { step, parameters: then } of moments) {
    await breath();
    if (mine !== turn || performance.now() - ended > REPLAYED) return;
    parameters().set(then);
    const moment = { step, ...kind.moment(engine, network) };
    parameters().set(last);
    postMessage({ type: "moment", run: network.run, order: lastOrder, moment });
  }
}

/** Send a picture of now. @param {"training" | "paused" | "ended"} state */
function show(state) {
  const step = engine.steps();
  postMessage({
    type: "frame",
    run: network.run,
    order: lastOrder,
    state,
    ending: ENDINGS[engine.ending()],
    checks: network.checks.splice(0), // those since the last picture
    replayed: state === "ended" && network.trail !== null, // its moments follow
    frame: { step, loss: finite(engine.loss()), ...kind.picture(engine, network, state === "training") },
  });
}

/**
 * Give a parameter another value. A training that has ended begins anew with what it found.
 * settings, parameters: of another network than the last one.
 */
async function alter(order) {
  const mine = ++turn;
  const found = order.parameters ?? Float64Array.from(parameters());
  if (order.settings) begin(order);
  else if (engine.ending()) begin({ ...network.order, record: false });
  network.trail = null;
  found[order.index] = order.value;
  parameters().set(found);
  await breath(); // of many that came at once, only the last is shown
  if (mine === turn) show("paused");
}

const ORDERS = {
  wake: ({ wasm }) => {
    engine = new WebAssembly.Instance(new WebAssembly.Module(wasm)).exports; // at once: no message is lost
    postMessage({ type: "ready" });
  },
  train: (order) => {
    begin(order);
    return go();
  },
  go,
  alter,
  stop: () => {
    turn += 1;
  },
  pause: () => {
    turn += 1;
    if (!network) return;
    network.trail = null; // what is held has been seen
    show(engine.ending() ? "ended" : "paused");
  },
  step: (order) => {
    turn += 1;
    if (order.settings) begin(order);
    network.trail = null;
    advance(0);
    show(engine.ending() ? "ended" : "paused");
  },
};

/** Serve the page with one kind of network. @param {Kind} what */
export function serve(what) {
  kind = what;
  onmessage = async ({ data: order }) => {
    lastOrder = order.order;
    try {
      await ORDERS[order.type](order);
    } catch (error) {
      postMessage({ type: "failed", run: order.run, message: String(error?.message ?? error) });
    }
  };
}

/** Let messages in: quicker than a timer, which browsers hold back. @returns {Promise<void>} */
const breath = () =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
