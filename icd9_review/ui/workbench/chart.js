// The chart as it will be once everything unsent is stored: the fold of the server's ledger
// for what the person has just done. The server's answer takes its place.

const VERDICTS = { accept: "accepted", add: "accepted", reject: "rejected", replace: "replaced" };

function fold(app) {
  const standing = [...app.data.decisions];
  const chart = structuredClone(app.data.chart);
  const unsent = pending(app);
  for (const { sent, key, by, reason } of unsent) {
    const apply = APPLY[sent.action];
    if (apply) apply({ standing, chart, sent, key, by, reason });
  }
  app.standing = standing;
  app.chart = chart;
  app.saving = new Set(unsent.flatMap(({ key, by }) => [key, by]));
  app.verdicts = new Map();
  for (const decision of standing) {
    app.verdicts.delete(decision.key);
    app.verdicts.set(decision.key, decision);
  }
  if (!chart.order.includes(app.mine)) app.mine = chart.order[0] ?? null;
}

const APPLY = {
  accept: ({ standing, chart, key }) => {
    standing.push(mine(key, "accepted", { origin: "suggested" }));
    takeIn(chart, key);
  },
  add: ({ standing, chart, key }) => {
    standing.push(mine(key, "accepted", { origin: "added" }));
    takeIn(chart, key);
  },
  reject: ({ standing, chart, key, reason }) => {
    const place = chart.order.indexOf(key);
    standing.push(mine(key, "rejected", { reason: reason?.text ?? "", place }));
    leave(chart.order, key);
  },
  replace: ({ standing, chart, key, by }) => {
    standing.push(mine(key, "replaced", { by }), mine(by, "accepted", { origin: "replaced", of: key }));
    const at = chart.order.indexOf(key);
    leave(chart.order, by);
    if (at >= 0) chart.order.splice(chart.order.indexOf(key), 1, by);
    else chart.order.push(by);
    forget(chart, by);
  },
  undo: ({ standing, chart, key }) => takeBack(standing, chart, key),
  resequence: ({ chart, sent, key }) => moveTo(chart.order, key, sent.position),
  set_poa: ({ chart, sent, key }) => set(chart.poa, key, sent.poa),
  set_performed: ({ chart, sent, key }) => set(chart.performed, key, sent.performed),
  set_admitting: ({ chart, key, sent }) => {
    chart.admitting = sent.code ? key : "";
  },
  hold: ({ chart, reason }) => {
    chart.hold = reason.text;
  },
  release: ({ chart }) => {
    chart.hold = "";
  },
  finalise: ({ chart }) => {
    chart.signed = "signing …";
  },
  reopen: ({ chart }) => {
    chart.signed = "";
  },
};

function mine(key, verdict, more) {
  return { key, verdict, reason: "", actor: "you", own: true, by: "", of: "", origin: "", ...more };
}

function set(values, key, value) {
  if (value === null) delete values[key];
  else values[key] = value;
}

function leave(order, key) {
  const at = order.indexOf(key);
  if (at >= 0) order.splice(at, 1);
}

// What was set on a code belongs to the acceptance it was set on; a new one starts without.
function takeIn(chart, key) {
  leave(chart.order, key);
  chart.order.push(key);
  forget(chart, key);
}

function forget(chart, key) {
  delete chart.poa[key];
  delete chart.performed[key];
}

function takeBack(standing, chart, key) {
  const at = standing.findLastIndex((decision) => decision.key === key);
  if (at < 0) return;
  const [taken] = standing.splice(at, 1);
  const other = taken.by || taken.of;
  if (!other) return settleOrder(standing, chart, key, taken.place);
  const pair = standing.findLastIndex((decision) => decision.key === other && (decision.of || decision.by) === key);
  if (pair >= 0) standing.splice(pair, 1);
  const [old, replacement] = taken.by ? [key, other] : [other, key];
  const place = chart.order.indexOf(replacement);
  settleOrder(standing, chart, replacement);
  if (isAccepted(standing, old) && place >= 0) chart.order.splice(place, 0, old);
}

function isAccepted(standing, key) {
  return standing.findLast((decision) => decision.key === key)?.verdict === "accepted";
}

// `place` is where the verdict that was taken back had found the code; a stored one does not say.
function settleOrder(standing, chart, key, place = -1) {
  if (!isAccepted(standing, key)) leave(chart.order, key);
  else if (!chart.order.includes(key)) chart.order.splice(place < 0 ? chart.order.length : place, 0, key);
}

// Positions count within a kind; diagnoses stand before procedures.
function moveTo(order, key, position) {
  const kind = kindOf(key);
  const same = order.filter((other) => kindOf(other) === kind && other !== key);
  same.splice(position, 0, key);
  const others = order.filter((other) => kindOf(other) !== kind);
  order.splice(0, order.length, ...(kind === "diagnosis" ? [...same, ...others] : [...others, ...same]));
}

function kindOf(key) {
  return key.slice(0, key.indexOf(":"));
}

function codeOf(key) {
  return key.slice(key.indexOf(":") + 1);
}

function ofKind(app, kind) {
  return app.chart.order.filter((key) => kindOf(key) === kind);
}

function titleOf(app, key) {
  return app.data.titles[key] ?? app.rows.get(key)?.title ?? app.picked.get(key) ?? "";
}

function isInpatient(app) {
  return app.data.encounter.inpatient;
}

function poaOf(app, key) {
  return app.chart.poa[key] ?? (app.data.exempt.includes(key) ? "exempt" : "");
}
