// When the page tells that a person is there, and when it warns.

import assert from "node:assert/strict";
import { test } from "node:test";

import { isOver, isToTell, TELL_EVERY, warning } from "../../../../../icd9_review/ui/serving/sign_in/browser/session.js";

test("a session with time left says nothing", () => {
  assert.equal(warning({ idle: 121, last: 40000 }), null);
});

test("one that lapses says when, and can be kept", () => {
  const said = warning({ idle: 119, last: 40000 });
  assert.match(said.text, /signed out in 1:59/);
  assert.equal(said.stays, true);
});

test("one that ends says when, and cannot be kept", () => {
  const said = warning({ idle: 60, last: 60 });
  assert.match(said.text, /ends in 1:00/);
  assert.equal(said.stays, false);
  assert.match(warning({ idle: 500, last: -1 }).text, /0:00/);
});

test("a session is over at its end, whether or not anybody answers", () => {
  assert.equal(isOver({ idle: 1, last: 40000 }), false);
  assert.equal(isOver({ idle: 0, last: 40000 }), true);
  assert.equal(isOver({ idle: 500, last: -1 }), true);
});

test("what a person does is told, and not for every key", () => {
  assert.equal(isToTell({ acted: 0, told: 0 }, 50000), false);
  assert.equal(isToTell({ acted: 40000, told: 0 }, 50000), true);
  assert.equal(isToTell({ acted: 49000, told: 40000 }, 50000), false);
  assert.equal(isToTell({ acted: 41000, told: 40000 }, 40000 + TELL_EVERY), true);
});

test("whoever does nothing is not said to be there, however long the page is open", () => {
  assert.equal(isToTell({ acted: 30000, told: 40000 }, 4000000), false);
});
