// The foot of the page says what was done last, verdict or not.

import assert from "node:assert/strict";
import { test } from "node:test";

import { saidOf } from "../../../../icd9_review/ui/workbench/browser/said.js";

test("what is set on a code is said with its value", () => {
  assert.equal(saidOf("set_poa", "428.0", { poa: "Y" }), "428.0 present on admission: Y");
  assert.equal(saidOf("set_poa", "428.0", { poa: null }), "428.0 present on admission: not set");
  assert.equal(saidOf("set_performed", "39.95", { performed: "2013-03-12" }), "39.95 performed on 2013-03-12");
  assert.equal(saidOf("set_performed", "39.95", { performed: null }), "39.95 without a date");
  assert.equal(saidOf("resequence", "428.0", { position: 2 }), "428.0 is number 3 now");
});

test("verdicts are said by their name, elsewhere", () => {
  for (const action of ["accept", "reject", "replace", "undo"]) assert.equal(saidOf(action, "428.0", {}), "");
});
