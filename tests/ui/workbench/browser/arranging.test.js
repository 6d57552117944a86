// The orders of the suggestions: each person's own, and never one without a code.

import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { openPage, press, row } from "./page.js";

/** @type {ReturnType<typeof openPage>} */
let page;

afterEach(() => page.close());

const LISTED = [
  { ...row("786.05"), rank: 0, place: 3, section: "HPI", chapter: "Symptoms", under: "diagnosis:428.0" },
  { ...row("401.9"), rank: 1, place: 1, section: "DIAGNOSES", chapter: "Circulatory" },
  { ...row("250.00"), rank: 2, place: 2, section: "HPI", chapter: "Endocrine" },
  { ...row("428.0"), rank: 3, place: 0, section: "DIAGNOSES", chapter: "Circulatory" },
];

function codes() {
  return page.part(".list").children.map((each) => each.querySelector(".code").textContent);
}

function groups() {
  return page.part(".list").children.map((each) => each.querySelector(".group").textContent);
}

test("the likeliest stands first until somebody wants it otherwise, a symptom below its diagnosis", () => {
  page = openPage({ suggestions: LISTED });
  assert.deepEqual(codes(), ["401.9", "250.00", "428.0", "786.05"]);
  assert.deepEqual(page.part(".list").children.map((each) => each.classList.contains("under")), [false, false, false, true]);
  assert.deepEqual(groups(), ["", "", "", ""]);
});

test("as the notes have them, with a symptom below its diagnosis", () => {
  page = openPage({ suggestions: LISTED });
  press("r");
  assert.deepEqual(codes(), ["428.0", "786.05", "401.9", "250.00"]);
  assert.deepEqual(groups(), ["DIAGNOSES", "", "", "HPI"]);
});

test("by chapter, in the order of the book, and back again", () => {
  page = openPage({ suggestions: LISTED });
  press("r");
  press("r");
  assert.deepEqual(codes(), ["250.00", "401.9", "428.0", "786.05"]);
  assert.deepEqual(groups(), ["Endocrine", "Circulatory", "", ""]);
  press("r");
  assert.deepEqual(codes(), ["401.9", "250.00", "428.0", "786.05"]);
});

test("a symptom whose diagnosis is not suggested stands by itself", () => {
  page = openPage({ suggestions: [LISTED[0], LISTED[1]], order: "section" });
  assert.deepEqual(codes(), ["401.9", "786.05"]);
  assert.equal(page.part(".list").children.some((each) => each.classList.contains("under")), false);
});

const verdict = (code) => ({
  key: `diagnosis:${code}`, verdict: /** @type {"rejected"} */ ("rejected"), reason: "", actor: "Ada", own: true, origin: "", by: "", of: "",
});

test("what is decided is left out where somebody wants it so, but for the row in focus", () => {
  page = openPage({ suggestions: LISTED, decisions: [verdict("401.9"), verdict("250.00")] });
  press("r", { shiftKey: true });
  assert.equal(page.asked.open_only, "on");
  assert.deepEqual(codes(), ["428.0", "786.05"]);
  press("j");
  assert.equal(page.part(".focused").querySelector(".code").textContent, "786.05");
  page.answer({ open_only: true, decisions: LISTED.map(({ code }) => verdict(code)) });
  assert.deepEqual(codes(), ["786.05"]);
  press("r", { shiftKey: true });
  assert.deepEqual([page.asked.open_only, codes().length], ["off", 4]);
});

test("a heading stands above the first row that is left of its section", () => {
  page = openPage({ suggestions: LISTED, decisions: [verdict("401.9"), verdict("786.05")], order: "chapter", open_only: true });
  assert.deepEqual(codes(), ["250.00", "428.0"]);
  assert.deepEqual(groups(), ["Endocrine", "Circulatory"]);
});

test("where everything is decided and the focus is among my codes, that is said", () => {
  page = openPage({
    suggestions: [LISTED[1]], open_only: true, decisions: [{ ...verdict("401.9"), verdict: "accepted" }],
    outside: [{ key: "diagnosis:V58.61", code: "V58.61", kind: "diagnosis", title: "", quote: "", mentions: 1, assertion: "", spans: [] }],
  });
  assert.deepEqual(codes(), []);
  assert.match(page.part(".message").textContent, /^Every suggestion has a verdict/);
});
