// Words are found as they are typed, in every document, whatever their case.

import assert from "node:assert/strict";
import { test } from "node:test";

import { findHits } from "../../../../../icd9_review/ui/workbench/browser/note/finder.js";

const found = (typed, ...texts) => findHits(typed, texts).map(({ note, start, end }) => `${note} ${texts[note].slice(start, end)}`);

test("every place in every document is found, whatever its case", () => {
  assert.deepEqual(found("chf", "CHF and chf.", "no", "Chf"), ["0 CHF", "0 chf", "2 Chf"]);
});

test("a line end between words is a space", () => {
  assert.deepEqual(found("heart failure", "heart\n  failure"), ["0 heart\n  failure"]);
});

test("signs are letters like any other", () => {
  assert.deepEqual(found("(2.5", "at (2.5) and (205"), ["0 (2.5"]);
});

test("offsets are those of the text as the browser counts it", () => {
  assert.deepEqual(findHits("af", ["😀 AF"]), [{ note: 0, start: 3, end: 5 }]);
});

test("nothing typed finds nothing", () => {
  assert.deepEqual(found("  ", "a b"), []);
});
