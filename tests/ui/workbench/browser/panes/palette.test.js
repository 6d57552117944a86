// What is listed is taken once, and as it was seen, whatever the server says meanwhile.

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { outbox } from "../../../../../icd9_review/ui/workbench/browser/outbox.js";
import { item, openPage, press, row, view } from "../page.js";

const DIGOXIN = item("Digoxin", { row: [item("972.1", { note: "Poisoning" }), item("E858.3", { note: "Accident" })] });
const FOUND = [item("428.0"), item("428.1"), item("428.9")];

/** @type {ReturnType<typeof openPage>} */
let page;

beforeEach(() => {
  outbox.entries = [];
  sessionStorage.clear();
  page = openPage();
  press("/");
});

afterEach(() => page.close());

function added() {
  return outbox.entries.map(({ key }) => key);
}

test("the second click of two takes nothing of the row that the first one opened", () => {
  page.find(DIGOXIN);
  page.part(".hit").onclick({ detail: 1 });
  page.part(".hit").onclick({ detail: 2 });
  assert.equal(page.all(".hit").length, 2);
  assert.deepEqual(added(), []);
  page.part(".hit").onclick({ detail: 1 });
  assert.deepEqual(added(), ["diagnosis:972.1"]);
});

test("a click that no mouse has made takes a code, too", () => {
  page.find(...FOUND);
  page.part(".hit").onclick({ detail: 0 });
  assert.deepEqual(added(), ["diagnosis:428.0"]);
});

test("a list that somebody moved in is gone through and taken from while the server has none", () => {
  page.find(...FOUND);
  press("ArrowDown");
  page.answer({ found: null });
  press("ArrowDown");
  assert.equal(page.part(".active").querySelector(".code").textContent, "428.9");
  press("ArrowUp");
  press("Enter");
  assert.deepEqual(added(), ["diagnosis:428.1"]);
});

/** @param {string} text */
function type(text) {
  const field = page.part(".field");
  field.value = text;
  field.oninput();
}

/** @param {number} milliseconds */
function pass(milliseconds) {
  return new Promise((done) => setTimeout(done, milliseconds));
}

test("what was typed is asked, also where the server leaves out what is not held here any more", async () => {
  page.find();
  type("300.00");
  page.answer({ names: { lines_of_another_chart: "let go of" } });
  assert.deepEqual(page.asked.outbox, []);
  await pass(100);
  assert.equal(page.asked.query.text, "300.00");
});

test("what was never asked, for whatever reason, is asked while it is waited for", async () => {
  page.find();
  const later = globalThis.setTimeout;
  globalThis.setTimeout = /** @type {any} */ (() => 0);
  type("300.00");
  globalThis.setTimeout = later;
  page.answer({});
  assert.equal(page.asked.query.text, "");
  await pass(700);
  assert.equal(page.asked.query.text, "300.00");
});

test("before there is an answer Enter waits for it and takes nothing", () => {
  press("Enter");
  assert.deepEqual(added(), []);
  page.find(...FOUND);
  assert.equal(page.all(".hit").length, 3);
  assert.deepEqual(added(), []);
});

test("a list that somebody moved in stays as it is when the model's codes come", () => {
  page.find(...FOUND);
  press("ArrowDown");
  page.find(FOUND[0], item("156.1"), FOUND[1]);
  const codes = page.all(".hit").map((hit) => hit.querySelector(".code").textContent);
  assert.deepEqual(codes, ["428.0", "428.1", "428.9"]);
});

test("M offers the diagnosis in focus, and sets nothing before Enter", () => {
  press("Escape");
  page.answer({ suggestions: [row("428.0"), row("427.31")] });
  press("j");
  press("m");
  assert.equal(page.part(".palette").hidden, false);
  assert.deepEqual(outbox.entries, []);
  assert.deepEqual([page.asked.query.mode, page.asked.query.text], ["admitting", "427.31"]);
  press("Enter");
  page.find(item("427.31"), item("427.3"));
  assert.deepEqual(outbox.entries.map(({ key, sent }) => [key, sent.action]), [["diagnosis:427.31", "set_admitting"]]);
  assert.equal(page.part(".spoken").textContent, "427.31 is the admitting diagnosis");
});

test("what is typed behind M is searched and does nothing else, also among my codes", () => {
  press("Escape");
  const order = ["diagnosis:428.0"];
  page.answer({ chart: { ...view().chart, order }, suggestions: [row("428.0")] });
  press("g");
  press("m");
  for (const key of ["h", "c", "x"]) press(key);
  assert.equal(page.part(".palette").hidden, false);
  assert.deepEqual(outbox.entries, []);
});
