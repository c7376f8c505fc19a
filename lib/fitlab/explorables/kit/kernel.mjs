// Whether Python is still there.
import { element } from "./elements.mjs";
import { t } from "./words.mjs";

/**
 * In Jupyter, say at the top of an explorable that its kernel was restarted. @returns how to leave.
 * @param {HTMLElement} root @param {import("./state.mjs").Place} place
 */
export function watchKernel(root, { model, page }) {
  if (page) return () => {};
  const notice = element("p", { class: "fit-kernel", role: "status" });
  // ipywidgets' word for a change of the connection: it begins alive, and is never alive again
  const lost = () => notice.replaceChildren(t`Python was restarted and no longer knows this figure. Run this notebook again, from its first cell.`);
  root.prepend(notice);
  model.on("comm_live_update", lost);
  return () => model.off("comm_live_update", lost);
}
