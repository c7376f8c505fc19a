// What the reader chose, wherever it is kept.
import { addressState } from "./address.mjs";

/**
 * Where an explorable lives: what anywidget gives its view, and in a page of the book, the page.
 * @typedef {Pick<import("@anywidget/types").RenderProps, "model" | "el"> & { page?: Page }} Place
 * @typedef {{ id: string, startWorker(name: string): Promise<Worker> }} Page
 */

/**
 * Where what the reader chose is kept: in a page of the book in its address, elsewhere in traits of
 * the model. Both sides speak of one state; only the address needs it as text.
 * @template State
 * @param {Pick<Place, "model" | "page">} place
 * @param {{ names: string[], toText: (state: State) => Record<string, string>,
 *           fromText: (values: Record<string, string>) => State | null }} form
 *   names: the traits that make up a state. fromText gives null for what makes no sense.
 */
export const readersState = ({ model, page }, form) =>
  page ? stateInAddress(addressState(page.id), form) : stateInModel(model, form);

function stateInAddress(address, { toText, fromText }) {
  const read = () => address.read() && fromText(address.read());
  return {
    read,
    write: (state) => address.write(toText(state)),
    clear: address.clear,
    link: (state) => address.link(toText(state)),
    follow: (listener) => address.onFollowed(() => read() && listener(read())),
    remove: address.remove,
  };
}

function stateInModel(model, { names }) {
  let writing = false; // the model tells of each trait at once, before the next is set
  const read = () => Object.fromEntries(names.map((name) => [name, model.get(name)]));
  const write = (state) => {
    writing = true;
    for (const name of names) model.set(name, state[name]);
    writing = false;
    model.save_changes();
  };
  const follow = (listener) => {
    const heard = () => writing || listener(read());
    model.on("change", heard);
    return () => model.off("change", heard);
  };
  return { read, write, clear: write, link: () => "", follow, remove: () => {} };
}

/**
 * The settings live in the page's address, and come from there.
 * @param {import("./page_trainer.mjs").Trainer} trainer @param {ReturnType<typeof readersState<any>>} kept
 */
export function followAddress(trainer, kept) {
  const obey = (/** @type {any} */ settings) => trainer.change(settings);
  const initial = trainer.status().settings;
  let told = initial;
  const tell = () => {
    const { settings } = trainer.status();
    if (settings === told) return; // a step of training
    told = settings;
    if (settings === initial) kept.clear(settings);
    else kept.write(settings);
  };
  const given = kept.read();
  if (given) obey(given);
  const leave = [trainer.follow(tell), kept.follow(obey), kept.remove];
  return () => leave.forEach((each) => each());
}
