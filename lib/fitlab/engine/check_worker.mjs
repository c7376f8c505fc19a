// Checks a claim beside the page, on the seeds of a reader. Whoever wants it to stop ends the worker.
import { check } from "./check.mjs";
import { allDigits } from "./digits.mjs";

/**
 * @typedef {{ run: number, plan: import("./check.mjs").Plan, seeds: number[],
 *   digits?: { pixels: string, labels: string } }} Order
 */

let engine; // the exports of engine.wasm
let digits = null; // all of them, once they came

/** @param {Order} order */
function obey({ run, plan, seeds, digits: given }) {
  if (given) digits ??= allDigits(given);
  const tell = (done, total) => postMessage({ type: "progress", run, done, total });
  postMessage({ type: "checked", run, ...check(engine, plan, seeds, digits, tell) });
}

onmessage = ({ data: order }) => {
  try {
    if (order.type === "wake") {
      engine = new WebAssembly.Instance(new WebAssembly.Module(order.wasm)).exports;
      postMessage({ type: "ready" });
    } else obey(order);
  } catch (error) {
    postMessage({ type: "failed", run: order.run, message: String(error?.message ?? error) });
  }
};
