// Parts of a view that the browser holds are not sent again.

import assert from "node:assert/strict";
import { test } from "node:test";

import { heldNames, withHeld } from "../../../../../icd9_review/ui/workbench/browser/note/held.js";

const NOTES = [{ id: "1", title: "Note", pieces: ["Heart ", "failure."] }];
const view = (parts, names) => /** @type {any} */ ({ sequence: 7, ...parts, names });

test("a part that is left out is the one that came under the same name", () => {
  withHeld(view({ notes: NOTES, lines: [1] }, { notes: "a", lines: "b" }));
  assert.deepEqual(heldNames(), ["a", "b"]);
  const next = withHeld(view({ lines: [2] }, { notes: "a", lines: "c" }));
  assert.equal(next?.notes, NOTES);
  assert.deepEqual(next?.lines, [2]);
  assert.equal(next?.sequence, 7);
});

test("what is not held has to be sent", () => {
  assert.equal(withHeld(view({}, { notes: "never sent" })), null);
});

test("what was not looked at for longest is let go of", () => {
  for (let number = 0; number < 15; number += 1) {
    withHeld(view({ lines: [number] }, { notes: "a", lines: `n${number}` }));
  }
  assert.equal(heldNames().length, 16);
  assert.ok(withHeld(view({}, { notes: "a", lines: "n14" })));
  assert.equal(withHeld(view({}, { notes: "a", lines: "b" })), null);
});
