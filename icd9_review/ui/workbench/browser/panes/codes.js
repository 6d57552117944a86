// The right pane: the codes of the chart in their order, what is set on them, and the edits.

import { isolate, make, makeButton, patchList, quoted, setText } from "../../../browser/dom.js";
import { decide, isOpenChart } from "../acts.js";
import { announce } from "../app.js";
import { codeOf, isInpatient, kindOf, ofKind, poaOf, titleOf } from "../chart.js";
import { editId, openRule } from "../book/rule.js";
import { focusMine, focusOn } from "../focus.js";
import { pending } from "../outbox.js";
import { keycap, paneHead } from "../parts.js";
import { buildLinesOpener } from "./lines.js";
import { addCode, openPalette } from "./palette.js";
import { buildQueriesOpener } from "../physician/queries.js";
import { buildPrincipal, showPrincipal } from "./principal.js";
import { askPerformed, askPoa } from "./strip.js";
import { audits, buildSigned } from "../beside/audit.js";
import { buildTrail, looksOn } from "../beside/trail.js";

/** @import { App } from "../app.js" */
/** @import { EditView } from "../view.d.ts" */

const SEVERITY = { error: "Blocks finalise", warning: "Warning", hint: "Hint" };

/** @param {App} app */
export function buildRight(app) {
  const right = make("section", "pane right");
  right.ariaLabel = "My codes";
  const [head, total] = paneHead("My codes");
  Object.assign(app.parts, { total, mineHead: head.querySelector("h2") });
  app.parts.add = makeButton("add", undefined, () => openPalette(app, "add"));
  app.parts.add.append(make("span", "", "Add a code or words …"), keycap("/"));
  app.parts.none = make("p", "quiet none", "Nothing accepted yet. Codes appear here in the order you accept them.");
  app.parts.codes = make("ol", "codes");
  app.parts.codes.ariaLabel = "My diagnoses";
  app.parts.diagnosesHead = make("h3", "sub", "Diagnoses");
  app.parts.procedures = make("ol", "codes dated");
  app.parts.procedures.ariaLabel = "My procedures";
  app.parts.proceduresHead = make("h3", "sub", "Procedures");
  app.parts.admitting = make("div", "admitting");
  app.parts.edits = make("ul", "edits");
  app.parts.edits.ariaLabel = "Edits";
  app.parts.hints = makeButton("link hints", "", () => {
    app.hinting = !app.hinting;
    showEdits(app);
  });
  app.parts.lists = makeButton("link lists", "", () => openLists(app));
  const scroll = make("div", "scroll reads");
  scroll.tabIndex = 0;
  scroll.role = "region";
  scroll.ariaLabel = "Accepted codes";
  const { none, diagnosesHead, codes, proceduresHead, procedures, admitting, edits, hints, lists } = app.parts;
  scroll.append(buildPrincipal(app), none, diagnosesHead, codes, proceduresHead, procedures, admitting, buildQueriesOpener(app), edits, hints, lists);
  right.append(head, app.parts.add, buildLinesOpener(app), scroll, buildTrail(app), buildSigned(app));
  app.parts.right = right;
  return right;
}

/** @param {App} app */
export function showCodes(app) {
  const diagnoses = ofKind(app, "diagnosis");
  const procedures = ofKind(app, "procedure");
  setText(app.parts.total, String(app.chart.order.length));
  const create = (key) => buildCode(app, key);
  const update = (item, key, index) => showCode(app, item, key, index);
  patchList(app.parts.codes, diagnoses, (key) => key, create, update);
  patchList(app.parts.procedures, procedures, (key) => key, create, update);
  app.parts.diagnosesHead.hidden = !diagnoses.length || !procedures.length;
  app.parts.proceduresHead.hidden = !procedures.length;
  setText(app.parts.proceduresHead, isInpatient(app) ? "Procedures" : "Procedures, not on an outpatient claim form");
  app.parts.none.hidden = app.chart.order.length > 0;
  app.parts.add.hidden = Boolean(app.chart.signed);
  showPrincipal(app);
  showAdmitting(app);
  showEdits(app);
}

