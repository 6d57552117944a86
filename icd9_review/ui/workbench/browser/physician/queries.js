// Queries to the physician over my codes: what was asked and answered, and the form for another. What
// somebody writes stays in its fields whatever the server says meanwhile, and after they went away.

import { activeIn, isolate, make, makeButton, patchList, quoted, setText, uuid } from "../../../browser/dom.js";
import { announce } from "../app.js";
import { looksOn } from "../beside/trail.js";
import { takeFocus } from "../focus.js";
import { showRefusals } from "../panes/footer.js";
import { cancelStrip } from "../panes/strip.js";
import { clearPassage, selectedPassage, shorten } from "../note/passage.js";
import { keycap } from "../parts.js";
import { pulse } from "../pulse.js";
import { buildQueryForm, chooseReason, citeWords, clearDraft, draftOf, fillForm, nextField, showForm } from "./form.js";

/** @import { App } from "../app.js" */
/** @import { AskedQueryView } from "../view.d.ts" */

const HINTS = "1–6 what is open · Q question · A answers · W cites selected words · H hold · Ctrl Enter asks · Esc keeps the draft";

/** @param {App} app */
export function buildQueries(app) {
  const pane = make("div", "queries");
  pane.role = "dialog";
  pane.setAttribute("aria-labelledby", "queries-title");
  pane.hidden = true;
  pane.tabIndex = -1;
  const close = makeButton("act", "Back", () => closeQueries(app));
  close.append(keycap("Esc"));
  const title = make("h2", "", "Queries to the physician");
  title.id = "queries-title";
  const top = make("div", "top");
  top.append(title, close);
  const asked = make("ol", "asked");
  asked.ariaLabel = "What was asked, the newest first";
  const body = make("div", "page");
  body.append(asked, buildQueryForm(app, () => sendQueryForm(app)));
  pane.append(top, body, make("p", "quiet hints", HINTS));
  Object.assign(app.parts, { queries: pane, asked });
  return pane;
}

// What stands beside the edits and opens the queries; the words that are selected stay so.
/** @param {App} app */
export function buildQueriesOpener(app) {
  const opener = makeButton("add queries-opener", undefined, () => openQueries(app));
  opener.onmousedown = (event) => event.preventDefault();
  opener.append(make("span"), keycap("Shift Q"));
  app.parts.queriesOpener = opener;
  return opener;
}

/** @param {App} app */
export function openQueriesOf(app) {
  return app.data.queries.asked.filter(({ status }) => status === "open");
}

// Words that are selected become what the question rests on.
/** @param {App} app */
export function openQueries(app) {
  if (app.asking) cancelStrip(app);
  const passage = selectedPassage(app);
  app.querying = true;
  fillForm(app);
  const { queries } = app.parts;
  queries.hidden = false;
  if (passage) {
    citeWords(app, passage);
    clearPassage(app);
  }
  showQueries(app);
  queries.focus({ preventScroll: true });
  if (passage || !app.data.queries.asked.length) app.parts.queryForm.scrollIntoView({ block: "start" });
  else queries.querySelector(".page").scrollTop = 0;
  announce(app, passage ? `a digit says what is open about “${shorten(passage.text)}”` : "");
}

/** @param {App} app */
function closeQueries(app) {
  hideQueries(app);
  takeFocus(app);
}

// The draft is kept for whenever it is opened again.
/** @param {App} app */
export function hideQueries(app) {
  app.querying = false;
  app.parts.queries.hidden = true;
}

/** @param {App} app */
export function showQueries(app) {
  showOpener(app);
  takeReceipt(app);
  if (!app.querying) return;
  const keyed = app.data.queries.asked.map((query) => ({ ...query, id: `${query.sequence} ${query.status} ${looksOn(app)}` }));
  patchList(app.parts.asked, keyed, ({ id }) => id, (query) => buildAsked(app, query), () => {});
  app.parts.asked.hidden = !keyed.length;
  showForm(app);
}

/** @param {App} app */
function showOpener(app) {
  const open = openQueriesOf(app).length;
  const answered = app.data.queries.asked.filter(({ status }) => status === "answered").length;
  const many = (count, what) => `${count} ${count === 1 ? "query" : "queries"} ${what}`;
  const told = [open && many(open, "open"), answered && many(answered, "answered")].filter(Boolean);
  const { queriesOpener } = app.parts;
  setText(queriesOpener.firstChild, told.join(" · ") || "Ask the physician …");
  queriesOpener.classList.toggle("counted", told.length > 0);
}

