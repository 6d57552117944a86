// A note of many thousand words is marked without going through all of them.

import assert from "node:assert/strict";
import { test } from "node:test";

import { nodesOf } from "../../../../../icd9_review/ui/workbench/browser/note/note.js";

test("the words of a run are found without going through the note", () => {
  const pieces = { length: 9, 3: "a", 4: "b", [Symbol.iterator]: () => assert.fail("all of them") };
  const text = { querySelector: () => ({ childNodes: pieces }) };
  const app = /** @type {any} */ ({ parts: { note: { children: [text] } } });
  assert.deepEqual(nodesOf(app, { note: 0, first: 3, last: 4 }), ["a", "b"]);
});
