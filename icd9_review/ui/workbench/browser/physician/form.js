// The form of a query: what is open, the words it rests on, the question and its answers. A draft is
// kept for each encounter as long as the tab lasts, in memory alone: it has words of the note.

import { make, makeButton, quoted, setText } from "../../../browser/dom.js";
import { looksOn } from "../beside/trail.js";
import { shorten } from "../note/passage.js";
import { keycap } from "../parts.js";
import { citeSelected } from "./queries.js";

/** @import { App } from "../app.js" */
/** @import { Passage, QueryDraft } from "../types.d.ts" */
/** @import { QueryFormView } from "../view.d.ts" */

/** @type {Map<string, QueryDraft>} */
const drafts = new Map();

addEventListener("icd9-review-signed-out", (event) => {
  if (event instanceof CustomEvent && event.detail === "forget") drafts.clear();
});

/** @param {App} app @returns {QueryDraft} */
export function draftOf(app) {
  const name = `${app.data.user} ${app.encounter}`;
  if (!drafts.has(name)) drafts.set(name, { reason: "", quotes: [], question: "", options: "", holds: true });
  return drafts.get(name);
}

/** @param {App} app */
export function clearDraft(app) {
  drafts.delete(`${app.data.user} ${app.encounter}`);
  fillForm(app);
}

/** @param {App} app @param {() => void} send */
export function buildQueryForm(app, send) {
  const form = make("form", "ask");
  form.ariaLabel = "Ask the physician";
  const quotes = make("ul", "quotes");
  quotes.ariaLabel = "Words of the note that it rests on";
  const cite = makeButton("act cite", "Cite the selected words", () => citeSelected(app));
  cite.onmousedown = (event) => event.preventDefault(); // they stay selected
  cite.append(keycap("W"));
  const refused = make("p", "refused");
  refused.role = "alert";
  const submit = makeButton("act primary send", "", send);
  submit.append(make("span"), keycap("Ctrl Enter"));
  form.append(make("h3", "", "Ask the physician"), quotes, make("p", "quiet uncited", "Select the words of the note that the question rests on: clinical indicators of this record."));
  form.append(cite, make("h3", "", "What is open"), make("div", "choices reasons"));
  form.append(...fieldOf(app, "question", "Question", 4), ...fieldOf(app, "options", "Answers to choose from, one a line", 3));
  form.append(make("p", "quiet always"), buildHolds(app), refused, submit);
  form.onsubmit = (event) => event.preventDefault();
  app.parts.queryForm = form;
  return form;
}

/** @param {App} app @param {"question" | "options"} name @param {string} words @param {number} rows */
function fieldOf(app, name, words, rows) {
  const label = make("label", "", words);
  const field = make("textarea", `field ask-${name}`);
  Object.assign(field, { id: `ask-${name}`, rows });
  field.oninput = () => Object.assign(draftOf(app), { [name]: field.value });
  label.htmlFor = field.id;
  return [label, field];
}

/** @param {App} app */
function buildHolds(app) {
  const label = make("label", "holds acting");
  const box = make("input");
  box.type = "checkbox";
  box.onchange = () => Object.assign(draftOf(app), { holds: box.checked });
  label.append(box, make("span", "", "Hold the chart until it is answered"), keycap("H"));
  return label;
}

// What the draft of this encounter says, in the fields; nothing else writes into them.
/** @param {App} app */
export function fillForm(app) {
  const { question, options, holds } = draftOf(app);
  const form = app.parts.queryForm;
  form.querySelector(".ask-question").value = question;
  form.querySelector(".ask-options").value = options;
  form.querySelector(".holds").firstChild.checked = holds;
  form.querySelector(".ask-question").maxLength = app.data.queries.longest;
  setText(form.querySelector(".refused"), "");
}

// All but what is written: a server that answers takes nothing from whoever writes.
/** @param {App} app */
export function showForm(app) {
  const form = app.parts.queryForm;
  const { reason, quotes } = draftOf(app);
  const { forms, always } = app.data.queries;
  const content = JSON.stringify([reason, quotes, forms.length]);
  if (form.content !== content) {
    form.querySelector(".reasons").replaceChildren(...forms.map((each) => choiceOf(app, each, each.value === reason)));
    form.querySelector(".quotes").replaceChildren(...quotes.map((passage, at) => quoteItem(app, passage, at)));
  }
  form.content = content;
  form.querySelector(".uncited").hidden = quotes.length > 0;
  setText(form.querySelector(".always"), `With each query: ${always.join(" · ")}`);
  form.querySelector(".holds").hidden = Boolean(app.chart.signed || app.chart.hold) || looksOn(app);
  const waits = app.inquiry !== null;
  for (const name of [".ask-question", ".ask-options"]) form.querySelector(name).readOnly = waits;
  form.querySelector(".send").disabled = waits;
  setText(form.querySelector(".send").firstChild, waits && app.inquiry.draft ? "Asking …" : "Ask");
}

/** @param {App} app @param {QueryFormView} form @param {boolean} chosen */
function choiceOf(app, form, chosen) {
  const button = makeButton(chosen ? "choice chosen" : "choice", undefined, () => chooseReason(app, form));
  button.ariaPressed = String(chosen);
  button.append(keycap(form.key), form.words);
  return button;
}

/** @param {App} app @param {Passage} passage @param {number} at */
function quoteItem(app, { text }, at) {
  const item = make("li", "quote", quoted(shorten(text)));
  const away = makeButton("link", "take out", () => {
    draftOf(app).quotes.splice(at, 1);
    showForm(app);
  });
  away.ariaLabel = `Take out ${shorten(text)}`;
  item.append(" ", away);
  return item;
}

/** @param {App} app @param {Passage} passage */
export function citeWords(app, passage) {
  const draft = draftOf(app);
  const same = ({ note, start, end }) => note === passage.note && start === passage.start && end === passage.end;
  if (!draft.quotes.some(same)) draft.quotes.push(passage);
  showForm(app);
}

// Its text takes the place of another reason's, never of what somebody wrote.
/** @param {App} app @param {QueryFormView} form */
export function chooseReason(app, form) {
  if (app.inquiry) return;
  const draft = draftOf(app);
  const before = app.data.queries.forms.find(({ value }) => value === draft.reason);
  const [said, offered] = [before?.question ?? "", before?.options.join("\n") ?? ""];
  if (!draft.question.trim() || draft.question === said) draft.question = form.question;
  if (!draft.options.trim() || draft.options === offered) draft.options = form.options.join("\n");
  draft.reason = form.value;
  const refused = app.parts.queryForm.querySelector(".refused").textContent;
  fillForm(app);
  setText(app.parts.queryForm.querySelector(".refused"), refused);
  showForm(app);
  nextField(app);
}

// The answers where there are none yet, else the question.
/** @param {App} app @param {string} name */
export function nextField(app, name = draftOf(app).options.trim() ? ".ask-question" : ".ask-options") {
  const field = app.parts.queryForm.querySelector(name);
  field.focus();
  field.setSelectionRange?.(field.value.length, field.value.length);
}
