// Before an encounter is finalised: what stands in the way, what may be missing, and the sign-off.

import { activeIn, make, makeButton, setText, uuid } from "../../../browser/dom.js";
import { accountOf, leftLinesOf } from "../accounts.js";
import { decide, depart, putAt } from "../acts.js";
import { announce } from "../app.js";
import { codeOf } from "../chart.js";
import { confirmSigner } from "../confirm.js";
import { takeFocus } from "../focus.js";
import { defer, pending } from "../outbox.js";
import { keycap } from "../parts.js";
import { countEdits, jumpTo } from "./codes.js";
import { linesToAsk } from "./first_line.js";
import { openLines } from "./lines.js";
import { buildTabs, partHead, showTabs, tabKey } from "../beside/missing_tabs.js";
import { principalQuestion, principalToSay } from "./principal.js";
import { openQueries, openQueriesOf } from "../physician/queries.js";
import { reopen } from "./strip.js";
import { askSummary } from "../beside/summary.js";
import { audits } from "../beside/audit.js";
import { looksOn, sayLooksOn } from "../beside/trail.js";

/** @import { App } from "../app.js" */
/** @import { More } from "../types.d.ts" */
/** @import { LineView, WorkbenchView } from "../view.d.ts" */

// Chart lines named one by one; by judgement: warnings below them stay in sight.
const MOST_LINES = 8;

/** @param {App} app */
export function buildFinish(app) {
  const finish = make("div", "finish");
  finish.role = "dialog";
  finish.ariaLabel = "Finalise";
  finish.hidden = true;
  const close = makeButton("act", "Back", () => closeFinish(app));
  close.append(keycap("Esc"));
  const sign = makeButton("act sign", "", () => signOff(app));
  sign.append(make("span"), keycap("Enter"));
  app.parts.summing = makeButton("link quiet summing", undefined, () => toggleSumming(app));
  app.parts.summing.append(make("span"), keycap("Y"));
  app.parts.summing.title = "After signing, the coding summary is copied and shown before the next encounter opens";
  const buttons = make("div", "buttons");
  buttons.append(close, sign);
  const scroll = make("div", "body");
  finish.append(make("h2"), buildTabs(), scroll, buildProof(app), app.parts.summing, buttons);
  app.parts.finish = finish;
  return finish;
}

// What a signer is asked for once more. The name stands there for whatever keeps passwords.
/** @param {App} app */
function buildProof(app) {
  const proof = make("form", "proof");
  const name = make("input", "name");
  Object.assign(name, { autocomplete: "username", readOnly: true, hidden: true });
  const label = make("label", "", "Your password, to sign");
  const password = make("input", "field");
  Object.assign(password, { id: "signer-password", type: "password", autocomplete: "current-password", maxLength: 256 });
  label.htmlFor = password.id;
  const refused = make("p", "refused");
  refused.role = "alert";
  proof.append(name, label, password, make("p", "quiet", "To sign, you sign in once more at your sign-in service, and come back to this chart."), refused);
  proof.onsubmit = (event) => {
    event.preventDefault();
    signOff(app);
  };
  app.parts.proof = proof;
  return proof;
}

/** @param {App} app */
export function openFinish(app) {
  if (looksOn(app)) return sayLooksOn(app);
  if (audits(app)) return depart(app, "leave");
  if (app.chart.signed) return reopen(app);
  if (app.chart.hold) return void announce(app, "on hold: H takes it off hold first");
  app.finishing = true;
  app.parts.finish.hidden = false;
  defer(app, null);
  showFinish(app);
  app.parts.finish.tabIndex = -1;
  focusFinish(app);
}

// Whether the coding summary comes up once the chart is signed.
/** @param {App} app */
function toggleSumming(app) {
  app.summing = !app.summing;
  showFinish(app);
}

/** @param {App} app */
function focusFinish(app) {
  const { proof, finish } = app.parts;
  const types = !proof.hidden && app.data.signer.asks === "password";
  (types ? proof.querySelector(".field") : finish).focus({ preventScroll: true });
}

/** @param {App} app */
function closeFinish(app) {
  hideFinish(app);
  takeFocus(app);
}

// What was typed goes with it.
/** @param {App} app */
export function hideFinish(app) {
  Object.assign(app, { finishing: false, confirming: null });
  app.parts.finish.hidden = true;
  app.parts.proof.querySelector(".field").value = "";
  refuse(app, "");
}

