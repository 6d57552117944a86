// What was demoted is counted, folded away, and a key away from being decided on.

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { outbox } from "../../../../../icd9_review/ui/workbench/browser/outbox.js";
import { openPage, press, row } from "../page.js";

const SUGGESTED = row("428.0");
const DEMOTED = { ...row("486"), demoted: "nowhere named in its own words" };

/** @type {ReturnType<typeof openPage>} */
let page;

beforeEach(() => {
  outbox.entries = [];
  sessionStorage.clear();
  page = openPage({ suggestions: [SUGGESTED], demoted: [DEMOTED] });
});

afterEach(() => page.close());

function listed() {
  return page.part(".demoted").children.map((each) => each.dataset.key);
}

test("what was demoted is counted and folded away", () => {
  assert.equal(page.part(".demoted").children.length, 0);
  const head = page.all(".inner").find((each) => each.querySelector("h2").textContent.startsWith("Demoted"));
  assert.equal(head.hidden, false);
  page.answer({ demoted: [] });
  assert.equal(head.hidden, true);
});

test("keys pass by what is folded away", () => {
  press("j");
  press("j");
  press("a");
  assert.deepEqual(outbox.entries.map(({ key }) => key), [SUGGESTED.key]);
});

test("V shows it with the reason, and A accepts it", () => {
  press("v");
  assert.deepEqual(listed(), [DEMOTED.key]);
  assert.match(page.part(".demoted").querySelector(".words").textContent, /nowhere named/);
  press("a");
  assert.deepEqual(outbox.entries.map(({ key }) => key), [DEMOTED.key]);
});

test("V folds it away again and the focus goes to the suggestions", () => {
  press("v");
  press("v");
  assert.deepEqual(listed(), []);
  press("a");
  assert.deepEqual(outbox.entries.map(({ key }) => key), [SUGGESTED.key]);
});

test("V on a page where nothing was demoted does nothing", () => {
  page.answer({ demoted: [] });
  press("v");
  assert.deepEqual(listed(), []);
});

test("where all was demoted it is not said that nothing reaches its threshold", () => {
  page.answer({ suggestions: [] });
  assert.match(page.part(".message").textContent, /some were demoted/);
  page.answer({ demoted: [] });
  assert.match(page.part(".message").textContent, /reaches the model's threshold/);
});
