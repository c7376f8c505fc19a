// Functions of one number, made of the few numbers that describe them, and how far apart two are.

/** The Taylor polynomial of sin at 0, by Horner's rule. @param {number} degree  odd */
export const taylorSine = (degree) => (x) => {
  let sum = 1;
  for (let n = degree; n > 1; n -= 2) sum = 1 - (sum * x * x) / (n * (n - 1));
  return sum * x;
};

/**
 * The sum of coefficients[k] Pₖ(x / half), Pₖ being Legendre's polynomials, which are orthogonal on
 * [-half, half]. (k+1) Pₖ₊₁(t) = (2k+1) t Pₖ(t) − k Pₖ₋₁(t).
 * @param {number[]} coefficients @param {number} half
 */
export const legendreSeries = (coefficients, half) => (x) => {
  const t = x / half;
  let [before, now, sum] = [0, 1, 0];
  coefficients.forEach((coefficient, k) => {
    sum += coefficient * now;
    [before, now] = [now, ((2 * k + 1) * t * now - k * before) / (k + 1)];
  });
  return sum;
};

/** The mean squared difference of two functions at the points x. */
export function meanSquare(f, g, x) {
  let sum = 0;
  for (const at of x) sum += (f(at) - g(at)) ** 2;
  return sum / x.length;
}
