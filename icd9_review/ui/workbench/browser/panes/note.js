// The notes: pieces of text, marked for the focused code. Nothing here scrolls but showEvidence.

import { isCalm, isolate, make, patchList, setText } from "../../../browser/dom.js";
import { depth } from "../../../browser/marks.js";
import { announce } from "../app.js";
import { codeOf } from "../chart.js";
import { explains, EXPLANATIONS_OFF, focused } from "../focus.js";

/** @import { App } from "../app.js" */

// The pieces that an article is made of now.
/** @type {WeakMap<HTMLElement, string[]>} */
const SHOWN = new WeakMap();

function buildNote() {
  const article = make("article", "note-text");
  const title = make("h3", "note-title");
  title.append(isolate(""));
  const text = make("div", "text");
  article.append(title, text);
  SHOWN.set(article, []);
  return article;
}

// Replaces only the pieces that changed: a selection elsewhere in the text stays.
/** @param {HTMLElement} article @param {string[]} pieces @param {number[]} headings */
function patchPieces(article, pieces, headings) {
  const text = article.querySelector(".text");
  const old = SHOWN.get(article);
  const shortest = Math.min(old.length, pieces.length);
  let head = 0;
  while (head < shortest && old[head] === pieces[head]) head += 1;
  let tail = 0;
  while (tail < shortest - head && old.at(-1 - tail) === pieces.at(-1 - tail)) tail += 1;
  const nodes = [...text.childNodes];
  const after = nodes[old.length - tail] ?? null;
  for (const node of nodes.slice(head, old.length - tail)) node.remove();
  const added = document.createDocumentFragment();
  for (const piece of pieces.slice(head, pieces.length - tail)) added.append(make("span", "", piece));
  text.insertBefore(added, after);
  SHOWN.set(article, pieces);
  const titles = new Set(headings);
  [...text.children].forEach((node, index) => node.classList.toggle("heading", titles.has(index)));
}

/** @param {App} app */
export function showNotes(app) {
  const { note } = app.parts;
  const scroll = note.scrollTop;
  unmark(app);
  const several = app.data.notes.length > 1;
  patchList(note, app.data.notes, ({ id }) => id, buildNote, (article, item) => {
    const title = article.querySelector(".note-title");
    title.hidden = !several && !item.news;
    setText(title.firstChild, [item.title, item.news].filter(Boolean).join(" · "));
    title.classList.toggle("news", Boolean(item.news));
    // Equal texts in equal pieces: comparing strings is cheaper than touching nodes.
    if (SHOWN.get(article) !== item.pieces) patchPieces(article, item.pieces, item.headings);
  });
  note.scrollTop = scroll;
}

/** @param {App} app */
function pieceNodes(app, { note }) {
  return app.parts.note.children[note]?.querySelector(".text").childNodes ?? [];
}

/** @param {App} app */
function readyExplanation(app) {
  const explanation = explains(app) ? app.data.explanations[focused(app)] : null;
  return explanation?.status === "ready" ? explanation : null;
}

// Where the words stand that a code was added with, or that name it in the note.
/** @param {App} app */
export function citations(app) {
  return app.data.cited[focused(app)] ?? [];
}

// What E goes through: the words the model used, heaviest first, then the cited ones.
/** @param {App} app */
function evidence(app) {
  const explanation = readyExplanation(app);
  const used = explanation ? explanation.evidence.map((run) => ({ note: explanation.note, ...run })) : [];
  return [...used, ...citations(app)];
}

/** @param {App} app */
function unmark(app) {
  for (const node of app.marked) {
    node.classList.remove("supports", "opposes", "cited", "current");
    node.style.removeProperty("--depth");
    node.removeAttribute("title");
    delete node.dataset.says;
  }
  app.marked = [];
}

/** @param {App} app */
export function markNote(app) {
  unmark(app);
  const key = focused(app);
  if (!key) return;
  const explanation = readyExplanation(app);
  if (explanation) markUsed(app, explanation, codeOf(key));
  for (const run of citations(app)) markCited(app, run);
  for (const run of evidence(app)) markMargin(app, run);
}

/** @param {App} app */
function markUsed(app, explanation, code) {
  const nodes = pieceNodes(app, explanation);
  for (const [piece, weight] of explanation.marks) {
    const node = nodes[piece];
    if (!node) continue;
    node.classList.add(weight > 0 ? "supports" : "opposes");
    node.style.setProperty("--depth", depth(weight));
    node.title = `${weight > 0 ? "supports" : "speaks against"} ${code}`;
    app.marked.push(node);
  }
}

/** @param {App} app */
function markCited(app, run) {
  for (const node of nodesOf(app, run)) {
    if (node.classList.contains("supports")) continue;
    node.classList.add("cited");
    app.marked.push(node);
  }
}

// What the context says of a run stands beside its line, where it is anything but present.
/** @param {App} app */
function markMargin(app, run) {
  const [first] = nodesOf(app, run);
  if (!first || !run.assertion || run.assertion === "present") return;
  first.dataset.says = run.assertion;
  app.marked.push(first);
}

/** @param {App} app */
export function nodesOf(app, run) {
  // A note may have many thousand pieces, and as many runs: only those that are meant are touched.
  return Array.prototype.slice.call(pieceNodes(app, run), run.first, run.last + 1);
}

// The next run of evidence; with jumps from the edits the one thing that moves the note.
/** @param {App} app */
export function showEvidence(app, index) {
  const runs = evidence(app);
  if (!runs.length) {
    if (!explains(app)) announce(app, EXPLANATIONS_OFF);
    return;
  }
  app.evidence = index % runs.length;
  const run = runs[app.evidence];
  for (const node of app.marked) node.classList.remove("current");
  const nodes = nodesOf(app, run);
  for (const node of nodes) {
    node.classList.add("current");
    app.marked.push(node);
  }
  if (nodes.length) scrollNoteTo(app.parts.note, nodes[0]);
  const place = [run.assertion === "present" ? "" : run.assertion, run.section].filter(Boolean).join(", ");
  announce(app, `${app.evidence + 1} of ${runs.length}: ${run.text}${place ? ` (${place})` : ""}`);
}

function scrollNoteTo(pane, node) {
  const frame = pane.getBoundingClientRect();
  const place = node.getBoundingClientRect();
  if (place.top > frame.top + 40 && place.bottom < frame.bottom - 40) return;
  const top = pane.scrollTop + place.top - frame.top - frame.height / 3;
  pane.scrollTo({ top, behavior: isCalm() ? "auto" : "smooth" });
}
