// The chart with what is unsent: what a coder sees at once is what will be stored.

import assert from "node:assert/strict";
import { test } from "node:test";

import { App } from "../../../../icd9_review/ui/workbench/browser/app.js";
import { fold, unsettled } from "../../../../icd9_review/ui/workbench/browser/chart.js";

const FAILURE = "diagnosis:428.0";
const FIBRILLATION = "diagnosis:427.31";
const KIDNEY = "diagnosis:584.9";
const DIALYSIS = "procedure:39.95";

// What the server says of accepted codes, in their order.
function server(...keys) {
  const decisions = keys.map((key) => ({
    key, verdict: "accepted", reason: "", actor: "Ada", own: true, origin: "suggested", by: "", of: "",
  }));
  const chart = { order: keys, principal: "", poa: {}, performed: {}, admitting: "", hold: "", signed: "" };
  return Object.assign(new App(null), { data: /** @type {any} */ ({ chart, decisions, proposals: [] }) });
}

/** @param {string} action @param {string} key @param {any} more @returns {any} */
function entry(action, key = "", { by = "", reason = null, ...more } = {}) {
  return { key, by, reason, at: 0, sent: { action, code: key.split(":")[1] ?? "", ...more } };
}

function folded(app, ...unsent) {
  fold(app, unsent);
  return app.chart;
}

test("a code comes in at the end of its kind, procedures behind diagnoses", () => {
  const app = server(FAILURE, DIALYSIS);
  assert.deepEqual(folded(app, entry("accept", FIBRILLATION)).order, [FAILURE, FIBRILLATION, DIALYSIS]);
  assert.equal(app.verdicts.get(FIBRILLATION).origin, "suggested");
  assert.deepEqual([...app.saving], [FIBRILLATION, ""]);
});

test("a rejected code leaves the chart, and an undo puts it back where it stood", () => {
  const app = server(FAILURE, FIBRILLATION, KIDNEY);
  const reject = entry("reject", FIBRILLATION, { reason: { value: "negated", text: "negated or ruled out" } });
  assert.deepEqual(folded(app, reject).order, [FAILURE, KIDNEY]);
  assert.equal(app.verdicts.get(FIBRILLATION).reason, "negated or ruled out");
  assert.deepEqual(folded(app, reject, entry("undo", FIBRILLATION)).order, [FAILURE, FIBRILLATION, KIDNEY]);
  assert.equal(app.verdicts.get(FIBRILLATION).verdict, "accepted");
});

test("a replacement stands where the replaced code stood, and goes with one undo", () => {
  const app = server(FAILURE, FIBRILLATION);
  const replace = entry("replace", FAILURE, { by: KIDNEY });
  assert.deepEqual(folded(app, replace).order, [KIDNEY, FIBRILLATION]);
  assert.equal(app.verdicts.get(FAILURE).verdict, "replaced");
  assert.equal(app.verdicts.get(KIDNEY).of, FAILURE);
  assert.deepEqual(folded(app, replace, entry("undo", FAILURE)).order, [FAILURE, FIBRILLATION]);
  assert.equal(app.verdicts.has(KIDNEY), false);
});

test("a replacement that is stored already is undone on both codes too", () => {
  const app = server(KIDNEY);
  Object.assign(app.data.decisions[0], { origin: "replaced", of: FAILURE });
  app.data.decisions.unshift({ ...app.data.decisions[0], key: FAILURE, verdict: "replaced", by: KIDNEY, of: "", origin: "" });
  assert.deepEqual(folded(app, entry("undo", KIDNEY)).order, []);
  assert.equal(app.verdicts.size, 0);
});

test("what is set on a code goes and comes with its acceptance", () => {
  const app = server(FAILURE);
  app.data.chart.poa = { [FAILURE]: "Y" };
  const reject = entry("reject", FAILURE, { reason: null });
  assert.deepEqual(folded(app, reject).poa, {});
  assert.deepEqual(folded(app, reject, entry("undo", FAILURE)).poa, { [FAILURE]: "Y" });
  assert.deepEqual(folded(app, entry("set_poa", FAILURE, { poa: "N" })).poa, { [FAILURE]: "N" });
  assert.deepEqual(folded(app, entry("set_poa", FAILURE, { poa: null })).poa, {});
});

test("a code moves among its kind only", () => {
  const app = server(FAILURE, FIBRILLATION, DIALYSIS);
  assert.deepEqual(folded(app, entry("resequence", FIBRILLATION, { position: 0 })).order, [FIBRILLATION, FAILURE, DIALYSIS]);
});

test("hold, admitting diagnosis and signature are the last that was said of them", () => {
  const app = server(FAILURE);
  const hold = entry("hold", "", { reason: { value: "query", text: "waits for a physician's answer" } });
  assert.equal(folded(app, hold).hold, "waits for a physician's answer");
  assert.equal(folded(app, hold, entry("release")).hold, "");
  assert.equal(folded(app, entry("set_admitting", KIDNEY)).admitting, KIDNEY);
  assert.equal(folded(app, entry("finalise")).signed, "signing …");
  assert.equal(folded(app, entry("finalise"), entry("reopen")).signed, "");
});

test("folding changes nothing of what the server said", () => {
  const app = server(FAILURE, FIBRILLATION);
  const before = structuredClone(app.data);
  folded(app, entry("replace", FAILURE, { by: KIDNEY }), entry("reject", FIBRILLATION), entry("undo", FIBRILLATION));
  assert.deepEqual(app.data, before);
});

test("the focus among my codes stays on a code that is there", () => {
  const app = server(FAILURE, FIBRILLATION);
  app.mine = FIBRILLATION;
  folded(app);
  assert.equal(app.mine, FIBRILLATION);
  folded(app, entry("reject", FIBRILLATION));
  assert.equal(app.mine, FAILURE);
});

test("the focus goes from a code that is gone to what replaced it, or to what stands in its place", () => {
  const app = server(FAILURE, FIBRILLATION, KIDNEY);
  folded(app);
  app.mine = FIBRILLATION;
  folded(app, entry("reject", FIBRILLATION));
  assert.equal(app.mine, KIDNEY);
  app.mine = FIBRILLATION;
  folded(app);
  folded(app, entry("replace", FIBRILLATION, { by: DIALYSIS.replace("procedure", "diagnosis") }));
  assert.equal(app.mine, "diagnosis:39.95");
});

test("what is asked for first is the first code without an answer", () => {
  const app = server(FAILURE, FIBRILLATION, KIDNEY, DIALYSIS);
  app.data.chart.poa = { [FAILURE]: "Y" };
  app.data.exempt = [FIBRILLATION];
  folded(app);
  assert.equal(unsettled(app, "diagnosis"), KIDNEY);
  assert.equal(unsettled(app, "procedure"), DIALYSIS);
  folded(app, entry("set_poa", KIDNEY, { poa: "N" }), entry("set_performed", DIALYSIS, { performed: "2013-03-12" }));
  assert.equal(unsettled(app, "diagnosis"), undefined);
  assert.equal(unsettled(app, "procedure"), undefined);
});

test("a move of a code that is gone meanwhile moves nothing", () => {
  const app = server(FAILURE, FIBRILLATION);
  assert.deepEqual(folded(app, entry("resequence", KIDNEY, { position: 0 })).order, [FAILURE, FIBRILLATION]);
});
