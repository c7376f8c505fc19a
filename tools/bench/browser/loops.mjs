// A peer: the same training in plain JavaScript, as one would write it by hand with some care.
// Numbers are float64 in typed arrays. The loops of the three products take four rows at a time, so
// that a number that was read is used four times and four sums are under way at once.
import { points, screened, untilDone } from "./task.mjs";

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;
const TILE = 64; // samples evaluated at a time, so that they stay in the cache

/** z[s][o] = bias[o] + sum_i x[s][i] w[o][i] */
function forward(z, x, w, bias, n, inputs, outputs) {
  const whole = outputs - (outputs % 4);
  for (let s = 0; s < n; s++) {
    const from = s * inputs;
    for (let o = 0; o < outputs; o += o < whole ? 4 : 1) {
      let place = o * inputs;
      let z0 = bias[o];
      if (o >= whole) {
        for (let i = 0; i < inputs; i++) z0 += x[from + i] * w[place + i];
        z[s * outputs + o] = z0;
        continue;
      }
      let [z1, z2, z3] = [bias[o + 1], bias[o + 2], bias[o + 3]];
      for (let i = 0; i < inputs; i++, place++) {
        const value = x[from + i];
        z0 += value * w[place];
        z1 += value * w[place + inputs];
        z2 += value * w[place + 2 * inputs];
        z3 += value * w[place + 3 * inputs];
      }
      z.set([z0, z1, z2, z3], s * outputs + o);
    }
  }
}
