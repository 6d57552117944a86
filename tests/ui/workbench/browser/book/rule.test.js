// The number of an edit opens the rule behind it.

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { outbox } from "../../../../../icd9_review/ui/workbench/browser/outbox.js";
import { openPage, press, rule, view } from "../page.js";

/** @type {ReturnType<typeof openPage>} */
let page;

/** @param {number} number @param {string} code */
function edit(number, code) {
  return { number, severity: "warning", message: `about ${code}`, section: "", key: `diagnosis:${code}`, offers: [], use: "", others: [], rule: rule(number), alike: 1 };
}

beforeEach(() => {
  outbox.entries = [];
  sessionStorage.clear();
  const order = ["diagnosis:401.9", "diagnosis:428.0"];
  const decisions = order.map((key) => ({
    key, verdict: /** @type {"accepted"} */ ("accepted"), reason: "", actor: "Ada", own: true, origin: "suggested", by: "", of: "",
  }));
  page = openPage({ decisions, chart: { ...view().chart, order }, edits: [edit(12, "401.9"), edit(13, "428.0")] });
});

afterEach(() => page.close());

const title = () => page.part(".rule").querySelector("h2").textContent;

test("a click on the number says what is checked and why, and keys go through the others", () => {
  page.all(".ruled")[0].onclick({});
  assert.equal(title(), "Edit 12: check 12");
  assert.deepEqual(page.part(".rule").querySelectorAll("dt").map((node) => node.textContent), [
    "On this chart", "Why", "How grave", "Where it stands",
  ]);
  press("j");
  assert.equal(title(), "Edit 13: check 13");
  press("Enter");
  assert.equal(page.part(".rule").hidden, true);
  assert.equal(page.part(".mine.focused")?.querySelector(".code").textContent ?? page.part(".focused").querySelector(".code").textContent, "428.0");
});

test("Shift B opens the first, and the rule goes with its edit", () => {
  press("b", { shiftKey: true });
  assert.equal(title(), "Edit 12: check 12");
  page.answer({ edits: [edit(13, "428.0")] });
  assert.equal(page.part(".rule").hidden, true);
});

test("without an edit there is none to open", () => {
  page.answer({ edits: [] });
  press("b", { shiftKey: true });
  assert.equal(page.part(".rule").hidden, true);
  assert.equal(page.part(".spoken").textContent, "no edit speaks");
});
