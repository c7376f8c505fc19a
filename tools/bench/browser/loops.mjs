// A peer: the same training in plain JavaScript, as one would write it by hand with some care:
// float64 in typed arrays, nothing allocated while it trains, and sums kept in variables, so that
// every number that was read is used several times.
import { points, screened, untilDone } from "./task.mjs";

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

/** c[i][j] += sum_k a(i, k) b[k][j], where a(i, k) is a[i * row + k * column]. */
function product(c, a, row, column, b, rows, sums, columns) {
  const evenRows = rows - (rows % 4);
  const evenColumns = columns - (columns % 2);
  for (let i = 0; i < evenRows; i += 4)
    for (let j = 0; j < evenColumns; j += 2) fourByTwo(c, a, row, column, b, i, j, sums, columns);
  for (let i = 0; i < rows; i++)
    for (let j = i < evenRows ? evenColumns : 0; j < columns; j++) {
      let sum = c[i * columns + j];
      for (let k = 0; k < sums; k++) sum += a[i * row + k * column] * b[k * columns + j];
      c[i * columns + j] = sum;
    }
}

/** Four rows and two columns of a product from (i, j) on: eight sums at once. */
function fourByTwo(c, a, row, column, b, i, j, sums, columns) {
  let s00 = 0, s01 = 0, s10 = 0, s11 = 0, s20 = 0, s21 = 0, s30 = 0, s31 = 0;
  let at = i * row;
  for (let k = 0, from = j; k < sums; k++, from += columns, at += column) {
    const b0 = b[from], b1 = b[from + 1];
    const a0 = a[at], a1 = a[at + row], a2 = a[at + 2 * row], a3 = a[at + 3 * row];
    s00 += a0 * b0, s01 += a0 * b1, s10 += a1 * b0, s11 += a1 * b1;
    s20 += a2 * b0, s21 += a2 * b1, s30 += a3 * b0, s31 += a3 * b1;
  }
  let to = i * columns + j;
  c[to] += s00, c[to + 1] += s01, to += columns;
  c[to] += s10, c[to + 1] += s11, to += columns;
  c[to] += s20, c[to + 1] += s21, to += columns;
  c[to] += s30, c[to + 1] += s31;
}

/** weight (rows, columns) the other way round, to `turned`. */
function transpose(turned, weight, rows, columns) {
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) turned[j * rows + i] = weight[i * columns + j];
}

/** A network of rectified layers, with Adam. */
export class Network {
  /** parameters: per layer the weight by rows, then the bias. */
  constructor({ width, depth, batch, lr }, parameters) {
    this.vector = Float64Array.from(parameters);
    const like = () => new Float64Array(parameters.length);
    Object.assign(this, { batch, lr, slope: like(), mean: like(), square: like(), power1: 1, power2: 1 });
    let place = 0;
    const part = (all, from, length) => all.subarray(from, from + length);
    this.layers = Array.from({ length: depth + 1 }, (_, index) => {
      const inputs = index === 0 ? 1 : width;
      const outputs = index === depth ? 1 : width;
      const [from, size] = [place, inputs * outputs];
      place += size + outputs;
      return {
        inputs, outputs,
        weight: part(this.vector, from, size), bias: part(this.vector, from + size, outputs),
        weightSlope: part(this.slope, from, size), biasSlope: part(this.slope, from + size, outputs),
        turned: new Float64Array(size), x: new Float64Array(batch * inputs), delta: new Float64Array(batch * outputs),
      };
    });
    this.output = new Float64Array(batch);
  }

  /** The output on the n <= batch samples in the first layer's x. */
  forward(n) {
    this.layers.forEach(({ inputs, outputs, weight, bias, turned, x }, index) => {
      const next = this.layers[index + 1];
      const z = next ? next.x : this.output;
      for (let s = 0; s < n; s++) z.set(bias, s * outputs);
      transpose(turned, weight, outputs, inputs);
      product(z, x, inputs, 1, turned, n, inputs, outputs);
      if (next) for (let i = 0; i < n * outputs; i++) if (z[i] < 0) z[i] = 0;
    });
    return this.output;
  }

  /** The slopes of all parameters, from the last layer's delta. */
  backward(n) {
    this.slope.fill(0);
    for (let index = this.layers.length - 1; index >= 0; index--) {
      const { inputs, outputs, weight, weightSlope, biasSlope, x, delta } = this.layers[index];
      product(weightSlope, delta, 1, outputs, x, outputs, n, inputs);
      for (let i = 0, o = 0; i < n * outputs; i++, o = o + 1 < outputs ? o + 1 : 0) biasSlope[o] += delta[i];
      if (index === 0) return;
      const below = this.layers[index - 1].delta;
      below.fill(0);
      product(below, delta, outputs, 1, weight, n, outputs, inputs);
      for (let i = 0; i < n * inputs; i++) if (x[i] <= 0) below[i] = 0;
    }
  }

  /** One step on a batch; returns its loss before the step. */
  step(x, y) {
    this.layers[0].x.set(x);
    const output = this.forward(x.length);
    const { delta } = this.layers.at(-1);
    let sum = 0;
    for (let s = 0; s < x.length; s++) {
      const error = output[s] - y[s];
      sum += error * error;
      delta[s] = (2 / x.length) * error;
    }
    this.backward(x.length);
    this.adam();
    return sum / x.length;
  }

  adam() {
    const { vector, slope, mean, square } = this;
    this.power1 *= BETA1;
    this.power2 *= BETA2;
    const correction = 1 / Math.sqrt(1 - this.power2);
    const rate = this.lr / (1 - this.power1);
    for (let i = 0; i < vector.length; i++) {
      const g = slope[i];
      mean[i] += (1 - BETA1) * (g - mean[i]);
      square[i] = BETA2 * square[i] + (1 - BETA2) * g * g;
      vector[i] -= (rate * mean[i]) / (Math.sqrt(square[i]) * correction + EPSILON);
    }
  }

  mse({ x, y }) {
    let sum = 0;
    for (let from = 0; from < x.length; from += this.batch) {
      const part = x.subarray(from, from + this.batch);
      this.layers[0].x.set(part);
      const output = this.forward(part.length);
      for (let s = 0; s < part.length; s++) sum += (output[s] - y[from + s]) ** 2;
    }
    return sum / x.length;
  }
}

/** Each batch as samples and their targets. */
const cut = ({ x, y }, batches) =>
  batches.map((batch) => [x, y].map((values) => Float64Array.from(batch, (i) => values[i])));

export function load() {}

/** A whole fit, with weights and batches given. */
export function fit(order) {
  const all = points(order.settings.samples);
  const some = screened(all);
  const batches = cut(all, order.batches);
  const started = performance.now();
  const network = new Network(order.settings, order.parameters);
  const done = untilDone(order, (b) => network.step(...batches[b]), (few) => network.mse(few ? some : all));
  return { ms: performance.now() - started, ...done };
}

/** The loss of the first steps. */
export function losses({ settings, parameters, batches }, count) {
  const network = new Network(settings, parameters);
  return cut(points(settings.samples), batches.slice(0, count)).map((batch) => network.step(...batch));
}
