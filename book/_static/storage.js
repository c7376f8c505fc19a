// Runs before every other script. The theme and the search keep a word or two in the browser's
// storage, and break where a reader's settings deny it, or where it is full. Here both kinds of
// storage get a stand-in that never throws: what the browser will not keep, the page remembers
// until it is left.
(() => {
  "use strict";

  /** What the browser offers under a name; null if it denies it. */
  const offered = (name) => {
    try {
      return window[name];
    } catch {
      return null;
    }
  };

  /** Whether something could be done. */
  const done = (action) => {
    try {
      action();
      return true;
    } catch {
      return false;
    }
  };

  const standIn = (real) => {
    const memory = new Map();
    return {
      getItem: (key) => memory.get(key) ?? real?.getItem(key) ?? null,
      setItem(key, value) {
        memory.delete(key);
        if (!real || !done(() => real.setItem(key, value))) memory.set(key, String(value));
      },
      removeItem(key) {
        memory.delete(key);
        real?.removeItem(key);
      },
      clear() {
        memory.clear();
        real?.clear();
      },
    };
  };

  for (const name of ["localStorage", "sessionStorage"]) {
    Object.defineProperty(window, name, { value: standIn(offered(name)), configurable: true });
  }
})();
