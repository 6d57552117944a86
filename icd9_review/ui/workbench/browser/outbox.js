// Decisions on their way to the server. They live outside the page's elements, so that leaving
// the page and coming back sends what was left, and closing the tab warns.

import { uuid } from "../../browser/dom.js";
import { codeOf, kindOf } from "./chart.js";

/** @import { App } from "./app.js" */
/** @import { Entry, More } from "./types.d.ts" */
/** @import { WorkbenchView } from "./view.d.ts" */

// Milliseconds after which "saving …" becomes a warning with the hour.
export const LATE = 3000;
const CLIENT = uuid();

/** @type {{ entries: Entry[], settled: Set<string>, sentAt: number, timer: ReturnType<typeof setTimeout> | null }} */
export const outbox = { entries: [], settled: new Set(), sentAt: 0, timer: null };

addEventListener("beforeunload", (event) => {
  if (outbox.entries.length) event.preventDefault();
});

// `key` names the code, empty for the encounter as a whole; `more` is what the action needs.
/** @param {App} app @param {string} action @param {string} key @param {More} more */
export function enqueue(app, action, key = "", { by = "", reason = null, ...more } = {}) {
  outbox.entries.push({
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
  });
}

// Takes out what the server has answered; the refusals that are new.
/** @param {Pick<WorkbenchView, "acknowledged" | "refused">} data */
export function settle(data) {
  const fresh = data.refused.filter(({ id }) => !outbox.settled.has(id));
  const answered = new Set([...data.acknowledged, ...data.refused.map(({ id }) => id)]);
  for (const id of answered) outbox.settled.add(id);
  outbox.entries = outbox.entries.filter(({ sent }) => !answered.has(sent.id));
  return fresh;
}

/** @param {App} app */
export function pending(app) {
  return outbox.entries.filter(({ sent }) => sent.encounter === app.data.encounter.id);
}
