// Decisions on their way to the server. They live outside the page's elements, so that leaving
// the page and coming back sends what was left, and closing the tab warns.

const SEND_EVERY = 100;
const RETRY_FIRST = 500;
const RETRY_LAST = 4000;
const LATE = 3000;
const DEPARTING = 4000;
const LOOK_AROUND = 20000;
const CLIENT = uuid();

const outbox = { entries: [], settled: new Set(), sentAt: 0, timer: null };

addEventListener("beforeunload", (event) => {
  if (outbox.entries.length) event.preventDefault();
});

// `key` names the code, empty for the encounter as a whole; `more` is what the action needs.
function enqueue(app, action, key = "", { by = "", reason = null, ...more } = {}) {
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
  app.delay = RETRY_FIRST;
  send(app);
  pulse(app);
}

// At once for a single decision, every 100 ms for a stream of them.
function send(app) {
  if (outbox.timer) return;
  const wait = Math.max(0, outbox.sentAt + SEND_EVERY - Date.now());
  const transmit = () => {
    outbox.timer = null;
    outbox.sentAt = Date.now();
    if (app.mounted && outbox.entries.length) app.setState("outbox", outbox.entries.map((entry) => entry.sent));
  };
  if (wait) outbox.timer = setTimeout(transmit, wait);
  else transmit();
}

// Takes out what the server has answered; the refusals that are new.
function settle(data) {
  const fresh = data.refused.filter(({ id }) => !outbox.settled.has(id));
  const answered = new Set([...data.acknowledged, ...data.refused.map(({ id }) => id)]);
  for (const id of answered) outbox.settled.add(id);
  outbox.entries = outbox.entries.filter(({ sent }) => !answered.has(sent.id));
  return fresh;
}

function pending(app) {
  return outbox.entries.filter(({ sent }) => sent.encounter === app.data.encounter.id);
}

function isWaiting(app) {
  const explanations = Object.values(app.data.explanations);
  return (
    outbox.entries.length > 0 ||
    app.departure !== null ||
    app.explain !== null ||
    isSearching(app) ||
    app.data.status.name === "scoring" ||
    explanations.some(({ status, preview }) => status === "running" || preview) ||
    (app.requested === app.focus && app.focus !== null && !app.data.explanations[app.focus])
  );
}

// Nothing is left but to go: a second request that comes too late would ask the new page.
function isDeparting(app) {
  return app.departure !== null && outbox.entries.length === 0;
}

// The one thing most wanted from the server. A run of the page can be interrupted by the next
// one and its answer lost, so everything is asked again until it is answered; a departure names
// the encounter it leaves, so that asking twice does not skip one.
function ask(app) {
  if (outbox.entries.length) send(app);
  else if (app.explain !== null) app.trigger("explain", app.explain ? "on" : "off");
  else if (app.departure === "inspect") app.trigger("inspect", `${app.data.encounter.id} ${app.inspected}`);
  else if (app.departure) app.trigger(app.departure, app.data.encounter.id);
  else app.trigger("poll", Date.now());
}

// Asks again while something is unanswered, less and less often; else now and then, for what
// others have done meanwhile.
function pulse(app) {
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
    app.delay = Math.min(app.delay * 1.3, RETRY_LAST);
    showSaved(app);
    pulse(app);
  }, isDeparting(app) ? DEPARTING : app.delay);
}