/** @param {App} app */
export function showFinish(app) {
  if (!app.finishing) return;
  const { finish } = app.parts;
  const waiting = pending(app).length > 0;
  const scoring = app.data.status.name === "scoring";
  const errors = app.data.edits.filter(({ severity }) => severity === "error");
  const warnings = app.data.edits.filter(({ severity }) => severity === "warning");
  const hints = app.data.edits.filter(({ severity }) => severity === "hint");
  const lines = leftLinesOf(app).map((line) => ({ id: line.id, text: tellLeft(app, line) }));
  const asked = linesToAsk(app).map(({ id, text }) => ({ id, text }));
  const missing = app.data.missing.filter(({ key }) => !key || !app.verdicts.has(key) || app.chart.order.includes(key));
  const principal = principalToSay(app);
  const queries = openQueriesOf(app).map(({ words, asked }) => `${words}, asked by ${asked}`);
  const left = queries.length || warnings.length || hints.length || missing.length || lines.length;
  const open = errors.length ? "Not yet" : left ? "Anything missing?" : "Nothing left of what was looked at";
  const title = asked.length ? "Sign without these lines?" : principal ? "Which diagnosis is the principal one?" : open;
  setText(finish.querySelector("h2"), title);
  // What stands there already stays, so that a click on it is not lost.
  const found = { waiting, scoring, errors, queries, lines, asked, warnings, missing, hints, looked: app.data.looked, principal, proposals: app.data.proposals };
  const content = JSON.stringify(found);
  if (finish.content !== content) finish.querySelector(".body").replaceChildren(...finishParts(app, found));
  finish.content = content;
  const edits = { errors: countEdits(errors), warnings: countEdits(warnings), hints: countEdits(hints) };
  const counts = { lines: lines.length, queries: queries.length, missing: missing.length, ...edits };
  showTabs(app, counts, asked.length > 0 || principal !== "");
  const sign = finish.querySelector(".sign");
  const questions = asked.length > 0 || principal !== "";
  sign.disabled = waiting || scoring || (!questions && errors.length > 0) || app.confirming !== null;
  const { name, asks } = app.data.signer;
  const signing = principal ? `Principal: ${codeOf(principal)}` : `Sign: ${name}, coding complete`;
  setText(sign.querySelector("span"), app.confirming ? "Signing …" : asked.length ? "Go on" : signing);
  const { summing } = app.parts;
  summing.hidden = questions;
  summing.ariaPressed = String(app.summing);
  setText(summing.firstChild, app.summing ? "The coding summary comes after signing" : "With a coding summary after signing");
  showProof(app, errors.length || questions ? "" : asks);
}

/** @param {App} app @param {"" | "password" | "provider"} asks */
function showProof(app, asks) {
  const { proof } = app.parts;
  proof.hidden = !asks;
  proof.querySelector(".name").value = app.data.signer.name;
  for (const each of ["label", ".field"]) proof.querySelector(each).hidden = asks !== "password";
  proof.querySelector(".quiet").hidden = asks !== "provider";
}

/** @param {App} app */
function finishParts(app, { waiting, scoring, errors, queries, lines, asked, warnings, missing, hints, looked, principal }) {
  const edits = (found) => found.map((edit) => finishLine(app, edit.key, `${edit.number} · ${edit.message}`));
  const parts = [];
  if (waiting) parts.push(make("p", "quiet", "Saving what you did …"));
  if (scoring) parts.push(make("p", "quiet", "The model is still reading this encounter."));
  if (asked.length) return [...parts, ...askedLines(app, asked)];
  // Edits and signature follow the order: what stands first is said before them.
  if (principal) return [...parts, principalQuestion(app, principal, (key) => sayPrincipal(app, key), (key) => leaveFor(app, key))];
  if (errors.length) parts.push(partHead("errors", "Blocks finalise", "failure"), ...edits(errors));
  if (queries.length) parts.push(partHead("queries", "A query to the physician is open"), ...queries.map((text) => makeButton("line", text, () => leaveForQueries(app))));
  if (lines.length) parts.push(...finishLines(app, lines));
  if (warnings.length) parts.push(partHead("warnings", "Warnings"), ...edits(warnings));
  if (missing.length) parts.push(partHead("missing", "Look at these again"), ...missing.map(({ key, text }) => finishLine(app, key, text)));
  if (hints.length) parts.push(partHead("hints", "Hints"), ...edits(hints));
  return [...parts, ...lookedParts(looked)];
}

// Asked once: what was diagnosed in the end is all to be coded, or said to need none.
/** @param {App} app @param {{ id: string, text: string }[]} lines */
function askedLines(app, lines) {
  const many = lines.length === 1 ? "1 final diagnosis" : `${lines.length} final diagnoses`;
  return [...finishLines(app, lines, `${many} without a code`), make("p", "quiet", "L goes to the first of them, where X says of one that it needs no code.")];
}

