// Brings the figures of a built page to life, without a server: it gives every explorable what
// Jupyter would give it, a model with the state that was stored, and what only a page can give it, a
// worker to train in. Sources come from the scripts before this one (`live_figures.py` writes them),
// so that a page opened from the disk works like one from a server.
/** @typedef {import("@anywidget/types").AnyModel} AnyModel */
(() => {
  "use strict";
  const NO_SIMD = "its WebAssembly is too old to train a network: it knows no SIMD";
  const shared = (window.fitlab ??= { parts: {}, workers: {} }); // sources may still come

  const noKernel = () => Promise.reject(new Error("this page has no kernel to ask"));

  /**
   * The model of a widget. Without a kernel nobody else changes it.
   * @implements {AnyModel}
   */
  class Model {
    /** @type {Record<string, any>} */
    #state;
    /** @type {Map<string, Set<(...args: any[]) => void>>} */
    #listeners = new Map();
    widget_manager = { get_model: noKernel };
    /** @param {Record<string, any>} state */
    constructor(state) {
      this.#state = { ...state };
    }
    get(key) {
      return this.#state[key];
    }
    set(key, value) {
      if (this.#state[key] === value) return;
      this.#state[key] = value;
      for (const event of [`change:${key}`, "change"]) {
        for (const listener of [...(this.#listeners.get(event) ?? [])]) listener(this, value);
      }
    }
    on(event, listener) {
      if (!this.#listeners.has(event)) this.#listeners.set(event, new Set());
      this.#listeners.get(event).add(listener);
    }
    /** Without a listener all of the event are left, without an event those of all. */
    off(event = null, listener = null) {
      for (const [name, listeners] of this.#listeners) {
        if (event !== null && event !== name) continue;
        if (listener) listeners.delete(listener);
        else listeners.clear();
      }
    }
    save_changes() {}
    send() {}
  }

  /** The module of a widget: its source, or the parts to join as sources.py would. Loaded once. */
  const modules = new Map();
  function load(esm) {
    const source = typeof esm === "string" ? esm : esm.map((name) => shared.parts[name]).join("\n");
    if (!modules.has(source)) modules.set(source, import(addressOf(source)));
    return modules.get(source);
  }

  const addressOf = (source) => URL.createObjectURL(new Blob([source], { type: "text/javascript" }));

  /** A worker of that name, which has the engine and waits for orders. */
  function startWorker(name) {
    return new Promise((resolve, reject) => {
      if (!shared.workers[name]) throw new Error(`there is no worker ${name}`);
      const address = addressOf(shared.workers[name]);
      const worker = new Worker(address);
      const refuse = (message) => {
        worker.terminate();
        reject(new Error(/opcode|simd/i.test(message) ? NO_SIMD : message || "it lets the page start no worker"));
      };
      worker.onerror = (event) => refuse(event.message);
      worker.onmessage = ({ data }) => {
        URL.revokeObjectURL(address);
        if (data.type === "ready") resolve(worker);
        else refuse(data.message);
      };
      const wasm = Uint8Array.from(shared.engine.match(/../g), (byte) => parseInt(byte, 16));
      worker.postMessage({ type: "wake", wasm });
    });
  }

  const json = (script) => JSON.parse(script.textContent);
  const alive = new Map(); // element -> how to take its explorable away
  const asleep = new Map(); // a place that was taken off the page -> how to bring it to life again

  /** Put the live figure into the place of the one at rest; if that fails, say so below it. */
  async function bringToLife(place, view, state, id) {
    const rest = [...place.children].filter((child) => child !== view);
    const el = document.createElement("div");
    const workers = [];
    let leave;
    try {
      const model = new Model(state[json(view).model_id].state);
      leave = await render(model, el, id, workers);
    } catch (error) {
      for (const worker of workers) worker.terminate(); // nobody else knows of them
      place.append(apology(error));
      return;
    }
    for (const part of rest) part.remove();
    place.append(el);
    const forget = restOnPaper(place, el, rest);
    const scroll = () => addressed() === id && el.isConnected && el.scrollIntoView();
    scroll();
    window.addEventListener("hashchange", scroll);
    alive.set(el, () => {
      window.removeEventListener("hashchange", scroll);
      forget();
      leave?.();
      el.remove();
      place.prepend(...rest);
      asleep.set(place, () => bringToLife(place, view, state, id));
    });
    cleanUp(); // it may have been taken off the page in the meantime
  }

  /** On paper the figure at rest stands for the live one. @returns how to forget about it */
  function restOnPaper(place, el, rest) {
    const paper = matchMedia("print");
    const change = ({ matches }) => {
      if (matches) place.prepend(...rest);
      else for (const part of rest) part.remove();
      el.hidden = matches;
    };
    paper.addEventListener("change", change);
    return () => paper.removeEventListener("change", change);
  }

  /** The explorable whose state the address gives; some messengers encode the question mark. */
  const addressed = () => /^#(.*?)(?:\?|%3F)/i.exec(location.hash)?.[1];

  /**
   * As anywidget does it.
   * @param {Model} model @param {HTMLElement} el @param {string} id
   * @param {Worker[]} workers  those that it starts are added
   * @returns how to take it away again
   */
  async function render(model, el, id, workers) {
    /** @type {import("@anywidget/types").AnyWidget} */
    const exported = (await load(model.get("_esm"))).default;
    const widget = typeof exported === "function" ? await exported() : exported;
    const style = document.createElement("style");
    style.textContent = model.get("_css") ?? "";
    if (style.textContent) document.head.append(style);
    const life = new AbortController();
    const given = { model, signal: life.signal, experimental: { invoke: noKernel } };
    const host = { getWidget: noKernel, getModel: noKernel };
    const startOwn = async (name) => {
      const worker = await startWorker(name);
      workers.push(worker);
      return worker;
    };
    const place = { ...given, el, host, page: { id, startWorker: startOwn } };
    const leave = [await widget.initialize?.(given), await widget.render?.(place)];
    return () => {
      life.abort();
      for (const each of leave) if (typeof each === "function") each();
    };
  }

  function apology(error) {
    const words = document.createElement("p");
    words.className = "fit-apology";
    words.setAttribute("role", "note");
    words.textContent = `This browser shows the figure at rest; it could not bring it to life (${error.message}).`;
    return words;
  }

  /** Whatever is taken off the page ends: its worker, its listeners. What comes back lives again. */
  function cleanUp() {
    for (const [place, wake] of asleep) {
      if (!place.isConnected) continue;
      asleep.delete(place);
      wake();
    }
    for (const [el, leave] of alive) {
      if (el.isConnected) continue;
      alive.delete(el);
      leave?.();
    }
  }

  function start() {
    const stored = document.querySelector('script[type="application/vnd.jupyter.widget-state+json"]');
    const { state } = json(stored);
    const counts = {};
    for (const place of document.querySelectorAll(".fit-live")) {
      const view = place.querySelector('script[type="application/vnd.jupyter.widget-view+json"]');
      const name = place.querySelector("[data-explorable]")?.getAttribute("data-explorable") ?? "widget";
      counts[name] = (counts[name] ?? 0) + 1;
      bringToLife(place, view, state, counts[name] > 1 ? `${name}-${counts[name]}` : name);
    }
    new MutationObserver(cleanUp).observe(document.body, { childList: true, subtree: true });
  }

  Object.assign(shared, { loadModule: load, startWorker });
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
