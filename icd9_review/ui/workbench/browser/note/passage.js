// Words of the note chosen as evidence for a code: by mouse, or by key with a caret that goes
// from word to word. Offsets sent to the server are code points, those of the DOM UTF-16 units.

import { rootOf } from "../../../browser/dom.js";
import { announce } from "../app.js";

/** @import { App } from "../app.js" */
/** @import { Passage } from "../types.d.ts" */

export function shorten(text) {
  const line = text.replace(/\s+/g, " ");
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
}

const CARET_KEYS = "arrows move by word and line, Shift extends, Enter adds a code for the words, Shift Q asks the physician";
const WORD = /[\p{L}\p{N}](?:[\p{L}\p{N}'’./%-]*[\p{L}\p{N}%])?/gu;

/** @param {App} app */
function selectedRange(app) {
  const root = rootOf(app.root);
  if (root.getSelection) {
    const selection = root.getSelection();
    return selection?.rangeCount ? selection.getRangeAt(0) : null;
  }
  const selection = document.getSelection();
  if (!selection?.rangeCount) return null;
  return selection.getComposedRanges?.({ shadowRoots: [root] })[0] ?? selection.getRangeAt(0);
}

// The selected words as {note, start, end, text}; null unless they stand in one note.
/** @param {App} app @returns {Passage | null} */
export function selectedPassage(app) {
  const range = selectedRange(app);
  if (!range || range.collapsed) return null;
  const article = [...app.parts.note.children].find((candidate) => candidate.contains(range.startContainer));
  const text = article?.querySelector(".text");
  if (!text?.contains(range.startContainer)) return null;
  const whole = text.textContent;
  const from = offsetIn(text, range.startContainer, range.startOffset);
  // A click that takes a whole line ends behind the note when the line is its last.
  const inside = text.contains(range.endContainer);
  if (!inside && app.parts.note.contains(range.endContainer) && article !== app.parts.note.lastChild) return null;
  const to = inside ? offsetIn(text, range.endContainer, range.endOffset) : whole.length;
  const chosen = whole.slice(from, to);
  const start = from + chosen.length - chosen.trimStart().length;
  const end = from + chosen.trimEnd().length;
  if (end <= start) return null;
  const points = (until) => [...whole.slice(0, until)].length;
  return { note: article.dataset.key, start: points(start), end: points(end), text: whole.slice(start, end) };
}

function offsetIn(text, node, offset) {
  const before = document.createRange();
  before.selectNodeContents(text);
  before.setEnd(node, offset);
  return before.toString().length;
}

/** @param {App} app */
export function clearPassage(app) {
  if (app.caret) announce(app, "");
  app.caret = null;
  const root = rootOf(app.root);
  (root.getSelection?.() ?? document.getSelection())?.removeAllRanges();
}

/** @param {Element} article @returns {[number, number][]} */
function wordsOf(article) {
  const text = article.querySelector(".text").textContent;
  return [...text.matchAll(WORD)].map((match) => [match.index, match.index + match[0].length]);
}

// Puts the caret on the first word in sight, of the current evidence where there is one.
/** @param {App} app */
export function startCaret(app) {
  const frame = app.parts.note.getBoundingClientRect();
  for (const article of app.parts.note.children) {
    if (article.getBoundingClientRect().bottom < frame.top) continue;
    const words = wordsOf(article);
    const current = article.querySelector(".current");
    const from = current ? offsetIn(article.querySelector(".text"), current, 0) : -1;
    const first = words.findIndex(([start], index) =>
      current ? start >= from : rectOf(article, words[index]).top >= frame.top + 8,
    );
    if (first < 0) continue;
    app.caret = { article, words, anchor: first, at: first };
    paintCaret(app);
    announce(app, CARET_KEYS);
    return;
  }
}

// Puts it on whole words, where a stretch of the note stands.
/** @param {App} app @param {Element} article @param {number} start @param {number} end */
export function putCaret(app, article, start, end) {
  const words = wordsOf(article);
  const inside = words.flatMap((word, index) => (word[0] < end && start < word[1] ? [index] : []));
  if (!inside.length) return;
  app.caret = { article, words, anchor: inside[0], at: inside.at(-1) };
  paintCaret(app);
  announce(app, CARET_KEYS);
}

/** @param {Element} article @param {number} offset @returns {[Node, number]} */
function place(article, offset) {
  let left = offset;
  for (const piece of article.querySelector(".text").childNodes) {
    const { length } = piece.textContent;
    if (left <= length) return [piece.firstChild ?? piece, left];
    left -= length;
  }
  return null;
}

function rangeOf(article, [start, end]) {
  const range = document.createRange();
  range.setStart(...place(article, start));
  range.setEnd(...place(article, end));
  return range;
}

function rectOf(article, word) {
  return rangeOf(article, word).getBoundingClientRect();
}

/** @param {App} app */
function selectCaret(app) {
  const { article, words, anchor, at } = app.caret;
  const [first, last] = [Math.min(anchor, at), Math.max(anchor, at)];
  const range = rangeOf(article, [words[first][0], words[last][1]]);
  const root = rootOf(app.root);
  const selection = root.getSelection?.() ?? document.getSelection();
  selection.setBaseAndExtent(range.startContainer, range.startOffset, range.endContainer, range.endOffset);
}

// Chosen words stay chosen although the pieces they stand in were made anew.
/** @param {App} app */
export function keepCaret(app) {
  if (app.caret?.article.isConnected && !app.palette && !app.asking && !app.finder && !app.querying) selectCaret(app);
}

/** @param {App} app */
function paintCaret(app) {
  selectCaret(app);
  const { article, words, at } = app.caret;
  const frame = app.parts.note.getBoundingClientRect();
  const here = rectOf(article, words[at]);
  if (here.top < frame.top + 20) app.parts.note.scrollTop -= frame.top + 20 - here.top;
  if (here.bottom > frame.bottom - 20) app.parts.note.scrollTop += here.bottom - frame.bottom + 20;
}

/** @param {App} app @param {string} key */
export function moveCaret(app, key, extend) {
  const { words, at } = app.caret;
  const next = key === "ArrowLeft" ? at - 1 : key === "ArrowRight" ? at + 1 : lineAway(app, key === "ArrowDown" ? 1 : -1);
  app.caret.at = Math.max(0, Math.min(words.length - 1, next));
  if (!extend) app.caret.anchor = app.caret.at;
  paintCaret(app);
}

// The word nearest in column on the next or the previous line.
/** @param {App} app @param {number} by */
function lineAway(app, by) {
  const { article, words, at } = app.caret;
  const here = rectOf(article, words[at]);
  let best = null;
  let line = null;
  for (let index = at + by; index >= 0 && index < words.length; index += by) {
    const rect = rectOf(article, words[index]);
    if (Math.abs(rect.top - here.top) < rect.height / 2) continue;
    line ??= rect.top;
    if (Math.abs(rect.top - line) > rect.height / 2) break;
    const distance = Math.abs(rect.left - here.left);
    if (best === null || distance < best.distance) best = { index, distance };
  }
  return best?.index ?? at;
}
