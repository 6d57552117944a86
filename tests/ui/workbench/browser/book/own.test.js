// F marks a favourite and W opens one's own words, in the code book, until the server has them.

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { outbox } from "../../../../../icd9_review/ui/workbench/browser/outbox.js";
import { openPage, press, row } from "../page.js";

/** @import { BookView } from "../../../../../icd9_review/ui/workbench/browser/view.d.ts" */

/** @type {ReturnType<typeof openPage>} */
let page;

beforeEach(() => {
  outbox.entries = [];
  sessionStorage.clear();
  page = openPage({ suggestions: [row("428.0")] });
  press("b");
});

afterEach(() => page.close());

/** @param {Partial<NonNullable<BookView["own"]>>} own */
function say(own = {}) {
  const { id, key } = page.asked.book;
  const book = {
    id, key, code: "428.0", title: "", steps: [], index: [], more: 0, siblings: [], rules: [], absent: [],
    own: { favourite: false, words: "", longest: 60, kept: "", problem: "", ...own },
  };
  page.answer({ book });
}

const star = () => page.part(".starred").textContent;

// Types into the field, which has the keys then.
/** @param {string} words @param {string} key */
function type(words, key) {
  press("w");
  page.part(".called").value = words;
  press(key, { typing: page.part(".called") });
}

test("F marks the code at once, and what the server says counts from then on", () => {
  say();
  press("f");
  assert.equal(star(), "★ favourite");
  const { id, key, favourite } = page.asked.mark;
  assert.deepEqual([key, favourite], ["diagnosis:428.0", true]);
  say();
  assert.equal(star(), "★ favourite");
  say({ kept: id, problem: "You have 300 favourites" });
  assert.equal(star(), "☆ favourite");
  assert.equal(page.part(".naming").querySelector(".refused").textContent, "You have 300 favourites");
});

test("Enter keeps the words typed beside the favourite, Escape puts back what was there", () => {
  say({ favourite: true, words: "chf" });
  assert.equal(page.part(".called").value, "chf");
  type("chf ef low", "Enter");
  const { favourite, words } = page.asked.mark;
  assert.deepEqual([favourite, words], [true, "chf ef low"]);
  say({ favourite: true, words: "chf ef low", kept: page.asked.mark.id });
  type("nonsense", "Escape");
  assert.equal(page.part(".called").value, "chf ef low");
  assert.equal(page.part(".book").hidden, false);
});

test("an answer that comes while somebody types leaves their words alone", () => {
  say({ words: "chf" });
  page.part(".called").value = "chf e";
  say({ words: "chf" });
  assert.equal(page.part(".called").value, "chf e");
});

test("what is no code is neither marked nor named", () => {
  const { id, key } = page.asked.book;
  page.answer({ book: { id, key, code: "428", title: "", steps: [], index: [], more: 0, siblings: [], rules: [], absent: [], own: null } });
  press("f");
  press("w");
  assert.equal(page.asked.mark, undefined);
  assert.equal(page.part(".naming").hidden, true);
});
