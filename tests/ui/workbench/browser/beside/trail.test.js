// Whoever looks on sees the chart and what was done, and no key of theirs decides anything.

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { KEYS } from "../../../../../icd9_review/ui/workbench/browser/keys.js";
import { outbox } from "../../../../../icd9_review/ui/workbench/browser/outbox.js";
import { openPage, press, row, view } from "../page.js";

const STEP = { number: 3, when: "today 14:02", who: "Ada", what: "rejected 428.0", why: "negated" };
const TRAIL = { story: "/ledger?story=e1", steps: [STEP] };

/** @type {ReturnType<typeof openPage>} */
let page;

beforeEach(() => {
  Object.assign(outbox, { entries: [], deferred: [] });
  sessionStorage.clear();
});

afterEach(() => page.close());

function chart() {
  const order = ["diagnosis:427.31", "procedure:99.04"];
  const decisions = order.map((key) => ({
    key, verdict: /** @type {"accepted"} */ ("accepted"), reason: "", actor: "Ada", own: true, origin: "suggested", by: "", of: "",
  }));
  const lines = [{
    id: "n1:3", note: 0, first: 0, last: 0, span: /** @type {[string, number, number]} */ (["n1", 3, 9]), kind: /** @type {"diagnosis"} */ ("diagnosis"),
    title: "Diagnoses", text: "Gout", state: /** @type {"open"} */ ("open"), codes: [], remark: "", final: true, hits: [],
  }];
  return { decisions, lines, chart: { ...view().chart, order }, suggestions: [row("428.0"), row("427.31")] };
}

test("each step says who did what and why, and leads to how it stood", () => {
  page = openPage({ trail: TRAIL });
  assert.equal(page.part(".trail").hidden, false);
  assert.match(page.part(".step").textContent, /3 · today 14:02 as it stoodAda rejected 428\.0negated/);
  assert.equal(page.part(".then").href, "/ledger?story=e1&point=3");
  page.answer({ trail: { ...TRAIL, steps: [STEP, { ...STEP, number: 4, what: "accepted 428.0", why: "" }] } });
  assert.equal(page.all(".step").length, 2);
});

test("who works on the encounter has no trail", () => {
  page = openPage(chart());
  assert.equal(page.part(".trail").hidden, true);
  press("a");
  assert.equal(outbox.entries.length, 1);
});

test("no key decides or leads to where one does, wherever the focus is", () => {
  page = openPage({ ...chart(), trail: TRAIL });
  for (const region of ["", "g"]) {
    if (region) press(region);
    for (const { key } of KEYS.filter(({ decides }) => decides)) {
      for (const shiftKey of [false, true]) {
        press(key.toLowerCase(), { shiftKey });
        press("1");
        press("Enter");
      }
    }
  }
  assert.deepEqual(outbox.entries, []);
  assert.match(page.part(".spoken").textContent, /you look on/);
  for (const part of [".palette", ".finish"]) assert.equal(page.part(part).hidden, true);
  assert.equal(page.asked.what_if, undefined);
});

test("chart lines can be read and offer no codes", async () => {
  page = openPage({ ...chart(), trail: TRAIL });
  press("l");
  await new Promise((resolve) => setTimeout(resolve, 130));
  for (const key of ["x", "1", "Enter", "/"]) press(key);
  assert.equal(page.part(".lines").hidden, false);
  assert.equal(page.asked.query, undefined);
  assert.deepEqual(outbox.entries, []);
});

test("what is set on a code is shown and cannot be pressed", () => {
  page = openPage({ ...chart(), trail: TRAIL });
  assert.deepEqual(page.part(".right").querySelectorAll(".setting").map((node) => node.disabled), [true, true]);
});
