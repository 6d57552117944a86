// What a coder can do, by key or by mouse. All of it is synchronous: the next key always finds
// the focus where the last one put it.

const REST = 250;

// The code that keys speak of: a row of the left pane, or one of my codes.
function focused(app) {
  return app.region === "right" && app.mine ? app.mine : app.focus;
}

function focusOn(app, key, { take = false } = {}) {
  if (app.asking) cancelStrip(app);
  const moved = key !== focused(app);
  app.region = "left";
  app.focus = key;
  attend(app, moved);
  if (take) rowOf(app, key)?.querySelector(".pick").focus({ preventScroll: true });
  rowOf(app, key)?.scrollIntoView({ block: "nearest" });
}

function focusMine(app, key, { take = false } = {}) {
  if (app.asking) cancelStrip(app);
  const moved = key !== focused(app);
  app.region = "right";
  app.mine = key;
  attend(app, moved);
  if (take) mineOf(app, key)?.querySelector(".pick").focus({ preventScroll: true });
  mineOf(app, key)?.scrollIntoView({ block: "nearest" });
}

function attend(app, moved) {
  if (moved) {
    app.evidence = -1;
    markNote(app);
    wish(app);
  }
  render(app);
}

function takeFocus(app) {
  if (app.region === "right" && app.mine) focusMine(app, app.mine, { take: true });
  else if (app.focus) focusOn(app, app.focus, { take: true });
}

function rowOf(app, key) {
  return [...app.parts.list.children, ...app.parts.outside.children].find((row) => row.dataset.key === key);
}

function mineOf(app, key) {
  return [...app.parts.codes.children, ...app.parts.procedures.children].find((item) => item.dataset.key === key);
}

// Asks for the explanation once the focus rests: passing by a code computes nothing.
function wish(app) {
  clearTimeout(app.rest);
  app.rest = setTimeout(() => {
    const key = focused(app);
    const suggested = app.data.suggestions.some((item) => item.key === key);
    if (!app.mounted || app.departure || !suggested || !explains(app) || !["ready", "failed"].includes(app.data.status.name)) return;
    if (app.data.explanations[key] || app.requested === key) return;
    app.requested = key;
    app.setState("focus", key);
    pulse(app);
  }, REST);
}

// Whether this person has explanations switched on; a choice counts before it is stored.
function explains(app) {
  return app.explain ?? app.data.explains;
}

function toggleExplanations(app) {
  Object.assign(app, { explain: !explains(app), requested: null, evidence: -1 });
  markNote(app);
  render(app);
  announce(app, `explanations are ${explains(app) ? "on" : "off"}`);
  ask(app);
  pulse(app);
}

function step(app, by) {
  const right = app.region === "right";
  const keys = right ? app.chart.order : [...app.rows.keys()];
  const at = keys.indexOf(focused(app)) + by;
  const key = keys[Math.max(0, Math.min(keys.length - 1, at))];
  if (key) (right ? focusMine : focusOn)(app, key, { take: true });
}

function changeRegion(app) {
  if (app.region === "left" && app.mine) focusMine(app, app.mine, { take: true });
  else if (app.focus) focusOn(app, app.focus, { take: true });
}

function nextOpen(app, key) {
  const keys = app.data.suggestions.map((suggestion) => suggestion.key);
  const at = keys.indexOf(key);
  const order = [...keys.slice(at + 1), ...keys.slice(0, Math.max(0, at))];
  return order.find((other) => !app.verdicts.has(other)) ?? key;
}

function isOpenChart(app) {
  if (app.chart.signed) announce(app, "this encounter is finalised; F reopens it");
  return !app.chart.signed;
}

function nameable(app, key) {
  return app.rows.has(key) || app.chart.order.includes(key);
}

// Puts a decision in the outbox and shows the chart as it will be.
function decide(app, action, key, more = {}) {
  enqueue(app, action, key, more);
  fold(app);
  markNote(app);
  render(app);
}

function judge(app, action, key, more = {}) {
  decide(app, action, key, more);
  announce(app, `${codeOf(key)} ${app.verdicts.get(key)?.verdict ?? "open again"}`);
  if (app.region === "left") focusOn(app, action === "undo" ? key : nextOpen(app, key), { take: true });
  else takeFocus(app);
}

function accept(app, key) {
  if (!app.rows.has(key) || !isOpenChart(app)) return;
  if (app.chart.order.includes(key)) return void announce(app, `${codeOf(key)} is already accepted`);
  const outside = app.data.outside.find((item) => item.key === key);
  if (outside) judge(app, "add", key, { evidence: outside.spans });
  else judge(app, "accept", key);
}

function reject(app, key, reason) {
  if (reason.value === "specificity") return openPalette(app, "replace", key);
  const before = app.verdicts.get(key);
  if (before?.verdict === "rejected" && before.reason === reason.text) {
    announce(app, `${codeOf(key)} is already rejected for this reason`);
    takeFocus(app);
  } else {
    judge(app, "reject", key, { reason });
  }
}

function replace(app, key) {
  if (nameable(app, key)) openPalette(app, "replace", key);
}

