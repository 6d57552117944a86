// Decisions stay in the outbox until the server has named each as stored or refused.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { App } from "../../../../icd9_review/ui/workbench/browser/app.js";
import { enqueue, outbox, pending, settle, takeUp } from "../../../../icd9_review/ui/workbench/browser/outbox.js";

const APP = open("e1");
const NOTHING = { acknowledged: [], refused: [] };

beforeEach(() => {
  outbox.entries = [];
  sessionStorage.clear();
});

function open(encounter) {
  const data = /** @type {any} */ ({ encounter: { id: encounter }, user: 7, sequence: 12 });
  return Object.assign(new App(null), { data });
}

function ids() {
  return outbox.entries.map(({ sent }) => sent.id);
}

test("a decision says on which encounter, by whom and after which event it was made", () => {
  enqueue(APP, "replace", "diagnosis:428.0", { by: "diagnosis:428.20", evidence: [["n1", 0, 4]] });
  const [{ sent, key, by }] = outbox.entries;
  assert.deepEqual([key, by], ["diagnosis:428.0", "diagnosis:428.20"]);
  assert.deepEqual(
    [sent.encounter, sent.user, sent.seen, sent.action, sent.code, sent.kind, sent.by],
    ["e1", 7, 12, "replace", "428.0", "diagnosis", "428.20"],
  );
  assert.deepEqual(sent.evidence, [["n1", 0, 4]]);
});

test("a decision on the encounter as a whole names no code", () => {
  enqueue(APP, "hold", "", { reason: { value: "query", text: "waits" }, words: "asked" });
  const [{ sent }] = outbox.entries;
  assert.deepEqual([sent.code, sent.kind, sent.by, sent.reason, sent.words], ["", "diagnosis", null, "query", "asked"]);
});

test("every decision has a name of its own, all of one tab", () => {
  for (let count = 0; count < 100; count += 1) enqueue(APP, "accept", "diagnosis:428.0");
  assert.equal(new Set(ids()).size, 100);
  assert.equal(new Set(outbox.entries.map(({ sent }) => sent.client)).size, 1);
});

test("what is stored or refused leaves, the rest stays in its order", () => {
  for (const code of ["428.0", "427.31", "584.9", "486"]) enqueue(APP, "accept", `diagnosis:${code}`);
  const [first, second, third, fourth] = ids();
  const refusal = { id: third, code: "584.9", message: "no" };
  assert.deepEqual(settle({ acknowledged: [first], refused: [refusal] }), [refusal]);
  assert.deepEqual(ids(), [second, fourth]);
});

test("a refusal that comes again with the next answer is told once", () => {
  enqueue(APP, "accept", "diagnosis:428.0");
  const refused = [{ id: ids()[0], code: "428.0", message: "no" }];
  assert.equal(settle({ acknowledged: [], refused }).length, 1);
  assert.deepEqual(settle({ acknowledged: [], refused }), []);
  assert.deepEqual(settle(NOTHING), []);
});

test("only the decisions on the encounter that is shown are laid on its chart", () => {
  enqueue(APP, "accept", "diagnosis:428.0");
  enqueue(open("e2"), "accept", "diagnosis:486");
  assert.deepEqual(pending(APP).map(({ key }) => key), ["diagnosis:428.0"]);
});

const KEPT = "icd9_review_unsent";

test("what is unsent stays in the tab until the server has answered", () => {
  enqueue(APP, "accept", "diagnosis:428.0");
  enqueue(APP, "accept", "diagnosis:486");
  assert.deepEqual(JSON.parse(sessionStorage.getItem(KEPT)), JSON.parse(JSON.stringify(outbox.entries)));
  const [first] = ids();
  settle({ acknowledged: [first], refused: [] });
  assert.equal(JSON.parse(sessionStorage.getItem(KEPT)).length, 1);
  settle({ acknowledged: ids(), refused: [] });
  assert.equal(sessionStorage.getItem(KEPT), null);
});

test("the same person takes up what the tab kept, in its order and once", () => {
  enqueue(APP, "accept", "diagnosis:428.0");
  enqueue(APP, "accept", "diagnosis:486");
  const before = ids();
  outbox.entries = []; // the page was loaded anew
  takeUp(7);
  takeUp(7);
  assert.deepEqual(ids(), before);
});

test("another person finds nothing of it, and it is gone", () => {
  enqueue(APP, "accept", "diagnosis:428.0");
  outbox.entries = [];
  takeUp(8);
  assert.deepEqual(ids(), []);
  takeUp(7);
  assert.deepEqual(ids(), []);
});

test("what cannot be read is forgotten", () => {
  for (const kept of ["{", "null", "[1]", '[{"sent": null}]']) {
    sessionStorage.setItem(KEPT, kept);
    takeUp(7);
    assert.deepEqual(ids(), []);
  }
});
