// The chart as it will be once everything unsent is stored: the fold of the server's ledger
// for what the person has just done. The server's answer takes its place.

/** @import { App } from "./app.js" */
/** @import { Book, Chart, Decision, Entry } from "./types.d.ts" */
/** @import { ProposalView, WorkbenchView } from "./view.d.ts" */

/** @param {App} app @param {Entry[]} unsent */
export function fold(app, unsent) {
  const book = openBook(app.data);
  const before = app.chart?.order ?? [];
  for (const entry of unsent) APPLY[entry.sent.action]?.(book, entry);
  app.standing = book.standing;
  app.chart = closeBook(book);
  app.saving = new Set(unsent.flatMap(({ key, by }) => [key, by]));
  app.verdicts = new Map();
  for (const decision of book.standing) {
    app.verdicts.delete(decision.key);
    app.verdicts.set(decision.key, decision);
  }
  const stays = app.mine !== null && app.mine === proposedKey(app);
  if (!app.chart.order.includes(app.mine) && !stays) app.mine = successor(app, before);
}

// Where the focus among my codes goes when its code is gone: to what replaced it, else to what
// stands in its place now.
/** @param {App} app @param {string[]} before @returns {string | null} */
function successor({ chart, verdicts, mine }, before) {
  const by = verdicts.get(mine)?.by;
  if (by && chart.order.includes(by)) return by;
  const place = Math.max(0, Math.min(before.indexOf(mine), chart.order.length - 1));
  return chart.order[place] ?? null;
}

// The server's chart in a form that verdicts can be laid on and taken off: what is set on a code
// is kept with the acceptance it was set on, and a verdict remembers the place it emptied.
/** @param {WorkbenchView} data @returns {Book} */
function openBook({ chart, decisions, needless }) {
  /** @type {Decision[]} */
  const standing = decisions.map((decision) => ({ ...decision, set: {}, verdictOf: {} }));
  for (const taken of standing.filter(({ of }) => of)) {
    const replaced = standing.find(({ key, by, pair }) => key === taken.of && by === taken.key && !pair);
    if (replaced) Object.assign(replaced, { pair: true, verdictOf: taken.verdictOf });
  }
  const book = { ...chart, needless, standing, named: chart.principal, kinds: { diagnosis: [], procedure: [] } };
  for (const key of chart.order) book.kinds[kindOf(key)].push(key);
  for (const name of ["poa", "performed"]) {
    for (const [key, value] of Object.entries(chart[name])) set(book, key, name, value);
  }
  return book;
}

/** @param {Book} book @returns {Chart} */
function closeBook({ kinds, standing, named, ...chart }) {
  const order = [...kinds.diagnosis, ...kinds.procedure];
  const settings = (name) => {
    const held = order.map((key) => [key, top(standing, key)?.set[name] ?? null]);
    return Object.fromEntries(held.filter(([, value]) => value !== null));
  };
  const principal = named === kinds.diagnosis[0] ? named : "";
  return { ...chart, order, principal, poa: settings("poa"), performed: settings("performed") };
}

/** @type {Record<string, (book: Book, entry: Entry) => void>} */
const APPLY = {
  accept: (book, { key }) => lay(book, [mine(key, "accepted", { origin: "suggested" })]),
  add: (book, { key }) => lay(book, [mine(key, "accepted", { origin: "added" })]),
  reject: (book, { key, reason }) => lay(book, [mine(key, "rejected", { reason: reason?.text ?? "" })]),
  replace: (book, { key, by }) =>
    lay(book, [mine(key, "replaced", { by }), mine(by, "accepted", { origin: "replaced", of: key })]),
  undo: (book, { key }) => takeOff(book, key),
  resequence: (book, { key, sent }) => {
    const keys = book.kinds[kindOf(key)];
    if (!keys.includes(key)) return; // somebody else took it off
    keys.splice(keys.indexOf(key), 1);
    keys.splice(sent.position, 0, key);
    if (sent.position === 0 && kindOf(key) === "diagnosis") book.named = key;
  },
  set_poa: (book, { key, sent }) => set(book, key, "poa", sent.poa),
  set_performed: (book, { key, sent }) => set(book, key, "performed", sent.performed),
  set_admitting: (book, { key, sent }) => {
    book.admitting = sent.code ? key : "";
  },
  set_line: (book, { sent }) => {
    const [span] = sent.evidence;
    book.needless = book.needless.filter((each) => !isSameSpan(each.span, span));
    if (sent.value) book.needless.push({ span, actor: "you", own: true, after: book.standing.length });
  },
  hold: (book, { reason }) => {
    book.hold = reason.text;
  },
  release: (book) => {
    book.hold = "";
  },
  finalise: (book) => {
    book.signed = "signing …";
    book.named = book.kinds.diagnosis[0] ?? "";
  },
  reopen: (book) => {
    book.signed = "";
  },
};

