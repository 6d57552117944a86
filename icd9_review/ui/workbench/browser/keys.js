// The keys: one table says what each does, in the sheet of keys, in the footer and when pressed.

import { activeIn } from "../../browser/dom.js";
import {
  accept,
  askAdmitting,
  askSetting,
  depart,
  makePrincipal,
  replace,
  shift,
  toggleExplanations,
  undo,
} from "./acts.js";
import { announce } from "./app.js";
import { changeOrder, toggleOpenOnly } from "./arranging.js";
import { codeBookKey, openCodeBook } from "./book/book.js";
import { openRule, ruleKey } from "./book/rule.js";
import { askAcceptRest, askPlace, askRejectRest } from "./bulk.js";
import { focused, step } from "./focus.js";
import { toggleDemoted } from "./panes/demoted.js";
import { finderKey, openFinder } from "./note/finder.js";
import { factsKey, openFacts } from "./panes/facts.js";
import { finishKey, openFinish } from "./panes/finish.js";
import { goAcross } from "./panes/first_line.js";
import { linesKey, openLines } from "./panes/lines.js";
import { openPalette, paletteKey } from "./panes/palette.js";
import { openQueries, queriesKey } from "./physician/queries.js";
import { goToDocument, stepSection } from "./room/documents.js";
import { clearPassage, moveCaret } from "./note/passage.js";
import { roomKey, toggleRoom } from "./room/view.js";
import { askSummary, summaryKey } from "./beside/summary.js";
import { askReject, hold, isLateAnswer, stripKey } from "./panes/strip.js";
import { audits, sayNotAudited } from "./beside/audit.js";
import { looksOn, sayLooksOn } from "./beside/trail.js";
import { showEvidence, toggleFollow } from "./note/walk.js";

/** @import { App } from "./app.js" */

