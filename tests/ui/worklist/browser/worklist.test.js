// The table takes keys for as long as it is shown, and assigns when somebody says so.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import open from "../../../../icd9_review/ui/worklist/browser/worklist.js";
import { Part } from "../../workbench/browser/page.js";

let listeners = new Set();
/** @type {[string, any][]} */
let sent = [];
/** @type {any} */
let parentElement;

beforeEach(() => {
  listeners = new Set();
  sent = [];
  Object.assign(globalThis, {
    history: { pushState() {} },
    document: {
      createElement: (tag) => new Part(tag),
      querySelector: () => null,
      addEventListener: (_, listener) => listeners.add(listener),
      removeEventListener: (_, listener) => listeners.delete(listener),
    },
  });
  parentElement = new Part("div");
});

function show(people = []) {
  const data = { rows: [], codes: true, user: 1, people };
  return open({ data, parentElement, setTriggerValue: (name, value) => sent.push([name, value]) });
}

test("the table takes keys although an earlier showing ends after a later one has begun", () => {
  const endFirst = show();
  const endLast = show();
  endFirst();
  assert.equal(listeners.size, 1);
  endLast();
  assert.equal(listeners.size, 0);
});

test("a person that is only gone to in the list is assigned nothing", () => {
  show([{ id: 3, name: "Ada" }]);
  const [list, give] = parentElement.worklist.chooser();
  list.value = "3";
  list.onchange();
  assert.deepEqual(sent, []);
  assert.equal(give.disabled, false);
  give.onclick();
  assert.deepEqual(sent, [["assign", { ids: [], to: 3 }]]);
});
