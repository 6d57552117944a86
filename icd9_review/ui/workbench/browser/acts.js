// What a coder can do, by key or by mouse.

import { announce } from "./app.js";
import { codeOf, fold, isInpatient, kindOf, ofKind, proposalsOf, unsettled } from "./chart.js";
import { explains, focused, focusMine, focusOn, isVeiled, nextOpen, takeFocus } from "./focus.js";
import { enqueue, pending } from "./outbox.js";
import { showSaved } from "./panes/footer.js";
import { markNote } from "./note/note.js";
import { takeBackLine } from "./panes/needless.js";
import { openPalette } from "./panes/palette.js";
import { askPerformed, askPoa } from "./panes/strip.js";
import { isAudited, verdictWord } from "./beside/audit.js";
import { looksOn, sayLooksOn } from "./beside/trail.js";
import { ask, pulse, sendSoon } from "./pulse.js";
import { render } from "./render.js";
import { saidOf } from "./said.js";

/** @import { App } from "./app.js" */
/** @import { Choice, More } from "./types.d.ts" */

/** @param {App} app */
export function toggleExplanations(app) {
  if (isVeiled(app)) {
    announce(app, app.data.veil.notice);
    return;
  }
  Object.assign(app, { explain: !explains(app), requested: null, evidence: -1 });
  markNote(app);
  render(app);
  announce(app, `explanations are ${explains(app) ? "on" : "off"}`);
  ask(app);
  pulse(app);
}

/** @param {App} app */
export function isOpenChart(app) {
  if (looksOn(app)) return void sayLooksOn(app);
  if (app.chart.signed) announce(app, "this encounter is finalised; F reopens it");
  return !app.chart.signed;
}

/** @param {App} app @param {string} key */
export function nameable(app, key) {
  return app.rows.has(key) || app.chart.order.includes(key);
}

// Puts a decision in the outbox and shows the chart as it will be.
/** @param {App} app @param {string} action @param {string} key @param {More} more */
export function decide(app, action, key, more = {}) {
  if (looksOn(app)) return sayLooksOn(app);
  if (!isAudited(app, action)) return;
  enqueue(app, action, key, more);
  sendSoon(app);
  fold(app, pending(app));
  markNote(app);
  render(app);
  const said = saidOf(action, codeOf(key), more);
  if (said) announce(app, said);
}

/** @param {App} app @param {string} action @param {string} key @param {More} more */
export function judge(app, action, key, more = {}) {
  decide(app, action, key, more);
  const without = app.rows.has(key) ? "open again" : "taken out again";
  announce(app, `${codeOf(key)} ${verdictWord(app, app.verdicts.get(key)?.verdict ?? without)}`);
  const next = action === "undo" ? key : nextOpen(app, key);
  // A code that somebody added has no row to go back to.
  if (app.region === "left" && app.rows.has(next)) focusOn(app, next, { take: true });
  else takeFocus(app);
}

/** @param {App} app @param {string} key */
export function accept(app, key) {
  if (!app.rows.has(key) || !isOpenChart(app)) return;
  if (app.chart.order.includes(key)) return void announce(app, `${codeOf(key)} is already accepted`);
  const outside = app.data.outside.find((item) => item.key === key);
  if (outside) judge(app, "add", key, { evidence: outside.spans });
  else judge(app, "accept", key);
}

/** @param {App} app @param {string} key @param {Choice} reason */
export function reject(app, key, reason) {
  if (reason.value === "specificity") return openPalette(app, "replace", key);
  const before = app.verdicts.get(key);
  if (before?.verdict === "rejected" && before.reason === reason.text) {
    announce(app, `${codeOf(key)} is already rejected for this reason`);
    takeFocus(app);
  } else {
    judge(app, "reject", key, { reason });
  }
}

/** @param {App} app @param {string} key */
export function replace(app, key) {
  if (nameable(app, key)) openPalette(app, "replace", key);
}