/** @param {App} app @param {LineView} line */
function tellLeft(app, line) {
  return accountOf(app, line).state === "partly" ? `${line.text} · ${line.remark}` : line.text;
}

// The chart lines without a code come first: what the notes list is what a chart is coded from.
/** @param {App} app @param {{ id: string, text: string }[]} lines */
function finishLines(app, lines, words = `Lines of the chart that are left: ${lines.length}`) {
  const head = partHead("lines", words);
  head.append(keycap("L"));
  const rows = lines.slice(0, MOST_LINES).map(({ id, text }) => makeButton("line left-line", text, () => leaveForLine(app, id)));
  const more = lines.length - rows.length;
  return [head, ...rows, ...(more > 0 ? [make("p", "quiet", `and ${more} more`)] : [])];
}

/** @param {App} app @param {string | null} id */
function leaveForLine(app, id = null) {
  hideFinish(app);
  openLines(app, id);
}

/** @param {App} app */
function leaveForQueries(app) {
  hideFinish(app);
  openQueries(app);
}

// What nobody looked at is said too: an empty list is no promise.
/** @param {WorkbenchView["looked"]} looked */
function lookedParts({ at, past }) {
  return [
    make("h3", "", "Looked at"),
    make("p", "line quiet", `${at.join("; ")}.`),
    make("h3", "", "Not looked at"),
    make("p", "line quiet", `${past.join("; ")}.`),
  ];
}

/** @param {App} app @param {string} key @param {string} text */
function finishLine(app, key, text) {
  if (!key) return make("p", "line", text);
  return makeButton("line", text, () => leaveFor(app, key));
}

/** @param {App} app @param {string} key */
function leaveFor(app, key) {
  closeFinish(app);
  jumpTo(app, key);
}

/** @param {App} app @param {string} key */
function sayPrincipal(app, key) {
  putAt(app, key, 0);
  announce(app, `${codeOf(key)} is the principal diagnosis`);
  focusFinish(app);
}

// The lines stay named below, and in the signature.
/** @param {App} app */
function goOnWithout(app) {
  app.passed = true;
  showFinish(app);
  focusFinish(app);
}

/** @param {App} app */
function signOff(app) {
  if (app.parts.finish.querySelector(".sign").disabled) return;
  if (linesToAsk(app).length) return goOnWithout(app);
  const principal = principalToSay(app);
  if (principal) return sayPrincipal(app, principal);
  if (app.data.signer.asks) askSigner(app);
  else finalise(app);
}

// The next encounter opens once the signature is stored; nothing opens when it was refused.
/** @param {App} app @param {More} more */
function finalise(app, more = {}) {
  decide(app, "finalise", "", more);
  app.leaving = true;
  hideFinish(app);
}

// Who went on to something else meanwhile signs nothing.
/** @param {App} app */
async function askSigner(app) {
  const field = app.parts.proof.querySelector(".field");
  if (app.data.signer.asks === "password" && !field.value) return refuse(app, "Type your password to sign.");
  const id = uuid();
  app.confirming = id;
  showFinish(app);
  const { confirmed, away, refused } = await confirmSigner(app, id, field.value);
  if (app.confirming !== id) return;
  app.confirming = null;
  showFinish(app);
  if (confirmed) return finalise(app, { id });
  if (!away) return refuse(app, refused);
  defer(app, "finalise", { id });
  location.assign(away);
}

// The sentence stands where the answer was typed, which can be typed over.
/** @param {App} app @param {string} sentence */
function refuse(app, sentence) {
  const { proof } = app.parts;
  setText(proof.querySelector(".refused"), sentence);
  const field = proof.querySelector(".field");
  field.ariaInvalid = String(Boolean(sentence));
  if (!sentence) return;
  field.focus({ preventScroll: true });
  field.select();
}

/** @param {App} app */
export function leaveWhenSigned(app) {
  if (!app.leaving || pending(app).length) return;
  app.leaving = false;
  if (!app.data.chart.signed) return;
  if (app.summing) {
    Object.assign(app, { summing: false, goingOn: true });
    return askSummary(app);
  }
  if (app.data.next) depart(app, "next");
  else announce(app, "finalised; this was the last encounter of the worklist");
}

/** @param {App} app @param {string} key */
export function finishKey(app, key) {
  if (key === "Escape") return () => closeFinish(app);
  if (key === "l") return () => leaveForLine(app, linesToAsk(app)[0]?.id);
  if (key === "y") return () => toggleSumming(app);
  const jump = tabKey(app, key);
  if (jump) return jump;
  const active = activeIn(app.root);
  const other = active?.tagName === "BUTTON" && app.parts.finish.contains(active) && !active.classList.contains("sign");
  return key === "Enter" && !other ? () => signOff(app) : null;
}
