// Which diagnosis is the principal one: proposed, said by one key, and asked before the signature.

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { outbox } from "../../../../../icd9_review/ui/workbench/browser/outbox.js";
import { item, openPage, press, row, rule, view } from "../page.js";

const [FAILURE, FIBRILLATION] = ["diagnosis:428.23", "diagnosis:427.31"];

/** @type {ReturnType<typeof openPage>} */
let page;

beforeEach(() => {
  Object.assign(outbox, { entries: [], deferred: [] });
  sessionStorage.clear();
});

afterEach(() => page.close());

function proposal(key, reason = "first of the final diagnoses") {
  return { key, code: key.split(":")[1], title: "", reason, section: "", spans: [] };
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

test("what nobody suggested is added with the words of the notes that ask for it", () => {
  const asked = { ...proposal("diagnosis:V57.89"), spans: [/** @type {[string, number, number]} */ (["n1", 3, 9])] };
  page = openPage({ ...charted([FIBRILLATION]), proposals: [asked], suggestions: [row("427.31")] });
  press("g");
  press("p");
  const told = outbox.entries.map(({ key, sent }) => [sent.action, key, sent.evidence ?? []]);
  assert.deepEqual(told, [["add", "diagnosis:V57.89", [["n1", 3, 9]]], ["resequence", "diagnosis:V57.89", []]]);
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
  const error = { number: 7, severity: "error", message: "m", section: "", key: "", offers: [], use: "", others: [], rule: rule(7), alike: 1 };
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

/** @param {string} text @param {object} changes @returns {any} */
function line(text, changes = {}) {
  return { id: text, note: 0, first: 0, last: 0, span: ["n1", 3, 9], kind: "diagnosis", title: "", text, state: "open", codes: [], remark: "", final: true, ...changes };
}

const UNCODED = { line: "Sepsis", which: "first of the final diagnoses", text: "Sepsis" };

test("G leads to the line that is to be coded first, once, and P takes nothing that stands first", () => {
  page = openPage({ ...charted([FIBRILLATION]), lines: [line("Gout"), line("Sepsis")], first_line: UNCODED, suggestions: [row("427.31")] });
  assert.match(page.part(".first-line").textContent, /“Sepsis” has no code yet.*first of the final diagnoses/);
  press("g");
  assert.match(page.part(".spoken").textContent, /first of the final diagnoses: no code yet/);
  assert.equal(page.all(".chartline").find((each) => each.classList.contains("focused")).querySelector(".words").textContent, "Sepsis");
  press("p");
  assert.deepEqual(sent(), []);
  press("Escape");
  press("g");
  assert.equal(page.all(".mine").find((each) => each.classList.contains("focused")).dataset.key, FIBRILLATION);
});

test("P on a line takes the chosen code for it as the principal one", async () => {
  page = openPage({ ...charted([FIBRILLATION]), lines: [line("Sepsis")], first_line: UNCODED, suggestions: [row("427.31")] });
  press("g");
  await new Promise((resolve) => setTimeout(resolve, 130));
  page.answer({ found: { id: page.asked.query.id, items: [item("038.9"), item("995.91")], message: "", meaning: false } });
  press("p");
  assert.deepEqual(sent(), [["add", "diagnosis:038.9", undefined], ["resequence", "diagnosis:038.9", 0]]);
  assert.equal(page.part(".principal").hidden, true);
});

test("P on a line makes no status or circumstance the principal one unread", async () => {
  page = openPage({ lines: [line("Amputation")], first_line: { ...UNCODED, line: "Amputation" }, suggestions: [row("427.31")] });
  press("g");
  await new Promise((resolve) => setTimeout(resolve, 130));
  page.answer({ found: { id: page.asked.query.id, items: [item("V49.75"), item("897.0")], message: "", meaning: false } });
  press("p");
  assert.deepEqual(sent(), []);
  assert.match(page.part(".spoken").textContent, /V49\.75 is a status.*1 adds it/);
});

test("P on a line that is coded says that its code is the principal one", () => {
  page = openPage({ ...charted([FIBRILLATION, FAILURE]), lines: [line("Heart failure", { state: "coded", codes: [FAILURE] })] });
  press("l");
  press("p");
  assert.deepEqual(sent(), [["resequence", FAILURE, 0]]);
});

test("uncoded lines of the final diagnoses are asked about once before the principal one", () => {
  page = openPage({ ...charted([FIBRILLATION]), lines: [line("Cough", { final: false }), line("Gout"), line("Sepsis")], first_line: UNCODED });
  press("f");
  assert.match(page.part(".finish").textContent, /Sign without these lines\?2 final diagnoses without a code/);
  assert.doesNotMatch(page.part(".finish").textContent, /Cough/);
  press("l");
  assert.equal(page.all(".chartline").find((each) => each.classList.contains("focused")).querySelector(".words").textContent, "Gout");
  press("f");
  press("Enter");
  assert.match(page.part(".finish").textContent, /Which diagnosis is the principal one\?427.31 .*no code yet for “Sepsis”/);
  press("Enter");
  page.answer({ ...charted([FIBRILLATION], FIBRILLATION), first_line: null, acknowledged: [outbox.entries[0].sent.id] });
  assert.match(page.part(".finish").textContent, /Lines of the chart that are left: 3/);
  press("Enter");
  assert.deepEqual(sent(), [["finalise", "", undefined]]);
});

test("an outpatient chart is not asked for its lines", () => {
  page = openPage({ ...charted([FIBRILLATION], FIBRILLATION), encounter: { ...view().encounter, inpatient: false }, lines: [line("Gout")] });
  press("f");
  press("Enter");
  assert.deepEqual(sent().map(([action]) => action), ["finalise"]);
});
