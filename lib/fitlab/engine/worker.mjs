// Trains in the page, beside it: a worker around engine.wasm. It keeps one network at a time and
// takes steps in short slices, so that it hears the page in between.
import { brokenLine, evenly, FORMULAS } from "./samples.mjs";
import { hingesOf, linearPieces } from "./pieces.mjs";

const ACTIVATIONS = ["relu", "tanh", "identity"]; // as engine.c numbers them
const ENDINGS = [null, "converged", "diverged", "dead", "out of steps"];
const SLICE = 12; // ms of training between two looks at the page's messages
const PIECES_SHARE = 0.25; // of the time may go into finding the pieces of a moving curve
const CURVE_POINTS = 201;

let engine; // the exports of engine.wasm
let network; // what is trained now
let turn = 0; // grows when whatever is running has to end

/** A part of the engine's memory. Made anew every time: memory that grows leaves old views empty. */
const doubles = (address, length) => new Float64Array(engine.memory.buffer, address, length);

/**
 * A new network. interval: the target's.
 * @param {{ run: number, settings: object, interval: { low: number, high: number } }} order
 */
function begin({ run, settings, interval }) {
  const { width, depth, activation, dropout, samples, batch, lr, tolerance, max_steps, check_every, seed } = settings;
  const count = engine.create(
    width, depth, ACTIVATIONS.indexOf(activation), dropout, samples, batch, lr, tolerance, max_steps, check_every, seed,
  );
  if (!count) throw new Error(`a network of width ${width}, depth ${depth} does not fit into this page's memory`);
  const [x, y] = samplesOf(settings, interval);
  doubles(engine.inputs(), samples).set(x);
  doubles(engine.targets(), samples).set(y);
  network = { run, settings, interval, count, mse: null, checks: [], piecesDue: 0, busy: 0 };
}

/** The samples x and y. They are kept: most networks in a row have the same. */
let kept = { key: "", samples: [] };
function samplesOf({ target, drawing, samples }, interval) {
  const key = JSON.stringify([target, target === "drawn" && drawing, samples, interval]);
  if (key !== kept.key) {
    const f = target === "drawn" ? brokenLine(drawing) : FORMULAS[target];
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
    if (engine.steps() % check_every === 0 || engine.ending()) {
      network.mse = finite(engine.checked_mse());
      network.checks.push([engine.steps(), network.mse]);
    }
  } while (!engine.ending() && performance.now() < deadline);
}

/** Train to the end, or until something else comes; a picture after every slice. */
async function go() {
  const mine = ++turn;
  await breath(); // of many orders that came at once, only the last is trained
  while (mine === turn) {
    const started = performance.now();
    advance(started + SLICE);
    network.busy += performance.now() - started;
    if (engine.ending()) return show("ended");
    show("training");
    await breath();
  }
}

/** Let messages in: quicker than a timer, which browsers hold back. */
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
  const mse = known ? network.mse : finite(engine.mse());
  const steps = engine.steps();
  postMessage({
    type: "frame",
    run: network.run,
    state,
    ending: ENDINGS[engine.ending()],
    busy: network.busy,
    checks: network.checks.splice(0), // those since the last picture
    frame: { step: steps, loss: finite(engine.loss()), mse, curve: curve(), ...pieces(moving) },
  });
}

function curve() {
  doubles(engine.grid(), CURVE_POINTS).set(evenly(network.interval, CURVE_POINTS));
  engine.predict(CURVE_POINTS);
  return Array.from(doubles(engine.grid(), CURVE_POINTS), finite);
}

/** The pieces and hinges; of a moving curve only when they are not too dear. */
function pieces(moving) {
  const started = performance.now();
  const parameters = doubles(engine.parameters(), network.count);
  const none = network.settings.activation === "tanh" || !parameters.every(Number.isFinite);
  if (none || (moving && started < network.piecesDue)) return { pieces: null, hinges: [] };
  const found = linearPieces(parameters, network.settings, network.interval);
  network.piecesDue = started + (performance.now() - started) / PIECES_SHARE;
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
  pause: () => {
    turn += 1;
    if (network) show(engine.ending() ? "ended" : "paused");
  },
  step: (order) => {
    turn += 1;
    if (order.settings) begin(order);
    advance(0);
    show(engine.ending() ? "ended" : "paused");
  },
};

onmessage = async ({ data: order }) => {
  try {
    await ORDERS[order.type](order);
  } catch (error) {
    postMessage({ type: "failed", run: order.run, message: String(error?.message ?? error) });
  }
};
