// A peer: the network of TensorFlow Playground (Smilkov and others 2017), written anew from its formulas: an object
// for each node and link, sample after sample, slopes summed up in them until a batch is over, plain SGD.
import { pacer } from "./pacer.mjs";

/** Functions and their slopes, both of a node's total input, as there. */
const ACTIVATIONS = {
  tanh: { value: Math.tanh, slope: (total) => 1 - Math.tanh(total) ** 2 },
  relu: { value: (total) => Math.max(0, total), slope: (total) => (total > 0 ? 1 : 0) },
  identity: { value: (total) => total, slope: () => 1 },
};

/** What has a number to learn: the slopes of the error by it, summed up over the samples of a batch. */
class Learner {
  sumOfSlopes = 0;
  count = 0;

  add(slope) {
    this.sumOfSlopes += slope;
    this.count++;
  }

  /** The mean slope, which is then forgotten. */
  takeMean() {
    const mean = this.sumOfSlopes / this.count;
    this.sumOfSlopes = this.count = 0;
    return mean;
  }
}

/** From one node to another; it learns its weight. */
class Link extends Learner {
  constructor(source, target, weight) {
    super();
    this.source = source;
    this.target = target;
    this.weight = weight;
    source.outgoing.push(this);
  }
}

/** A unit of the network, which learns its bias. */
class Node extends Learner {
  incoming = [];
  outgoing = [];
  bias = 0;
  total = 0; // what comes in
  output = 0;
  slopeOfOutput = 0; // of the error by the output,
  slopeOfTotal = 0; // and by what comes in

  constructor(activation) {
    super();
    this.activation = activation;
  }

  forward() {
    this.total = this.bias;
    for (const { weight, source } of this.incoming) this.total += weight * source.output;
    this.output = this.activation.value(this.total);
  }

  backward() {
    this.slopeOfTotal = this.slopeOfOutput * this.activation.slope(this.total);
    this.add(this.slopeOfTotal);
    for (const link of this.incoming) link.add(this.slopeOfTotal * link.source.output);
  }

  gatherSlope() {
    this.slopeOfOutput = 0;
    for (const { weight, target } of this.outgoing) this.slopeOfOutput += weight * target.slopeOfTotal;
  }

  update(rate) {
    this.bias -= rate * this.takeMean();
    for (const link of this.incoming) link.weight -= rate * link.takeMean();
  }
}

/** Layers of nodes, of which the last has one: its answer. */
class Network {
  /** @param {{ settings: object, parameters: number[] }} order  @param {string} last  the output's activation */
  constructor({ settings, parameters }, last) {
    const { inputs, width, depth, activation } = settings;
    const layer = (size, name) => Array.from({ length: size }, () => new Node(ACTIVATIONS[name]));
    const hidden = Array.from({ length: depth }, () => layer(width, activation));
    this.layers = [layer(inputs, "identity"), ...hidden, layer(1, last)];
    this.computed = this.layers.slice(1);
    this.connect(parameters.values());
  }

  /** Layer after layer the weights by rows, then the biases. */
  connect(numbers) {
    this.computed.forEach((nodes, before) => {
      for (const node of nodes)
        node.incoming = this.layers[before].map((source) => new Link(source, node, numbers.next().value));
      for (const node of nodes) node.bias = numbers.next().value;
    });
  }

  forward(x) {
    this.layers[0].forEach((node, i) => (node.output = x[i]));
    for (const nodes of this.computed) for (const node of nodes) node.forward();
    return this.computed.at(-1)[0].output;
  }

  /** The error is (output - y)^2 / 2. */
  backward(y) {
    const [output] = this.computed.at(-1);
    output.slopeOfOutput = output.output - y;
    for (let i = this.computed.length - 1; i >= 0; i--) {
      for (const node of this.computed[i]) node.backward();
      if (i > 0) for (const node of this.computed[i - 1]) node.gatherSlope();
    }
  }

  update(rate) {
    for (const nodes of this.computed) for (const node of nodes) node.update(rate);
  }
}

/** A step on a batch of indices. @returns {number} the mean of (output - y)^2 before it */
function step(network, { settings, x, y }, batch) {
  let sum = 0;
  for (const i of batch) {
    sum += (network.forward(x[i]) - y[i]) ** 2;
    network.backward(y[i]);
  }
  network.update(2 * settings.lr); // half the error has half the slope
  return sum / batch.length;
}

/** The losses of an epoch's steps; its output is linear for once, as the engine's. */
export function losses(order, last = "identity") {
  const network = new Network(order, last);
  return order.batches.map((batch) => step(network, order, batch));
}

/** Epochs a second, with the output and the loss that it has in Playground. */
export function pace(order, ms) {
  const network = new Network(order, "tanh");
  return pacer(() => order.batches.forEach((batch) => step(network, order, batch)), 1, ms);
}
