// The left side: the sentences of the copy, or a box for each note to edit it in.

import { activeIn, isolate, make, setText } from "../../browser/dom.js";
import { change, isSentence, strike, TYPING } from "./copy.js";
import { showKeys } from "./what_if.js";

/** @import { App } from "./app.js" */

/** @param {App} app */
export function showCopy(app) {
  const { pane } = app.parts;
  const scroll = pane.scrollTop;
  pane.classList.toggle("editing", app.editing);
  pane.replaceChildren(...app.notes.map((note, index) => (app.editing ? buildBox(app, note) : buildText(app, note, index))));
  for (const [button, editing] of app.parts.modes) button.ariaPressed = String(app.editing === editing);
  setText(app.parts.how, app.editing ? "Type as you like." : "Click a sentence to strike it, again to restore it.");
  showKeys(app);
  enter(app, sentence(app, app.at));
  pane.scrollTop = scroll;
}

/** @param {App} app */
function buildArticle(app, note) {
  const article = make("article", "note-text");
  if (app.notes.length > 1) {
    const title = make("h2", "note-title");
    title.append(isolate("", note.title));
    article.append(title);
  }
  return article;
}

/** @param {App} app */
function buildText(app, note, index) {
  const article = buildArticle(app, note);
  const text = make("div", "text");
  note.pieces.forEach((piece, at) => {
    if (isSentence(at)) text.append(buildSentence(app, note, index, (at - 1) / 2, piece));
    else if (piece) text.append(piece);
  });
  article.append(text);
  return article;
}

/** @param {App} app */
function buildSentence(app, note, index, number, words) {
  const node = make("span", note.headings.has(number) ? "sentence heading" : "sentence", words);
  node.role = "button";
  node.tabIndex = -1;
  node.dataset.note = index;
  node.dataset.number = number;
  node.onclick = () => {
    if (!getSelection()?.isCollapsed) return;
    goTo(app, node);
    strike(app, node);
  };
  showStruck(node, note);
  return node;
}

export function showStruck(node, note) {
  const struck = note.struck.has(Number(node.dataset.number));
  node.classList.toggle("struck", struck);
  node.ariaPressed = String(struck);
}

/** @param {App} app */
function buildBox(app, note) {
  const article = buildArticle(app, note);
  const box = make("textarea", "box");
  box.ariaLabel = `Copy of ${note.title}`;
  box.spellcheck = false;
  box.autocomplete = "off";
  box.value = note.typed;
  box.oninput = () => {
    note.typed = box.value;
    change(app, TYPING);
  };
  article.append(box);
  return article;
}

// The sentence that Tab comes to, named by its place because the nodes are made anew.
/** @param {App} app */
function enter(app, node) {
  app.entry?.setAttribute("tabindex", "-1");
  app.entry = node ?? app.parts.pane.querySelector(".sentence");
  app.entry?.setAttribute("tabindex", "0");
}

/** @param {App} app */
function sentence(app, at) {
  return at && app.parts.pane.querySelector(`.sentence[data-note="${at.note}"][data-number="${at.number}"]`);
}

/** @param {App} app */
function goTo(app, node) {
  app.at = { ...node.dataset };
  enter(app, node);
  node.focus({ preventScroll: true });
  node.scrollIntoView({ block: "nearest" });
}

/** @param {App} app @param {number} by */
export function step(app, by) {
  const all = [...app.parts.pane.querySelectorAll(".sentence")];
  const at = all.indexOf(activeIn(app.root));
  const next = at < 0 ? app.entry : all[Math.max(0, Math.min(all.length - 1, at + by))];
  if (next) goTo(app, next);
}