/** @param {App} app @param {string} key */
export function makePrincipal(app, key) {
  const told = proposalsOf(app).find((each) => each.key === key && each.spans.length);
  if (!isOpenChart(app) || !(nameable(app, key) || told)) return;
  if (kindOf(key) !== "diagnosis" && !isInpatient(app)) return void announce(app, "a procedure cannot be first-listed");
  // What nobody suggested and the notes ask for is added with their words.
  if (!nameable(app, key)) {
    app.picked.set(key, told.title);
    decide(app, "add", key, { evidence: told.spans });
  } else if (!app.chart.order.includes(key)) {
    accept(app, key);
  }
  if (key !== app.chart.principal) putAt(app, key, 0);
  announce(app, `${codeOf(key)} is ${isInpatient(app) ? `the principal ${kindOf(key)}` : "first-listed"}`);
}

/** @param {App} app @param {string} key @param {number} position from 0 */
export function move(app, key, position) {
  const same = ofKind(app, kindOf(key));
  const at = Math.max(0, Math.min(same.length - 1, position));
  if (isOpenChart(app) && at !== same.indexOf(key)) putAt(app, key, at);
}

// The first place is also given to the code that stands there: so it is the principal one.
/** @param {App} app @param {string} key @param {number} position */
export function putAt(app, key, position) {
  decide(app, "resequence", key, { position });
  if (app.region === "right") focusMine(app, key, { take: true });
}

/** @param {App} app @param {number} by */
export function shift(app, by) {
  if (app.region !== "right" || !app.mine) return void announce(app, "G goes to my codes, where Shift moves them");
  move(app, app.mine, ofKind(app, kindOf(app.mine)).indexOf(app.mine) + by);
}

// The person's own last verdict that still counts, or the one on `key`; or what they said of a line
// of the chart, where that came after it.
/** @param {App} app */
export function undo(app, key = null) {
  if (!isOpenChart(app)) return;
  const mine = app.standing.filter((decision) => decision.own && app.verdicts.get(decision.key) === decision);
  const last = mine.findLast((decision) => key === null || decision.key === key);
  const line = key === null ? app.chart.needless.findLast(({ own }) => own) : undefined;
  if (line && app.standing.indexOf(last) < line.after) takeBackLine(app, line);
  else if (last) judge(app, "undo", last.of || last.key);
  else announce(app, "nothing of yours to undo");
}

// The diagnosis in focus stands in the field, chosen: Enter takes it, whatever is typed replaces it.
// So M is the same everywhere, and what is typed fast behind it is never taken for other keys.
/** @param {App} app */
export function askAdmitting(app) {
  if (!isInpatient(app)) return void announce(app, "an admitting diagnosis belongs to an inpatient stay");
  const key = focused(app);
  openPalette(app, "admitting", "", null, key && kindOf(key) === "diagnosis" ? codeOf(key) : "");
}

/** @param {App} app */
export function askSetting(app, kind) {
  if (!isOpenChart(app)) return;
  const here = app.region === "right" && app.mine && kindOf(app.mine) === kind ? app.mine : null;
  const key = here ?? unsettled(app, kind) ?? ofKind(app, kind)[0];
  if (!key) announce(app, kind === "diagnosis" ? "no diagnosis is accepted yet" : "no procedure is accepted yet");
  else if (kind === "diagnosis") askPoa(app, key);
  else askPerformed(app, key);
}

// Leaves this encounter only when every decision is stored.
/** @param {App} app @param {App["departure"]} departure */
export function depart(app, departure) {
  if (departure === "next" && !app.data.next) {
    return void announce(app, "this is the last encounter of the worklist");
  }
  app.departure = departure;
  app.inspected = focused(app);
  ask(app);
  pulse(app);
  showSaved(app);
}

/** @param {App} app */
export function takeOver(app) {
  app.trigger("take_over", app.data.encounter.id);
  announce(app, "taking over …");
}
