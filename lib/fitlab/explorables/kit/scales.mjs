// From numbers to places in a drawing, and from places to paths.

/** The map from `domain` to `range`, straight or logarithmic. */
export function scale(domain, range, logarithmic = false) {
  const warp = logarithmic ? Math.log : (v) => v;
  const [low, high] = domain.map(warp);
  const slope = (range[1] - range[0]) / (high - low);
  return (value) => range[0] + (warp(value) - low) * slope;
}

/** Points to an SVG path; where y is null or not finite, the line is broken. */
export function linePath(points) {
  let pen = "M";
  let path = "";
  for (const [x, y] of points) {
    const known = y !== null && Number.isFinite(x) && Number.isFinite(y);
    if (known) path += `${pen}${x.toFixed(1)} ${y.toFixed(1)}`;
    pen = known ? "L" : "M";
  }
  return path;
}

/** A tick at every place, from one height to another. @param {number[]} places @param {number} top @param {number} bottom */
export const tickPath = (places, top, bottom) => places.map((x) => `M${x.toFixed(1)} ${top}V${bottom}`).join("");

/** A dot at every point: lines of no length, which round ends make visible. */
export const dotPath = (points) =>
  points.map(([x, y]) => `M${x.toFixed(1)} ${y.toFixed(1)}h0`).join("");
