// Words of the notes found by typing. While the field is empty a caret stands on the first word in
// sight and arrows move it, as they do once the field is left: W, a few letters, Escape and Enter
// make words of the note the evidence of a code.

import { make, makeButton, setText } from "../../../browser/dom.js";
import { announce } from "../app.js";
import { openPalette } from "../panes/palette.js";
import { clearPassage, keepCaret, moveCaret, putCaret, startCaret } from "./passage.js";

/** @import { App } from "../app.js" */
/** @import { Hit } from "../types.d.ts" */

// Marked at once; by judgement: of more than that nobody looks at each, and counting goes on.
const MOST_MARKED = 2000;
const KEYS_OF_FINDER = "Enter next · Shift Enter previous · Escape stays there · Ctrl Enter adds a code for these words";
const KEYS_OF_CARET = "type to find · arrows choose words, Shift extends · Enter adds a code for them";

/** @param {App} app */
export function buildFinder(app) {
  const finder = make("div", "finder");
  finder.role = "search";
  finder.ariaLabel = "Find in the notes";
  finder.hidden = true;
  const field = make("input", "field");
  Object.assign(field, { type: "text", autocomplete: "off", spellcheck: false, maxLength: 200, placeholder: "find in the notes" });
  field.ariaLabel = "Find in the notes";
  field.oninput = () => searchNotes(app);
  const hits = make("span", "hits");
  hits.role = "status";
  const line = make("div", "line");
  line.append(field, hits, makeButton("act", "Add a code", () => addForHit(app)));
  finder.append(line, make("p", "hints"));
  app.parts.finder = finder;
  return finder;
}

/** @param {App} app */
export function openFinder(app) {
  app.finder ??= { hits: [], at: -1 };
  const { finder } = app.parts;
  finder.hidden = false;
  const field = finder.querySelector(".field");
  startCaret(app);
  field.focus({ preventScroll: true });
  field.select();
  searchNotes(app);
}

/** @param {App} app */
export function closeFinder(app) {
  if (!app.finder) return;
  app.finder = null;
  app.parts.finder.hidden = true;
  app.parts.finder.querySelector(".field").value = "";
  showHits(app);
}

// Letters as they are typed, whatever their case; any white space for a space.
/** @param {string} text */
function patternOf(text) {
  const words = text.trim().split(/\s+/).map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return words[0] ? new RegExp(words.join("\\s+"), "giu") : null;
}

// Where typed words stand in the notes: UTF-16 units of the text of each article.
/** @param {string} typed @param {string[]} texts @returns {Hit[]} */
export function findHits(typed, texts) {
  const pattern = patternOf(typed);
  if (!pattern) return [];
  return texts.flatMap((text, note) => [...text.matchAll(pattern)].map((match) => ({ note, start: match.index, end: match.index + match[0].length })));
}

/** @param {App} app */
function articlesOf(app) {
  return /** @type {HTMLElement[]} */ ([...app.parts.note.children]);
}

/** @param {App} app */
function soughtText(app) {
  return app.parts.finder.querySelector(".field").value;
}

/** @param {App} app */
function searchNotes(app) {
  refreshHits(app);
  const { hits } = app.finder;
  // From where the caret stood when the search began, as far as there is one from there on.
  const from = app.caret ? caretPlace(app) : { note: 0, start: 0 };
  const next = hits.findIndex(({ note, start }) => note > from.note || (note === from.note && start >= from.start));
  app.finder.at = hits.length ? Math.max(0, next) : -1;
  showHits(app);
  goToHit(app);
}

/** @param {App} app */
function caretPlace(app) {
  const { article, words, anchor } = app.caret;
  return { note: articlesOf(app).findIndex((each) => each === article), start: words[anchor][0] };
}

// After the pieces of a note were made anew, hits stand in other nodes.
/** @param {App} app */
export function refreshHits(app) {
  if (!app.finder) return;
  const texts = articlesOf(app).map((article) => article.querySelector(".text").textContent);
  app.finder.hits = findHits(soughtText(app), texts);
  app.finder.at = Math.min(app.finder.at, app.finder.hits.length - 1);
  showHits(app);
}

