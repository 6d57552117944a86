// The rule behind an edit: what it checks, why, and where that stands. It lies over my codes.

import { activeIn, make, makeButton, setText } from "../../../browser/dom.js";
import { announce } from "../app.js";
import { takeFocus } from "../focus.js";
import { jumpTo } from "../panes/codes.js";
import { keycap } from "../parts.js";

/** @import { App } from "../app.js" */
/** @import { EditView, RuleView } from "../view.d.ts" */

/** @param {App} app */
export function buildRule(app) {
  const pane = make("div", "book rule");
  pane.role = "dialog";
  pane.setAttribute("aria-labelledby", "rule-title");
  pane.hidden = true;
  pane.tabIndex = -1;
  const close = makeButton("act", "Back", () => closeRule(app));
  close.append(keycap("Esc"));
  const title = make("h2");
  title.id = "rule-title";
  const top = make("div", "top");
  top.append(title, close);
  const body = make("div", "page");
  body.tabIndex = 0;
  body.role = "region";
  body.ariaLabel = "The rule in words";
  pane.append(top, body, make("p", "quiet hints", "J K edit · Enter goes to its code · B closes"));
  app.parts.rule = pane;
  return pane;
}

// What tells one edit from another.
/** @param {EditView} edit */
export function editId({ number, key, message }) {
  return `${number}-${key}-${message}`;
}

/** @param {App} app @param {EditView | undefined} edit */
export function openRule(app, edit = app.data.edits[0]) {
  if (!edit || !app.chart.order.length) return void announce(app, "no edit speaks");
  app.rule = editId(edit);
  app.parts.rule.hidden = false;
  showRule(app);
  app.parts.rule.focus({ preventScroll: true });
}

/** @param {App} app */
export function closeRule(app) {
  hideRule(app);
  takeFocus(app);
}

/** @param {App} app */
export function hideRule(app) {
  app.rule = null;
  app.parts.rule.hidden = true;
}

/** @param {App} app */
function placeOf(app) {
  return app.data.edits.findIndex((edit) => editId(edit) === app.rule);
}

/** @param {App} app */
export function showRule(app) {
  if (app.rule === null) return;
  const edit = app.data.edits[placeOf(app)];
  if (!edit) return hideRule(app);
  const pane = app.parts.rule;
  setText(pane.querySelector("h2"), `Edit ${edit.number}: ${edit.rule.checks}`);
  const content = JSON.stringify(edit);
  if (pane.content === content) return;
  pane.content = content;
  const { severity, section, needs, why } = edit.rule;
  const list = make("dl");
  const told = [["On this chart", edit.message], ["Why", why], ["How grave", severity], ["Where it stands", section], ["List it consults", needs]];
  for (const [name, words] of told.filter(([, words]) => words)) list.append(make("dt", "", name), make("dd", "", words));
  pane.querySelector(".page").replaceChildren(list, make("p", "quiet", app.data.lists.sections));
}

/** @param {App} app @param {number} by */
function stepRule(app, by) {
  const at = placeOf(app) + by;
  const { edits } = app.data;
  app.rule = editId(edits[Math.max(0, Math.min(edits.length - 1, at))]);
  showRule(app);
  announce(app, app.parts.rule.querySelector("h2").textContent);
}

/** @param {App} app */
function goToCode(app) {
  const { key } = app.data.edits[placeOf(app)];
  closeRule(app);
  jumpTo(app, key);
}

/** @param {App} app @param {string} key */
export function ruleKey(app, key) {
  const acts = {
    Escape: () => closeRule(app),
    b: () => closeRule(app),
    j: () => stepRule(app, 1),
    k: () => stepRule(app, -1),
    ArrowDown: () => stepRule(app, 1),
    ArrowUp: () => stepRule(app, -1),
    Enter: () => goToCode(app),
  };
  if (key === "Enter" && activeIn(app.root)?.tagName === "BUTTON") return null;
  if (Object.hasOwn(acts, key)) return acts[key];
  return key.length === 1 && key !== " " ? () => {} : null;
}

// A rule as the page of a code has it.
/** @param {RuleView} rule */
export function aboutRule({ number, checks, section, why }) {
  const item = make("li");
  item.append(make("strong", "", `${number} ${checks}. `), why, make("span", "quiet", ` ${section}`));
  return item;
}
