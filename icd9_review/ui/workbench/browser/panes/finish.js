// Before an encounter is finalised: what stands in the way, what may be missing, and the sign-off.

import { activeIn, make, makeButton, setText } from "../../../browser/dom.js";
import { decide, depart } from "../acts.js";
import { announce } from "../app.js";
import { takeFocus } from "../focus.js";
import { pending } from "../outbox.js";
import { keycap } from "../parts.js";
import { jumpTo } from "./codes.js";
import { reopen } from "./strip.js";

/** @import { App } from "../app.js" */

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
  const buttons = make("div", "buttons");
  buttons.append(close, sign);
  const scroll = make("div", "body");
  finish.append(make("h2"), scroll, buttons);
  app.parts.finish = finish;
  return finish;
}

/** @param {App} app */
export function openFinish(app) {
  if (app.chart.signed) return reopen(app);
  if (app.chart.hold) return void announce(app, "on hold: H takes it off hold first");
  app.finishing = true;
  app.parts.finish.hidden = false;
  showFinish(app);
  app.parts.finish.tabIndex = -1;
  app.parts.finish.focus({ preventScroll: true });
}

/** @param {App} app */
function closeFinish(app) {
  app.finishing = false;
  app.parts.finish.hidden = true;
  takeFocus(app);
}

/** @param {App} app */
export function showFinish(app) {
  if (!app.finishing) return;
  const { finish } = app.parts;
  const waiting = pending(app).length > 0;
  const scoring = app.data.status.name === "scoring";
  const errors = app.data.edits.filter(({ severity }) => severity === "error");
  const warnings = app.data.edits.filter(({ severity }) => severity === "warning");
  const missing = app.data.missing.filter(({ key }) => !key || !app.verdicts.has(key) || app.chart.order.includes(key));
  const title = errors.length ? "Not yet" : missing.length ? "Anything missing?" : "Nothing seems to be missing";
  setText(finish.querySelector("h2"), title);
  // What stands there already stays, so that a click on it is not lost.
  const found = { waiting, scoring, errors, warnings, missing };
  const content = JSON.stringify(found);
  if (finish.content !== content) finish.querySelector(".body").replaceChildren(...finishParts(app, found));
  finish.content = content;
  const sign = finish.querySelector(".sign");
  sign.disabled = waiting || scoring || errors.length > 0;
  setText(sign.querySelector("span"), `Sign: ${app.data.signer}, coding complete`);
}

/** @param {App} app */
function finishParts(app, { waiting, scoring, errors, warnings, missing }) {
  const edits = (found) => found.map((edit) => finishLine(app, edit.key, `${edit.number} · ${edit.message}`));
  const parts = [];
  if (waiting) parts.push(make("p", "quiet", "Saving what you did …"));
  if (scoring) parts.push(make("p", "quiet", "The model is still reading this encounter."));
  if (errors.length) parts.push(make("h3", "failure", "Blocks finalise"), ...edits(errors));
  if (warnings.length) parts.push(make("h3", "", "Warnings"), ...edits(warnings));
  if (missing.length) parts.push(make("h3", "", "Look at these again"));
  return [...parts, ...missing.map(({ key, text }) => finishLine(app, key, text))];
}

/** @param {App} app @param {string} key @param {string} text */
function finishLine(app, key, text) {
  if (!key) return make("p", "line", text);
  return makeButton("line", text, () => {
    closeFinish(app);
    jumpTo(app, key);
  });
}

// The next encounter opens once the signature is stored; nothing opens when it was refused.
/** @param {App} app */
function signOff(app) {
  if (app.parts.finish.querySelector(".sign").disabled) return;
  decide(app, "finalise", "");
  app.leaving = true;
  app.finishing = false;
  app.parts.finish.hidden = true;
}

/** @param {App} app */
export function leaveWhenSigned(app) {
  if (!app.leaving || pending(app).length) return;
  app.leaving = false;
  if (!app.data.chart.signed) return;
  if (app.data.next) depart(app, "next");
  else announce(app, "finalised; this was the last encounter of the worklist");
}

/** @param {App} app @param {string} key */
export function finishKey(app, key) {
  if (key === "Escape") return () => closeFinish(app);
  const active = activeIn(app.root);
  const other = active !== app.parts.finish && app.parts.finish.contains(active) && !active.classList.contains("sign");
  return key === "Enter" && !other ? () => signOff(app) : null;
}
