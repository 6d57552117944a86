// One code as a sheet to read and to print. Data reaches the page through textContent alone.

import { make } from "../../browser/dom.js";
import { depth } from "../../browser/marks.js";
import { plotReliability, tabulateReliability } from "./reliability.js";

/** @import { Sheet } from "./sheet.d.ts" */

function section(title, ...content) {
  const node = make("section");
  node.append(make("h3", "", title), ...content);
  return node;
}

function facts(pairs) {
  const list = make("dl");
  for (const [label, value] of pairs) {
    const text = make("dd");
    text.append(make("bdi", "", value));
    list.append(make("dt", "", label), text);
  }
  return list;
}

function details(title, content, open) {
  const node = make("details");
  node.dataset.name = title;
  node.open = open.has(title);
  node.append(make("summary", "", title), content);
  return node;
}

function marked(text, weight, code) {
  const node = make("mark", weight > 0 ? "supports" : "opposes", text);
  node.style.setProperty("--depth", depth(weight));
  node.title = `${weight > 0 ? "supports" : "opposes"} ${code}`;
  return node;
}

function usedWords(spans, code, nothing) {
  if (!spans.length) return make("p", "quiet", nothing);
  const list = make("ol", "used");
  for (const span of spans) {
    const item = make("li");
    const quote = make("bdi", "quote");
    quote.append(span.before, marked(span.words, span.weight, code), span.after);
    const share = `${Math.round(100 * Math.abs(span.weight))} % of the heaviest`;
    item.append(quote, make("span", "place", `${span.place} · ${share}`));
    list.append(item);
  }
  return list;
}

// Neighbouring marks of one sign read as one: on paper they share a box.
function passage({ pieces, marks, headings, before, after }, code) {
  const text = make("div", "passage");
  const weights = new Map(marks);
  const titles = new Set(headings);
  if (before) text.append(make("span", "outside", before));
  pieces.forEach((piece, index) => {
    const weight = weights.get(index);
    if (weight !== undefined) {
      const node = marked(piece, weight, code);
      node.classList.toggle("joined", weights.get(index - 1) * weight > 0);
      node.classList.toggle("joins", weights.get(index + 1) * weight > 0);
      text.append(node);
    } else text.append(make("span", titles.has(index) ? "heading" : "", piece));
  });
  if (after) text.append(make("span", "outside", after));
  return text;
}

/** @param {Sheet} data @param {Set<string>} open */
function usedParts({ where, code, used }, open) {
  const checks = facts(used.checks);
  checks.classList.toggle("doubt", !used.holds);
  const outside = used.passage.before || used.passage.after ? ". Grey text is outside the window" : "";
  const place = make("p", "where");
  place.append(make("bdi", "", where), outside);
  const read = section("Passage", place, passage(used.passage, code));
  return [
    section("Supports the code", usedWords(used.supports, code, "No word supports it markedly.")),
    section("Opposes the code", usedWords(used.opposes, code, "No word opposes it markedly.")),
    ...(used.checks.length ? [section("Can this be relied on", checks)] : []),
    read,
    details("How it was worked out", facts(used.method), open),
  ];
}

function reliability(data, open) {
  const node = section("When the model gives such a probability", make("p", "", data.here || data.about));
  if (!data.bins.length) return node;
  node.append(
    plotReliability(data),
    make("p", "quiet", `${data.about} Larger points are more cases; the upright line is this probability.`),
    details("The plot as a table", tabulateReliability(data), open),
  );
  return node;
}

function heading({ code, title }) {
  const node = make("h2");
  node.append(make("span", "code", code), " ", make("bdi", "", title));
  return node;
}

function printButton() {
  const button = make("button", "print", "Print");
  button.type = "button";
  button.onclick = () => print();
  return button;
}

function message({ status, message: text }) {
  const node = make("p", `message ${status}`, text);
  node.hidden = !text;
  node.setAttribute("role", "status");
  return node;
}

/** @param {Sheet} data @param {Set<string>} open */
function build(data, open) {
  const sheet = make("article", "sheet");
  sheet.setAttribute("aria-label", `Explanation of ${data.code}`);
  const head = make("header");
  head.append(heading(data), printButton());
  sheet.append(
    head,
    facts(data.facts),
    details("Raw output and threshold", facts(data.raw), open),
    message(data),
    ...(data.used ? usedParts(data, open) : [make("p", "where", data.where)]),
    reliability(data.reliability, open),
  );
  const foot = make("footer");
  foot.append(facts(data.footer));
  sheet.append(foot);
  return sheet;
}

// Built anew only when something changed; what a reader has unfolded stays so.
export default function ({ data, parentElement }) {
  const content = JSON.stringify(data);
  if (parentElement.content === content) return;
  parentElement.content = content;
  const before = parentElement.querySelector(".sheet");
  const unfolded = before ? [...before.querySelectorAll("details[open]")] : [];
  const sheet = build(data, new Set(unfolded.map((node) => node.dataset.name)));
  if (before) before.replaceWith(sheet);
  else parentElement.append(sheet);
}
