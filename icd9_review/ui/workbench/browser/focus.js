// Where the focus is: on a row of the left pane or on one of my codes. All of it is synchronous:
// the next key always finds the focus where the last one put it.

import { audits } from "./beside/audit.js";
import { isListed } from "./arranging.js";
import { proposalsOf, proposedKey } from "./chart.js";
import { markNote } from "./note/note.js";
import { cancelStrip } from "./panes/strip.js";
import { followFocus } from "./note/walk.js";
import { pulse } from "./pulse.js";
import { render } from "./render.js";

/** @import { App } from "./app.js" */

// Milliseconds on one code after which its explanation is asked for.
const REST = 250;

// The code that keys speak of: a row of the left pane, or one of my codes.
/** @param {App} app */
export function focused(app) {
  return app.region === "right" && app.mine ? app.mine : app.focus;
}

/** @param {App} app @param {string} key */
export function focusOn(app, key, { take = false } = {}) {
  if (app.asking) cancelStrip(app);
  const moved = key !== focused(app);
  app.region = "left";
  app.focus = key;
  attend(app, moved);
  if (take) rowOf(app, key)?.querySelector(".pick").focus({ preventScroll: true });
  rowOf(app, key)?.scrollIntoView({ block: "nearest" });
}

/** @param {App} app @param {string} key */
export function focusMine(app, key, { take = false } = {}) {
  if (app.asking) cancelStrip(app);
  const moved = key !== focused(app);
  app.region = "right";
  app.mine = key;
  attend(app, moved);
  if (take) mineOf(app, key)?.querySelector(".pick").focus({ preventScroll: true });
  mineOf(app, key)?.scrollIntoView({ block: "nearest" });
}

/** @param {App} app */
function attend(app, moved) {
  if (moved) {
    Object.assign(app, { evidence: -1, byHand: false });
    markNote(app);
    wish(app);
  }
  render(app);
  if (moved) followFocus(app);
}

/** @param {App} app */
export function takeFocus(app) {
  if (app.lining) return app.parts.lines.focus({ preventScroll: true });
  if (app.region === "right" && app.mine) focusMine(app, app.mine, { take: true });
  else if (app.focus) focusOn(app, app.focus, { take: true });
}

/** @param {App} app */
export function showFocus(app) {
  const row = app.region === "right" && app.mine ? mineOf(app, app.mine) : rowOf(app, app.focus);
  row?.scrollIntoView({ block: "nearest" });
}

/** @param {App} app @param {string} key */
function rowOf(app, key) {
  const { list, proposed, demoted, outside } = app.parts;
  return [list, proposed, demoted, outside].flatMap((each) => [...each.children]).find((row) => row.dataset.key === key);
}

/** @param {App} app @param {string} key */
function mineOf(app, key) {
  const { codes, procedures, proposals } = app.parts;
  return [codes, procedures, proposals].flatMap((each) => [...each.children]).find((item) => item.dataset.key === key);
}

// Asks for the explanation once the focus rests: passing by a code computes nothing.
/** @param {App} app */
export function wish(app) {
  clearTimeout(app.rest);
  app.rest = setTimeout(() => {
    const key = focused(app);
    if (!app.mounted || app.departure || !isScored(app, key) || !explains(app) || !["ready", "failed"].includes(app.data.status.name)) return;
    if (app.data.explanations[key] || app.requested === key) return;
    app.requested = key;
    app.setState("focus", key);
    pulse(app);
  }, REST);
}

// Whether the model says something of a code that can be explained.
/** @param {App} app @param {string | null} key */
export function isScored(app, key) {
  return [...app.data.suggestions, ...app.data.demoted].some((item) => item.key === key);
}

// Whether this person has explanations switched on; a choice counts before it is stored. Of a chart
// that is coded without them there are none.
/** @param {App} app */
export function explains(app) {
  return !isVeiled(app) && (app.explain ?? app.data.explains);
}

// Whether something of the suggestions is kept from people until the chart is signed.
/** @param {App} app */
export function isVeiled(app) {
  return app.data.veil.notice !== "";
}

// Why no explanation is there, where none is to be there.
/** @param {App} app */
export function whyUnexplained(app) {
  if (isVeiled(app)) return audits(app) ? "Not shown until this audit is closed." : "Not shown until this chart is signed.";
  return EXPLANATIONS_OFF;
}

// The rows of the right pane in their order: what is proposed as principal, then my codes.
/** @param {App} app */
function mineKeys(app) {
  return [proposedKey(app), ...app.chart.order].filter((key) => key !== null);
}

/** @param {App} app @param {number} by */
export function step(app, by) {
  const right = app.region === "right";
  const keys = right ? mineKeys(app) : [...app.rows.keys()].filter((each) => isListed(app, each));
  const at = keys.indexOf(focused(app)) + by;
  const key = keys[Math.max(0, Math.min(keys.length - 1, at))];
  if (key) (right ? focusMine : focusOn)(app, key, { take: true });
}

// To what is proposed as principal as long as that is asked, for P to take it: it stands at the head.
/** @param {App} app */
export function changeRegion(app) {
  const mine = proposalsOf(app)[0]?.key ?? app.mine;
  if (app.region === "left" && mine) focusMine(app, mine, { take: true });
  else if (app.focus) focusOn(app, app.focus, { take: true });
}

/** @param {App} app @param {string} key */
export function nextOpen(app, key) {
  const { suggestions, demoted } = app.data;
  const keys = (demoted.some((item) => item.key === key) ? demoted : suggestions).map((item) => item.key);
  const at = keys.indexOf(key);
  const order = [...keys.slice(at + 1), ...keys.slice(0, Math.max(0, at))];
  return order.find((other) => !app.verdicts.has(other)) ?? key;
}

export const EXPLANATIONS_OFF = "Explanations are off. T turns them on.";
