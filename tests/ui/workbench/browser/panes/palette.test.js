// What is listed is taken once, and as it was seen, whatever the server says meanwhile.

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { outbox } from "../../../../../icd9_review/ui/workbench/browser/outbox.js";
import { item, openPage, press } from "../page.js";

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
