// What the page asks of the server, again until it is answered.

import { isTurning } from "./book/book.js";
import { heldNames } from "./note/held.js";
import { outbox } from "./outbox.js";
import { showSaved } from "./panes/footer.js";
import { isLookingUp } from "./panes/lines.js";
import { awaitsMeaning, isSearching, repeatQuery } from "./panes/palette.js";

/** @import { App } from "./app.js" */

// Milliseconds. Streamlit keeps only the newest of what is sent while a run is busy, so a stream of
// decisions is sent together; who waits for an answer waits longer each time, as a busy server
// needs; a change of page takes longer than an answer; others' decisions may be seen a little later.
const SEND_EVERY = 100;
export const RETRY_FIRST = 500;
const RETRY_LAST = 4000;
const RETRY_SLOWER = 1.3;
const DEPARTING = 4000;
const LOOK_AROUND = 20000;

/** @param {App} app */
export function sendSoon(app) {
  app.delay = RETRY_FIRST;
  send(app);
  pulse(app);
}

// At once for a single decision, every 100 ms for a stream of them.
/** @param {App} app */
function send(app) {
  if (outbox.timer) return;
  const wait = Math.max(0, outbox.sentAt + SEND_EVERY - Date.now());
  const transmit = () => {
    outbox.timer = null;
    outbox.sentAt = Date.now();
    if (app.mounted && outbox.entries.length) app.setState("outbox", [...outbox.entries.map((entry) => entry.sent), { held: heldNames() }]);
  };
  if (wait) outbox.timer = setTimeout(transmit, wait);
  else transmit();
}

/** @param {App} app */
function isWaiting(app) {
  const explanations = Object.values(app.data.explanations);
  return (
    outbox.entries.length > 0 ||
    app.departure !== null ||
    app.summarising !== null ||
    app.explain !== null ||
    app.follow !== null ||
    app.order !== null ||
    app.openOnly !== null ||
    isSearching(app) ||
    awaitsMeaning(app) ||
    isLookingUp(app) ||
    isTurning(app) ||
    app.inquiry !== null ||
    (app.codebook !== null && app.marking !== null) ||
    app.data.status.name === "scoring" ||
    explanations.some((each) => each.status === "running" || (each.status === "ready" && each.preview)) ||
    (app.requested === app.focus && app.focus !== null && !app.data.explanations[app.focus])
  );
}

// Nothing is left but to go: a second request that comes too late would ask the new page.
/** @param {App} app */
function isDeparting(app) {
  return app.departure !== null && outbox.entries.length === 0;
}

// The one thing most wanted from the server. A run of the page can be interrupted by the next
// one and its answer lost, so everything is asked again until it is answered; a departure names
// the encounter it leaves, so that asking twice does not skip one.
/** @param {App} app */
export function ask(app) {
  if (outbox.entries.length) send(app);
  else if (app.explain !== null) app.trigger("explain", app.explain ? "on" : "off");
  else if (app.follow !== null) app.trigger("follow", app.follow ? "on" : "off");
  else if (app.order !== null) app.trigger("order", app.order);
  else if (app.summarising) app.trigger("summary", `${app.data.encounter.id} ${app.summarising}`);
  else if (app.openOnly !== null) app.trigger("open_only", app.openOnly ? "on" : "off");
  else if (app.departure === "inspect") app.trigger("inspect", `${app.data.encounter.id} ${app.inspected}`);
  else if (app.departure) app.trigger(app.departure, app.data.encounter.id);
  else if (isSearching(app)) repeatQuery(app);
  else app.trigger("poll", { at: Date.now(), held: heldNames() });
}

// Asks again while something is unanswered, less and less often; else now and then, for what
// others have done meanwhile.
/** @param {App} app */
export function pulse(app) {
  clearTimeout(app.pulse);
  if (!app.mounted) return;
  if (!isWaiting(app)) {
    app.delay = RETRY_FIRST;
    app.pulse = setTimeout(() => {
      if (document.visibilityState === "visible") ask(app);
      pulse(app);
    }, LOOK_AROUND);
    return;
  }
  app.pulse = setTimeout(() => {
    ask(app);
    app.delay = Math.min(app.delay * RETRY_SLOWER, RETRY_LAST);
    showSaved(app);
    pulse(app);
  }, isDeparting(app) ? DEPARTING : app.delay);
}