// Hits are in order: the pieces of a note are gone through once.
/** @param {App} app @param {Hit[]} hits @returns {Range[]} */
function rangesOf(app, hits) {
  return articlesOf(app).flatMap((article, index) => {
    const pieces = [...article.querySelector(".text").childNodes];
    let [at, before] = [0, 0];
    /** @param {number} offset @returns {[Node, number]} */
    const place = (offset) => {
      while (at < pieces.length - 1 && offset > before + pieces[at].textContent.length) {
        before += pieces[at].textContent.length;
        at += 1;
      }
      return [pieces[at].firstChild ?? pieces[at], offset - before];
    };
    return hits.filter(({ note }) => note === index).map(({ start, end }) => {
      const range = document.createRange();
      range.setStart(...place(start));
      range.setEnd(...place(end));
      return range;
    });
  });
}

/** @param {App} app */
function showHits(app) {
  const { hits, at } = app.finder ?? { hits: [], at: -1 };
  const typed = app.finder && soughtText(app).trim();
  const count = app.parts.finder.querySelector(".hits");
  setText(count, !typed ? "" : hits.length ? `${at + 1} of ${hits.length}` : "not in these notes");
  count.classList.toggle("none", Boolean(typed) && !hits.length);
  setText(app.parts.finder.querySelector(".hints"), typed ? KEYS_OF_FINDER : KEYS_OF_CARET);
  app.parts.finder.querySelector(".act").disabled = !hits.length;
  paint("found", rangesOf(app, hits.slice(0, MOST_MARKED)));
  paint("found-here", rangesOf(app, hits.slice(at, at + 1)));
}

// Drawn over the text, so that no piece of it is cut for a search.
/** @param {string} name @param {Range[]} ranges */
function paint(name, ranges) {
  if (!globalThis.CSS?.highlights) return;
  if (ranges.length) CSS.highlights.set(name, new Highlight(...ranges));
  else CSS.highlights.delete(name);
}

/** @param {App} app */
function goToHit(app) {
  const hit = app.finder.hits[app.finder.at];
  if (!hit) return;
  const { note } = app.parts;
  const frame = note.getBoundingClientRect();
  const place = rangesOf(app, [hit])[0].getBoundingClientRect();
  // The field lies over the first lines.
  if (place.top < frame.top + 100 || place.bottom > frame.bottom - 40) note.scrollTop += place.top - frame.top - frame.height / 3;
}

/** @param {App} app @param {number} by */
function stepHit(app, by) {
  const { hits, at } = app.finder;
  if (!hits.length) return;
  app.finder.at = (at + by + hits.length) % hits.length;
  showHits(app);
  goToHit(app);
}

// The caret stands on the words of the hit, whole ones.
/** @param {App} app */
function leaveAtHit(app) {
  const hit = app.finder.hits[app.finder.at];
  const article = hit ? articlesOf(app)[hit.note] : null;
  closeFinder(app);
  app.parts.note.focus({ preventScroll: true });
  if (article) putCaret(app, article, hit.start, hit.end);
  else keepCaret(app);
}

/** @param {App} app */
function addForHit(app) {
  leaveAtHit(app);
  openPalette(app, "add");
}

/** @param {App} app @param {string} key @param {KeyboardEvent} event */
export function finderKey(app, key, event) {
  if (key === "Escape") return () => (soughtText(app) ? leaveAtHit(app) : leaveEmpty(app));
  if (event.composedPath().some((node) => node instanceof HTMLElement && node.tagName === "BUTTON")) return null;
  if (!soughtText(app).trim()) return emptyKey(app, key, event);
  if (key === "Enter") return () => (event.ctrlKey ? addForHit(app) : stepHit(app, event.shiftKey ? -1 : 1));
  if (key === "ArrowDown" || key === "ArrowUp") return () => stepHit(app, key === "ArrowDown" ? 1 : -1);
  return null;
}

/** @param {App} app @param {string} key @param {KeyboardEvent} event */
function emptyKey(app, key, event) {
  if (key === "Enter") return () => addForHit(app);
  if (!key.startsWith("Arrow")) return null;
  return () => {
    closeFinder(app);
    app.parts.note.focus({ preventScroll: true });
    if (app.caret) moveCaret(app, key, event.shiftKey);
  };
}

/** @param {App} app */
function leaveEmpty(app) {
  closeFinder(app);
  clearPassage(app);
  app.parts.note.focus({ preventScroll: true });
  announce(app, "");
}
