// Trains in the page, beside it: a worker around engine.wasm. It keeps one network at a time and
// takes steps in short slices, so that it hears the page in between.
import { drawnLine, evenly, FORMULAS } from "./samples.mjs";
import { create, doubles } from "./network.mjs";
import { hingesOf, linearPieces } from "./pieces.mjs";

const ENDINGS = [null, "converged", "diverged", "dead", "out of steps"]; // as engine.c numbers them
const SLICE = 12; // ms of training between two looks at the page's messages
const PIECES_SLICE = 4; // ms that finding the pieces of a moving curve may take; else it has none
const CURVE_POINTS = 201;
const MOST_KEPT = 48; // moments on the way
const UNSEEN = 700; // ms: a training that takes less is over before it can be seen, and shown again
const REPLAYED = 1300; // ms: after so long nobody waits for moments any more
const LOOKED_AT = 625; // samples for the MSE of a moment: of 10,000 every 16th, as a check has it

let engine; // the exports of engine.wasm
let network; // what is trained now
let lastOrder; // the number of the page's newest order
let turn = 0; // grows when whatever is running has to end

/**
 * A new network. interval: the target's. record: keep moments on the way, for whoever is too slow to see.
 * @param {{ run: number, settings: import("../explorables/fit.mjs").Settings, interval: { low: number, high: number }, record?: boolean }} order
 */
function begin({ run, settings, interval, record }) {
  const count = create(engine, settings, samplesOf(settings, interval));
  const trail = record ? { moments: [], every: 1, began: performance.now() } : null;
  const grid = evenly(interval, CURVE_POINTS);
  network = { run, settings, interval, grid, count, trail, mse: undefined, checks: [], piecesTook: 0 };
  if (record) {
    keep(trail);
    show("training"); // how it begins, at once
  }
}

/** The samples x and y. They are kept: most networks in a row have the same. */
let kept = { key: "", samples: /** @type {[number[], number[]]} */ ([[], []]) };
function samplesOf({ target, drawing, samples }, interval) {
  const key = JSON.stringify([target, target === "drawn" && drawing, samples, interval]);
  if (key !== kept.key) {
    const f = target === "drawn" ? drawnLine(drawing) : FORMULAS[target];
    const x = evenly(interval, samples);
    kept = { key, samples: [x, x.map(f)] };
  }
  return kept.samples;
}

/** Take steps until `deadline` or the ending, and note every check. */
function advance(deadline) {
  const { check_every } = network.settings;
  do {
    engine.advance(1);
    if (network.trail && engine.steps() % network.trail.every === 0) keep(network.trail);
    if (engine.steps() % check_every === 0 || engine.ending()) {
      network.mse = finite(engine.checked_error());
      network.checks.push([engine.steps(), network.mse]);
    }
  } while (!engine.ending() && performance.now() < deadline);
}

/** Keep the network of now; when there are many, every other one. */
function keep(trail) {
  trail.moments.push({ step: engine.steps(), parameters: Float64Array.from(parameters()) });
  if (trail.moments.length < MOST_KEPT) return;
  trail.moments = trail.moments.filter((_, i) => i % 2 === 0);
  trail.every *= 2;
}

const parameters = () => doubles(engine, engine.parameters(), network.count);

/** Train to the end, or until something else comes; a picture after every slice that is not kept. */
async function go() {
  const mine = ++turn;
  await breath(); // of many orders that came at once, only the last is trained
  while (mine === turn) {
    advance(performance.now() + SLICE);
    if (engine.ending()) {
      show("ended");
      return network.trail && tellTrail(network.trail, mine);
    }
    if (network.trail && performance.now() - network.trail.began > UNSEEN) network.trail = null;
    if (!network.trail) show("training"); // what lasts is seen as it goes
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
    const moment = { step, mse: lookedAtMse(), curve: Array.from(curve(), finite), ...pieces(false) };
    parameters().set(last);
    postMessage({ type: "moment", run: network.run, order: lastOrder, moment });
  }
}

/** The MSE of now on some of the samples. */
function lookedAtMse() {
  const [x, y] = kept.samples;
  const stride = Math.ceil(x.length / LOOKED_AT);
  const some = (values) => values.filter((_, i) => i % stride === 0);
  const predicted = predict(some(x));
  const sum = some(y).reduce((total, value, i) => total + (predicted[i] - value) ** 2, 0);
  return finite(sum / predicted.length);
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

/** Send a picture of now. @param {"training" | "paused" | "ended"} state */
function show(state) {
  const moving = state === "training";
  // the check that found it converged has looked at all samples; a check may look at some only
  const known = moving || ENDINGS[engine.ending()] === "converged";
  const mse = known ? network.mse : finite(engine.evaluate(0));
  const steps = engine.steps();
  postMessage({
    type: "frame",
    run: network.run,
    order: lastOrder,
    state,
    ending: ENDINGS[engine.ending()],
    checks: network.checks.splice(0), // those since the last picture
    replayed: state === "ended" && network.trail !== null, // its moments follow
    frame: { step: steps, loss: finite(engine.loss()), mse, curve: Array.from(curve(), finite), ...pieces(moving) },
  });
}

/** The network on evenly spaced points. */
const curve = () => predict(network.grid);

/** The network at x: a view of the engine's memory, to be copied at once. @param {number[]} x */
function predict(x) {
  doubles(engine, engine.grid(), x.length).set(x);
  engine.predict(x.length);
  return doubles(engine, engine.answers(), x.length);
}

/** The pieces and hinges; of a moving curve only when they are not too dear. */
function pieces(moving) {
  const started = performance.now();
  const numbers = parameters();
  const none = network.settings.activation === "tanh" || !numbers.every(Number.isFinite);
  if (none || (moving && network.piecesTook > PIECES_SLICE)) return { pieces: null, hinges: [] };
  const found = linearPieces(numbers, network.settings, network.interval);
  network.piecesTook = performance.now() - started;
  return { pieces: found.slopes.length, hinges: hingesOf(found) };
}

const finite = (value) => (Number.isFinite(value) ? value : null);

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

onmessage = async ({ data: order }) => {
  lastOrder = order.order;
  try {
    await ORDERS[order.type](order);
  } catch (error) {
    postMessage({ type: "failed", run: order.run, message: String(error?.message ?? error) });
  }
};
