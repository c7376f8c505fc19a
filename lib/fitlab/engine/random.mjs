// Random numbers, the same as fitlab.random's: Philox4x32-10.

/** The streams, as in fitlab.random. */
export const POINTS = 3;
export const DIGITS = 5;

const HALF = 0xffff; // of a word: products of 32 bits by 32 do not fit into a number

/** High and low word of a product of two words. @param {number} a @param {number} b */
function product(a, b) {
  const [a0, a1, b0, b1] = [a & HALF, a >>> 16, b & HALF, b >>> 16];
  const middle = a1 * b0 + ((a0 * b0) >>> 16);
  const other = a0 * b1 + (middle & HALF);
  return [a1 * b1 + Math.floor(middle / 65536) + Math.floor(other / 65536), Math.imul(a, b)];
}

/** Four words of Philox4x32-10. @param {number[]} counter  four words @param {[number, number]} key */
export function philox([c0, c1, c2, c3], [k0, k1]) {
  for (let round = 0; round < 10; round++) {
    const [high0, low0] = product(0xd2511f53, c0);
    const [high1, low1] = product(0xcd9e8d57, c2);
    [c0, c1, c2, c3] = [(high1 ^ c1 ^ k0) >>> 0, low1 >>> 0, (high0 ^ c3 ^ k1) >>> 0, low0 >>> 0];
    k0 = (k0 + 0x9e3779b9) >>> 0;
    k1 = (k1 + 0xbb67ae85) >>> 0;
  }
  return [c0, c1, c2, c3];
}

/**
 * `n` numbers in [0, 1) at a place of a stream: words / 2^32.
 * @param {number} seed @param {number} stream @param {number} n @param {number} place @returns {number[]}
 */
export function uniform(seed, stream, n, place) {
  const blocks = Array.from({ length: Math.ceil(n / 4) }, (_, block) => philox([block, place, 0, 0], [seed, stream]));
  return blocks.flat().slice(0, n).map((word) => word / 2 ** 32);
}

/** 0 to n - 1 in the order of the uniform numbers at a place of a stream. */
export function permutation(seed, stream, n, place) {
  const u = uniform(seed, stream, n, place);
  return [...u.keys()].sort((a, b) => u[a] - u[b]); // stable, as numpy's
}
