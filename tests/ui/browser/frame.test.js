// A page takes keys for as long as it is shown, in whatever order showings end.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { mount } from "../../../icd9_review/ui/browser/frame.js";

const heard = [];
let listeners = new Set();

beforeEach(() => {
  heard.length = 0;
  listeners = new Set();
  Object.assign(globalThis, {
    ResizeObserver: class {
      observe() {}
      disconnect() {}
    },
    ShadowRoot: class {},
    HTMLElement: class {},
    document: {
      body: {},
      querySelector: () => null,
      addEventListener: (_, listener) => listeners.add(listener),
      removeEventListener: (_, listener) => listeners.delete(listener),
    },
  });
});

function page() {
  /** @type {any} */
  const app = { root: { getRootNode: () => ({}) }, mounted: false, showings: 0, unmount: () => {} };
  return { app, show: () => mount(app, (_, event) => heard.push(event), () => heard.push("stopped")) };
}

function press(key) {
  for (const listener of listeners) listener(key);
}

test("a page that is shown anew before its earlier showing ends goes on taking keys", () => {
  const { show } = page();
  const endFirst = show();
  show();
  endFirst();
  press("a");
  assert.deepEqual(heard, ["a"]);
});

test("a page whose earlier showing ends first takes each key once", () => {
  const { show } = page();
  show()();
  show();
  press("a");
  assert.deepEqual(heard, ["stopped", "a"]);
});

test("the end of the last showing ends the page", () => {
  const { app, show } = page();
  const endFirst = show();
  const endLast = show();
  endFirst();
  endLast();
  press("a");
  assert.deepEqual(heard, ["stopped"]);
  assert.equal(app.mounted, false);
});
