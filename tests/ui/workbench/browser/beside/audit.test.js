// An audit on the workbench: the keys change the audited codes, and nothing that is about the chart.

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { KEYS } from "../../../../../icd9_review/ui/workbench/browser/keys.js";
import { outbox } from "../../../../../icd9_review/ui/workbench/browser/outbox.js";
import { item, openPage, press, row, view } from "../page.js";

const AUDIT = {
  label: "A-00001", notice: "Audit A-00001: what you change here are the audited codes.",
  signed: [
    { key: "diagnosis:428.0", code: "428.0", title: "Heart failure", number: 1, beside: "principal · POA Y · fast", differs: "" },
    { key: "diagnosis:401.9", code: "401.9", title: "Hypertension", number: 2, beside: "", differs: "deleted" },
  ],
  differs: { "diagnosis:486": "added" }, differences: 2,
};

/** @type {ReturnType<typeof openPage>} */
let page;

function audited() {
  const order = ["diagnosis:428.0", "diagnosis:486"];
  const decisions = order.map((key) => ({
    key, verdict: /** @type {"accepted"} */ ("accepted"), reason: "", actor: "the signature", own: key.endsWith("486"), origin: "added", by: "", of: "",
  }));
  return { audit: AUDIT, decisions, chart: { ...view().chart, order, principal: order[0] }, suggestions: [row("428.0"), row("427.31")] };
}

const sent = () => outbox.entries.map((entry) => `${entry.sent.action} ${entry.sent.code}`);

beforeEach(() => {
  Object.assign(outbox, { entries: [], deferred: [] });
  sessionStorage.clear();
  page = openPage(audited());
});

afterEach(() => page.close());

test("the signed codes stand frozen beside the audited ones, with what differs in words", () => {
  const rows = page.all(".signed-code").map((node) => node.textContent);
  assert.deepEqual(rows, ["1428.0Heart failureprincipal · POA Y · fast", "2401.9Hypertensiondeleted"]);
  assert.match(page.part(".signed-codes").textContent, /2 differences/);
  assert.match(page.part(".right").textContent, /^Audited2/);
  assert.equal(page.part(".left").querySelector(".other").textContent, "Audited ›");
  assert.match(page.all(".mine")[1].textContent, /added/);
});

test("keys accept, delete, move and find codes", () => {
  press("j");
  press("a");
  press("g");
  press("x");
  press("/");
  page.find(item("585.9"));
  press("Enter");
  assert.deepEqual(sent(), ["accept 427.31", "reject 428.0", "add 585.9"]);
  assert.equal(outbox.entries[1].sent.reason, null);
  assert.equal(page.part(".strip"), null); // nobody is asked for a reason
});

test("what is about the chart itself is not offered, by no key", () => {
  for (const { key } of KEYS.filter(({ chart }) => chart)) {
    press(key.toLowerCase());
    assert.match(page.part(".spoken").textContent, /about the chart itself/, key);
    assert.deepEqual([outbox.entries, page.asked.next, page.asked.what_if], [[], undefined, undefined]);
  }
  press("a", { shiftKey: true });
  assert.match(page.part(".spoken").textContent, /by itself/);
  assert.deepEqual(outbox.entries, []);
});

test("F leads to the audit once everything is stored", () => {
  press("f");
  assert.equal(page.part(".finish").hidden, true);
  assert.equal(page.asked.leave, "e1");
});

test("a chart that is coded knows nothing of it", () => {
  page.close();
  page = openPage({ ...audited(), audit: null });
  assert.equal(page.part(".signed-codes").hidden, true);
  assert.match(page.part(".right").textContent, /^My codes/);
});
