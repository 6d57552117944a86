// The workbench as it runs, on as much of a document as it asks for: Deno has none. Nothing here
// is laid out; where something stands is said by `layout`, by the first class of an element.

import open from "../../../../icd9_review/ui/workbench/browser/workbench.js";

/** @import { FoundItem, SuggestionView, WorkbenchView } from "../../../../icd9_review/ui/workbench/browser/view.d.ts" */

const NOWHERE = { top: 0, bottom: 0, left: 0, right: 0, width: 0, height: 0 };

/** @type {Record<string, { top?: number, bottom?: number }>} */
let layout = {};
let listeners = new Set();

/** @typedef {{ textContent: string, parentElement: Part | null }} Piece */

export class Part {
  /** @type {(Part | Piece)[]} */
  childNodes = [];
  /** @type {Part | null} */
  parentElement = null;
  className = "";
  value = "";
  dataset = {};
  isConnected = true;
  /** @type {Record<string, any>} */
  style = { setProperty() {}, removeProperty() {} };

  constructor(tag) {
    this.tagName = tag.toUpperCase();
  }

  get children() {
    return this.childNodes.filter((node) => node instanceof Part);
  }

  get firstChild() {
    return this.childNodes[0] ?? null;
  }

  get lastChild() {
    return this.childNodes.at(-1) ?? null;
  }

  get classList() {
    const names = () => this.className.split(" ").filter(Boolean);
    const toggle = (name, on = !names().includes(name)) => {
      const others = names().filter((each) => each !== name);
      this.className = [...others, ...(on ? [name] : [])].join(" ");
    };
    return {
      toggle,
      add: (...added) => added.forEach((name) => toggle(name, true)),
      remove: (...removed) => removed.forEach((name) => toggle(name, false)),
      contains: (name) => names().includes(name),
    };
  }

  /** @returns {string} */
  get textContent() {
    return this.childNodes.map((node) => node.textContent).join("");
  }

  set textContent(text) {
    this.replaceChildren(...(text ? [text] : []));
  }

  append(...nodes) {
    for (const node of nodes) this.insertBefore(node, null);
  }

  insertBefore(node, before) {
    if (node.tagName === "FRAGMENT") return node.childNodes.slice().forEach((each) => this.insertBefore(each, before));
    const piece = node instanceof Part ? node : { textContent: String(node), parentElement: null };
    if (piece instanceof Part) piece.remove();
    const place = before ? this.childNodes.indexOf(before) : this.childNodes.length;
    this.childNodes.splice(place, 0, piece);
    piece.parentElement = this;
  }

  replaceChildren(...nodes) {
    for (const node of this.childNodes) node.parentElement = null;
    this.childNodes = [];
    this.append(...nodes);
  }

  remove() {
    if (this.parentElement) this.parentElement.childNodes = this.parentElement.childNodes.filter((node) => node !== this);
    this.parentElement = null;
  }

  contains(other) {
    return other === this || this.children.some((node) => node.contains(other));
  }

  // By one class or by the name of a tag.
  /** @returns {any[]} */
  querySelectorAll(selector) {
    const is = (node) => (selector[0] === "." ? node.classList.contains(selector.slice(1)) : node.tagName === selector.toUpperCase());
    return this.children.flatMap((node) => [...(is(node) ? [node] : []), ...node.querySelectorAll(selector)]);
  }

  querySelector(selector) {
    return this.querySelectorAll(selector)[0] ?? null;
  }

  getBoundingClientRect() {
    return { ...NOWHERE, ...layout[this.className.split(" ")[0]] };
  }

  getRootNode() {
    return {};
  }

  // A dialog.
  open = false;
  onclose = () => {};

  showModal() {
    this.open = true;
  }

  close() {
    this.open = false;
    this.onclose();
  }

  addEventListener() {}
  setAttribute() {}
  removeAttribute() {}
  scrollIntoView() {}
  focus() {}
  select() {}
}

