// The chart lines are gone through by key: what is left is looked up, and taken with its words.

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { outbox } from "../../../../../icd9_review/ui/workbench/browser/outbox.js";
import { item, openPage, press, row, rule, view } from "../page.js";

/** @import { LineView } from "../../../../../icd9_review/ui/workbench/browser/view.d.ts" */

/** @type {ReturnType<typeof openPage>} */
let page;

beforeEach(() => {
  outbox.entries = [];
  sessionStorage.clear();
});

afterEach(() => page.close());

/** @param {string} text @param {Partial<LineView>} changes @returns {LineView} */
function line(text, changes = {}) {
  return {
    id: `n1:${text}`, note: 0, first: 0, last: 0, span: ["n1", 3, 9], kind: "diagnosis",
    title: "Discharge diagnoses", text, state: "open", codes: [], remark: "", final: false, hits: [], ...changes,
  };
}

function rows() {
  return page.all(".chartline").map((node) => [
    node.querySelector(".words").textContent, node.dataset.state, node.querySelector(".became").textContent,
  ]);
}

function inFocus() {
  return page.all(".chartline").find((node) => node.classList.contains("focused")).querySelector(".words").textContent;
}

// The line in focus has rested, and the server answers.
async function find(...items) {
  await new Promise((resolve) => setTimeout(resolve, 130));
  page.answer({ found: { id: page.asked.query.id, items, message: "", meaning: false } });
}

test("L opens the lines at the first that is left", () => {
  page = openPage({ lines: [line("Gout", { state: "needless", remark: "denied: needs no code" }), line("Sepsis")] });
  assert.equal(page.part(".lines").hidden, true);
  press("l");
  assert.equal(page.part(".lines").hidden, false);
  assert.equal(inFocus(), "Sepsis");
  assert.deepEqual(rows(), [["Gout", "needless", "needs none · denied: needs no code"], ["Sepsis", "open", "not coded"]]);
  press("Escape");
  assert.equal(page.part(".lines").hidden, true);
});

test("the codes for a cause are there with it, and keep their digits when others come", () => {
  const fell = line("fell at home", { kind: "cause", title: "Cause of injury", hits: [item("E888.9"), { ...item("E849.0"), further: true }] });
  page = openPage({ lines: [fell] });
  press("l");
  const codes = () => page.all(".linehit").map((node) => node.querySelector(".code").textContent);
  assert.deepEqual(codes(), ["E888.9", "E849.0"]);
  assert.equal(page.asked.query ?? null, null);
  page.answer({ lines: [{ ...fell, hits: [item("E885.9"), item("E888.9")] }] });
  assert.deepEqual(codes(), ["E888.9", "E849.0", "E885.9"]);
  press("1");
  const [entry] = outbox.entries;
  assert.deepEqual([entry.sent.action, entry.key, entry.sent.evidence], ["add", "diagnosis:E888.9", [["n1", 3, 9]]]);
  assert.match(page.part(".spoken").textContent, /names Title of E849.0, too/);
});

test("of the codes for a line those come first that the model suggests, but what else it names, and of the past", async () => {
  const codes = () => page.all(".linehit").map((node) => node.querySelector(".code").textContent);
  const found = [item("V15.81"), item("486"), { ...item("428.0"), further: true }];
  const suggestions = [row("428.0"), row("486")];
  page = openPage({ lines: [line("Pneumonia, failed outpatient treatment")], suggestions });
  press("l");
  await find(...found);
  assert.deepEqual(codes(), ["486", "V15.81", "428.0"]);
  page.close();
  page = openPage({ lines: [line("History of pneumonia", { state: "needless" })], suggestions });
  press("l");
  press("Enter"); // looks up what is left alone
  await find(...found);
  assert.deepEqual(codes(), ["V15.81", "486", "428.0"]);
});

test("a chart without lines says so", () => {
  page = openPage();
  press("l");
  assert.match(page.part(".spoken").textContent, /no section/);
  assert.equal(page.part(".lines-opener").hidden, true);
});

test("a digit adds a code with the words of the line, and the next line that is left follows", async () => {
  page = openPage({ lines: [line("Gout"), line("Anemia", { state: "needless" }), line("Sepsis")] });
  press("l");
  await find(item("274.9"), item("274.00"));
  assert.equal(page.asked.query.mode, "diagnosis");
  assert.equal(page.asked.query.text, "Gout");
  press("2");
  const [entry] = outbox.entries;
  assert.deepEqual([entry.key, entry.sent.action, entry.sent.evidence], ["diagnosis:274.00", "add", [["n1", 3, 9]]]);
  assert.equal(inFocus(), "Sepsis");
  assert.equal(rows()[0][1], "coded");
  assert.match(rows()[0][2], /^274\.00/);
});

