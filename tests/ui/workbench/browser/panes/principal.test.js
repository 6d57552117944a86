// Which diagnosis is the principal one: proposed, said by one key, and asked before the signature.

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { outbox } from "../../../../../icd9_review/ui/workbench/browser/outbox.js";
import { openPage, press, row, rule, view } from "../page.js";

const [FAILURE, FIBRILLATION] = ["diagnosis:428.23", "diagnosis:427.31"];

/** @type {ReturnType<typeof openPage>} */
let page;

beforeEach(() => {
  Object.assign(outbox, { entries: [], deferred: [] });
  sessionStorage.clear();
});

afterEach(() => page.close());

function proposal(key, reason = "first of the final diagnoses") {
  return { key, code: key.split(":")[1], title: "", reason, section: "" };
}

/** @param {string[]} order @param {string} principal */
function charted(order, principal = "") {
  const decisions = order.map((key) => ({
    key, verdict: /** @type {"accepted"} */ ("accepted"), reason: "", actor: "Ada", own: true, origin: "suggested", by: "", of: "",
  }));
  return { decisions, chart: { ...view().chart, order, principal } };
}

function sent() {
  return outbox.entries.map((entry) => [entry.sent.action, entry.key, entry.sent.position]);
}

test("what the notes put first stands at the head of my codes until somebody has said it", () => {
  page = openPage({ ...charted([FIBRILLATION]), proposals: [proposal(FAILURE)], suggestions: [row("428.23")] });
  assert.equal(page.part(".principal").hidden, false);
  assert.match(page.part(".proposal").textContent, /428\.23.*first of the final diagnoses/);
  page.answer(charted([FAILURE, FIBRILLATION], FAILURE));
  assert.equal(page.part(".principal").hidden, true);
});

test("the first that was accepted is not called principal before somebody has said so", () => {
  page = openPage(charted([FIBRILLATION]));
  const said = () => page.all(".mine").find((item) => item.dataset.key === FIBRILLATION).querySelector(".origin").textContent;
  assert.doesNotMatch(said(), /principal/);
  page.answer(charted([FIBRILLATION], FIBRILLATION));
  assert.match(said(), /^principal · /);
});

test("P on the row of the proposal takes it, accepted or not", () => {
  page = openPage({ proposals: [proposal(FAILURE)], suggestions: [row("427.31"), row("428.23")] });
  press("g");
  assert.equal(page.part(".focused").classList.contains("proposal"), true);
  press("p");
  assert.deepEqual(sent(), [["accept", FAILURE, undefined], ["resequence", FAILURE, 0]]);
  assert.equal(page.part(".principal").hidden, true);
});

test("G goes to what is proposed, at the head or among my codes, until somebody has said it", () => {
  const suggestions = [row("427.31"), row("428.23")];
  page = openPage({ ...charted([FIBRILLATION]), proposals: [proposal(FAILURE)], suggestions });
  press("g");
  assert.equal(page.part(".focused").classList.contains("proposal"), true);
  press("g");
  page.answer(charted([FIBRILLATION, FAILURE]));
  press("g");
  assert.equal(page.all(".mine").find((item) => item.classList.contains("focused")).dataset.key, FAILURE);
  press("g");
  page.answer(charted([FIBRILLATION, FAILURE], FIBRILLATION));
  press("g");
  press("k");
  press("g");
  press("g");
  assert.equal(page.all(".mine").find((item) => item.classList.contains("focused")).dataset.key, FIBRILLATION);
});

test("P on the code that stands first says so, once", () => {
  page = openPage({ ...charted([FAILURE, FIBRILLATION]), suggestions: [row("428.23")] });
  press("g");
  press("p");
  press("p");
  assert.deepEqual(sent(), [["resequence", FAILURE, 0]]);
});

test("what was rejected is proposed no more", () => {
  page = openPage({ proposals: [proposal(FAILURE), proposal(FIBRILLATION)], suggestions: [row("428.23"), row("427.31")] });
  page.answer({ decisions: [{ key: FAILURE, verdict: "rejected", reason: "", actor: "Ada", own: true, origin: "", by: "", of: "" }] });
  assert.match(page.part(".proposal").textContent, /427\.31/);
});

test("before an inpatient chart is signed it is asked once, and Enter says it", () => {
  page = openPage({ ...charted([FIBRILLATION, FAILURE]), proposals: [proposal(FAILURE)] });
  press("f");
  assert.match(page.part(".finish").textContent, /Which diagnosis is the principal one\?/);
  press("Enter");
  assert.deepEqual(sent(), [["resequence", FAILURE, 0]]);
  press("Enter"); // nothing is signed before that is stored
  assert.equal(outbox.entries.length, 1);
  page.answer({ ...charted([FAILURE, FIBRILLATION], FAILURE), proposals: [], acknowledged: [outbox.entries[0].sent.id] });
  press("Enter");
  assert.deepEqual(sent(), [["finalise", "", undefined]]);
});

test("the question accepts nothing: a proposal that is not among my codes is gone to", () => {
  page = openPage({ ...charted([FIBRILLATION]), proposals: [proposal(FAILURE)], suggestions: [row("428.23")] });
  press("f");
  assert.match(page.part(".asked").textContent, /428\.23.*not among your codes/);
  press("Enter");
  assert.deepEqual(sent(), [["resequence", FIBRILLATION, 0]]);
});

test("an error does not keep from saying what stands first, which may mend it", () => {
  const error = { number: 7, severity: "error", message: "m", section: "", key: "", offers: [], use: "", others: [], rule: rule(7) };
  page = openPage({ ...charted([FIBRILLATION]), edits: [error] });
  press("f");
  assert.equal(page.part(".sign").disabled, false);
  press("Enter");
  assert.equal(page.part(".sign").disabled, true);
});

test("an outpatient chart is signed in its order without being asked", () => {
  const encounter = { ...view().encounter, inpatient: false };
  page = openPage({ ...charted([FIBRILLATION]), encounter, proposals: [proposal(FAILURE)], suggestions: [row("428.23")] });
  assert.match(page.part(".principal").textContent, /First-listed diagnosis\?/);
  press("f");
  press("Enter");
  assert.deepEqual(sent().map(([action]) => action), ["finalise"]);
});