/** @param {App} app @param {string} key */
function buildCode(app, key) {
  const item = make("li", "mine");
  const pick = makeButton("pick", undefined, () => focusMine(app, key));
  const words = make("span", "what");
  words.append(make("span", "comorbidity"), isolate("name"), make("span", "quiet origin"));
  pick.append(make("span", "number"), make("span", "code", codeOf(key)), words);
  const setting = makeButton("setting", "", () => (kindOf(key) === "diagnosis" ? askPoa(app, key) : askPerformed(app, key)));
  item.append(pick, setting);
  return item;
}

/** @param {App} app @param {string} key */
function showCode(app, item, key, index) {
  const here = app.region === "right" && key === app.mine;
  const decision = app.verdicts.get(key);
  item.classList.toggle("focused", here);
  const pick = item.querySelector(".pick");
  pick.tabIndex = key === app.mine ? 0 : -1;
  if (here) pick.setAttribute("aria-current", "true");
  else pick.removeAttribute("aria-current");
  setText(item.querySelector(".number"), String(index + 1));
  item.classList.toggle("beyond", index >= 25);
  setText(item.querySelector(".name"), titleOf(app, key));
  showComorbidity(app, item.querySelector(".comorbidity"), key);
  const origin = decision?.of ? `replaced ${codeOf(decision.of)}` : (decision?.origin ?? "");
  const principal = index === 0 ? rankOf(app, key) : "";
  const differs = app.data.audit?.differs[key] ?? "";
  item.classList.toggle("differs", differs !== "");
  const state = app.saving.has(key) ? "saving …" : audits(app) ? differs || "signed" : origin;
  setText(item.querySelector(".origin"), [principal, state, quoteOf(app, key)].filter(Boolean).join(" · "));
  showSetting(app, item.querySelector(".setting"), key);
}

// What the code counts for as a secondary diagnosis, where the lists were imported.
/** @param {App} app @param {HTMLElement} node @param {string} key */
function showComorbidity(app, node, key) {
  const told = app.data.comorbidities[key];
  node.hidden = !told;
  setText(node, told?.mark ?? "");
  node.title = told ? `${told.mark} as a secondary diagnosis, by ${told.source}; exclusions by the principal diagnosis are not looked at` : "";
}

// What the first of its kind is called: a diagnosis once somebody has said that it is.
/** @param {App} app @param {string} key */
function rankOf(app, key) {
  if (kindOf(key) === "procedure") return isInpatient(app) ? "principal" : "";
  if (key !== app.chart.principal) return "";
  return isInpatient(app) ? "principal" : "first-listed";
}

/** @param {App} app @param {string} key */
function quoteOf(app, key) {
  if (app.verdicts.get(key)?.origin === "suggested") return "";
  const [first] = app.data.cited[key] ?? [];
  return first ? quoted(first.text) : "";
}

/** @param {App} app @param {string} key */
function showSetting(app, button, key) {
  const diagnosis = kindOf(key) === "diagnosis";
  button.hidden = diagnosis && !isInpatient(app);
  button.disabled = looksOn(app);
  const poa = poaOf(app, key);
  const performed = app.chart.performed[key] ?? "";
  const stated = app.data.stated[key];
  const asked = stated ? `${stated.day} ?` : "date ?";
  const text = diagnosis ? (poa === "exempt" ? "exempt" : `POA ${poa || "?"}`) : performed || asked;
  setText(button, text);
  button.classList.toggle("missing", diagnosis ? !poa : !performed);
  button.title = !diagnosis && !performed && stated ? `read from the note: ${quoted(stated.quote)}; D, then N takes it` : "";
  button.ariaLabel = diagnosis ? `Present on admission of ${codeOf(key)}: ${poa || "not set"}` : `Date of ${codeOf(key)}: ${performed || "not set"}`;
}

/** @param {App} app */
function showAdmitting(app) {
  const { admitting } = app.parts;
  const key = app.chart.admitting;
  admitting.hidden = !isInpatient(app) || (!key && !app.chart.order.length);
  const content = JSON.stringify([key, titleOf(app, key), app.chart.signed]);
  if (admitting.content === content) return;
  admitting.content = content;
  const label = make("span", "quiet", "Admitting diagnosis");
  const change = makeButton("link", key ? "Change" : "Set", () => openPalette(app, "admitting"));
  change.hidden = Boolean(app.chart.signed);
  const value = make("span", "value");
  if (key) value.append(make("span", "code", codeOf(key)), isolate("", titleOf(app, key)));
  admitting.replaceChildren(label, change, value);
}