/** @param {Partial<WorkbenchView>} changes @returns {WorkbenchView} */
export function view(changes = {}) {
  return {
    user: 7, signer: { name: "Ada", asks: "", seal: "" }, sequence: 0, next: "", saved_at: "", claimed: "", trail: null, audit: null, received: null, hidden: "",
    encounter: { id: "e1", label: "E-00001", person: "67 F", setting: "Inpatient", dates: "", inpatient: true, admitted: "", discharged: "" },
    facts: [], model: null, read: null, status: { name: "ready", message: "" }, explains: true, veil: { arm: "", notice: "" }, follows: true, order: "probability", open_only: false,
    reasons: [{ key: "5", value: "duplicate", text: "duplicate" }],
    holds: [], reopenings: [], room: { fixed: false, flow: true, size: 15, left: 0, right: 0, lower: 0 },
    names: {},
    notes: [], explanations: {}, cited: {}, mentions: {}, unchosen: [], lines: [],
    suggestions: [], demoted: [], outside: [], titles: {}, comments: {}, decisions: [],
    chart: { order: [], principal: "", poa: {}, performed: {}, admitting: "", hold: "", signed: "" },
    queries: { asked: [], forms: [], always: [], waits: 0, longest: 1000 }, exempt: [], needless: [], stated: {}, proposals: [], first_line: null, comorbidities: {}, edits: [], lists: { text: "", rows: [], unchecked: [], sections: "" }, missing: [], looked: { at: [], past: [] },
    notices: [], found: null, book: null, summary: null, acknowledged: [], refused: [],
    ...changes,
  };
}

/** @param {string} code @param {Partial<FoundItem>} changes @returns {FoundItem} */
export function item(code, changes = {}) {
  return {
    key: `diagnosis:${code}`, code, kind: "diagnosis", title: `Title of ${code}`,
    note: "", header: false, mapped: false, further: false, details: [], row: [], ...changes,
  };
}

/** @param {string} code @returns {SuggestionView} */
export function row(code) {
  return {
    key: `diagnosis:${code}`, code, kind: "diagnosis", title: "", probability: 0.9, percent: "90 %",
    likelihood: "likely", mentions: 0, record: "", assertion: "", rare: "", demoted: "",
    rank: 0, place: 0, section: "", chapter: "", under: "",
  };
}

/** @param {number} number */
export function rule(number) {
  return { number, checks: `check ${number}`, severity: "warning", section: "I.B.3", needs: "", why: `because of ${number}.` };
}

// The page of an encounter, its parts by selector, and what it has asked the server for.
/** @param {Partial<WorkbenchView>} changes @param {typeof layout} places */
export function openPage(changes = {}, places = {}) {
  layout = places;
  listeners = new Set();
  Object.assign(globalThis, {
    HTMLElement: Part,
    Element: Part,
    ResizeObserver: class {
      observe() {}
      disconnect() {}
    },
    requestAnimationFrame: (act) => act(),
    cancelAnimationFrame() {},
    getComputedStyle: () => ({ backgroundColor: "rgb(255, 255, 255)" }),
    history: { pushState() {} },
    document: {
      body: new Part("body"),
      visibilityState: "hidden",
      createElement: (tag) => new Part(tag),
      createDocumentFragment: () => new Part("fragment"),
      querySelector: () => null,
      getSelection: () => null,
      documentElement: {
        addEventListener: (_, listener) => listeners.add(listener),
        removeEventListener: (_, listener) => listeners.delete(listener),
      },
    },
  });
  const parentElement = new Part("div");
  /** @type {Record<string, any>} */
  const asked = {};
  let data = view(changes);
  let close = () => {};
  // What the server says next; all else is as it was.
  /** @param {Partial<WorkbenchView>} changed */
  const answer = (changed) => {
    data = { ...data, ...changed };
    const setStateValue = (name, value) => Object.assign(asked, { [name]: value });
    const before = close;
    close = open({ data, parentElement, setStateValue, setTriggerValue: setStateValue });
    before(); // as Streamlit ends an earlier showing: once the later one has begun
  };
  answer({});
  return {
    asked,
    answer,
    all: (selector) => parentElement.querySelectorAll(selector),
    part: (selector) => parentElement.querySelector(selector),
    close: () => close(),
    // The palette has the answer to what it asked last.
    /** @param {FoundItem[]} items */
    find: (...items) => answer({ found: { id: asked.query.id, items, message: "", meaning: false } }),
  };
}

/** @param {string} key @param {{ repeat?: boolean, shiftKey?: boolean, typing?: Part }} more */
export function press(key, { repeat = false, shiftKey = false, typing = undefined } = {}) {
  const path = typing ? [typing] : [];
  for (const listener of listeners) listener({ key, repeat, shiftKey, composedPath: () => path, preventDefault() {} });
}