// `short` says it in the footer; with `arrow` the key goes on while it is held down. What `decides`,
// or leads to where one does, is not for whoever looks on; what is about the `chart` itself is not for
// who audits.
/** @type {{ key: string, words: string, short?: string, arrow?: string, decides?: boolean, chart?: boolean, act: (app: App, event: KeyboardEvent) => void }[]} */
export const KEYS = [
  { key: "A", words: "accept; with Shift the rest at once, of what was on the screen", decides: true, short: "accept", act: (app, { shiftKey }) => (shiftKey ? askAcceptRest(app) : accept(app, focused(app))) },
  { key: "X", words: "reject, then a digit for the reason; with Shift the rest at once", decides: true, short: "reject", act: (app, { shiftKey }) => (shiftKey ? askRejectRest(app) : focused(app) && askReject(app, focused(app))) },
  { key: "S", words: "replace by a sibling or another code", decides: true, short: "replace", act: (app) => replace(app, focused(app)) },
  { key: "P", words: "make it the principal diagnosis or procedure", decides: true, short: "principal", act: (app) => focused(app) && makePrincipal(app, focused(app)) },
  { key: "/", words: "add a code; selected words become its evidence", decides: true, short: "add a code", act: (app) => openPalette(app, "add") },
  { key: "W", words: "find words of the notes by typing, also Ctrl F, or choose them by arrow keys", act: (app) => openFinder(app) },
  { key: "U", words: "take back your last verdict", decides: true, short: "undo", act: (app) => undo(app) },
  { key: "J", words: "next, also ↓; with Shift move the code down", arrow: "ArrowDown", act: (app, { shiftKey }) => (shiftKey ? shift : step)(app, 1) },
  { key: "K", words: "previous, also ↑; with Shift move the code up", arrow: "ArrowUp", act: (app, { shiftKey }) => (shiftKey ? shift : step)(app, -1) },
  { key: "G", words: "go between suggestions and my codes", short: "my codes", act: (app) => goAcross(app) },
  { key: "E", words: "next place that speaks of the code; with Shift the note follows the focus, or stays", short: "evidence", act: (app, { shiftKey }) => (shiftKey ? toggleFollow(app) : showEvidence(app, app.evidence + 1)) },
  { key: "B", words: "the code book: path, notes, siblings, index; with Shift the rules behind the edits", short: "book", act: (app, { shiftKey }) => (shiftKey ? openRule(app) : openCodeBook(app, focused(app))) },
  { key: "R", words: "order of the suggestions: likeliest first, by section of the notes, by chapter of the book; with Shift only those without a verdict", act: (app, { shiftKey }) => (shiftKey ? toggleOpenOnly(app) : changeOrder(app)) },
  { key: "[", words: "section before, also of the document before", act: (app) => stepSection(app, -1) },
  { key: "]", words: "next section; 1 to 9 go to a document", act: (app) => stepSection(app, 1) },
  { key: "Z", words: "letters, lines and panes, as you like them", act: (app) => toggleRoom(app) },
  { key: "V", words: "show or hide the codes that were demoted", act: (app) => toggleDemoted(app) },
  { key: "I", words: "inspect the explanation on a page of its own", chart: true, act: (app) => focused(app) && depart(app, "inspect") },
  { key: "T", words: "turn explanations off or on, for you", act: (app) => toggleExplanations(app) },
  { key: "O", words: "present on admission, then Y N U W 1", decides: true, act: (app) => askSetting(app, "diagnosis") },
  { key: "D", words: "date of a procedure", chart: true, decides: true, act: (app) => askSetting(app, "procedure") },
  { key: "M", words: "admitting diagnosis: Enter takes the code in focus, or type", chart: true, decides: true, act: (app) => askAdmitting(app) },
  { key: "Q", words: "facts from the text: age, sex, dates, disposition; with Shift queries to the physician: ask about selected words, read answers", chart: true, act: (app, { shiftKey }) => (shiftKey ? openQueries : openFacts)(app) },
  { key: "H", words: "put on hold, or take off hold", chart: true, decides: true, act: (app) => hold(app) },
  { key: "C", words: "try out a copy: what if a sentence were not there", chart: true, decides: true, short: "what if", act: (app) => depart(app, "what_if") },
  { key: "L", words: "lines of the chart: what the diagnosis and procedure sections list", act: (app) => openLines(app) },
  { key: "F", words: "finalise; reopen when finalised", decides: true, short: "finalise", act: (app) => openFinish(app) },
  { key: "Y", words: "with Shift the coding summary of the chart: copies it, prints it", chart: true, act: (app, { shiftKey }) => shiftKey && askSummary(app) }, // one Y too many in the sweep of O asks for none
  { key: "N", words: "next encounter", chart: true, short: "next", act: (app) => depart(app, "next") },
  { key: "?", words: "all keys", short: "all keys", act: (app) => app.parts.sheet.showModal() },
];

// What stands in the footer, in this order.
export const FOOTER = ["A", "X", "S", "P", "/", "G", "E", "B", "U", "C", "F", "N", "?"].map((name) => KEYS.find(({ key }) => key === name));

function isTyping(event) {
  const target = event.composedPath()[0];
  const field = target instanceof HTMLElement && target.isContentEditable;
  return field || ["INPUT", "TEXTAREA", "SELECT"].includes(target?.tagName);
}

/** @param {App} app @param {KeyboardEvent} event */
export function onKey(app, event) {
  const held = event.ctrlKey || event.metaKey || event.altKey || event.isComposing;
  const elsewhere = document.querySelector('[role="dialog"], [role="menu"], [role="listbox"]') !== null;
  if (!app.root.isConnected || elsewhere) return;
  const sends = event.key === "Enter" && !event.isComposing && (isInFinder(app, event) || app.querying);
  if (held && !sends) return findInstead(app, event);
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const act = key === "Tab" ? keepInside(app, event) : actOf(app, key, event);
  if (!act) return;
  event.preventDefault();
  act();
}

// Ctrl F would find in what the browser has laid out, and leaves no caret.
/** @param {App} app @param {KeyboardEvent} event */
function findInstead(app, event) {
  if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "f" || app.palette || app.finishing || app.asking || app.codebook || app.rule !== null || app.querying) return;
  event.preventDefault();
  openFinder(app);
}