/** @param {App} app @param {AskedQueryView} query */
function buildAsked(app, query) {
  const item = make("li", `query ${query.status}`);
  const states = { open: "open", answered: "answered", withdrawn: "withdrawn" };
  const head = make("p", "when");
  head.append(make("strong", "", states[query.status]), ` · ${query.words} · `, isolate("quiet", query.asked));
  const quotes = query.quotes.map((words) => make("p", "quote", quoted(words)));
  item.append(head, ...quotes, isolate("question", query.question));
  if (query.status === "open") item.append(make("p", "quiet", `A clinician answers on the page Explanation: ${query.answers.join(" / ")}`), withdrawer(app, query));
  if (query.answer) item.append(isolate("quiet who", query.answered), isolate("answer", query.answer));
  return item;
}

/** @param {App} app @param {AskedQueryView} query */
function withdrawer(app, { sequence }) {
  return makeButton("link withdraw", "Withdraw", () => {
    if (app.inquiry) return;
    sendInquiry(app, { withdraw: sequence });
    announce(app, "withdrawing the query …");
  });
}

/** @param {App} app */
function sendQueryForm(app) {
  if (app.inquiry) return;
  const { reason, question, options, quotes, holds } = draftOf(app);
  if (!reason) return void announce(app, "a digit says what is open");
  const answers = options.split("\n").map((line) => line.trim()).filter(Boolean);
  const evidence = quotes.map(({ note, start, end }) => [note, start, end]);
  const hold = holds && !app.chart.signed && !app.chart.hold && !looksOn(app);
  sendInquiry(app, { reason, question, options: answers, evidence, hold });
  announce(app, "asking the physician …");
}

// Asked until the server has said what became of it: under one name it counts once.
/** @param {App} app @param {Record<string, unknown>} wish */
function sendInquiry(app, wish) {
  app.inquiry = { id: uuid(), draft: !("withdraw" in wish) };
  app.setState("ask", { encounter: app.encounter, user: app.data.user, id: app.inquiry.id, ...wish });
  showForm(app);
  pulse(app);
}

/** @param {App} app */
function takeReceipt(app) {
  const { received } = app.data;
  const { inquiry } = app;
  if (!inquiry || received?.id !== inquiry.id) return;
  app.inquiry = null;
  app.setState("ask", null);
  setText(app.parts.queryForm.querySelector(".refused"), received.problem);
  if (received.remark) {
    app.refusals.push({ id: received.id, code: "", message: received.remark });
    showRefusals(app);
  }
  if (received.problem) return void announce(app, "not stored: the reason stands in the form");
  announce(app, inquiry.draft ? "the physician is asked" : "the query is withdrawn");
  if (!inquiry.draft) return;
  clearDraft(app);
  if (app.querying) closeQueries(app);
}

// In a field keys write; Escape leaves it, and once more leaves the queries.
/** @param {App} app @param {string} key @param {boolean} typing @param {KeyboardEvent} event */
export function queriesKey(app, key, typing, event) {
  if (key === "Enter" && (event.ctrlKey || event.metaKey)) return event.repeat ? () => {} : () => sendQueryForm(app);
  if (typing) return key === "Escape" ? () => app.parts.queries.focus({ preventScroll: true }) : null;
  if (key === "Escape" || (key === "q" && event.shiftKey)) return () => closeQueries(app);
  const form = app.data.queries.forms.find((each) => each.key === key);
  if (form) return () => chooseReason(app, form);
  const fields = { q: ".ask-question", a: ".ask-options" };
  if (Object.hasOwn(fields, key)) return () => nextField(app, fields[key]);
  if (key === "w") return () => citeSelected(app);
  if (key === "h") return () => app.parts.queryForm.querySelector(".holds").firstChild.click();
  if (key === "Enter" && activeIn(app.root)?.tagName !== "BUTTON") return () => nextField(app);
  return key.length === 1 && key !== " " ? () => {} : null;
}

/** @param {App} app */
export function citeSelected(app) {
  const passage = selectedPassage(app);
  if (!passage) return void announce(app, "select words of the note first");
  citeWords(app, passage);
  clearPassage(app);
}
