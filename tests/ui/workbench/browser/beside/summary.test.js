// The coding summary is asked for once, shown when it is there, and copied.

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { outbox } from "../../../../../icd9_review/ui/workbench/browser/outbox.js";
import { openPage, press, row, view } from "../page.js";

/** @type {ReturnType<typeof openPage>} */
let page;
/** @type {string[]} */
let copied = [];

beforeEach(() => {
  Object.assign(outbox, { entries: [], deferred: [] });
  sessionStorage.clear();
  copied = [];
  clipboard((text) => copied.push(text));
});

afterEach(() => page.close());

function clipboard(writeText) {
  Object.defineProperty(navigator, "clipboard", { configurable: true, value: { writeText: (text) => Promise.resolve(text).then(writeText) } });
}

function asked() {
  return page.asked.summary.split(" ")[1];
}

async function answer(text = "Coding summary of E-00001\n") {
  page.answer({ summary: { id: asked(), text } });
  await new Promise((resolve) => setTimeout(resolve));
}

test("Shift Y asks for it, Y alone does not, and what comes is shown and copied", async () => {
  page = openPage();
  press("y");
  assert.equal(page.asked.summary, undefined);
  press("y", { shiftKey: true });
  assert.match(page.asked.summary, /^e1 [0-9a-f-]{36}$/);
  assert.equal(page.part(".summary").open, false);
  page.answer({ summary: { id: "another", text: "of before" } });
  assert.equal(page.part(".summary").open, false);
  await answer();
  assert.equal(page.part(".summary").open, true);
  assert.equal(page.part(".summary").querySelector(".text").textContent, "Coding summary of E-00001\n");
  assert.deepEqual(copied, ["Coding summary of E-00001\n"]);
  assert.equal(page.part(".outcome").textContent, "Copied.");
});

test("keys are the summary's while it is open", async () => {
  page = openPage({ suggestions: [row("428.0")] });
  press("y", { shiftKey: true });
  await answer();
  press("a");
  press("c");
  await new Promise((resolve) => setTimeout(resolve));
  assert.deepEqual(outbox.entries, []);
  assert.equal(copied.length, 2);
  press("y");
  assert.equal(page.part(".summary").open, false);
});

test("where nothing may be copied it says which key does", async () => {
  clipboard(() => {
    throw new Error("not allowed");
  });
  page = openPage();
  press("y", { shiftKey: true });
  await answer();
  assert.match(page.part(".outcome").textContent, /Ctrl C/);
});

test("what is unsent goes before it", () => {
  page = openPage({ suggestions: [row("428.0")] });
  press("a");
  press("y", { shiftKey: true });
  assert.equal(page.asked.summary, undefined);
  page.answer({ acknowledged: outbox.entries.map(({ sent }) => sent.id) });
  assert.match(page.asked.summary, /^e1 /);
});

test("wanted with the signature it comes before the next encounter", async () => {
  const signed = { chart: { ...view().chart, signed: "Ada" } };
  page = openPage({ next: "E-00002" });
  press("f");
  press("y");
  press("Enter");
  page.answer({ ...signed, acknowledged: outbox.entries.map(({ sent }) => sent.id) });
  assert.equal(page.asked.next, undefined);
  await answer();
  assert.equal(page.part(".summary").open, true);
  press("y");
  assert.equal(page.asked.next, "e1");
});
