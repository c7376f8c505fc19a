// The training with the settings of now as a cell of plain PyTorch, for "Copy as PyTorch".

/**
 * @typedef {import("./plane.mjs").Settings} Settings
 * @typedef {import("./plane.mjs").Setup} Setup
 */

const SETTINGS = /^# settings\n[^]*^# end of settings\n\n\n/m;

/** @param {Setup} setup @param {Settings} settings */
export function planeCell({ cell, codes }, settings) {
  const { puzzle, own, seed, noise, held_out, false_labels, width, depth, activation, dropout } = settings;
  const { loss, optimizer, lr, weight_decay, batch, tolerance, max_epochs } = settings;
  const n = puzzle === "own" ? own.length : settings.n;
  const lines = [
    `seed, n, noise, held_out, false_labels = ${[seed, n, noise, held_out, false_labels].join(", ")}`,
    `width, depth, activation, dropout = ${width}, ${depth}, "${activation}", ${dropout}`,
    `loss, optimizer, lr, weight_decay, batch = "${loss}", "${optimizer}", ${lr}, ${weight_decay}, ${batch}`,
    `tolerance, max_epochs = ${tolerance}, ${max_epochs}`,
    "\n",
    puzzle === "own" ? ownPoints(own) : codes[puzzle],
  ];
  return cell.replace(SETTINGS, () => `${lines.join("\n")}\n\n\n`);
}

/** @param {[number, number, number][]} own */
function ownPoints(own) {
  const points = own.map((point) => `(${point.join(", ")})`);
  const puzzle = ["def puzzle(u, noise):", "    return own[:, :2], own[:, 2]"];
  return [`own = np.array([${points.join(", ")}])`, "\n", ...puzzle].join("\n");
}
