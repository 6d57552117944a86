// An audit on the workbench: the signed codes, frozen, beside those of the auditor, which stand where
// my codes stand. What is about the chart itself is not offered.

import { isolate, make, makeButton, patchList, setText } from "../../../browser/dom.js";
import { isOpenChart, judge } from "../acts.js";
import { announce } from "../app.js";
import { codeOf } from "../chart.js";
import { jumpTo } from "../panes/codes.js";
import { paneHead } from "../parts.js";

/** @import { App } from "../app.js" */
/** @import { SignedView } from "../view.d.ts" */

const AUDITED = ["accept", "add", "reject", "replace", "undo", "resequence", "set_poa"];
const NOT_OFFERED = "that is about the chart itself, which an audit does not change; F goes to the audit";
// What keys do there that is another thing, for the footer and for the sheet.
const KEYS_THERE = [
  ["A", "accept", "accept a suggestion among the audited codes"],
  ["X", "delete", "delete it from the audited codes"],
  ["/", "add a code", "add a code"],
  ["G", "audited codes", "go between suggestions and audited codes"],
  ["U", "undo", "take back your last change of a code"],
  ["F", "to the audit", "to the page of the audit, for causes and words"],
];
const LINES = "J K line · ↓ ↑ code · 1–9 or Enter adds it · P adds it as principal · / other words";

/** @param {App} app */
export function audits(app) {
  return app.data.audit !== null;
}

/** @param {App} app */
export function sayNotAudited(app) {
  announce(app, NOT_OFFERED);
}

// Whether a decision is one on the codes; what is not is said.
/** @param {App} app @param {string} action */
export function isAudited(app, action) {
  const may = !audits(app) || AUDITED.includes(action);
  if (!may) sayNotAudited(app);
  return may;
}

// A code is deleted without a reason: the cause of a difference is said on the page of the audit.
/** @param {App} app @param {string} key */
export function takeOut(app, key) {
  if (!isOpenChart(app)) return;
  if (app.chart.order.includes(key)) judge(app, "reject", key);
  else announce(app, `${codeOf(key)} is not among the audited codes`);
}

/** @param {App} app @param {string} verdict */
export function verdictWord(app, verdict) {
  return audits(app) && verdict === "rejected" ? "deleted" : verdict;
}

/** @param {App} app */
export function buildSigned(app) {
  const signed = make("section", "signed-codes");
  signed.ariaLabel = "Signed";
  signed.hidden = true;
  const [head, count] = paneHead("Signed");
  const list = make("ol", "codes reads");
  list.tabIndex = 0;
  list.ariaLabel = "Codes as they were signed";
  signed.append(head, list);
  Object.assign(app.parts, { signed, signedCount: count, signedList: list });
  return signed;
}

/** @param {App} app */
export function showAudit(app) {
  const { audit } = app.data;
  app.root.classList.toggle("audits", audit !== null);
  app.parts.signed.hidden = audit === null;
  if (!audit) return;
  dress(app);
  const many = audit.differences === 1 ? "1 difference" : `${audit.differences} differences`;
  setText(app.parts.signedCount, audit.differences ? many : "no difference");
  patchList(app.parts.signedList, audit.signed, ({ key }) => key, (each) => buildSignedCode(app, each), showSignedCode);
}

/** @param {App} app @param {SignedView} each */
function buildSignedCode(app, { key, code, title }) {
  const item = make("li", "signed-code");
  const pick = makeButton("pick", undefined, () => jumpTo(app, key));
  const words = make("span", "what");
  words.append(isolate("name", title), make("span", "tag differs"), make("span", "quiet origin"));
  pick.append(make("span", "number"), make("span", "code", code), words);
  item.append(pick);
  return item;
}

/** @param {HTMLElement} item @param {SignedView} each */
function showSignedCode(item, { number, beside, differs }) {
  setText(item.querySelector(".number"), String(number));
  setText(item.querySelector(".origin"), beside);
  const tag = /** @type {HTMLElement} */ (item.querySelector(".differs"));
  setText(tag, differs);
  tag.hidden = !differs;
}

// The words of a chart that are others in an audit, once.
/** @param {App} app */
function dress(app) {
  const { left, right, mineHead, back, footer, sheet, lines } = app.parts;
  if (mineHead.textContent === "Audited") return;
  setText(mineHead, "Audited");
  right.ariaLabel = "Audited codes";
  setText(left.querySelector(".other"), "Audited ›");
  setText(back, `Audit ${app.data.audit.label}`);
  setText(app.parts.none, "No code stands here. / adds one.");
  setText(lines.querySelector(".keyhints"), LINES);
  for (const [key, short, words] of KEYS_THERE) {
    const named = (node) => node.dataset.key === key;
    [...footer.querySelectorAll(".key")].find(named).lastChild.textContent = short;
    setText([...sheet.querySelectorAll("dd")].find(named), words);
  }
}
