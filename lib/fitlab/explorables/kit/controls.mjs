// What a reader sets. A control calls back and holds no state of its own; `set` shows a value
// without calling.
import { element, KEEP_KEYS } from "./elements.mjs";
import { nearest } from "./numbers.mjs";
import { short, t } from "./words.mjs";

/**
 * A slider over `stops`, or over the integers from low to high. While it moves it calls
 * onInput(value, false), and when it is let go, or moved by a key, onInput(value, true) as well.
 * @param {{ name: string, low?: number, high?: number, stops?: number[], unit: (value: number) => string,
 *           shown?: (value: number) => string,
 *           onInput: (value: number, settled: boolean) => void }} options
 */
export function slider({ name, low, high, stops, unit, shown = short, onInput }) {
  const [first, last] = stops ? [0, stops.length - 1] : [low, high];
  const input = element("input", { type: "range", min: first, max: last, step: 1, ...KEEP_KEYS });
  const label = element("label", {}, element("span", {}, name), input);
  const output = element("output", { "aria-live": "off" }); // the slider says its value itself
  const tell = (value) => {
    input.style.setProperty("--at", String((Number(input.value) - first) / (last - first || 1)));
    input.setAttribute("aria-valuetext", unit(value));
    output.textContent = shown(value);
  };
  const chosen = () => (stops ? stops[Number(input.value)] : Number(input.value));
  let moving = false;
  const settle = () => {
    if (moving) onInput(chosen(), true);
    moving = false;
  };
  input.addEventListener("input", () => {
    moving = true;
    tell(chosen());
    onInput(chosen(), false);
  });
  input.addEventListener("change", settle);
  // a slider that is dragged away and back has not changed, but it was moved; "change" comes first
  for (const end of ["pointerup", "pointercancel", "blur"]) input.addEventListener(end, () => setTimeout(settle));
  const set = (value) => {
    input.value = String(stops ? nearest(stops, value) : value);
    tell(value);
  };
  return { element: element("div", { class: "fit-slider" }, label, output), set };
}

/**
 * A list to choose one of.
 * @param {{ name: string, options: { value: string, label: string }[], onInput: (value: string) => void }} options
 */
export function choice({ name, options, onInput }) {
  const items = options.map(({ value, label }) => element("option", { value }, label));
  const select = element("select", KEEP_KEYS, ...items);
  select.addEventListener("change", () => onInput(select.value));
  const set = (value) => {
    if (select.value !== value) select.value = value;
  };
  const label = element("label", {}, element("span", {}, name), select);
  return { element: element("div", { class: "fit-choice" }, label), set };
}

/**
 * A field for an integer from low to high. What is no such number is refused when it is left.
 * @param {{ name: string, low: number, high: number, onInput: (value: number) => void }} options
 */
export function numberField({ name, low, high, onInput }) {
  const input = element("input", { type: "number", min: low, max: high, step: 1, ...KEEP_KEYS });
  let valid;
  const set = (value) => {
    const { activeElement } = /** @type {Document | ShadowRoot} */ (input.getRootNode());
    if (value === valid && activeElement === input) return; // somebody is typing
    valid = value;
    input.value = String(value);
  };
  input.addEventListener("change", () => {
    const value = input.valueAsNumber;
    if (!Number.isInteger(value) || value < low || value > high) input.value = String(valid);
    else if (value !== valid) onInput((valid = value));
  });
  const label = element("label", {}, element("span", {}, name), input);
  return { element: element("div", { class: "fit-number" }, label), set };
}

/** A button. Disabled it keeps the focus, so that nobody at a keyboard is thrown out. */
export function button({ name, onClick }) {
  const node = element("button", { type: "button", ...KEEP_KEYS }, name);
  const enabled = () => node.getAttribute("aria-disabled") !== "true";
  node.addEventListener("click", () => enabled() && onClick());
  return { element: node, enable: (yes) => node.setAttribute("aria-disabled", String(!yes)) };
}

/**
 * A button that copies a text, and says so; where the browser forbids it, the text appears, selected.
 * @param {{ name: string, text: () => string }} options
 */
export function copyButton({ name, text }) {
  const said = element("span", { class: "fit-copied", role: "status" });
  const shown = element("textarea", { readonly: "", hidden: "", "aria-label": name, ...KEEP_KEYS });
  const offer = () => {
    shown.hidden = false;
    shown.value = text();
    shown.select();
    said.textContent = t`Press Ctrl C, or copy the marked text.`;
  };
  const onClick = async () => {
    try {
      await navigator.clipboard.writeText(text());
      shown.hidden = true;
      said.textContent = t`Copied.`;
    } catch {
      offer();
    }
  };
  const { element: node } = button({ name, onClick });
  return { element: element("div", { class: "fit-copy" }, node, said, shown) };
}