// Edits are the server's; while something is unsent they are shown as of before. An empty chart
// needs no rule to say so, and hints are folded: they are many, and nothing waits for them.
/** @param {App} app */
export function showEdits(app) {
  const { lists } = app.data;
  const edits = app.chart.order.length ? app.data.edits : [];
  const hints = countEdits(edits.filter(({ severity }) => severity === "hint"));
  const shown = edits.filter(({ severity }) => app.hinting || severity !== "hint");
  const keyed = shown.map((edit) => ({ ...edit, id: editId(edit) }));
  patchList(app.parts.edits, keyed, ({ id }) => id, (edit) => buildEdit(app, edit), () => {});
  app.parts.edits.classList.toggle("stale", pending(app).length > 0);
  const some = hints === 1 ? "1 hint" : `${hints} hints`;
  setText(app.parts.hints, app.hinting ? `Hide ${some}` : `Show ${some}`);
  app.parts.hints.hidden = !hints;
  app.parts.hints.ariaExpanded = String(Boolean(app.hinting));
  setText(app.parts.lists, lists.text);
  app.parts.lists.hidden = !app.chart.order.length;
}

// How many they are, as the worklist counts them: one that speaks of five codes is five.
/** @param {EditView[]} edits */
export function countEdits(edits) {
  return edits.reduce((count, { alike }) => count + alike, 0);
}

/** @param {App} app */
function buildEdit(app, edit) {
  const item = make("li", `edit ${edit.severity}`);
  const jump = makeButton("jump", undefined, () => jumpTo(app, edit.key));
  jump.append(`${edit.message} `);
  jump.append(make("span", "quiet", SEVERITY[edit.severity]));
  jump.title = edit.section;
  const rule = makeButton("ruled", String(edit.number), () => openRule(app, edit));
  rule.ariaLabel = `Edit ${edit.number}: the rule behind it`;
  rule.title = edit.rule.checks;
  item.append(rule, jump);
  if (edit.offers.length) {
    const offers = make("span", "offers");
    for (const offer of edit.offers) {
      const button = makeButton("offer", offer.code, () => takeOffer(app, edit, offer));
      button.title = offer.title;
      offers.append(button);
    }
    item.append(offers);
  }
  return item;
}

/** @param {App} app */
function takeOffer(app, edit, offer) {
  if (!isOpenChart(app)) return;
  app.picked.set(offer.key, offer.title);
  if (edit.use === "add") return addCode(app, offer.key, []);
  if (edit.use === "combine") rejectOthers(app, edit);
  if (app.chart.order.includes(edit.key)) {
    decide(app, "replace", edit.key, { by: offer.key });
    announce(app, `${codeOf(edit.key)} replaced by ${offer.code}`);
  } else if (edit.key === app.chart.admitting) {
    decide(app, "set_admitting", offer.key);
  }
}

// A combination code says what several said: the others are duplicates of it.
/** @param {App} app */
function rejectOthers(app, edit) {
  const reason = app.data.reasons.find(({ value }) => value === "duplicate");
  for (const key of edit.others) {
    if (app.chart.order.includes(key)) decide(app, "reject", key, { reason });
  }
}

/** @param {App} app @param {string} key */
export function jumpTo(app, key) {
  if (app.chart.order.includes(key)) focusMine(app, key, { take: true });
  else if (app.rows.has(key)) focusOn(app, key, { take: true });
  else if (key === app.chart.admitting) openPalette(app, "admitting");
}

// Which lists the edits consult, where they came from, and what is not checked without them.
/** @param {App} app */
function openLists(app) {
  const { rows, unchecked } = app.data.lists;
  const table = make("table");
  const head = make("tr");
  head.append(...["List", "Source", "Version", "Codes"].map((text) => make("th", "", text)));
  table.append(head);
  for (const row of rows) {
    const line = make("tr");
    line.append(...row.map((text) => make("td", "", text)));
    table.append(line);
  }
  /** @type {HTMLElement[]} */
  const parts = [table];
  if (unchecked.length) {
    const list = make("ul");
    list.append(...unchecked.map((text) => make("li", "", text)));
    parts.push(make("h3", "", "Not checked, or only in part"), list);
    parts.push(make("p", "quiet", "An administrator imports official lists: python -m icd9_review codes import PATH…"));
  }
  app.parts.listsheet.querySelector(".body").replaceChildren(...parts);
  app.parts.listsheet.showModal();
}
