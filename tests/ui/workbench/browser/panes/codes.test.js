// What an edit offers is taken with one click, and said as what it did.

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { outbox } from "../../../../../icd9_review/ui/workbench/browser/outbox.js";
import { openPage, rule, view } from "../page.js";

/** @import { EditView } from "../../../../../icd9_review/ui/workbench/browser/view.d.ts" */

/** @type {ReturnType<typeof openPage>} */
let page;

beforeEach(() => {
  outbox.entries = [];
  sessionStorage.clear();
});

afterEach(() => page.close());

// The page of a chart with these codes, and one edit that offers a code.
/** @param {string[]} codes @param {string} code @param {string} offer @param {Partial<EditView>} more */
function offered(codes, code, offer, { use = "replace", others = [] } = {}, admitting = "") {
  const order = codes.map((each) => `diagnosis:${each}`);
  const decisions = order.map((key) => ({
    key, verdict: /** @type {"accepted"} */ ("accepted"), reason: "", actor: "Ada", own: true, origin: "suggested", by: "", of: "",
  }));
  const offers = [{ key: `diagnosis:${offer}`, code: offer, title: "" }];
  const edit = { number: 1, severity: "error", message: "", section: "", key: `diagnosis:${code}`, offers, use, others, rule: rule(1), alike: 1 };
  page = openPage({ decisions, chart: { ...view().chart, order, admitting }, edits: [edit] });
}

function take() {
  page.part(".offer").onclick({});
  return [page.part(".spoken").textContent, outbox.entries.map(({ sent, key }) => [sent.action, key.split(":")[1]])];
}

test("a code that is offered in place of another is said with both", () => {
  offered(["428", "401.9"], "428", "428.0");
  assert.deepEqual(take(), ["428 replaced by 428.0", [["replace", "428"]]]);
});

test("a code that says what two said is said as a replacement, not as what else it rejects", () => {
  offered(["491.21", "466.0"], "491.21", "491.22", { use: "combine", others: ["diagnosis:466.0"] });
  assert.deepEqual(take(), ["491.21 replaced by 491.22", [["reject", "466.0"], ["replace", "491.21"]]]);
});

test("a code that is offered besides another is said to be added", () => {
  offered(["250.60"], "250.60", "357.2", { use: "add" });
  assert.deepEqual(take(), ["357.2 added", [["add", "357.2"]]]);
});

test("an admitting diagnosis is said to be one, also where its code is on the chart already", () => {
  offered(["428.0"], "428", "428.0", {}, "diagnosis:428");
  assert.deepEqual(take(), ["428.0 is the admitting diagnosis", [["set_admitting", "428.0"]]]);
});

test("a diagnosis that counts as MCC or CC says so, with the list, and no other", () => {
  const order = ["diagnosis:428.0", "diagnosis:428.21"];
  const comorbidities = { "diagnosis:428.21": { mark: "MCC", source: "a release" } };
  page = openPage({ chart: { ...view().chart, order }, comorbidities });
  const [without, counted] = page.part(".right").querySelectorAll(".comorbidity");
  assert.equal(without.hidden, true);
  assert.deepEqual([counted.hidden, counted.textContent], [false, "MCC"]);
  assert.match(counted.title, /a release/);
});
