// E walks through every place that speaks of a code, each once, what to read first in front.

import assert from "node:assert/strict";
import { test } from "node:test";

import { follows, walk } from "../../../../../icd9_review/ui/workbench/browser/note/walk.js";

const KEY = "diagnosis:428.0";

const place = (text, note, first, more = {}) => ({ text, note, first, last: first, assertion: "present", section: "", leads: false, ...more });

function appWith({ used = [], cited = [], mentions = [], explains = true }) {
  const explanations = { [KEY]: { status: "ready", note: 0, evidence: used } };
  const data = { veil: { arm: "", notice: "" }, explanations, cited: { [KEY]: cited }, mentions: { [KEY]: mentions }, explains, follows: true };
  return /** @type {any} */ ({ region: "left", focus: KEY, explain: null, follow: null, data });
}

const texts = (app) => walk(app).map(({ text }) => text);

test("a mention in a list of diagnoses comes before what the model used, other mentions behind", () => {
  const mentions = [place("first", 0, 1), place("listed", 0, 5, { leads: true }), place("other", 1, 2)];
  assert.deepEqual(texts(appWith({ used: [place("used", 0, 9)], mentions })), ["listed", "used", "first", "other"]);
});

test("words that somebody chose come before all", () => {
  const mentions = [place("listed", 0, 5, { leads: true })];
  assert.deepEqual(texts(appWith({ used: [place("used", 0, 9)], cited: [place("chosen", 1, 1)], mentions })), ["chosen", "listed", "used"]);
});

test("a place that several speak of is gone to once", () => {
  const used = [{ ...place("heart failure", 0, 4), last: 6 }];
  const mentions = [place("failure", 0, 6), place("failure", 1, 6)];
  assert.deepEqual(walk(appWith({ used, mentions })).map(({ note, text }) => [note, text]), [[0, "heart failure"], [1, "failure"]]);
});

test("without explanations the mentions are left", () => {
  assert.deepEqual(texts(appWith({ used: [place("used", 0, 9)], mentions: [place("named", 0, 1)], explains: false })), ["named"]);
});

test("whether the note follows is the last choice of the person", () => {
  const app = appWith({});
  assert.equal(follows(app), true);
  assert.equal(follows(Object.assign(app, { follow: false })), false);
});
