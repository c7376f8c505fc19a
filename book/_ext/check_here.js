// "Check it here" on cards and in the ledger: a click brings what a check needs, as scripts beside
// this one, and opens its panel. Without this script the buttons stay hidden. (`checks.py` writes it.)
(() => {
  "use strict";
  const folder = /** @type {HTMLScriptElement} */ (document.currentScript).src.replace(/[^/]*$/, "");
  const came = new Map(); // name -> when that script is here
  const opened = new Map(); // button -> its panel, on its way

  const bring = (name) => {
    if (!came.has(name)) came.set(name, load(name));
    return came.get(name);
  };
  const load = (name) =>
    new Promise((resolve, reject) => {
      const script = Object.assign(document.createElement("script"), { src: `${folder}${name}.js`, onload: resolve });
      script.onerror = () => {
        came.delete(name); // it may be tried again
        script.remove();
        reject(new Error(`${name}.js did not come`));
      };
      document.head.append(script);
    });

  let panels; // what makes panels, when it is here
  async function arrive() {
    await Promise.all(["kit", "check", "checks", "engine", "check_worker"].map(bring));
    const { loadModule, startWorker, checks } = window.fitlab;
    const bringDigits = () => bring("digits").then(() => window.fitlab.digits);
    return (await loadModule(checks.module)).panels({ startWorker, bringDigits }, checks);
  }

  /** The address that opens a claim's panel with these seeds. */
  const link = (id) => (seeds) => `${location.href.split("#")[0]}#check-${id}?${new URLSearchParams({ seeds })}`;

  /** Open the panel below a button; only once. @param {HTMLElement} button */
  function open(button) {
    const { check: id } = button.dataset;
    const panel = async () => {
      button.setAttribute("aria-busy", "true");
      try {
        const { ofAll, ofClaim } = await (panels ??= arrive());
        const made = id ? ofClaim(id, link(id)) : ofAll();
        button.after(made.element);
        button.setAttribute("aria-expanded", "true");
        return made;
      } catch (error) {
        panels = null;
        opened.delete(button);
        apologise(button, error, id);
      } finally {
        button.removeAttribute("aria-busy");
      }
    };
    if (!opened.has(button)) opened.set(button, panel());
    return opened.get(button);
  }

  /** Show a panel, or put it away. */
  async function toggle(button) {
    const shown = opened.has(button) && button.getAttribute("aria-expanded") === "true";
    const made = await open(button);
    if (!made) return;
    made.element.hidden = shown;
    button.setAttribute("aria-expanded", String(!shown));
  }

  function apologise(button, error, id = "") {
    button.parentElement.querySelector(".fit-check-apology")?.remove();
    const words = document.createElement("p");
    words.className = "fit-check-apology";
    words.setAttribute("role", "status");
    words.textContent = `This page cannot check it (${error.message}). In Python: python -m fitlab.claims ${id}`;
    button.after(words);
  }

  /** A link to a check: open it with its seeds. Some messengers encode the question mark. */
  async function follow() {
    const [, id, query] = /^#check-([\w-]+)(?:\?|%3F)(.*)$/i.exec(location.hash) ?? [];
    const button = id && /** @type {HTMLElement} */ (document.querySelector(`.fit-check-open[data-check="${id}"]`));
    if (!button) return;
    const made = await open(button);
    const seeds = new URLSearchParams(query.replace(/%3D/gi, "=")).get("seeds");
    button.scrollIntoView({ block: "start" });
    if (made && seeds) made.offer(seeds);
  }

  document.documentElement.classList.add("fit-can-check");
  document.addEventListener("click", ({ target }) => {
    const button = /** @type {HTMLElement} */ (target).closest?.(".fit-check-open");
    if (button) toggle(/** @type {HTMLElement} */ (button));
  });
  addEventListener("hashchange", follow);
  if (document.readyState === "complete") follow();
  else addEventListener("load", follow);
})();
