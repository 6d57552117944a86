// A key that is held down acts once where a second act would be another one.

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { outbox } from "../../../../icd9_review/ui/workbench/browser/outbox.js";
import { item, openPage, press } from "./page.js";

const DIGOXIN = item("Digoxin", { row: [item("972.1", { note: "Poisoning" }), item("E858.3", { note: "Accident" })] });

/** @type {ReturnType<typeof openPage>} */
let page;

beforeEach(() => {
  outbox.entries = [];
  page = openPage();
});

afterEach(() => page.close());

test("a held Enter opens a row of the table of drugs and adds nothing of it", () => {
  press("/");
  page.find(DIGOXIN);
  press("Enter");
  for (let count = 0; count < 3; count += 1) press("Enter", { repeat: true });
  assert.deepEqual(page.all(".hit").map((node) => node.querySelector("strong").textContent), ["Poisoning", "Accident"]);
  assert.deepEqual(outbox.entries, []);
  press("Enter");
  assert.deepEqual(outbox.entries.map(({ key }) => key), ["diagnosis:972.1"]);
});

test("a held arrow goes on through the codes found", () => {
  press("/");
  page.find(item("428.0"), item("428.1"), item("428.9"));
  press("ArrowDown");
  press("ArrowDown", { repeat: true });
  assert.equal(page.part(".active").querySelector(".code").textContent, "428.9");
});
