// Keys that move along a row of stops.

const ARROWS = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 };
const ENDS = { Home: -Infinity, End: Infinity };

/**
 * How many stops a key goes, or undefined; with Ctrl, Alt or Meta it is the browser's.
 * @param {KeyboardEvent} event @param {number} page  what the page keys go
 */
export function stepsOf({ key, ctrlKey, altKey, metaKey }, page) {
  if (ctrlKey || altKey || metaKey) return undefined;
  return { ...ARROWS, ...ENDS, PageUp: page, PageDown: -page }[key];
}
