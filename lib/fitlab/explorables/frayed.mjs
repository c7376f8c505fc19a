// The frayed sine: twenty networks that saw a stretch of sin, and whose edge the reader drags. The
// networks are those on record, one line each for every stretch (fitlab/regression/extrapolation.py).
import { brokenLine, evenly } from "../engine/samples.mjs";
import { edge } from "./kit/edge.mjs";
import { element, group, svgElement } from "./kit/elements.mjs";
import { instantExplorable } from "./kit/instant.mjs";
import { legend } from "./kit/legend.mjs";
import { heightOf, plot } from "./kit/plot.mjs";
import { dataTable } from "./kit/table.mjs";
import { piTicks } from "./kit/ticks.mjs";
import { show, t } from "./kit/words.mjs";

/**
 * @typedef {[number, number][]} Line  the ends and bends of what a network answers
 * @typedef {{ quarters: number }} State  how far the stretch reaches to each side, in quarters of π
 * @typedef {{ state: import("./kit/form.mjs").Table, reach: number, height: number, names: string[],
 *   lines: Line[][], gaps: [number, number][] }} Setup  as in frayed.py
 */

const CURVE = 201; // points of sin in the drawing
const ROWS = 17; // of the table
const PATIENCE = 300; // ms: while the edge is dragged, the sentence waits
const AROUND = 14; // px: what a word between two edges needs beyond its own width

const endOf = (quarters) => (quarters * Math.PI) / 4;

// ---------------------------------------------------------------------------- in words

/** @param {State} state @param {Setup} setup */
function sentenceFor({ quarters }, { names, gaps, lines }) {
  const [name, count] = [names[quarters - 1], lines[0].length];
  const [inside, outside] = gaps[quarters - 1].map((gap) => show(gap));
  if (quarters === names.length) {
    return t`They saw all that is drawn here, and no two of the ${count} are more than ${inside} apart.`;
  }
  return t`From −${name} to ${name}, which they saw, no two of the ${count} are more than ${inside} apart. Outside, where nobody told them anything, up to ${outside}.`;
}

const stretchInWords = ({ quarters }, { names }) => t`seen from −${names[quarters - 1]} to ${names[quarters - 1]}`;

// ---------------------------------------------------------------------------- what is drawn

/** @param {State} state @param {Setup} setup */
function drawingOf(state, setup) {
  const { reach, height, lines } = setup;
  const end = endOf(state.quarters);
  const range = { low: -reach, high: reach };
  return {
    x: /** @type {[number, number]} */ ([-reach, reach]),
    y: /** @type {[number, number]} */ ([-height, height]),
    bare: true,
    xTicks: piTicks(-reach, reach),
    yTicks: [],
    layers: [
      { role: "trained", points: [[-end, -height], [-end, height], [end, height], [end, -height]] },
      ...lines[state.quarters - 1].map((points) => ({ role: "network", points })),
      { role: "target", points: evenly(range, CURVE).map((x) => [x, Math.sin(x)]) },
    ],
    label: t`sin x, dashed, and ${lines[0].length} networks over it, ${stretchInWords(state, setup)}`,
  };
}

/** "seen" above the stretch and "guessed" beside that, where there is room. */
function regionWords(over) {
  const regions = [t`seen`, t`guessed`, t`guessed`].map((words) => ({
    words,
    node: svgElement("text", { class: "frayed-word" }, words),
  }));
  over.overlay.append(...regions.map(({ node }) => node));
  let end = 0;
  let layout;
  const place = () => {
    if (!layout) return;
    const { x, top, left, right, sizeOf } = layout;
    const [low, high] = [x(-end), x(end)];
    const within = [[low, high], [left, low], [high, right]];
    regions.forEach(({ words, node }, i) => {
      const [from, to] = within[i];
      node.setAttribute("x", String((from + to) / 2));
      node.setAttribute("y", String(top - 6));
      node.toggleAttribute("hidden", to - from < sizeOf(words).width + AROUND);
    });
  };
  over.onRedraw(({ x }, { top, left, right }, sizeOf) => {
    layout = { x, top, left, right, sizeOf };
    place();
  });
  return {
    set(next) {
      end = next;
      place();
    },
  };
}

// ---------------------------------------------------------------------------- the view

/** sin and what the networks say, the smallest and the largest. @param {State} state @param {Setup} setup */
const answers = ({ quarters }, { reach, lines }) =>
  evenly({ low: -reach, high: reach }, ROWS).map((x) => {
    const said = lines[quarters - 1].map((line) => brokenLine(line)(x));
    const decimals = (value) => value.toFixed(2).replace("-0.00", "0.00").replace("-", "−");
    const where = Math.abs(x) <= endOf(quarters) + 1e-9 ? t`seen` : t`guessed`;
    return [decimals(x), where, ...[Math.sin(x), Math.min(...said), Math.max(...said)].map(decimals)];
  });

/** @param {Setup} setup @param {import("./kit/instant.mjs").Deeds} does */
function makeParts(setup, { choose, show: shown, state }) {
  const curves = plot({ className: "frayed-curves", xLabel: "", yLabel: "", height: heightOf(0.34, 190, 300) });
  const move = (index, settled) => {
    const change = { quarters: index + 1 };
    if (settled) choose(change);
    else shown(change, PATIENCE);
  };
  const stops = setup.names.map((_, i) => endOf(i + 1));
  return {
    legend: legend([
      { role: "network", name: t`${setup.lines[0].length} networks` },
      { role: "target", name: t`sin x` },
    ]),
    curves,
    words: regionWords(curves),
    edge: edge({ over: curves, name: t`what the networks have seen`, stops, onMove: move }),
    table: dataTable({
      summary: t`The answers as a table`,
      columns: [t`x`, t`it was`, t`sin x`, t`smallest answer`, t`largest`],
      rows: () => answers(state(), setup),
    }),
  };
}

function arrange(root, parts) {
  const hint = element("p", { class: "fit-hint" }, t`Drag the edge of what they saw.`);
  root.append(
    parts.curves.element,
    group("frayed-foot", hint, parts.legend.element),
    parts.sentence.element,
    group("fit-copies", group("fit-copy", parts.reset.element)),
  );
}

/** @param {State} state @param {Setup} setup */
function display(root, parts, state, setup, patience) {
  const { quarters } = state;
  const [inside, outside] = setup.gaps[quarters - 1];
  Object.assign(root.dataset, { state: "ready", quarters, inside, outside });
  parts.curves.draw(drawingOf(state, setup));
  parts.words.set(endOf(quarters));
  parts.edge.set(quarters - 1, stretchInWords(state, setup));
  parts.sentence.say(sentenceFor(state, setup), patience);
  parts.table.update();
}

/**
 * Build the figure into `el`. @returns how to take it away again.
 * @param {import("./kit/state.mjs").Place} place
 */
function render(place) {
  const setup = /** @type {Setup} */ (place.model.get("setup"));
  return instantExplorable(place, {
    name: "frayed",
    label: t`The frayed sine`,
    build: (does) => makeParts(setup, does),
    arrange,
    display: (root, parts, state, patience) => display(root, parts, state, setup, patience),
  });
}

export default /** @satisfies {import("@anywidget/types").AnyWidget} */ ({ render });
