// The notes: pieces of text, marked for the focused code. Nothing here scrolls: walk.js does.

import { isolate, make, patchList, setText } from "../../../browser/dom.js";
import { depth } from "../../../browser/marks.js";
import { codeOf } from "../chart.js";
import { explains, focused } from "../focus.js";
import { walk } from "./walk.js";

/** @import { App } from "../app.js" */
/** @import { NoteView } from "../view.d.ts" */

// The pieces that an article is made of now.
/** @type {WeakMap<HTMLElement, string[]>} */
const SHOWN = new WeakMap();

function buildNote() {
  const article = make("article", "note-text");
  const title = make("h2", "note-title");
  title.append(isolate(""));
  const text = make("div", "text");
  article.append(title, text);
  SHOWN.set(article, []);
  return article;
}

// Replaces only the pieces that changed: a selection elsewhere in the text stays.
/** @param {HTMLElement} article @param {NoteView} note */
function patchPieces(article, { pieces, headings, wraps }) {
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
  const blanks = new Set(wraps);
  [...text.children].forEach((node, index) => {
    node.classList.toggle("heading", titles.has(index));
    node.classList.toggle("wrap", blanks.has(index));
  });
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
    setText(title.firstChild, [item.title, item.told, item.news].filter(Boolean).join(" · "));
    title.classList.toggle("news", Boolean(item.news));
    // Equal texts in equal pieces: comparing strings is cheaper than touching nodes.
    if (SHOWN.get(article) !== item.pieces) patchPieces(article, item);
  });
  // Only where it moved: set to where it is, it would stop on the way to what E or the focus went to.
  if (note.scrollTop !== scroll) note.scrollTop = scroll;
}

/** @param {App} app */
function pieceNodes(app, { note }) {
  return app.parts.note.children[note]?.querySelector(".text").childNodes ?? [];
}

/** @param {App} app */
export function readyExplanation(app) {
  const explanation = explains(app) ? app.data.explanations[focused(app)] : null;
  return explanation?.status === "ready" ? explanation : null;
}

// Where the words stand that a code was added with, or that a code outside the model stands for.
/** @param {App} app */
export function citations(app) {
  return app.data.cited[focused(app)] ?? [];
}

// Every place that names the code.
/** @param {App} app */
export function mentions(app) {
  return app.data.mentions[focused(app)] ?? [];
}

/** @param {App} app */
function unmark(app) {
  for (const node of app.marked) {
    node.classList.remove("supports", "opposes", "cited", "mentioned", "current");
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
  for (const run of citations(app)) markPlace(app, run, "cited");
  for (const run of mentions(app)) markPlace(app, run, "mentioned");
  for (const run of walk(app)) markMargin(app, run);
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

// Fainter marks stand where no stronger one does.
/** @param {App} app @param {"cited" | "mentioned"} name */
function markPlace(app, run, name) {
  for (const node of nodesOf(app, run)) {
    if (["supports", "opposes", "cited"].some((each) => node.classList.contains(each))) continue;
    node.classList.add(name);
    if (name === "mentioned") node.title = `names ${codeOf(focused(app))}`;
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
