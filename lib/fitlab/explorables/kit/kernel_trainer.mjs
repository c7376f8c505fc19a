// The trainer of an explorable in Jupyter: its kernel.

/**
 * A trainer that lives in the kernel, on the other side of the model.
 * @param {import("@anywidget/types").AnyModel} model @param {string[]} names @returns {import("./page_trainer.mjs").Trainer}
 */
export function kernelTrainer(model, names) {
  /** @returns {any} */
  const read = (keys) => Object.fromEntries(keys.map((key) => [key, model.get(key)]));
  const command = (name) => () => model.send({ command: name });
  return {
    status: () => ({ settings: read(names), ...read(["state", "message", "frame"]) }),
    change(settings, _settled, watched) {
      const changed = Object.entries(settings).filter(([name, value]) => model.get(name) !== value);
      for (const [name, value] of changed) model.set(name, value);
      if (changed.length) model.save_changes();
      else if (watched) model.send({ command: "train" });
    },
    train: command("train"),
    pause: command("pause"),
    step: command("step"),
    reset: command("reset"),
    alter: (index, value) => model.send({ command: "alter", index, value }),
    follow(listener) {
      model.on("change", listener);
      return () => model.off("change", listener);
    },
  };
}
