// Going back leads to the page before, however many addresses Streamlit went through meanwhile.

import assert from "node:assert/strict";
import { test } from "node:test";

import { joinSteps } from "../../../icd9_review/ui/browser/steps.js";

// The history of a tab that begins on the worklist.
function openTab() {
  const entries = ["http://here/"];
  const location = { get href() { return entries.at(-1); } };
  const go = (url) => new URL(url, location.href).href;
  const history = {
    pushState: (_state, _unused, url) => void entries.push(go(url)),
    replaceState: (_state, _unused, url) => void entries.splice(-1, 1, go(url)),
  };
  let time = 0;
  const tab = /** @type {any} */ ({ history, location });
  joinSteps(tab, () => time);
  joinSteps(tab, () => time);
  return { visit: (url) => tab.history.pushState({}, "", url), wait: (passed) => void (time += passed), entries };
}

test("a page that is opened with its query is one step", () => {
  const tab = openTab();
  tab.visit("/?encounter=1");
  tab.visit("/workbench?encounter=1");
  tab.visit("/what-if?encounter=1");
  tab.visit("/what-if");
  tab.visit("/");
  assert.deepEqual(tab.entries, ["http://here/", "http://here/workbench?encounter=1", "http://here/what-if?encounter=1", "http://here/"]);
});

test("the next encounter is a step, and so is the page that is opened from there", () => {
  const tab = openTab();
  tab.visit("/workbench?encounter=1");
  tab.visit("/workbench?encounter=2");
  tab.wait(6000);
  tab.visit("/what-if?encounter=2");
  assert.deepEqual(tab.entries.slice(1), ["http://here/workbench?encounter=1", "http://here/workbench?encounter=2", "http://here/what-if?encounter=2"]);
});

test("a page with a query of its own is a step even right after another query", () => {
  const tab = openTab();
  tab.visit("/?encounter=1");
  tab.visit("/export");
  assert.deepEqual(tab.entries, ["http://here/", "http://here/?encounter=1", "http://here/export"]);
});
