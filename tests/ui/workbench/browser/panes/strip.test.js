// A question covers nothing of the pane it lies over: the pane ends where the strip begins.

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { outbox } from "../../../../../icd9_review/ui/workbench/browser/outbox.js";
import { daysOfOthers } from "../../../../../icd9_review/ui/workbench/browser/panes/strip.js";
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

test("the days that other procedures have are offered, each once and none that is offered already", () => {
  const order = ["procedure:33.24", "procedure:33.27", "procedure:96.04", "procedure:39.95", "procedure:45.13"];
  const days = { "33.27": "2012-11-09", "96.04": "2012-11-09", "39.95": "2012-11-07", "45.13": "2012-11-12" };
  const performed = Object.fromEntries(Object.entries(days).map(([code, day]) => [`procedure:${code}`, day]));
  const offered = daysOfOthers({ order, performed }, "procedure:33.24", ["2012-11-07"]);
  assert.deepEqual(
    offered.map(({ key, text }) => [key, text]),
    [
      ["o", "as 33.27 2012-11-09"],
      ["p", "as 45.13 2012-11-12"],
    ],
  );
});

test("a day is typed as it is shown everywhere, and what is none is asked for again", () => {
  page = openPage({ chart: { ...view().chart, order: ["procedure:45.13"] } }, PLACES);
  press("d");
  const answer = (typed) => {
    page.part(".strip").querySelector(".field").value = typed;
    page.part(".strip").onsubmit({ preventDefault() {} });
    return outbox.entries.map(({ sent }) => sent.performed);
  };
  assert.deepEqual(answer("02/30/2012"), []);
  assert.match(page.part(".spoken").textContent, /is no day: yyyy-mm-dd/);
  assert.deepEqual(answer("20120302"), ["2012-03-02"]);
});
