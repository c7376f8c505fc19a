// "Check it here" on cards and in the ledger: a click, or a link to a check, brings what that needs,
// as scripts beside this one. Without this script the buttons stay hidden. (`checks.py` writes it.)
(() => {
  "use strict";
  const folder = /** @type {HTMLScriptElement} */ (document.currentScript).src.replace(/[^/]*$/, "");
  const came = {}; // name -> when that script is here

  /** A script beside this one, once; one that does not come may be tried again. */
  const bring = (name) =>
    (came[name] ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = `${folder}${name}.js`;
      script.onload = resolve;
      script.onerror = () => {
        came[name] = null;
        script.remove();
        reject(new Error(`${name}.js did not come`));
      };
      document.head.append(script);
    }));

  let panels; // what opens panels, when it is here
  const arrive = async () => {
    await Promise.all(["kit", "check", "checks", "engine", "check_worker"].map(bring));
    const { loadModule, startWorker, checks } = window.fitlab;
    const bringDigits = () => bring("digits").then(() => window.fitlab.digits);
    return (await loadModule(checks.module)).panelsOfPage({ startWorker, bringDigits }, checks);
  };

  /** @param {Element} button @param {string} [hash]  of the link that was followed to it */
  async function open(button, hash) {
    try {
      await (await (panels ??= arrive()))(button, hash);
    } catch (error) {
      panels = null;
      const words = `This page cannot check it (${error.message}). In Python: python -m fitlab.claims`;
      button.insertAdjacentHTML("afterend", '<p class="fit-check-apology" role="status"></p>');
      button.nextElementSibling.textContent = words;
    }
  }

  const follow = () => {
    const [, id] = /^#check-([\w-]+)/.exec(location.hash) ?? [];
    const button = document.querySelector(`.fit-check-open[data-check="${id}"]`);
    if (button) open(button, location.hash);
  };
  document.documentElement.classList.add("fit-can-check");
  document.addEventListener("click", ({ target }) => {
    const button = /** @type {Element} */ (target).closest(".fit-check-open");
    if (button) open(button);
  });
  addEventListener("hashchange", follow);
  addEventListener("load", follow);
})();
