// Decisions on their way to the server. They live outside the page's elements, so that leaving
// the page and coming back sends what was left, and closing the tab warns. The tab keeps them as
// well: who is signed out in the middle of a chart signs in again and finds them, whoever else
// signs in does not. They hold codes, offsets and reasons, no text of a note.

import { uuid } from "../../browser/dom.js";
import { codeOf, kindOf } from "./chart.js";

/** @import { App } from "./app.js" */
/** @import { Entry, More } from "./types.d.ts" */
/** @import { WorkbenchView } from "./view.d.ts" */

// Milliseconds after which "saving …" becomes a warning with the hour.
export const LATE = 3000;
const CLIENT = uuid();

/** @type {{ entries: Entry[], deferred: Entry[], settled: Set<string>, sentAt: number, timer: ReturnType<typeof setTimeout> | null }} */
export const outbox = { entries: [], deferred: [], settled: new Set(), sentAt: 0, timer: null };

const KEPT = "icd9_review_unsent";
let leaves = false; // to sign in again: nothing is lost then, and nothing asks

addEventListener("icd9-review-signed-out", (event) => {
  leaves = true;
  if (event instanceof CustomEvent && event.detail === "forget") {
    outbox.entries = [];
    outbox.deferred = [];
  }
});
addEventListener("beforeunload", (event) => {
  if (outbox.entries.length && !leaves) event.preventDefault();
});

function keep() {
  const kept = [...outbox.entries, ...outbox.deferred];
  try {
    if (kept.length) sessionStorage.setItem(KEPT, JSON.stringify(kept));
    else sessionStorage.removeItem(KEPT);
  } catch {
    // a browser that keeps nothing warns before the tab is closed
  }
}

// What the same person left unsent in this tab; what another left is gone.
/** @param {number} user */
export function takeUp(user) {
  try {
    /** @type {Entry[]} */
    const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "[]");
    const known = new Set(outbox.entries.map(({ sent }) => sent.id));
    outbox.entries.unshift(...kept.filter(({ sent }) => sent.user === user && !known.has(sent.id)));
  } catch {
    // what cannot be read was not left by this page
  }
  keep();
}

// `key` names the code, empty for the encounter as a whole; `more` is what the action needs.
/** @param {App} app @param {string} action @param {string} key @param {More} more */
export function enqueue(app, action, key = "", more = {}) {
  outbox.entries.push(entryOf(app, action, key, more));
  keep();
}

// What is to be sent once the page is back, which is about to be left for that; null takes back
// what was put off so before.
/** @param {App} app @param {string | null} action @param {More} more */
export function defer(app, action, more = {}) {
  outbox.deferred = action === null ? [] : [entryOf(app, action, "", more)];
  keep();
}

/** @param {App} app @param {string} action @param {string} key @param {More} more @returns {Entry} */
function entryOf(app, action, key, { by = "", reason = null, ...more }) {
  return {
    key,
    by,
    reason,
    at: Date.now(),
    sent: {
      id: uuid(),
      encounter: app.data.encounter.id,
      user: app.data.user,
      action,
      code: codeOf(key),
      kind: key ? kindOf(key) : "diagnosis",
      reason: reason?.value ?? null,
      by: by ? codeOf(by) : null,
      seen: app.data.sequence,
      client: CLIENT,
      ...more,
    },
  };
}

// Takes out what the server has answered; the refusals that are new.
/** @param {Pick<WorkbenchView, "acknowledged" | "refused">} data */
export function settle(data) {
  const fresh = data.refused.filter(({ id }) => !outbox.settled.has(id));
  const answered = new Set([...data.acknowledged, ...data.refused.map(({ id }) => id)]);
  for (const id of answered) outbox.settled.add(id);
  outbox.entries = outbox.entries.filter(({ sent }) => !answered.has(sent.id));
  keep();
  return fresh;
}

/** @param {App} app */
export function pending(app) {
  return outbox.entries.filter(({ sent }) => sent.encounter === app.data.encounter.id);
}
