// The coding summary: plain text without words of the notes, to be copied or printed. The ledger
// hears of it before it is here.

import { make, makeButton, rootOf, setText, uuid } from "../../../browser/dom.js";
import { depart } from "../acts.js";
import { announce } from "../app.js";
import { takeFocus } from "../focus.js";
import { buildDialog, keycap } from "../parts.js";
import { ask, pulse } from "../pulse.js";

/** @import { App } from "../app.js" */

const PRINTED = "coding-summary";
const COPIED = "Copied.";
const CHOSEN = "The browser does not let it be copied unasked: it is selected, Ctrl C copies it.";

/** @param {App} app */
export function buildSummary(app) {
  const [dialog, body] = buildDialog("summary", "Coding summary", "Close");
  const text = make("pre", "text");
  text.tabIndex = 0;
  text.ariaLabel = "Coding summary";
  text.role = "region";
  const said = make("p", "quiet outcome");
  said.role = "status";
  body.append(text, said);
  const copy = makeButton("act copy", "Copy", () => copySummary(app));
  const print = makeButton("act", "Print", () => printSummary(app));
  const close = /** @type {HTMLButtonElement} */ (dialog.lastChild);
  copy.append(keycap("C"));
  print.append(keycap("P"));
  close.append(keycap("Esc"));
  const buttons = make("div", "buttons");
  buttons.append(copy, print, close);
  dialog.append(buttons);
  dialog.onclose = () => closedSummary(app);
  app.parts.summary = dialog;
  return dialog;
}

// What is unsent is stored first, so that the summary has it.
/** @param {App} app */
export function askSummary(app) {
  app.summarising = uuid();
  announce(app, "writing the coding summary …");
  ask(app);
  pulse(app);
}

/** @param {App} app */
export function showSummary(app) {
  const { summary } = app.data;
  if (!summary || summary.id !== app.summarising) return;
  app.summarising = null;
  const dialog = app.parts.summary;
  setText(dialog.querySelector(".text"), summary.text);
  setText(dialog.querySelector(".outcome"), "");
  announce(app, "");
  dialog.showModal();
  dialog.querySelector(".copy").focus();
  copySummary(app);
}

/** @param {App} app */
async function copySummary(app) {
  const text = app.parts.summary.querySelector(".text");
  const told = app.parts.summary.querySelector(".outcome");
  try {
    await navigator.clipboard.writeText(text.textContent);
    setText(told, COPIED);
  } catch {
    // Off https and this machine there is no clipboard, and some browsers ask for another key.
    selectText(text);
    setText(told, CHOSEN);
  }
}

/** @param {HTMLElement} node */
function selectText(node) {
  const selection = rootOf(node).getSelection?.() ?? document.getSelection();
  selection?.selectAllChildren(node);
}

// A document of its own has no page around it to be printed along.
/** @param {App} app */
function printSummary(app) {
  for (const before of document.querySelectorAll(`iframe[name="${PRINTED}"]`)) before.remove();
  const frame = make("iframe");
  Object.assign(frame, { name: PRINTED, ariaHidden: "true", tabIndex: -1 });
  // Some browsers print nothing of a frame that is not laid out.
  Object.assign(frame.style, { position: "fixed", bottom: "0", width: "0", height: "0", border: "0" });
  document.body.append(frame);
  const page = frame.contentDocument;
  page.title = app.data.encounter.label;
  const text = page.createElement("pre");
  text.textContent = app.parts.summary.querySelector(".text").textContent;
  Object.assign(text.style, { font: "10pt/1.45 ui-monospace, monospace", whiteSpace: "pre-wrap", overflowWrap: "anywhere" });
  page.body.append(text);
  frame.contentWindow.onafterprint = () => frame.remove();
  frame.contentWindow.print();
}

/** @param {App} app @param {string} key */
export function summaryKey(app, key) {
  const acts = { c: () => void copySummary(app), p: () => printSummary(app), y: () => app.parts.summary.close() };
  return Object.hasOwn(acts, key) ? acts[key] : null;
}

// After a signature the next encounter has waited for it.
/** @param {App} app */
function closedSummary(app) {
  if (!app.goingOn) return takeFocus(app);
  app.goingOn = false;
  if (app.data.next) depart(app, "next");
}
