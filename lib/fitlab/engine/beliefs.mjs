// How good probabilities are, as in fitlab.classification.calibration and digit_losses.

const TINY = 2.2250738585072014e-308; // the smallest normal number: no probability costs infinitely much
const SMALLEST = 1e-3; // what a score is raised to before it is taken as a probability
const SCALES = [1, 2, 5, 10, 20, 50]; // factors on all scores
const BINS = 10;

const sum = (values) => values.reduce((total, value) => total + value, 0);
const shares = (values) => values.map((value) => value / sum(values));

/** How scores become probabilities. @type {Record<string, (scores: number[]) => number[]>} */
const READ = {
  softmax(scores) {
    const most = Math.max(...scores);
    return shares(scores.map((score) => Math.exp(score - most)));
  },
  clipped: (scores) => shares(scores.map((score) => Math.min(1, Math.max(SMALLEST, score)))),
};

const times = (k, scores) => scores.map((row) => row.map((score) => k * score));

/** The factor on scores with which their log-loss is least. @param {number[][]} scores @param {number[]} y */
export function bestScale(scores, y) {
  const losses = SCALES.map((k) => logLoss(times(k, scores), y, "softmax"));
  return SCALES[losses.indexOf(Math.min(...losses))];
}

/** The mean surprise of scores times a factor. */
export const scaledLogLoss = (scores, y, scale) => logLoss(times(scale, scores), y, "softmax");

/** The mean surprise, in nats. @param {number[][]} scores @param {number[]} y @param {string} read */
export const logLoss = (scores, y, read) =>
  sum(scores.map((row, i) => -Math.log(Math.max(READ[read](row)[y[i]], TINY)))) / y.length;

/** The largest probability of each row, and whether that class is right. @param {number[][]} scores @param {number[]} y */
export const claims = (scores, y) =>
  scores.map((row, i) => {
    const p = READ.softmax(row);
    const claimed = Math.max(...p);
    return { claimed, right: Number(p.indexOf(claimed) === y[i]) };
  });

/** The accuracy among the share of the claims that are surest. */
export function accuracyOfSurest(found, share) {
  const chosen = [...found].sort((a, b) => b.claimed - a.claimed).slice(0, Math.max(1, Math.round(share * found.length)));
  return sum(chosen.map(({ right }) => right)) / chosen.length;
}

export const meanConfidence = (found) => sum(found.map(({ claimed }) => claimed)) / found.length;

/** The mean distance of claim and truth, over bins of equal width. */
export function calibrationError(found) {
  const bins = Array.from({ length: BINS }, () => []);
  for (const each of found) bins[Math.min(Math.floor(each.claimed * BINS), BINS - 1)].push(each);
  const off = bins.map((bin) => Math.abs(sum(bin.map(({ claimed, right }) => claimed - right))));
  return sum(off) / found.length;
}
