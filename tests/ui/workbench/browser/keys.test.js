// A key that is held down acts once where a second act would be another one.

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { outbox } from "../../../../icd9_review/ui/workbench/browser/outbox.js";
import { item, openPage, press, row, view } from "./page.js";

const DIGOXIN = item("Digoxin", { row: [item("972.1", { note: "Poisoning" }), item("E858.3", { note: "Accident" })] });

/** @type {ReturnType<typeof openPage>} */
let page;

beforeEach(() => {
  outbox.entries = [];
  sessionStorage.clear();
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

test("a held D asks for a date and gives none", () => {
  const encounter = { ...view().encounter, discharged: "2014-03-17" };
  const order = ["procedure:39.95"];
  const decisions = order.map((key) => ({
    key, verdict: /** @type {"accepted"} */ ("accepted"), reason: "", actor: "Ada", own: true, origin: "suggested", by: "", of: "",
  }));
  page.answer({ encounter, decisions, chart: { ...view().chart, order } });
  press("g");
  press("d");
  press("d", { repeat: true });
  assert.equal(page.part(".strip").hidden, false);
  assert.deepEqual(outbox.entries, []);
});

test("an added code that is taken back leaves the focus where it was", () => {
  page.answer({ suggestions: [row("428.0"), row("427.31")] });
  press("j");
  press("/");
  page.find(item("401.9"));
  press("Enter");
  press("u");
  assert.equal(page.part(".focused").querySelector(".code").textContent, "427.31");
});

test("a signature that came second stays where its refusal can be read", () => {
  page.answer({ next: "E-00002" });
  press("f");
  press("Enter");
  const [entry] = outbox.entries;
  const refused = [{ id: entry.sent.id, code: "", message: "finalised by Bob" }];
  page.answer({ refused, chart: { ...view().chart, signed: "Bob, today" } });
  assert.equal(page.asked.next, undefined);
  assert.equal(page.all(".refusal").length, 1);
});

test("an answer that says the same of the encounter leaves its buttons alone", () => {
  const add = page.part(".facts").querySelector("button");
  page.answer({ sequence: 1 });
  assert.equal(page.part(".facts").querySelector("button"), add);
});
