// The explorable of t-SNE's perplexity: the same digits on one map for each, and what both losses are
// made of. The maps were fitted beforehand, by fitlab/digit_maps.py.
import { choice, slider } from "./kit/controls.mjs";
import { element, group, svgElement } from "./kit/elements.mjs";
import { stopsOf } from "./kit/form.mjs";
import { instantExplorable } from "./kit/instant.mjs";
import { legend } from "./kit/legend.mjs";
import { heightOf, plot } from "./kit/plot.mjs";
import { dataTable } from "./kit/table.mjs";
import { ticks } from "./kit/ticks.mjs";
import { t } from "./kit/words.mjs";

/**
 * @typedef {{ perplexity: number, digit: string }} State  digit: "all", or "0" to "9"
 * @typedef {{ perplexity: number, entropy: number, kl: number[], x: number[], y: number[] }} DigitMap
 *   kl: after each of the setup's steps; all in nats
 * @typedef {{ state: import("./kit/form.mjs").Table, largest: number, labels: string, steps: number[],
 *   maps: DigitMap[] }} Setup  as in perplexity.py
 */

const MAP_MARGIN = 1.06; // so that numerals at the rim are whole
const MOST_NATS = 12; // of the losses drawn: a map begins at ln(300 × 299) = 11.4
const ROW_EVERY = 50; // steps, in the table

// ---------------------------------------------------------------------------- numbers

const hundredths = (value) => Math.round(100 * value);

const inNats = (count) => (count / 100).toFixed(2);

/**
 * H(P), KL and cross-entropy after one of the steps, in hundredths of a nat, so that what is shown
 * adds up. @param {DigitMap} map
 */
function lossesOf(map, at = map.kl.length - 1) {
  const entropy = hundredths(map.entropy);
  const kl = hundredths(map.kl[at]);
  return { entropy, kl, crossEntropy: entropy + kl };
}

/** @param {Setup} setup @param {number} perplexity */
const mapOf = ({ maps }, perplexity) => maps.find((map) => map.perplexity === perplexity);

// ---------------------------------------------------------------------------- in words

/** @param {State} state @param {Setup} setup */
function sentenceFor({ perplexity }, setup) {
  const map = mapOf(setup, perplexity);
  const [first, last] = [lossesOf(map, 0), lossesOf(map)];
  const down = inNats(first.kl - last.kl);
  const within = t`At perplexity ${perplexity}, H(P) is ${inNats(last.entropy)} nats from the first step to the last, so both losses fall by the same ${down}: KL to ${inNats(last.kl)}, cross-entropy to ${inNats(last.crossEntropy)}.`;
  return `${within} ${otherInWords(map, setup)}`;
}

/** Why the neighbour's losses say nothing about this one. @param {DigitMap} map @param {Setup} setup */
function otherInWords(map, { maps }) {
  const at = maps.indexOf(map);
  const other = maps[at ? at - 1 : 1];
  const [own, its] = [lossesOf(map), lossesOf(other)];
  const compared = (name) => {
    const by = its[name] - own[name];
    return by === 0 ? t`the same` : `${by < 0 ? t`lower` : t`higher`} by ${inNats(Math.abs(by))}`;
  };
  return t`At perplexity ${other.perplexity} cross-entropy is ${compared("crossEntropy")}, but its H(P) alone is ${compared("entropy")}: another P, another goal, not a better or a worse map.`;
}

// ---------------------------------------------------------------------------- what is drawn

/** All digits as numerals. @param {Setup} setup */
function digitMap({ labels, largest }) {
  const reach = MAP_MARGIN * largest;
  const numerals = [...labels].map((label) => svgElement("text", {}, label));
  const box = `${-reach} ${-reach} ${2 * reach} ${2 * reach}`;
  const svg = svgElement("svg", { role: "img", viewBox: box }, ...numerals);
  /** @param {DigitMap} map @param {string} digit */
  const set = ({ perplexity, x, y }, digit) => {
    numerals.forEach((numeral, i) => {
      numeral.style.transform = `translate(${x[i]}px, ${-y[i]}px)`;
      numeral.classList.toggle("perp-chosen", labels[i] === digit);
    });
    svg.classList.toggle("perp-some", digit !== "all");
    const chosen = digit === "all" ? "" : t`; the ${[...labels].filter((l) => l === digit).length} pictures of a ${digit} are picked out`;
    svg.setAttribute("aria-label", t`A map of ${labels.length} digits at perplexity ${perplexity}, each drawn as its own numeral${chosen}`);
  };
  return { element: element("div", { class: "perp-map" }, svg), set };
}

/** Both losses over the steps of the fit, H(P) apart. @param {DigitMap} map @param {Setup} setup */
function lossesDrawing(map, { steps }) {
  const { entropy, kl } = map;
  const last = lossesOf(map);
  const over = (values) => steps.map((step, i) => [step, values(i)]);
  return {
    x: [0, steps.at(-1)],
    y: [0, MOST_NATS],
    xTicks: ticks(0, steps.at(-1), 5),
    yTicks: ticks(0, MOST_NATS, 4),
    layers: [
      { role: "perp-entropy", points: over(() => entropy) },
      { role: "kl", points: over((i) => kl[i]) },
      { role: "cross-entropy", points: over((i) => entropy + kl[i]) },
    ],
    label: t`The losses over ${steps.at(-1)} steps at perplexity ${map.perplexity}: KL ends at ${inNats(last.kl)}, cross-entropy at ${inNats(last.crossEntropy)} nats, and they are H(P) = ${inNats(last.entropy)} nats apart all the way`,
  };
}