test("a line that names a further condition stays until that has a code, or J goes on", async () => {
  const further = { ...item("433.10"), further: true };
  page = openPage({ lines: [line("PVD, carotid stenosis"), line("Sepsis")] });
  press("l");
  await find(item("443.9"), further);
  press("1");
  assert.equal(inFocus(), "PVD, carotid stenosis");
  assert.match(page.part(".spoken").textContent, /433\.10 has the key 2/);
  press("2");
  assert.equal(inFocus(), "Sepsis");
  assert.deepEqual(outbox.entries.map(({ key }) => key), ["diagnosis:443.9", "diagnosis:433.10"]);
});

test("a code of the first five and those of further conditions are offered, and no others", async () => {
  page = openPage({ lines: [line("Gout")] });
  press("l");
  const codes = ["274.00", "274.01", "274.02", "274.03", "274.10", "274.11"];
  await find(...codes.map((code) => item(code)), { ...item("401.9"), further: true });
  const shown = page.all(".linehit").map((node) => node.querySelector(".code").textContent);
  assert.deepEqual(shown, [...codes.slice(0, 5), "401.9"]);
});

test("codes that a busy model adds later go behind, so that a digit takes what was read", async () => {
  page = openPage({ lines: [line("Gout")] });
  press("l");
  await find(item("274.9"), item("274.00"));
  await find(item("274.01"), item("274.00"), item("274.9"));
  press("2");
  assert.equal(outbox.entries[0].key, "diagnosis:274.00");
});

test("codes of the model, asked once somebody stays on a line, go behind what was read there", async () => {
  page = openPage({ lines: [line("Gout")] });
  press("l");
  await find(item("274.9"), item("274.00"));
  await new Promise((resolve) => setTimeout(resolve, 260));
  assert.equal(page.asked.query.meaning, true);
  page.answer({ found: { id: page.asked.query.id, items: [item("274.9"), item("274.01"), item("274.00")], message: "", meaning: true } });
  const shown = page.all(".linehit").map((node) => node.querySelector(".code").textContent);
  assert.deepEqual(shown, ["274.9", "274.00", "274.01"]);
  press("2");
  assert.equal(outbox.entries[0].key, "diagnosis:274.00");
});

test("Enter takes the chosen code, and a code that is suggested is accepted", async () => {
  page = openPage({ lines: [line("Gout")], suggestions: [row("274.9")] });
  press("l");
  await find(item("274.00"), item("274.9"));
  press("ArrowDown");
  press("ArrowUp");
  press("Enter");
  assert.deepEqual(outbox.entries.map(({ key, sent }) => [key, sent.action]), [["diagnosis:274.9", "accept"]]);
  assert.match(page.part(".spoken").textContent, /every line is coded/);
});

test("a line of the admitting diagnosis sets it", async () => {
  page = openPage({ lines: [line("Dyspnea", { kind: "admitting" })] });
  press("l");
  await find(item("786.05"));
  press("1");
  assert.deepEqual(outbox.entries.map(({ key, sent }) => [key, sent.action]), [["diagnosis:786.05", "set_admitting"]]);
});

test("a line whose code is taken back is left again", () => {
  const decisions = [{ key: "diagnosis:274.9", verdict: /** @type {"accepted"} */ ("accepted"), reason: "", actor: "you", own: true, origin: "added", by: "", of: "" }];
  page = openPage({
    lines: [line("Gout", { state: "coded", codes: ["diagnosis:274.9"] })],
    decisions, chart: { ...view().chart, order: ["diagnosis:274.9"] },
  });
  press("l");
  assert.equal(rows()[0][1], "coded");
  press("u");
  assert.deepEqual(rows()[0].slice(1), ["open", "not coded"]);
});

test("what is coded is looked up only when it is opened", async () => {
  page = openPage({
    lines: [line("Gout", { state: "needless" })],
  });
  press("l");
  await new Promise((resolve) => setTimeout(resolve, 130));
  assert.equal(page.asked.query, undefined);
  press("Enter");
  assert.equal(page.asked.query.text, "Gout");
});

test("a held Enter takes one code", async () => {
  page = openPage({ lines: [line("Gout"), line("Sepsis")] });
  press("l");
  await find(item("274.9"));
  press("Enter");
  press("Enter", { repeat: true });
  assert.equal(outbox.entries.length, 1);
});

test("a chart that is signed shows its lines and takes no code", async () => {
  page = openPage({ lines: [line("Gout")], chart: { ...view().chart, signed: "Ada" } });
  press("l");
  await find(item("274.9"));
  press("1");
  assert.deepEqual(outbox.entries, []);
});

test("/ looks for other words, with those of the line as evidence", () => {
  page = openPage({ lines: [line("Gout")] });
  press("l");
  press("/");
  page.find(item("274.9"));
  press("Enter");
  assert.deepEqual(outbox.entries.map(({ sent }) => sent.evidence), [[["n1", 3, 9]]]);
  assert.equal(page.part(".lines").hidden, false);
});

test("before signing the lines that are left come first, and lead to their line", () => {
  page = openPage({ lines: [line("Gout", { state: "needless" }), line("Sepsis")] });
  press("f");
  assert.equal(page.part(".finish").querySelector("h2").textContent, "Anything missing?");
  const [left] = page.all(".left-line");
  assert.equal(left.textContent, "Sepsis");
  left.onclick({});
  assert.equal(page.part(".finish").hidden, true);
  assert.equal(inFocus(), "Sepsis");
});

