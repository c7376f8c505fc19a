// How many multiplications and additions a second: the most that is possible, and the engine's
// training steps. They take turns in short slices, so that whatever else this machine does meets
// them alike.
import { start } from "./engine.mjs";
import { pacer } from "./pacer.mjs";
import { instance } from "./wasm.mjs";

const SUMS = [4, 6, 8, 10, 12, 13, 14]; // as in roof.c
const [FACTOR, TERM] = [0.5, 0.5];
const TRIALS = 15; // before it is settled how many sums are best

let roof;

export async function load() {
  roof = await instance("/made/roof.wasm");
}

/** 1e9 operations a second with so many sums. */
function roofPace(sums, ms) {
  const work = roof[`roof${sums}`];
  return (4 * sums * pacer((rounds) => work(rounds, FACTOR, TERM), 2e5, ms)) / 1e9;
}

/** The number of sums that gives most: in its best trial, as other work only ever slows one down. */
function bestSums(ms) {
  const best = SUMS.map(() => 0);
  for (let trial = 0; trial < TRIALS; trial++)
    SUMS.forEach((sums, i) => (best[i] = Math.max(best[i], roofPace(sums, ms))));
  return SUMS[best.indexOf(Math.max(...best))];
}

/**
 * Steps a second of the engine for each network, and the roof, each as often as there are rounds.
 */
export async function measure(networks, rounds, ms) {
  const runs = [];
  for (const settings of networks) {
    const { advance } = await start(settings);
    runs.push((slice) => pacer(advance, portion(settings), slice));
    runs.at(-1)(10 * ms); // warm up
  }
  const sums = bestSums(ms);
  const found = { sums, roof: [], steps: networks.map(() => []) };
  for (let round = 0; round < rounds; round++) {
    found.roof.push(roofPace(sums, ms));
    runs.forEach((run, i) => found.steps[i].push(run(ms)));
  }
  return found;
}

/** So many steps take about a millisecond. */
const portion = ({ width, depth, batch }) => Math.max(1, Math.round(2e7 / (6 * batch * depth * width ** 2)));
