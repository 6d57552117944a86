// The copy: which sentences are struck, what was typed, and what of it the server has answered.
// Each state of it has a name; an answer to an older one is passed over.

import { uuid } from "../../browser/dom.js";
import { showWaiting } from "./moves.js";
import { showCopy, showStruck } from "./sentences.js";

/** @import { App } from "./app.js" */
/** @import { WhatIfView } from "./view.d.ts" */

// Milliseconds without another click, or another key, after which the copy is sent to be read.
const CLICKS = 120;
export const TYPING = 400;

/** @typedef {{ id: string, title: string, pieces: string[], headings: Set<number>, struck: Set<number>, original: string, whole: string | null, typed: string | null }} Note */

// A note of the copy: `whole` is its text where that was edited, `pieces` that text with every
// second piece a sentence, `typed` what stands in its box while the copy is edited. The boxes
// hold on to their notes, so an answer changes these and makes none anew.
/** @param {App} app @param {WhatIfView} data */
export function takeCopy(app, data) {
  const before = new Map(app.notes.map((note) => [note.id, note]));
  app.notes = data.notes.map(({ id, title, pieces, headings, struck, original }) => {
    const text = pieces.join("");
    return Object.assign(before.get(id) ?? { id, typed: null }, {
      title,
      pieces,
      headings: new Set(headings),
      struck: new Set(struck),
      original: original ?? text,
      whole: original === null ? null : text,
    });
  });
}

export function isSentence(at) {
  return at % 2 === 1;
}

// The text that is read: all of it but the sentences that are struck.
/** @param {Note} note */
function kept(note) {
  return note.pieces.filter((_, at) => !isSentence(at) || !note.struck.has((at - 1) / 2)).join("");
}

// Words typed take the place of the strokes; a box that nobody typed in keeps them.
/** @param {Note} note */
function isTyped(note) {
  return note.typed !== null && note.typed !== kept(note);
}

/** @param {App} app */
export function isWaiting(app) {
  return app.name !== app.answered;
}

// Gives the copy a new name, and sends it once the person pauses.
/** @param {App} app */
export function change(app, pause) {
  app.name = uuid();
  app.since = Date.now();
  clearTimeout(app.pause);
  app.pause = setTimeout(() => send(app), pause);
  showWaiting(app);
}

/** @param {App} app */
function send(app) {
  const sent = (note) => (isTyped(note) ? { text: note.typed, struck: [] } : { text: note.whole, struck: [...note.struck] });
  const notes = Object.fromEntries(app.notes.map((note) => [note.id, sent(note)]));
  if (app.mounted) app.setState("copy", { name: app.name, notes });
}

// Until the answer brings its sentences a text is one piece.
/** @param {Note} note @param {string | null} whole */
function replaceText(note, whole) {
  note.pieces = [whole ?? note.original];
  note.headings = new Set();
  note.struck.clear();
  note.whole = whole;
}

/** @param {App} app */
export function strike(app, node) {
  const note = app.notes[node.dataset.note];
  const number = Number(node.dataset.number);
  if (!note.struck.delete(number)) note.struck.add(number);
  showStruck(node, note);
  change(app, CLICKS);
}

/** @param {App} app */
export function edit(app, editing) {
  if (app.editing === editing) return;
  app.editing = editing;
  for (const note of app.notes) {
    if (isTyped(note)) replaceText(note, note.typed);
    note.typed = editing ? kept(note) : null;
  }
  showCopy(app);
}

/** @param {App} app */
export function reset(app) {
  for (const note of app.notes) {
    if (note.whole !== null || isTyped(note)) replaceText(note, null);
    note.struck.clear();
    note.typed = app.editing ? kept(note) : null;
  }
  showCopy(app);
  change(app, 0);
}