/** @param {string} key @param {string} verdict @param {object} more */
function mine(key, verdict, more) {
  return { key, verdict, reason: "", actor: "you", own: true, by: "", of: "", origin: "", set: {}, ...more };
}

/** @param {Decision[]} standing @param {string} key */
function top(standing, key) {
  return standing.findLast((decision) => decision.key === key);
}

/** @param {Book} book @param {string} key @param {string} name @param {string | null} value */
function set({ standing }, key, name, value) {
  const decision = top(standing, key);
  if (decision) decision.set[name] = value;
}

// A verdict lies on the stack of each code it is about; a replacement on two.
/** @param {Book} book @param {Omit<Decision, "verdictOf">[]} decisions */
function lay(book, decisions) {
  const verdictOf = {};
  for (const decision of decisions) book.standing.push({ ...decision, verdictOf });
  reorder(book, decisions.map(({ key }) => key), verdictOf);
}

/** @param {Book} book @param {string} key */
function takeOff(book, key) {
  const taken = top(book.standing, key);
  if (!taken) return;
  const changed = book.standing.filter(({ verdictOf }) => verdictOf === taken.verdictOf).map((one) => one.key);
  book.standing = book.standing.filter(({ verdictOf }) => verdictOf !== taken.verdictOf);
  reorder(book, changed, {}, taken.verdictOf);
}

// As review/order.py: a code comes in at the end of its kind, a replacement at the place of the
// code it replaced, and an undo puts back where the undone verdict took out. Whatever takes the
// place of the diagnosis that is named as principal is named for it.
/** @param {Book} book @param {string[]} changed @param {Decision["verdictOf"]} verdictOf @param {Decision["verdictOf"] | null} undone */
function reorder(book, changed, verdictOf, undone = null) {
  const keys = book.kinds[kindOf(changed[0])];
  const accepted = changed.filter((key) => top(book.standing, key)?.verdict === "accepted");
  let place = undone ? (undone.place ?? keys.length) : keys.length;
  const leaving = changed.filter((key) => keys.includes(key) && !accepted.includes(key));
  const coming = accepted.filter((key) => !keys.includes(key));
  for (const key of leaving) {
    place = verdictOf.place = keys.indexOf(key);
    keys.splice(place, 1);
  }
  keys.splice(place, 0, ...coming);
  if (undone?.renamed) {
    const [before, after] = undone.renamed;
    if (book.named === after) book.named = before;
  } else if (leaving.includes(book.named)) {
    verdictOf.renamed = [book.named, coming[0] ?? ""];
    book.named = coming[0] ?? "";
  }
}

/** @param {[string, number, number]} one @param {[string, number, number]} other */
export function isSameSpan(one, other) {
  return one.every((part, at) => part === other[at]);
}

/** @param {string} key */
export function kindOf(key) {
  return key.slice(0, key.indexOf(":"));
}

/** @param {string} key */
export function codeOf(key) {
  return key.slice(key.indexOf(":") + 1);
}

/** @param {App} app */
export function ofKind(app, kind) {
  return app.chart.order.filter((key) => kindOf(key) === kind);
}

/** @param {App} app @param {string} key */
export function titleOf(app, key) {
  return app.data.titles[key] ?? app.rows.get(key)?.title ?? app.picked.get(key) ?? "";
}

/** @param {App} app */
export function isInpatient(app) {
  return app.data.encounter.inpatient;
}

/** @param {App} app @param {string} key */
export function poaOf(app, key) {
  return app.chart.poa[key] ?? (app.data.exempt.includes(key) ? "exempt" : "");
}

// The first code of a kind that lacks what is set on it: present on admission, or a date.
/** @param {App} app @param {string} kind */
export function unsettled(app, kind) {
  const settled = (key) => (kind === "diagnosis" ? poaOf(app, key) : app.chart.performed[key]);
  return ofKind(app, kind).find((key) => !settled(key));
}

// Whether somebody still has to say which one it is.
/** @param {App} app */
export function isPrincipalOpen(app) {
  return !app.chart.principal && !app.chart.signed && app.data.audit === null; // an auditor's first one is it
}

// What the notes put first, but not what was rejected meanwhile.
/** @param {App} app @returns {ProposalView[]} */
export function proposalsOf(app) {
  if (!isPrincipalOpen(app)) return [];
  const turnedDown = (key) => app.verdicts.has(key) && !app.chart.order.includes(key);
  return app.data.proposals.filter(({ key }) => !turnedDown(key));
}

// The key of what is proposed, where it is not yet among my codes and has a row of its own there.
/** @param {App} app @returns {string | null} */
export function proposedKey(app) {
  const key = proposalsOf(app)[0]?.key;
  return key && !app.chart.order.includes(key) ? key : null;
}
