// The nodes that everything is built of.

const SVG = "http://www.w3.org/2000/svg";
/**
 * An HTML element with attributes and children.
 * @param {string} name @param {Record<string, unknown>} attributes @param {...(Node | string)} children
 */
export function element(name, attributes = {}, ...children) {
  return furnish(document.createElement(name), attributes, children);
}

/** The same for SVG. */
export function svgElement(name, attributes = {}, ...children) {
  return furnish(document.createElementNS(SVG, name), attributes, children);
}

function furnish(node, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, String(value));
  node.append(...children);
  return node;
}

// JupyterLab takes keys for itself unless the very element with the focus says not to.
export const KEEP_KEYS = { "data-lm-suppress-shortcuts": "true" };

/**
 * The root of an explorable, with the contract that tests and readers' scripts rely on.
 * @param {string} name  as in data-explorable @param {string} label  its name for people
 */
export const explorableRoot = (name, label) =>
  element("div", { class: `fit-explorable fit-explorable-${name}`, "data-explorable": name, role: "group", "aria-label": label });

/** Elements that are folded away under a summary. @param {string} summary @param {...Node} children */
export const fold = (summary, ...children) =>
  /** @type {HTMLDetailsElement} */ (element("details", {}, element("summary", KEEP_KEYS, summary), ...children));

/** A group of elements under a class. @param {string} className @param {...Node} children */
export const group = (className, ...children) => element("div", { class: className }, ...children);
