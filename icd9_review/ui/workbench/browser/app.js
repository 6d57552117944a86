// What one page knows, apart from what its elements show.

import { setText } from "../../browser/dom.js";

/** @import { OutsideView, SuggestionView, WorkbenchView } from "./view.d.ts" */
/** @import { Asking, Caret, Chart, Decision, Palette } from "./types.d.ts" */

/** @typedef {ReturnType<typeof newApp>} App */

/** @param {HTMLElement} root */
export function newApp(root) {
  return {
    root,
    parts: /** @type {Record<string, any>} */ ({}),
    // What the server said last, and the encounter that is about.
    data: /** @type {WorkbenchView | null} */ (null),
    encounter: /** @type {string | null} */ (null),
    rows: /** @type {Map<string, SuggestionView | OutsideView>} */ (new Map()),
    refusals: /** @type {WorkbenchView["refused"]} */ ([]),
    // The chart with what is unsent: see chart.js.
    chart: /** @type {Chart | null} */ (null),
    standing: /** @type {Decision[]} */ ([]),
    verdicts: /** @type {Map<string, Decision>} */ (new Map()),
    saving: /** @type {Set<string>} */ (new Set()),
    // Where the focus is: the keys of a row and of one of my codes, and which of both it is.
    region: /** @type {"left" | "right"} */ ("left"),
    focus: /** @type {string | null} */ (null),
    mine: /** @type {string | null} */ (null),
    // What is marked in the note: its nodes, the run of evidence that E came to last.
    marked: /** @type {HTMLElement[]} */ ([]),
    evidence: -1,
    caret: /** @type {Caret | null} */ (null),
    // What is open over the page.
    asking: /** @type {Asking | null} */ (null),
    palette: /** @type {Palette | null} */ (null),
    picked: /** @type {Map<string, string>} */ (new Map()),
    queries: 0,
    finishing: false,
    hinting: false,
    howOpen: false,
    swept: 0,
    // What was asked of the server and is not answered yet.
    requested: /** @type {string | null} */ (null),
    explain: /** @type {boolean | null} */ (null),
    departure: /** @type {"next" | "leave" | "note" | "what_if" | "inspect" | null} */ (null),
    inspected: /** @type {string | null} */ (null),
    leaving: false,
    delay: 0,
    pulse: 0,
    rest: 0,
    typing: 0,
    // Streamlit's: set again with every change of the data.
    mounted: false,
    setState: /** @type {(name: string, value: unknown) => void} */ (() => {}),
    trigger: /** @type {(name: string, value: unknown) => void} */ (() => {}),
    unmount: () => {},
  };
}

/** @param {App} app @param {string} text */
export function announce(app, text) {
  setText(app.parts.spoken, text);
}
