// The rest at once: what was on the screen, and each decision says of how many it is one.

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { outbox } from "../../../../icd9_review/ui/workbench/browser/outbox.js";
import { openPage, press, row, view } from "./page.js";

/** @type {ReturnType<typeof openPage>} */
let page;
/** @type {((entries: object[]) => void)[]} */
let watchers = [];

class Watcher {
  constructor(told) {
    watchers.push(told);
  }
  observe() {}
}

beforeEach(() => {
  outbox.entries = [];
  sessionStorage.clear();
  watchers = [];
  Object.assign(globalThis, { IntersectionObserver: Watcher });
});

afterEach(() => {
  page.close();
  Reflect.deleteProperty(globalThis, "IntersectionObserver");
});

const LISTED = [
  { ...row("428.0"), probability: 0.95 },
  { ...row("401.9"), probability: 0.85 },
  { ...row("486"), probability: 0.6 },
];

// The page of them, once somebody has had these on the screen for as long as reading takes.
async function open(seen) {
  page = openPage({ suggestions: LISTED, reasons: [{ key: "1", value: "not_documented", text: "not documented" }] });
  const rows = page.part(".list").children.filter((each) => seen.includes(each.querySelector(".code").textContent));
  for (const told of watchers) told(rows.map((target) => ({ target, isIntersecting: true })));
  await new Promise((go) => setTimeout(go, 450));
}

function sent() {
  return outbox.entries.map((each) => [each.sent.action, each.sent.code, each.sent.together ?? 1, each.sent.reason]);
}

test("what was not on the screen is not accepted with the rest", async () => {
  await open(["428.0", "401.9"]);
  press("A", { shiftKey: true });
  assert.match(page.part(".strip").textContent, /1 not on the screen yet stays open/);
  press("4");
  assert.deepEqual(sent(), [["accept", "428.0", 2, null], ["accept", "401.9", 2, null]]);
});

test("from a probability on, and a single one is a decision like any other", async () => {
  await open(["428.0", "401.9", "486"]);
  press("A", { shiftKey: true });
  press("1");
  assert.deepEqual(sent(), [["accept", "428.0", 1, null]]);
});

test("nothing is accepted where nothing was read", async () => {
  await open([]);
  press("A", { shiftKey: true });
  assert.equal(page.part(".strip")?.hidden ?? true, true);
  assert.deepEqual(sent(), []);
});

test("the rest is rejected for one reason", async () => {
  await open(["428.0", "401.9", "486"]);
  press("X", { shiftKey: true });
  press("1");
  assert.deepEqual(sent().map(([action, , together, reason]) => [action, together, reason]), Array(3).fill(["reject", 3, "not_documented"]));
});

test("a code goes to the place that is typed", () => {
  const order = ["428.0", "401.9", "486"].map((code) => `diagnosis:${code}`);
  page = openPage({ chart: { ...view().chart, order } });
  press("g");
  press("3");
  page.part(".strip").onsubmit({ preventDefault() {} });
  assert.deepEqual(outbox.entries.map(({ sent: one }) => [one.action, one.code, one.position]), [["resequence", "428.0", 2]]);
});
