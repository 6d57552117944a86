// How many edits of each severity there are is said beside Finalise, and a click goes to the first.

import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { openPage, rule, view } from "../page.js";

/** @type {ReturnType<typeof openPage>} */
let page;

afterEach(() => page.close());

const ORDER = ["diagnosis:428.0", "diagnosis:401.9"];

// The page of a chart with edits of these severities.
/** @param {("error" | "warning" | "hint")[]} severities */
function tallied(severities, chart = {}, alike = 1) {
  const edits = severities.map((severity, number) => ({
    number, severity, message: "", section: "", key: "diagnosis:401.9", offers: [], use: "replace", others: [], rule: rule(number), alike,
  }));
  page = openPage({ chart: { ...view().chart, order: ORDER, ...chart }, edits });
  return page.part(".tally");
}

test("errors, warnings and hints are counted, those that are there", () => {
  assert.deepEqual(tallied(["error", "warning", "warning", "hint"]).children.map((each) => each.textContent), [
    "1 error", "2 warnings", "1 hint",
  ]);
  assert.equal(tallied(["hint", "hint"]).textContent, "2 hints");
});

test("what is said alike of many codes counts for each of them, as on the worklist", () => {
  assert.equal(tallied(["error"], {}, 5).textContent, "5 errors");
});

test("a chart without edits says so, one without codes nothing, a signed one nothing", () => {
  assert.equal(tallied([]).textContent, "no edits");
  assert.equal(tallied([], { order: [] }).hidden, true);
  assert.equal(tallied(["warning"], { signed: "Ada" }).hidden, true);
});

test("a click goes to the code of the first edit, and shows hints where there is nothing else", () => {
  const tally = tallied(["hint"]);
  assert.equal(page.part(".edits").children.length, 0);
  tally.onclick({});
  assert.equal(page.part(".edits").children.length, 1);
  assert.match(page.part(".focused").textContent, /401\.9/);
});