test("where nothing is left it is said what was looked at and what was not", () => {
  page = openPage({ lines: [line("Gout", { state: "needless" })], looked: { at: ["1 line"], past: ["the rest"] } });
  press("f");
  assert.equal(page.part(".finish").querySelector("h2").textContent, "Nothing left of what was looked at");
  assert.match(page.part(".finish").textContent, /Looked at1 line\.Not looked atthe rest\./);
  press("l");
  assert.equal(page.part(".lines").hidden, false);
});

test("X says that a line needs no code, the next one follows, and U takes it back where it was done last", () => {
  const decisions = [{ key: "diagnosis:274.9", verdict: /** @type {"accepted"} */ ("accepted"), reason: "", actor: "you", own: true, origin: "added", by: "", of: "" }];
  page = openPage({
    lines: [line("Old scar", { span: ["n1", 0, 8] }), line("Sepsis", { span: ["n1", 9, 15] })],
    decisions, chart: { ...view().chart, order: ["diagnosis:274.9"] },
  });
  press("l");
  press("x");
  assert.deepEqual(rows()[0], ["Old scar", "needless", "needs no code: said by you"]);
  assert.equal(inFocus(), "Sepsis");
  assert.match(page.part(".spoken").textContent, /“Old scar” needs no code; U takes it back/);
  assert.match(page.part(".lines-opener").textContent, /1 not coded/);
  press("u");
  assert.deepEqual([rows()[0][1], inFocus()], ["open", "Old scar"]);
  press("u");
  assert.deepEqual(outbox.entries.map(({ sent }) => [sent.action, sent.value]), [["set_line", "needless"], ["set_line", null], ["undo", undefined]]);
});

test("a line that another said needs no code is not left, and X takes that back", () => {
  const needless = [{ span: /** @type {[string, number, number]} */ (["n1", 3, 9]), actor: "Ben", own: false, after: 0 }];
  page = openPage({ lines: [line("Old scar")], needless });
  assert.match(page.part(".lines-opener").textContent, /none left/);
  press("l");
  assert.deepEqual(rows()[0].slice(1), ["needless", "needs no code: said by Ben"]);
  press("u");
  assert.deepEqual(outbox.entries, []);
  press("x");
  assert.deepEqual(rows()[0].slice(1), ["open", "not coded"]);
});

test("X says nothing of a line that is coded, or that needs no code by itself", () => {
  page = openPage({ lines: [line("Gout", { state: "needless", remark: "denied: needs no code" })] });
  press("l");
  press("x");
  assert.match(page.part(".spoken").textContent, /needs no code already: denied/);
  assert.deepEqual(outbox.entries, []);
});

test("a line of which one condition has no code is left, says which, and takes no code twice", async () => {
  const remark = "1 of 2: no code for “carotid stenosis”";
  const partly = line("PVD, carotid stenosis", { state: "partly", codes: ["diagnosis:443.9"], remark });
  page = openPage({ lines: [line("Gout", { state: "needless" }), partly], chart: { ...view().chart, order: ["diagnosis:443.9"] } });
  assert.match(page.part(".lines-opener").textContent, /2 lines of the chart: 1 in part/);
  press("l");
  assert.equal(inFocus(), "PVD, carotid stenosis");
  assert.deepEqual(rows()[1].slice(1), ["partly", `${remark} · 443.9 `]);
  await find(item("443.9"), { ...item("433.10"), further: true });
  press("1");
  assert.match(page.part(".spoken").textContent, /443\.9 codes this line already/);
  press("2");
  assert.deepEqual(outbox.entries.map(({ key }) => key), ["diagnosis:433.10"]);
  assert.match(page.part(".lines-opener").textContent, /none left/);
});

test("X says that the rest of a line needs no code", () => {
  const partly = line("PVD, carotid stenosis", { state: "partly", codes: ["diagnosis:443.9"] });
  page = openPage({ lines: [partly], chart: { ...view().chart, order: ["diagnosis:443.9"] } });
  press("l");
  press("x");
  assert.match(page.part(".lines-opener").textContent, /none left/);
});

test("lines are the first tab of what may be missing, and no tab hides the others", () => {
  const hint = { number: 16, severity: "hint", message: "A hint.", section: "", key: "", offers: [], use: "", others: [], rule: rule(16), alike: 1 };
  page = openPage({ lines: [line("Sepsis"), line("Gout", { final: false })], edits: [hint], missing: [{ key: "", text: "No admitting diagnosis" }] });
  press("f");
  const tabs = () => page.part(".finish").querySelector(".parts").children.map((tab) => tab.querySelector("span").textContent);
  assert.deepEqual(tabs(), ["Lines 2", "Look again 1", "Hints 1"]);
  const heads = page.part(".finish").querySelector(".body").children.map((each) => each.dataset?.part).filter(Boolean);
  assert.deepEqual(heads, ["lines", "missing", "hints"]);
});
