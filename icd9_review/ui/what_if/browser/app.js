// What one page knows of its copy.

/** @import { Note } from "./copy.js" */

export class App {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
  }

  /** @type {Record<string, any>} */
  parts = {};
  /** @type {string | null} */
  encounter = null;
  /** @type {Note[]} */
  notes = [];
  editing = false;

  // The sentence that Tab comes to: its place, and its node.
  /** @type {{ note?: string, number?: string } | null} */
  at = null;
  /** @type {HTMLElement | null} */
  entry = null;

  // The name of the state that is shown and of the one the server has answered last.
  /** @type {string | null} */
  name = null;
  /** @type {string | null} */
  answered = null;
  since = 0;
  /** @type {ReturnType<typeof setTimeout> | null} */
  pause = null;
  /** @type {ReturnType<typeof setTimeout> | null} */
  tick = null;

  // Streamlit's: set again with every change of the data.
  mounted = false;
  /** @type {(name: string, value: unknown) => void} */
  setState = () => {};
  /** @type {(name: string, value: unknown) => void} */
  trigger = () => {};
  showings = 0;
  unmount = () => {};
}
