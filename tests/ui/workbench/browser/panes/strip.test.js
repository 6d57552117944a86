// A question covers nothing of the pane it lies over: the pane ends where the strip begins.

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { outbox } from "../../../../../icd9_review/ui/workbench/browser/outbox.js";
import { openPage, press, row, view } from "../page.js";

const PLACES = { strip: { top: 500 }, scroll: { bottom: 620 } };
const REASONS = [{ key: "1", value: "answer", text: "an answer came" }];

/** @type {ReturnType<typeof openPage>} */
let page;

beforeEach(() => {
  outbox.entries = [];
  sessionStorage.clear();
});

afterEach(() => page.close());

function room(pane) {
  return page.part(pane).querySelector(".scroll").style.paddingBottom ?? "";
}

test("the pane that holds the question makes room for it, wherever the focus is", () => {
  page = openPage({ chart: { ...view().chart, signed: "Ada, today" }, reopenings: REASONS }, PLACES);
  press("f");
  assert.equal(page.part(".right").querySelector(".strip").hidden, false);
  assert.deepEqual([room(".left"), room(".right")], ["", "120px"]);
  press("Escape");
  assert.deepEqual([room(".left"), room(".right")], ["", ""]);
});

test("a question about a suggestion takes its room from the suggestions", () => {
  page = openPage({ suggestions: [row("428.0")] }, PLACES);
  press("x");
  assert.deepEqual([room(".left"), room(".right")], ["120px", ""]);
});

test("an encounter that has no code yet is asked about where it can be seen", () => {
  page = openPage({ status: { name: "scoring", message: "" }, holds: REASONS }, PLACES);
  press("h");
  assert.equal(page.part(".right").querySelector(".strip")?.hidden, false);
});
