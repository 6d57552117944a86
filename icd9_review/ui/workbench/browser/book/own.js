// What a code is to this person: a favourite, or called by their own words. Set in the code book.

import { make, makeButton, setText, uuid } from "../../../browser/dom.js";
import { announce } from "../app.js";
import { codeOf } from "../chart.js";
import { keycap } from "../parts.js";
import { pulse } from "../pulse.js";

/** @import { App } from "../app.js" */
/** @import { BookView } from "../view.d.ts" */

/** @param {App} app */
export function buildOwn(app) {
  const own = make("div", "naming");
  const star = makeButton("act star", undefined, () => toggleFavourite(app));
  star.append(make("span", "starred"), keycap("F"));
  const field = make("input", "field called");
  Object.assign(field, { type: "text", autocomplete: "off", spellcheck: false, ariaLabel: "Your words for it, apart by commas", placeholder: "your words for it: W" });
  const problem = make("p", "refused");
  problem.role = "alert";
  own.append(star, field, problem);
  app.parts.own = own;
  return own;
}

/** @param {App} app @returns {HTMLInputElement} */
function wordsField(app) {
  return app.parts.own.querySelector(".called");
}

// What counts: the wish that is on its way, else what the server has.
/** @param {App} app @param {BookView} book */
function ownOf({ marking }, { key, own }) {
  return marking?.key === key ? marking : own;
}

/** @param {App} app @param {BookView | null} book */
export function showOwn(app, book) {
  if (app.marking && app.marking.id === book?.own?.kept) app.marking = null;
  const pane = app.parts.own;
  pane.hidden = !book?.own;
  if (!book?.own) return;
  const { favourite, words } = ownOf(app, book);
  setText(pane.querySelector(".starred"), favourite ? "★ favourite" : "☆ favourite");
  pane.querySelector(".star").setAttribute("aria-pressed", String(favourite));
  const field = wordsField(app);
  field.maxLength = book.own.longest;
  // What somebody types stays until they leave it or turn the page.
  if (pane.told !== `${book.key} ${words}`) field.value = words;
  pane.told = `${book.key} ${words}`;
  pane.classList.toggle("keeping", Boolean(app.marking));
  setText(pane.querySelector(".refused"), app.marking ? "" : book.own.problem);
}

/** @param {App} app @param {{ favourite?: boolean, words?: string }} changed */
function mark(app, changed) {
  const book = app.data.book;
  if (!book?.own || book.id !== app.codebook?.id) return;
  const { favourite, words } = ownOf(app, book);
  app.marking = { id: uuid(), key: book.key, favourite, words, ...changed };
  app.setState("mark", { encounter: app.encounter, ...app.marking });
  showOwn(app, book);
  pulse(app);
}

/** @param {App} app */
export function toggleFavourite(app) {
  const book = app.data.book;
  if (!book?.own || book.id !== app.codebook?.id) return void announce(app, "only a code can be a favourite");
  const favourite = !ownOf(app, book).favourite;
  mark(app, { favourite });
  announce(app, `${codeOf(book.key)} is ${favourite ? "a favourite" : "no favourite any more"}`);
}

/** @param {App} app */
export function openWords(app) {
  if (app.parts.own.hidden) return void announce(app, "only a code has words of your own");
  wordsField(app).focus({ preventScroll: true });
  wordsField(app).select();
}

/** @param {App} app */
export function keepWords(app) {
  const words = wordsField(app).value.trim();
  mark(app, { words });
  announce(app, words ? `your words for ${codeOf(app.data.book.key)}: ${words}` : "no words of your own");
}

// Leaves the field as it was.
/** @param {App} app */
export function dropWords(app) {
  app.parts.own.told = null;
  showOwn(app, app.data.book);
}
