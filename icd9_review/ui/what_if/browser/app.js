// What one page knows of its copy.

/** @import { Note } from "./copy.js" */

/** @typedef {ReturnType<typeof newApp>} App */

/** @param {HTMLElement} root */
export function newApp(root) {
  return {
    root,
    parts: /** @type {Record<string, any>} */ ({}),
    encounter: /** @type {string | null} */ (null),
    notes: /** @type {Note[]} */ ([]),
    editing: false,
    // The sentence that Tab comes to: its place, and its node.
    at: /** @type {{ note?: string, number?: string } | null} */ (null),
    entry: /** @type {HTMLElement | null} */ (null),
    // The name of the state that is shown and of the one the server has answered last.
    name: /** @type {string | null} */ (null),
    answered: /** @type {string | null} */ (null),
    since: 0,
    pause: 0,
    tick: 0,
    // Streamlit's: set again with every change of the data.
    mounted: false,
    setState: /** @type {(name: string, value: unknown) => void} */ (() => {}),
    trigger: /** @type {(name: string, value: unknown) => void} */ (() => {}),
    unmount: () => {},
  };
}
