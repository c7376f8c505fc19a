// The Taylor polynomials of sin at 0, as in fitlab.regression.approximants and taylor_distance.

/** The degrees that a fit is compared with. */
export const DEGREES = [1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21];

/** The polynomial of an odd degree, by Horner's rule. @param {number} degree @returns {(x: number) => number} */
export function taylorPolynomial(degree) {
  const coefficients = Array.from({ length: degree + 1 }, (_, k) => [0, 1, 0, -1][k % 4] / factorial(k));
  return (x) => coefficients.reduceRight((sum, coefficient) => sum * x + coefficient, 0);
}

const factorial = (n) => (n < 2 ? 1 : n * factorial(n - 1));

/** The mean squared difference. @param {ArrayLike<number>} a @param {ArrayLike<number>} b */
export function meanSquare(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) ** 2;
  return sum / a.length;
}

/** The degree whose polynomial has the MSE nearest to this, on a logarithmic scale. */
export function worth(mse, x, y) {
  const away = DEGREES.map((degree) => Math.abs(Math.log(meanSquare(x.map(taylorPolynomial(degree)), y) / mse)));
  return DEGREES[away.indexOf(Math.min(...away))];
}