/** @param {App} app @param {KeyboardEvent} event */
function isInFinder(app, event) {
  return app.finder !== null && event.composedPath().includes(app.parts.finder);
}

/** @param {App} app @returns {any} */
function panelOf(app) {
  const { palette, finish, facts, lines, book, rule, queries } = app.parts;
  if (app.querying) return queries;
  if (app.codebook) return book;
  if (app.rule !== null) return rule;
  if (app.palette) return palette;
  if (app.finishing) return finish;
  if (app.facts) return facts;
  return app.lining ? lines : null;
}

// A panel that lies over the page keeps the focus until it is closed.
/** @param {App} app @param {KeyboardEvent} event */
function keepInside(app, event) {
  const panel = panelOf(app);
  if (!panel) return null;
  const stops = [...panel.querySelectorAll("input, textarea, button:not(:disabled)")].filter((node) => node.offsetParent);
  const at = stops.indexOf(activeIn(app.root)) + (event.shiftKey ? -1 : 1);
  return () => stops.at(at % stops.length)?.focus();
}

/** @param {App} app @param {string} key @param {KeyboardEvent} event */
function actOf(app, key, event) {
  if (app.querying) return queriesKey(app, key, isTyping(event), event);
  if (app.codebook) return event.repeat && key === "Enter" ? () => {} : codeBookKey(app, key, isTyping(event));
  if (app.rule !== null) return event.repeat && key === "Enter" ? () => {} : ruleKey(app, key);
  // A held Enter chooses once: behind a row of the table of drugs lies another list.
  if (app.palette) return event.repeat && key === "Enter" ? () => {} : paletteKey(app, key);
  // A held key answers nothing: D would take the discharge it asks about, Y the rest of the chart.
  if (app.asking && (!isTyping(event) || key === "Escape")) return event.repeat ? null : stripKey(app, key);
  if (app.facts) return event.repeat && key === "Enter" ? () => {} : factsKey(app, key, isTyping(event));
  if (isInFinder(app, event)) return finderKey(app, key, event);
  if (isTyping(event) && !(app.finishing && (key === "Enter" || key === "Escape"))) return null;
  if (app.parts.listsheet.open) return null;
  if (app.parts.summary.open) return summaryKey(app, key);
  if (app.parts.sheet.open) return key === "?" ? () => app.parts.sheet.close() : null;
  // A held Enter signs once, and tries a wrong password once.
  if (app.finishing) return event.repeat && key === "Enter" ? () => {} : finishKey(app, key);
  const viewed = app.viewing ? roomKey(app, key, event) : null;
  if (viewed) return viewed;
  if (app.lining && key !== "u" && key !== "?") return linesKey(app, key, event.repeat);
  return (app.caret && caretKey(app, key, event)) || pageKey(app, key, event);
}

/** @param {App} app @param {string} key @param {KeyboardEvent} event */
function caretKey(app, key, event) {
  if (key.startsWith("Arrow")) return () => moveCaret(app, key, event.shiftKey);
  if (key === "Enter") return () => openPalette(app, "add");
  if (key === "Escape") return () => clearPassage(app);
  return null;
}

/** @param {App} app @param {string} key @param {KeyboardEvent} event */
function pageKey(app, key, event) {
  if (isLateAnswer(app, key)) return () => announce(app, "that was the last one");
  const reading = event.composedPath().some((node) => node instanceof Element && node.classList.contains("reads"));
  const inside = event.composedPath().some((node) => node instanceof Element && node.classList.contains("mine"));
  if (reading && !inside && key.startsWith("Arrow")) return null;
  if (/^[1-9]$/.test(key) && !event.repeat) {
    return () => (app.region === "right" ? askPlace(app, key) : goToDocument(app, Number(key) - 1));
  }
  const found = KEYS.find((each) => each.key.toLowerCase() === key || each.arrow === key);
  if (!found || (event.repeat && !found.arrow)) return null;
  if (found.chart && audits(app)) return () => sayNotAudited(app);
  return found.decides && looksOn(app) ? () => sayLooksOn(app) : () => found.act(app, event);
}