/** A row for each perplexity: H(P) and KL end to end, and the numbers. @param {Setup} setup */
function lossBars({ maps }) {
  const heading = (name) => element("th", { scope: "col" }, name);
  const names = ["perplexity", "", "H(P)", "+ KL", "= cross-entropy"];
  const head = element("tr", {}, ...names.map((name) => (name ? heading(name) : element("td"))));
  const most = Math.max(...maps.map((map) => lossesOf(map).crossEntropy));
  const rows = maps.map((map) => barRow(map, most));
  const caption = element("caption", { class: "fit-unseen" }, t`The losses of the finished maps, in nats`);
  const table = element("table", { class: "fit-worth perp-bars" }, caption, element("thead", {}, head), element("tbody", {}, ...rows));
  const set = (perplexity) =>
    rows.forEach((row, i) => {
      if (maps[i].perplexity === perplexity) row.setAttribute("aria-current", "true");
      else row.removeAttribute("aria-current");
    });
  return { element: table, set };
}

/** @param {DigitMap} map @param {number} most  the longest bar, in hundredths of a nat */
function barRow(map, most) {
  const losses = lossesOf(map);
  const part = (name) => {
    const bar = element("span", { class: `perp-bar perp-bar-${name}` });
    bar.style.width = `${(100 * losses[name]) / most}%`;
    return bar;
  };
  const bars = element("td", { class: "perp-track" }, element("div", { "aria-hidden": "true" }, part("entropy"), part("kl")));
  const cells = [losses.entropy, losses.kl, losses.crossEntropy].map((value) => element("td", {}, inNats(value)));
  return element("tr", {}, element("th", { scope: "row" }, String(map.perplexity)), bars, ...cells);
}

// ---------------------------------------------------------------------------- the view

/** @param {Setup} setup @param {import("./kit/instant.mjs").Deeds} does */
function makeParts(setup, { choose, state }) {
  return {
    map: digitMap(setup),
    bars: lossBars(setup),
    legend: legend([
      { role: "cross-entropy", name: t`cross-entropy` },
      { role: "perp-entropy", name: t`H(P)` },
      { role: "kl", name: t`KL` },
    ]),
    losses: plot({ className: "perp-losses", xLabel: t`steps`, yLabel: t`nats`, height: heightOf(0.8, 220, 330) }),
    perplexity: slider({
      name: t`perplexity`,
      ...stopsOf(setup.state.perplexity),
      unit: (value) => t`perplexity ${value}`,
      onInput: (perplexity) => choose({ perplexity }),
    }),
    digit: choice({
      name: t`pick out`,
      options: setup.state.digit.choices.map((/** @type {string} */ value) => ({ value, label: value === "all" ? t`no digit` : t`the ${value}s` })),
      onInput: (digit) => choose({ digit }),
    }),
    table: dataTable({
      summary: t`The losses during the fit as a table`,
      columns: [t`steps`, t`H(P)`, t`KL`, t`cross-entropy`],
      rows: () => fitRows(mapOf(setup, state().perplexity), setup),
    }),
  };
}

/** @param {DigitMap} map @param {Setup} setup */
const fitRows = (map, { steps }) =>
  steps.flatMap((step, i) => {
    const { entropy, kl, crossEntropy } = lossesOf(map, i);
    return step % ROW_EVERY ? [] : [[String(step), ...[entropy, kl, crossEntropy].map(inNats)]];
  });

function arrange(root, parts) {
  root.append(
    group("fit-controls perp-controls", parts.perplexity.element, parts.digit.element),
    group("fit-pair", parts.map.element, group("perp-side", parts.legend.element, parts.losses.element)),
    element("p", { class: "fit-hint perp-hint" }, t`Half the way, the fit exaggerates how strongly neighbours attract each other, so that groups find together; only then may the losses fall.`),
    group("fit-outcome", parts.sentence.element),
    group("fit-wide", parts.bars.element),
    group("fit-buttons", parts.reset.element),
  );
}

/** Show a state. @param {State} state @param {Setup} setup */
function display(root, parts, state, setup, patience) {
  const { perplexity, digit } = state;
  const map = mapOf(setup, perplexity);
  Object.assign(root.dataset, { state: "ready", perplexity, digit });
  parts.map.set(map, digit);
  parts.losses.draw(lossesDrawing(map, setup));
  parts.bars.set(perplexity);
  parts.perplexity.set(perplexity);
  parts.digit.set(digit);
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
    name: "perplexity",
    label: t`Perplexity explorer`,
    build: (does) => makeParts(setup, does),
    arrange,
    display: (root, parts, state, patience) => display(root, parts, state, setup, patience),
  });
}

export default /** @satisfies {import("@anywidget/types").AnyWidget} */ ({ render });
