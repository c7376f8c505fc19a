// What is drawn on a canvas has colours of its own: it is drawn anew when the page's change.

/**
 * Call back when the page's theme may have changed. @returns how to leave
 * @param {() => void} listener
 */
export function onTheme(listener) {
  const observer = new MutationObserver(listener);
  const watched = { attributes: true, attributeFilter: ["class", "data-theme", "data-mode", "data-jp-theme-light"] };
  for (const node of [document.documentElement, document.body]) observer.observe(node, watched);
  const dark = matchMedia("(prefers-color-scheme: dark)");
  dark.addEventListener("change", listener);
  return () => {
    observer.disconnect();
    dark.removeEventListener("change", listener);
  };
}

/** The colour of an element's text: red, green, blue, 0 to 255. @param {Element} node @returns {number[]} */
export const colourOf = (node) => getComputedStyle(node).color.match(/[\d.]+/g).slice(0, 3).map(Number);
