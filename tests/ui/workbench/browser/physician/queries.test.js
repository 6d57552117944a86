// Queries to the physician: what is written stays written, and is asked once.

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { outbox } from "../../../../../icd9_review/ui/workbench/browser/outbox.js";
import { openPage, press, row } from "../page.js";

/** @import { AskedQueryView, QueriesView } from "../../../../../icd9_review/ui/workbench/browser/view.d.ts" */

const FORMS = [
  { key: "1", value: "diagnosis", words: "findings without a diagnosis", question: "Which condition?", options: [] },
  { key: "2", value: "cause", words: "whether one comes of another", question: "How are they related?", options: ["Due to", "Not related"] },
];

/** @type {ReturnType<typeof openPage>} */
let page;
let encounters = 0;

beforeEach(() => {
  Object.assign(outbox, { entries: [], deferred: [] });
  sessionStorage.clear();
});

afterEach(() => page.close());

/** @param {Partial<AskedQueryView>} changes @returns {AskedQueryView} */
function query(changes = {}) {
  return { sequence: 9, status: "open", words: "acuity", asked: "Ada, today 09:00", quotes: ["BNP 1240"], question: "Which?", answers: ["Acute", "Other"], answered: "", answer: "", ...changes };
}

/** @param {AskedQueryView[]} asked @returns {{ queries: QueriesView }} */
function queries(asked = [], waits = 0) {
  return { queries: { asked, forms: FORMS, always: ["Other", "Unable"], waits, longest: 1000 } };
}

// An encounter of its own: a draft outlives the page.
function openQueriesPage(asked = [], more = {}) {
  encounters += 1;
  const encounter = { id: `q${encounters}`, label: "E-1", person: "", setting: "", dates: "", inpatient: true, admitted: "", discharged: "" };
  page = openPage({ encounter, suggestions: [row("428.0")], ...queries(asked), ...more });
  press("q", { shiftKey: true });
}

/** @param {string} name @param {string} text */
function write(name, text) {
  const field = page.part(name);
  field.value = text;
  field.oninput();
  return field;
}

function ask() {
  page.part(".send").onclick();
}

test("Shift Q opens the queries, Q alone the facts, and keys of the page do nothing meanwhile", () => {
  openQueriesPage();
  assert.equal(page.part(".queries").hidden, false);
  press("a");
  press("x");
  assert.deepEqual(outbox.entries, []);
  press("Escape");
  assert.equal(page.part(".queries").hidden, true);
});

test("a digit brings the texts of a reason, and another its own where nothing was written", () => {
  openQueriesPage();
  press("2");
  assert.equal(page.part(".ask-question").value, "How are they related?");
  assert.equal(page.part(".ask-options").value, "Due to\nNot related");
  press("1");
  assert.equal(page.part(".ask-question").value, "Which condition?");
  assert.equal(page.part(".ask-options").value, "");
  write(".ask-question", "Which condition, if any?");
  press("2");
  assert.equal(page.part(".ask-question").value, "Which condition, if any?");
  assert.equal(page.part(".ask-options").value, "Due to\nNot related");
});

test("what is written stays through answers of the server, Escape and another look", () => {
  openQueriesPage();
  press("1");
  const field = write(".ask-options", "Sepsis\nPneum");
  page.answer({ sequence: 12, saved_at: "10:00:00", ...queries([query()]) });
  assert.equal(page.part(".ask-options"), field);
  assert.equal(field.value, "Sepsis\nPneum");
  press("Escape");
  page.answer({ sequence: 13 });
  press("q", { shiftKey: true });
  assert.equal(page.part(".ask-options").value, "Sepsis\nPneum");
});

test("it is asked once, with a hold, and the form is empty once the server has it", () => {
  openQueriesPage();
  press("1");
  write(".ask-options", " Sepsis \n\nPneumonia");
  ask();
  const { id, ...asked } = page.asked.ask;
  assert.deepEqual(asked, {
    encounter: `q${encounters}`, user: 7, reason: "diagnosis", question: "Which condition?", options: ["Sepsis", "Pneumonia"], evidence: [], hold: true,
  });
  ask();
  assert.equal(page.asked.ask.id, id);
  page.answer({ received: { id: "of before", problem: "", remark: "" } });
  assert.equal(page.part(".queries").hidden, false);
  page.answer({ received: { id, problem: "", remark: "" }, ...queries([query()]) });
  assert.equal(page.asked.ask, null);
  assert.equal(page.part(".queries").hidden, true);
  press("q", { shiftKey: true });
  assert.equal(page.part(".ask-options").value, "");
  assert.equal(page.all(".query").length, 1);
});

test("what is refused says why, and nothing that was written is lost", () => {
  openQueriesPage();
  press("1");
  write(".ask-question", "Please document sepsis.");
  ask();
  page.answer({ received: { id: page.asked.ask.id, problem: "The question leads.", remark: "" } });
  assert.equal(page.part(".ask").querySelector(".refused").textContent, "The question leads.");
  assert.equal(page.part(".ask-question").value, "Please document sepsis.");
  assert.equal(page.part(".send").disabled, false);
});

test("a chart on hold or signed is not held again", () => {
  const chart = { order: [], principal: "", poa: {}, performed: {}, admitting: "", hold: "waits", signed: "" };
  openQueriesPage([], { chart });
  press("1");
  ask();
  assert.equal(page.asked.ask.hold, false);
});

test("what is open or answered is counted beside the edits, and read without a click more", () => {
  openQueriesPage([query(), query({ sequence: 4, status: "answered", answered: "Dr. Roe, today", answer: "Acute\nEF 25 %" })]);
  assert.match(page.part(".queries-opener").textContent, /^1 query open · 1 query answered/);
  assert.match(page.all(".query")[1].textContent, /answered .*Dr\. Roe, todayAcute\nEF 25 %$/);
});

test("an open query is withdrawn, and named before the signature", () => {
  openQueriesPage([query()]);
  page.part(".withdraw").onclick();
  assert.equal(page.asked.ask.withdraw, 9);
  page.answer({ received: { id: page.asked.ask.id, problem: "", remark: "" } });
  press("Escape");
  press("f");
  assert.match(page.part(".finish").textContent, /A query to the physician is open.*acuity, asked by Ada, today 09:00/);
});

test("a hold for a physician's answer names the query that is open", () => {
  openQueriesPage([query()], { holds: [{ key: "1", value: "query", text: "waits for a physician's answer" }] });
  press("Escape");
  press("h");
  press("1");
  page.part(".strip").onsubmit({ preventDefault() {} });
  assert.equal(outbox.entries[0].sent.query, 9);
});

test("a remark on what was stored all the same is shown over the note", () => {
  openQueriesPage();
  press("1");
  ask();
  page.answer({ received: { id: page.asked.ask.id, problem: "", remark: "Not on hold: signed." } });
  assert.match(page.part(".alerts").textContent, /Not on hold: signed\./);
});
