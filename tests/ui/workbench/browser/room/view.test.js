// The room: its keys while the view is open, what is remembered of it, and the sections of a note.

import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { sectionsOf } from "../../../../../icd9_review/ui/workbench/browser/room/documents.js";
import { openPage, press, row } from "../page.js";

const AS_AT_FIRST = { fixed: false, flow: true, size: 15, left: 0, right: 0, lower: 0 };
const NOTES = [
  { id: "n1", title: "Discharge summary", pieces: ["HOSPITAL", " COURSE:", " She fell", "\n", "down.", "\n\n", "PLAN:", " Rest."], headings: [0, 1, 6], wraps: [3], news: "", told: "" },
  { id: "n2", title: "Laboratory", pieces: ["Sodium 131"], headings: [], wraps: [], news: "", told: "" },
];

/** @type {ReturnType<typeof openPage>} */
let page;

afterEach(() => page.close());

test("Z opens the view, whose keys are kept to themselves, and closes it", () => {
  page = openPage({ suggestions: [row("428.0")] });
  assert.equal(page.part(".room").hidden, true);
  press("z");
  assert.equal(page.part(".room").hidden, false);
  press("f");
  assert.deepEqual(page.asked.room, { ...AS_AT_FIRST, fixed: true });
  press("+");
  press("+");
  press("-");
  press("l");
  assert.deepEqual(page.asked.room, { ...AS_AT_FIRST, fixed: true, flow: false, size: 16 });
  press("0");
  assert.deepEqual(page.asked.room, AS_AT_FIRST);
  press("z");
  assert.equal(page.part(".room").hidden, true);
});

test("another key closes the view and does what it always does", () => {
  page = openPage({ suggestions: [row("428.0"), row("427.31")] });
  press("z");
  press("j");
  assert.equal(page.part(".room").hidden, true);
  assert.equal(page.part(".focused").querySelector(".code").textContent, "427.31");
});

test("letters stay within what can be read, and what changes nothing is not sent", () => {
  page = openPage({ room: { ...AS_AT_FIRST, size: 24 } });
  press("z");
  press("+");
  assert.equal(page.asked.room, undefined);
  for (let times = 0; times < 20; times += 1) press("-");
  assert.equal(page.asked.room.size, 12);
});

test("what a person changed is newer than what the server says next", () => {
  page = openPage();
  press("z");
  press("f");
  page.answer({ room: AS_AT_FIRST });
  assert.equal(page.part(".workbench").classList.contains("fixed"), true);
});

test("each document has a tab, numbered where there are several, and the sections of the one in view", () => {
  page = openPage({ notes: NOTES });
  assert.deepEqual(page.all(".tab").map((tab) => tab.textContent), ["1Discharge summary", "2Laboratory"]);
  const [first, second] = page.part(".note").children;
  assert.deepEqual(sectionsOf(first).map(({ title }) => title), ["HOSPITAL COURSE", "PLAN"]);
  assert.deepEqual(sectionsOf(second), []);
  page.answer({ notes: NOTES.slice(1) });
  assert.deepEqual(page.all(".tab").map((tab) => tab.textContent), ["Laboratory"]);
});

test("a tab says how many places of its document are marked for the code in focus", () => {
  const place = { text: "Sodium", assertion: "present", section: "", leads: false };
  page = openPage({ notes: NOTES, suggestions: [row("276.1")], cited: { "diagnosis:276.1": [{ note: 1, first: 0, last: 0, ...place }, { note: 1, first: 1, last: 1, ...place }] } });
  assert.deepEqual(page.all(".marked").map((label) => label.textContent), ["", "2"]);
});

test("only line ends that merely wrap are marked as such, and the text stays what it is", () => {
  page = openPage({ notes: NOTES });
  assert.deepEqual(page.all(".wrap").map((piece) => piece.textContent), ["\n"]);
  assert.equal(page.part(".text").textContent, NOTES[0].pieces.join(""));
});
