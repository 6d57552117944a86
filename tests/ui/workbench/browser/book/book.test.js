// B opens the code book at the code in focus; a sibling is taken in its place, or turned to.

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { outbox } from "../../../../../icd9_review/ui/workbench/browser/outbox.js";
import { item, openPage, press, row, rule, view } from "../page.js";

/** @import { BookView } from "../../../../../icd9_review/ui/workbench/browser/view.d.ts" */

/** @type {ReturnType<typeof openPage>} */
let page;

beforeEach(() => {
  outbox.entries = [];
  sessionStorage.clear();
  page = openPage({ suggestions: [row("428.0"), row("401.9")] });
});

afterEach(() => page.close());

// The server's answer to what was asked of the book last.
/** @param {string[]} siblings @param {Partial<BookView>} changes */
function turn(siblings, changes = {}) {
  const { id, key } = page.asked.book;
  const code = key.split(":")[1];
  const book = {
    id, key, code, title: `Title of ${code}`, steps: [{ heading: code, title: "", lines: [] }], index: [], more: 0,
    siblings: siblings.map((each) => item(each)), rules: [], absent: [], own: null, ...changes,
  };
  page.answer({ book });
}

const decided = () => outbox.entries.map(({ sent, key, by }) => [sent.action, key, by]);
const codes = () => page.all(".sibling").map((node) => node.querySelector(".code").textContent);

test("B asks for the code in focus and says what the book has, nearest first", () => {
  press("b");
  assert.equal(page.asked.book.key, "diagnosis:428.0");
  /** @type {[string, string][]} */
  const lines = [["Excludes", "fluid overload (276.69)"]];
  const steps = [
    { heading: "390-459", title: "Circulatory", lines: [] },
    { heading: "428", title: "Heart failure", lines },
    { heading: "428.0", title: "Congestive", lines },
  ];
  turn(["428.1"], { steps, index: [["Dropsy", "428.0"], ["Failure", "428"]], more: 3, rules: [rule(13)], absent: [] });
  assert.deepEqual(page.part(".page").querySelectorAll("h3").map((node) => node.textContent), [
    "At 428.0 itself", "At 428 Heart failure", "Rules about it", "In the index",
  ]);
  assert.deepEqual(page.part(".index").children.map((node) => node.textContent), ["Dropsy", "Failure → 428", "and 3 more"]);
  assert.match(page.part(".rules").textContent, /^13 check 13\. because of 13\./);
});

test("a sibling takes the place of the code, and nothing does before one is chosen", () => {
  press("b");
  turn(["428.1", "428.9"]);
  press("Enter");
  assert.deepEqual(decided(), []);
  press("j");
  press("ArrowDown");
  press("Enter");
  assert.deepEqual(decided(), [["replace", "diagnosis:428.0", "diagnosis:428.9"]]);
  assert.equal(page.part(".book").hidden, true);
  assert.equal(page.asked.book, null);
});

test("a sibling that was turned to is taken itself, and never the code asked about", () => {
  press("b");
  turn(["428.1"]);
  press("j");
  press("ArrowRight");
  assert.equal(page.asked.book.key, "diagnosis:428.1");
  turn(["428.0", "428.9"]);
  assert.deepEqual(codes(), ["428.1", "428.9"]);
  press("ArrowLeft");
  assert.equal(page.asked.book.key, "diagnosis:428.0");
  turn(["428.1"]);
  press("j");
  press("Enter");
  assert.deepEqual(decided(), [["replace", "diagnosis:428.0", "diagnosis:428.1"]]);
});

test("what is asked is asked until it is answered, and an answer to another page is none", () => {
  press("b");
  page.answer({ book: { ...empty(page.asked.book.id - 1) } });
  press("j");
  press("Enter");
  assert.deepEqual(decided(), []);
  assert.equal(page.part(".book").classList.contains("waiting"), true);
});

/** @param {number} id @returns {BookView} */
function empty(id) {
  return { id, key: "", code: "", title: "", steps: [], index: [], more: 0, siblings: [item("428.1")], rules: [], absent: [], own: null };
}

test("B, Escape and other letters decide nothing", () => {
  for (const close of ["b", "Escape"]) {
    press("b");
    turn(["428.1"]);
    for (const key of ["a", "x", "f", "1"]) press(key);
    press(close);
    assert.equal(page.part(".book").hidden, true);
  }
  assert.deepEqual(decided(), []);
});

test("from the search the book leads back to it, or takes a sibling as the search would", () => {
  press("/");
  page.find(item("401.9"));
  Object.assign(page.part(".field"), { value: "", selectionStart: 0, selectionEnd: 0 });
  press("ArrowRight");
  assert.equal(page.asked.book.key, "diagnosis:401.9");
  turn(["401.1"]);
  press("Escape");
  assert.equal(page.part(".palette").hidden, false);
  press("ArrowRight");
  turn(["401.1"]);
  press("j");
  press("Enter");
  assert.deepEqual(decided(), [["add", "diagnosis:401.1", ""]]);
  assert.equal(page.part(".palette").hidden, true);
});

test("an arrow within the words typed moves the caret", () => {
  press("/");
  page.find(item("401.9"));
  Object.assign(page.part(".field"), { value: "401", selectionStart: 1, selectionEnd: 1 });
  press("ArrowRight");
  assert.equal(page.part(".book").hidden, true);
});

test("of a header the codes below it are offered, not itself", () => {
  page.answer({ suggestions: [row("428")] });
  press("k");
  press("b");
  turn(["428.0", "428.1"]);
  assert.deepEqual(codes(), ["428.0", "428.1"]);
});

test("a signed chart can be read up and not changed", () => {
  page.answer({ chart: { ...view().chart, signed: "Ada, today" } });
  press("b");
  turn(["428.1"]);
  press("j");
  press("Enter");
  assert.deepEqual(decided(), []);
  assert.match(page.part(".spoken").textContent, /finalised/);
});