function makePrincipal(app, key) {
  if (!isOpenChart(app) || !nameable(app, key)) return;
  if (kindOf(key) !== "diagnosis") return void announce(app, "a procedure cannot be the principal diagnosis");
  if (!app.chart.order.includes(key)) accept(app, key);
  move(app, key, 0);
  announce(app, `${codeOf(key)} is ${isInpatient(app) ? "the principal diagnosis" : "first-listed"}`);
}

function move(app, key, position) {
  const same = ofKind(app, kindOf(key));
  const at = Math.max(0, Math.min(same.length - 1, position));
  if (!isOpenChart(app) || at === same.indexOf(key)) return;
  decide(app, "resequence", key, { position: at });
  if (app.region === "right") focusMine(app, key, { take: true });
}

function shift(app, by) {
  if (app.region !== "right" || !app.mine) return void announce(app, "G goes to my codes, where Shift moves them");
  move(app, app.mine, ofKind(app, kindOf(app.mine)).indexOf(app.mine) + by);
}

// The person's own last verdict that still counts, or the one on `key`.
function undo(app, key = null) {
  if (!isOpenChart(app)) return;
  const mine = app.standing.filter((decision) => decision.own && app.verdicts.get(decision.key) === decision);
  const last = mine.findLast((decision) => key === null || decision.key === key);
  if (last) judge(app, "undo", last.of || last.key);
  else announce(app, "nothing of yours to undo");
}

function setAdmitting(app, key) {
  if (!isInpatient(app)) return void announce(app, "an admitting diagnosis belongs to an inpatient stay");
  if (app.region === "right" && key && kindOf(key) === "diagnosis" && isOpenChart(app)) {
    return decide(app, "set_admitting", key);
  }
  openPalette(app, "admitting");
}

function askSetting(app, kind) {
  if (!isOpenChart(app)) return;
  const key = app.region === "right" && app.mine && kindOf(app.mine) === kind ? app.mine : ofKind(app, kind)[0];
  if (!key) announce(app, kind === "diagnosis" ? "no diagnosis is accepted yet" : "no procedure is accepted yet");
  else if (kind === "diagnosis") askPoa(app, key);
  else askPerformed(app, key);
}

// Leaves this encounter only when every decision is stored.
function depart(app, departure) {
  if (departure === "next" && !app.data.next) {
    return void announce(app, "this is the last encounter of the worklist");
  }
  app.departure = departure;
  app.inspected = focused(app);
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
  const elsewhere = document.querySelector('[role="dialog"], [role="menu"], [role="listbox"]') !== null;
  if (!app.root.isConnected || held || elsewhere) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const act = key === "Tab" ? keepInside(app, event) : actOf(app, key, event);
  if (!act) return;
  event.preventDefault();
  act();
}

// A panel that lies over the page keeps the focus until it is closed.
function keepInside(app, event) {
  const panel = app.palette ? app.parts.palette : app.finishing ? app.parts.finish : null;
  if (!panel) return null;
  const stops = [...panel.querySelectorAll("input, button:not(:disabled)")].filter((node) => node.offsetParent);
  const at = stops.indexOf(app.root.getRootNode().activeElement) + (event.shiftKey ? -1 : 1);
  return () => stops.at(at % stops.length)?.focus();
}

function actOf(app, key, event) {
  if (app.palette) return paletteKey(app, key);
  if (app.asking && (!isTyping(event) || key === "Escape")) return stripKey(app, key);
  if (isTyping(event)) return null;
  if (app.parts.listsheet.open) return null;
  if (app.parts.sheet.open) return key === "?" ? () => app.parts.sheet.close() : null;
  if (app.finishing) return finishKey(app, key);
  return (app.caret && caretKey(app, key, event)) || pageKey(app, key, event);
}

function caretKey(app, key, event) {
  if (key.startsWith("Arrow")) return () => moveCaret(app, key, event.shiftKey);
  if (key === "Enter") return () => openPalette(app, "add");
  if (key === "Escape") return () => clearPassage(app);
  return null;
}

function pageKey(app, key, event) {
  if (isLateAnswer(app, key)) return () => announce(app, "that was the last one");
  const reading = event.composedPath().some((node) => node.classList?.contains("reads"));
  const inside = event.composedPath().some((node) => node.classList?.contains("mine"));
  if (reading && !inside && key.startsWith("Arrow")) return null;
  const moves = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };
  if (key in moves) return () => (event.shiftKey ? shift : step)(app, moves[key]);
  if (event.repeat) return null;
  const acts = {
    a: () => accept(app, focused(app)),
    x: () => focused(app) && askReject(app, focused(app)),
    s: () => replace(app, focused(app)),
    p: () => focused(app) && makePrincipal(app, focused(app)),
    u: () => undo(app),
    g: () => changeRegion(app),
    e: () => showEvidence(app, app.evidence + 1),
    t: () => toggleExplanations(app),
    w: () => startCaret(app),
    o: () => askSetting(app, "diagnosis"),
    d: () => askSetting(app, "procedure"),
    m: () => setAdmitting(app, app.mine),
    h: () => hold(app),
    f: () => openFinish(app),
    i: () => focused(app) && depart(app, "inspect"),
    c: () => depart(app, "what_if"),
    n: () => depart(app, "next"),
    "/": () => openPalette(app, "add"),
    "?": () => app.parts.sheet.showModal(),
  };
  return Object.hasOwn(acts, key) ? acts[key] : null;
}
