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
      documentElement: {
        addEventListener: (_, listener) => listeners.add(listener),
        removeEventListener: (_, listener) => listeners.delete(listener),
      },
    },
  });
});

function page() {
  /** @type {any} */
  const app = { root: { getRootNode: () => ({}) }, mounted: false, showings: 0, unmount: () => {} };
  return { app, show: () => mount(app, (_, event) => takes(event), () => heard.push("stopped")) };
}

// The page takes letters only.
function takes(event) {
  heard.push(event.key);
  if (event.key.length === 1) event.preventDefault();
}

// Whether Streamlit hears the key, too.
function press(key) {
  const event = { key, defaultPrevented: false, goesOn: true };
  Object.assign(event, {
    preventDefault: () => void (event.defaultPrevented = true),
    stopPropagation: () => void (event.goesOn = false),
  });
  for (const listener of listeners) listener(event);
  return event.goesOn;
}

test("a key that the page takes goes no further, any other does", () => {
  page().show();
  assert.equal(press("r"), false);
  assert.equal(press("Escape"), true);
});

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
