// The checks of claims as a contestant: what a page's worker does, without the page around it.
import { check } from "../../../lib/fitlab/engine/check.mjs";
import { allDigits } from "../../../lib/fitlab/engine/digits.mjs";
import { ENGINE } from "./engine.mjs";
import { instance } from "./wasm.mjs";

let engine, digits;

export async function load(text) {
  engine = await instance(ENGINE);
  digits = allDigits(text);
}

/** The seconds that a plan takes on these seeds. */
export function seconds(plan, seeds) {
  const started = performance.now();
  check(engine, plan, seeds, digits, () => {});
  return (performance.now() - started) / 1e3;
}
