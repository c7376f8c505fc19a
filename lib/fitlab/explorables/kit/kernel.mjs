// Whether Python is still there.
import { element } from "./elements.mjs";
import { t } from "./words.mjs";

/**
 * In Jupyter, say at the top of an explorable when its kernel is gone. @returns how to leave.
 * @param {HTMLElement} root @param {import("./state.mjs").Place} place
 */
export function watchKernel(root, { model, page }) {
  if (page) return () => {};
  const notice = element("p", { class: "fit-kernel", role: "status" });
  // ipywidgets' word for a change of the connection: it begins alive, and is never alive again
  const lost = () => notice.replaceChildren(t`Python was restarted and does not know this figure any more. Run this cell again.`);
  root.prepend(notice);
  model.on("comm_live_update", lost);
  return () => model.off("comm_live_update", lost);
}
