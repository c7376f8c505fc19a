// What a pointer means on a plot: a finger that goes up or down scrolls, one that goes across draws
// or drags.

const SLOP = 4; // px that a finger may tremble

/** Whether a finger that came down there and is here now goes across, not up or down. */
export const goesAcross = (down, now) => {
  const [across, along] = [Math.abs(now.clientX - down.clientX), Math.abs(now.clientY - down.clientY)];
  return across > SLOP && across > along;
};

/**
 * Follow one pointer from where it comes down. A finger counts once it goes across, or as a tap: who
 * wipes up or down wants to scroll, and the browser says so with "pointercancel".
 * @param {HTMLElement} paper @param {HTMLElement} grip  what gets the focus
 * @param {(event: PointerEvent, settled: boolean) => void} follow
 * @param {(down: PointerEvent, now: PointerEvent) => boolean} isMeant  whether a finger counts by now
 */
export function takeHold(paper, grip, follow, isMeant = goesAcross) {
  let down = null; // where it came down, while it is down
  let counts = false;
  const isHeld = (event) => event.pointerId === down?.pointerId;
  paper.addEventListener("mousedown", (event) => event.preventDefault()); // we choose the focus
  paper.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || down) return;
    down = event;
    counts = event.pointerType !== "touch";
    paper.setPointerCapture(event.pointerId);
    grip.focus({ preventScroll: true });
    if (counts) follow(event, false);
  });
  paper.addEventListener("pointermove", (event) => {
    if (!isHeld(event)) return;
    counts ||= isMeant(down, event);
    if (counts) follow(event, false);
  });
  paper.addEventListener("pointerup", (event) => isHeld(event) && follow(event, true));
  for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) {
    paper.addEventListener(end, (event) => isHeld(event) && (down = null));
  }
}
