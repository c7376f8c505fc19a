/** How often a second `work(portion)` does its work, from at least `ms` of it. */
export function pacer(work, portion, ms) {
  const started = performance.now();
  let [count, now] = [0, started];
  while (now < started + ms) {
    work(portion);
    count += portion;
    now = performance.now();
  }
  return (1e3 * count) / (now - started);
}
