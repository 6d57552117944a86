// What a coder can do, by key or by mouse. All of it is synchronous: the next key always finds
// the focus where the last one put it.

const REST = 250;

function focusOn(app, key, { take = false } = {}) {
  if (app.asking) cancelReason(app);
  if (key !== app.focus) {
    app.focus = key;
    app.evidence = -1;
    markNote(app);
    wish(app);
  }
  render(app);
  if (take) rowOf(app, key)?.querySelector(".pick").focus({ preventScroll: true });
  rowOf(app, key)?.scrollIntoView({ block: "nearest" });
}

function rowOf(app, key) {
  return [...app.parts.list.children].find((row) => row.dataset.key === key);
}

// Asks for the explanation once the focus rests: passing by a code computes nothing.
function wish(app) {
  clearTimeout(app.rest);
  app.rest = setTimeout(() => {
    const key = app.focus;
    if (!app.mounted || app.departure || key === null || !["ready", "failed"].includes(app.data.status.name)) return;
    if (app.data.explanations[key] || app.requested === key) return;
    app.requested = key;
    app.setState("focus", key);
    pulse(app);
  }, REST);
}

function step(app, by) {
  const keys = app.data.suggestions.map(({ key }) => key);
  const at = keys.indexOf(app.focus) + by;
  if (keys.length) focusOn(app, keys[Math.max(0, Math.min(keys.length - 1, at))], { take: true });
}

function nextOpen(app, key) {
  const keys = app.data.suggestions.map((suggestion) => suggestion.key);
  const at = keys.indexOf(key);
  const order = [...keys.slice(at + 1), ...keys.slice(0, at)];
  return order.find((other) => !app.verdicts.has(other)) ?? key;
}

function decide(app, action, key, reason = null) {
  enqueue(app, action, key, reason);
  fold(app);
  const { code } = app.suggestions.get(key);
  const verdict = app.verdicts.get(key)?.verdict ?? "open again";
  announce(app, `${code} ${verdict}`);
  focusOn(app, action === "undo" ? key : nextOpen(app, key), { take: true });
}

function accept(app, key) {
  if (!app.suggestions.has(key)) return;
  if (app.verdicts.get(key)?.verdict === "accepted") {
    announce(app, `${app.suggestions.get(key).code} is already accepted`);
  } else {
    decide(app, "accept", key);
  }
}

function askReason(app, key) {
  if (!app.suggestions.has(key)) return;
  focusOn(app, key);
  app.asking = key;
  const { reasons } = app.parts;
  const { code } = app.suggestions.get(key);
  setText(reasons.querySelector("h2"), `Why reject ${code}? A digit, or Escape`);
  reasons.hidden = false;
  reasons.querySelector(".reason").focus({ preventScroll: true });
}

function cancelReason(app) {
  app.asking = null;
  app.parts.reasons.hidden = true;
}

function reject(app, reason) {
  const key = app.asking;
  cancelReason(app);
  const before = app.verdicts.get(key);
  if (before?.verdict === "rejected" && before.reason === reason.text) {
    announce(app, `${app.suggestions.get(key).code} is already rejected for this reason`);
    focusOn(app, key, { take: true });
  } else {
    decide(app, "reject", key, reason);
  }
}

// The person's own last decision that still makes a verdict, or the one on `key`.
function undo(app, key = null) {
  const mine = standing(app).filter((decision) => decision.own && sameAsTop(app, decision));
  const last = mine.findLast((decision) => key === null || decision.key === key);
  if (last) decide(app, "undo", last.key);
  else announce(app, "nothing of yours to undo");
}

function sameAsTop(app, { key, verdict, reason, own }) {
  const top = app.verdicts.get(key);
  return top?.own === own && top.verdict === verdict && top.reason === reason;
}

// Leaves this encounter only when every verdict is stored.
function depart(app, departure) {
  if (departure === "next" && !app.data.next) {
    return void announce(app, "this is the last encounter of the worklist");
  }
  app.departure = departure;
  ask(app);
  pulse(app);
  showSaved(app);
}

function isTyping(event) {
  const target = event.composedPath()[0];
  const field = target instanceof HTMLElement && target.isContentEditable;
  return field || ["INPUT", "TEXTAREA", "SELECT"].includes(target?.tagName);
}

function onKey(app, event) {
  const held = event.ctrlKey || event.metaKey || event.altKey || event.isComposing;
  const elsewhere = document.querySelector('[role="dialog"]') !== null;
  if (!app.root.isConnected || held || elsewhere || isTyping(event)) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const act = app.parts.sheet.open ? sheetKey(app, key) : app.asking ? reasonKey(app, key) : pageKey(app, key, event);
  if (!act) return;
  event.preventDefault();
  act();
}

function sheetKey(app, key) {
  return key === "?" ? () => app.parts.sheet.close() : null;
}

function reasonKey(app, key) {
  if (key === "Escape") return () => focusOn(app, app.asking, { take: true });
  const reason = app.data.reasons.find((candidate) => candidate.key === key);
  return reason ? () => reject(app, reason) : null;
}

function pageKey(app, key, event) {
  const reading = event.composedPath().some((node) => node.classList?.contains("reads"));
  if (reading && key.startsWith("Arrow")) return null;
  const moves = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };
  if (key in moves) return () => step(app, moves[key]);
  if (event.repeat) return null;
  const acts = {
    a: () => accept(app, app.focus),
    x: () => askReason(app, app.focus),
    u: () => undo(app),
    e: () => showEvidence(app, app.evidence + 1),
    n: () => depart(app, "next"),
    "?": () => app.parts.sheet.showModal(),
  };
  return Object.hasOwn(acts, key) ? acts[key] : null;
}
