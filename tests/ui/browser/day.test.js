// Days are typed as every page writes them.

import assert from "node:assert/strict";
import { test } from "node:test";

import { dayOf } from "../../../icd9_review/ui/browser/day.js";

test("a day is typed as pages write it, also without hyphens, or month first as notes have it", () => {
  for (const typed of ["2012-03-02", "20120302", " 2012-03-02 ", "3/2/2012", "03/02/2012"]) assert.equal(dayOf(typed), "2012-03-02");
});

test("what is no day is none, rather than another one", () => {
  for (const typed of ["", "2012-02-30", "2012-13-01", "03022012", "2012-3", "12-03-02", "0", "yesterday"]) assert.equal(dayOf(typed), null);
});
