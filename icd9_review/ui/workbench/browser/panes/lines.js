// The chart lines: what the sections of diagnoses and procedures list, by which code each is coded,
// and for the one in focus the best five of the search. They lie over my codes; beside the note a
// small mark says the same of each line.

import { isolate, make, makeButton, patchList, setText } from "../../../browser/dom.js";
import { accountOf, leftLinesOf, openLinesOf } from "../accounts.js";
import { decide, isOpenChart, makePrincipal } from "../acts.js";
import { announce } from "../app.js";
import { codeOf, titleOf } from "../chart.js";
import { takeFocus } from "../focus.js";
import { keycap } from "../parts.js";
import { pulse } from "../pulse.js";
import { openFinish } from "./finish.js";
import { needlessOf, sayNeedless, needlessWords } from "./needless.js";
import { openAtMark, showMarks } from "../note/line_marks.js";
import { nodesOf } from "../note/note.js";
import { scrollNoteTo } from "../note/walk.js";
import { addCode, openPalette } from "./palette.js";
import { looksOn } from "../beside/trail.js";

/** @import { App } from "../app.js" */
/** @import { FoundItem, LineView } from "../view.d.ts" */

// Milliseconds on a line until it is looked up, and from then on until the model is to read its
// words: who passes by asks nothing. By judgement.
const LOOKING = 120;
const READING = 250;
const WORDS = { coded: "coded", near: "coded by a sibling", partly: "coded in part", open: "not coded", needless: "needs none" };
const NOTHING = "no section of the notes lists diagnoses or procedures";

/** @param {App} app */
export function buildLines(app) {
  const lines = make("div", "lines");
  lines.role = "dialog";
  lines.ariaLabel = "Lines of the chart";
  lines.hidden = true;
  lines.tabIndex = -1;
  const head = make("div", "top");
  const close = makeButton("act", "Back", () => closeLines(app));
  close.append(keycap("Esc"));
  head.append(make("h2", "", "Lines of the chart"), make("span", "quiet count"), close);
  const list = make("ul", "rows reads");
  list.ariaLabel = "Lines";
  const hints = make("p", "quiet keyhints acting", "J K line · ↓ ↑ code · 1–9 or Enter adds it · P adds it as principal · X needs no code · / other words");
  lines.append(head, list, hints);
  app.parts.lines = lines;
  app.parts.note.onclick = (event) => openAtMark(app, event);
  return lines;
}

// What stands above my codes and opens the lines.
/** @param {App} app */
export function buildLinesOpener(app) {
  const opener = makeButton("add lines-opener", undefined, () => openLines(app));
  opener.append(make("span"), keycap("L"));
  app.parts.opener = opener;
  return opener;
}

/** @param {App} app @param {string | null} id */
export function openLines(app, id = null) {
  const { lines } = app.data;
  if (!lines.length) return void announce(app, NOTHING);
  app.lining = true;
  app.parts.lines.hidden = false;
  app.parts.lines.focus({ preventScroll: true });
  const known = lines.some((line) => line.id === app.line) ? app.line : null;
  const [first] = leftLinesOf(app);
  goToLine(app, id ?? first?.id ?? known ?? lines[0].id);
}

/** @param {App} app */
export function closeLines(app) {
  hideLines(app);
  takeFocus(app);
}

/** @param {App} app */
export function hideLines(app) {
  clearTimeout(app.looking);
  if (app.lining && app.lookup?.id) app.setState("query", null);
  Object.assign(app, { lining: false, lookup: null });
  app.parts.lines.hidden = true;
  showLines(app);
}

// Another encounter has lines of its own.
/** @param {App} app */
export function forgetLines(app) {
  clearTimeout(app.looking);
  Object.assign(app, { lining: false, line: null, opened: null, hit: 0, lookup: null, taken: new Map(), lined: [], led: null, passed: false });
  app.parts.lines.hidden = true;
  app.parts.lines.querySelector(".rows").replaceChildren();
}

/** @param {App} app @param {string} id */
export function goToLine(app, id) {
  const moved = app.line !== id;
  Object.assign(app, { line: id, hit: 0, opened: null });
  if (moved || app.lookup?.line !== id) app.lookup = null;
  const line = lineInFocus(app);
  const { state, codes } = accountOf(app, line);
  // Codes for a line are offered to whoever may take one.
  if (["open", "near", "partly"].includes(state) && !looksOn(app)) app.opened = id;
  showLines(app);
  const [node] = nodesOf(app, line);
  if (node) scrollNoteTo(app.parts.note, node);
  announce(app, `${line.text}: ${[WORDS[state], ...codes.map(codeOf)].join(" ")}`);
  clearTimeout(app.looking);
  if (app.opened) app.looking = setTimeout(() => lookUp(app), LOOKING);
}

/** @param {App} app @returns {LineView} */
export function lineInFocus(app) {
  return app.data.lines.find((line) => line.id === app.line) ?? app.data.lines[0];
}

/** @param {App} app */
function lookUp(app, meaning = false) {
  if (!app.lining || app.palette || app.opened !== app.line) return;
  const line = lineInFocus(app);
  if (line.kind === "cause") return; // its codes came with it
  if (!meaning) app.queries += 1;
  app.lookup = { line: line.id, id: app.queries, meaning, shown: meaning ? app.lookup?.shown : undefined };
  const mode = line.kind === "procedure" ? "procedure" : "diagnosis";
  app.setState("query", { id: app.queries, encounter: app.encounter, mode, text: line.text, of: "", header: "", meaning });
  pulse(app);
  if (!meaning) app.looking = setTimeout(() => lookUp(app, true), READING);
}

/** @param {App} app */
export function isLookingUp(app) {
  const { lookup } = app;
  if (!app.lining || app.palette || !lookup || lineInFocus(app).kind === "cause") return false;
  return app.data.found?.id !== lookup.id || (lookup.meaning && !app.data.found.meaning);
}

// The codes for the line in focus; null until they are there. What was shown keeps its digit: the
// codes that the model adds go behind it, or a digit would take another code than was read.
/** @param {App} app @returns {FoundItem[] | null} */
function hitsOf(app) {
  const { lookup, data } = app;
  const line = lineInFocus(app);
  if (line.kind === "cause") return causeHitsOf(app, line);
  if (!lookup || lookup.line !== app.line || data.found?.id !== lookup.id) return null;
  const items = data.found.items.filter(({ further }, index) => further || index < 5);
  // A line that goes on with circumstances has words of their codes, too.
  const leads = ({ key, further }) => !further && line.state !== "needless" && data.suggestions.some((each) => each.key === key);
  lookup.shown ??= [...items.filter(leads), ...items.filter((item) => !leads(item))];
  const later = items.filter(({ key }) => !lookup.shown.some((each) => each.key === key));
  if (later.length) lookup.shown = [...lookup.shown, ...later].slice(0, 9);
  return lookup.shown;
}

// Those for a cause are there with it. The model may have read its words since: what was seen keeps its
// digit all the same.
/** @param {App} app @param {LineView} line @returns {FoundItem[]} */
function causeHitsOf(app, line) {
  if (app.lookup?.line !== line.id) app.lookup = { line: line.id, id: 0, meaning: true, shown: line.hits };
  const { shown } = app.lookup;
  const later = line.hits.filter(({ key }) => !shown.some((each) => each.key === key));
  if (later.length) app.lookup.shown = [...shown, ...later].slice(0, 9);
  return app.lookup.shown;
}

/** @param {App} app */
export function showLines(app) {
  showMarks(app);
  const { lines } = app.data;
  const open = openLinesOf(app).length;
  const partly = leftLinesOf(app).length - open;
  const left = [open ? `${open} not coded` : "", partly ? `${partly} in part` : ""].filter(Boolean).join(", ");
  const { opener, lines: pane } = app.parts;
  opener.hidden = !lines.length;
  const many = lines.length === 1 ? "1 line of the chart" : `${lines.length} lines of the chart`;
  setText(opener.firstChild, `${many}: ${left || "none left"}`);
  opener.classList.toggle("left-over", left !== "");
  if (!app.lining) return;
  if (!lines.length) return hideLines(app);
  setText(pane.querySelector(".count"), left ? `of ${lines.length}: ${left}` : `none of ${lines.length} left`);
  if (!lines.some((line) => line.id === app.line)) app.line = lines[0].id;
  patchList(pane.querySelector(".rows"), lines, ({ id }) => id, (line) => buildLine(app, line), (node, line, index) => {
    const section = node.querySelector(".section");
    section.hidden = lines[index - 1]?.title === line.title && lines[index - 1]?.note === line.note;
    showLine(app, node, line);
  });
}

/** @param {App} app @param {LineView} line */
function buildLine(app, line) {
  const node = make("li", "chartline");
  const pick = makeButton("pick", undefined, () => goToLine(app, line.id));
  pick.append(make("span", "mark"), isolate("words", line.text), make("span", "quiet became"));
  node.append(make("h3", "section", line.title), pick, make("ul", "hits"));
  return node;
}

/** @param {App} app @param {LineView} line */
function showLine(app, node, line) {
  const here = line.id === app.line;
  const { state, codes } = accountOf(app, line);
  node.dataset.state = state;
  node.classList.toggle("focused", here);
  const pick = node.querySelector(".pick");
  if (here) pick.setAttribute("aria-current", "true");
  else pick.removeAttribute("aria-current");
  const named = codes.map((key) => `${codeOf(key)} ${titleOf(app, key)}`).join("; ");
  const remark = state === line.state ? line.remark : "";
  const became = [named || WORDS[state], remark].filter(Boolean);
  if (state === "partly") became.reverse(); // what is left is not cut off
  const said = state === "needless" ? needlessOf(app, line) : undefined;
  setText(node.querySelector(".became"), said ? needlessWords(said) : became.join(" · "));
  showLineHits(app, node.querySelector(".hits"), here && app.opened === line.id);
  if (here) node.scrollIntoView({ block: "nearest" });
}

/** @param {App} app @param {HTMLElement} list @param {boolean} open */
function showLineHits(app, list, open) {
  list.hidden = !open;
  if (!open) return void list.replaceChildren();
  const hits = hitsOf(app);
  list.classList.toggle("waiting", hits === null);
  if (hits === null) return;
  if (!hits.length) {
    const none = isLookingUp(app) ? "Looking …" : "Nothing found by these words: / looks for others.";
    return void list.replaceChildren(make("li", "quiet", none));
  }
  list.replaceChildren(...hits.map((item, index) => buildHit(app, item, index)));
}

/** @param {App} app @param {FoundItem} item @param {number} index */
function buildHit(app, item, index) {
  const node = make("li", index === app.hit ? "linehit active" : "linehit");
  const words = make("span", "what");
  words.append(isolate("", item.title));
  if (item.note) words.append(make("span", "quiet origin", item.note));
  node.append(keycap(String(index + 1)), make("span", "code", item.code), words);
  node.onclick = () => take(app, item);
  return node;
}

// The line's words become the evidence; what the model suggests is accepted with its own.
/** @param {App} app @param {FoundItem} item */
function take(app, item, principal = false) {
  if (!isOpenChart(app)) return;
  if (!principal && lineInFocus(app).kind !== "admitting" && accountOf(app, lineInFocus(app)).codes.includes(item.key)) {
    return void announce(app, `${item.code} codes this line already`);
  }
  const line = lineInFocus(app);
  app.picked.set(item.key, item.title);
  app.taken.set(line.id, item.key);
  const suggested = [...app.data.suggestions, ...app.data.demoted].some(({ key }) => key === item.key);
  if (line.kind === "admitting") decide(app, "set_admitting", item.key);
  else if (suggested && !app.verdicts.has(item.key)) decide(app, "accept", item.key);
  else addCode(app, item.key, [line.span]);
  if (principal) makePrincipal(app, item.key);
  const further = furtherOf(app);
  if (line.kind === "admitting" || !further) return goOn(app);
  app.hit = hitsOf(app).indexOf(further);
  showLines(app);
  announce(app, `the line names ${further.title}, too: ${further.code} has the key ${app.hit + 1}, J goes on`);
}

// What the line names besides its first condition and the chart does not have: one code of it alone
// would leave the rest untold.
/** @param {App} app @returns {FoundItem | undefined} */
function furtherOf(app) {
  return hitsOf(app)?.find(({ further, key }) => further && !app.chart.order.includes(key) && !app.verdicts.has(key));
}

// The next line without a code, below before above.
/** @param {App} app */
export function goOn(app) {
  const { lines } = app.data;
  const at = lines.findIndex((line) => line.id === app.line);
  const open = new Set(leftLinesOf(app));
  const next = [...lines.slice(at + 1), ...lines.slice(0, at)].find((line) => open.has(line));
  if (next) return goToLine(app, next.id);
  goToLine(app, app.line);
  announce(app, "every line is coded or needs no code");
}

/** @param {App} app @param {number} by */
function stepLine(app, by) {
  const { lines } = app.data;
  const at = lines.findIndex((line) => line.id === app.line) + by;
  goToLine(app, lines[Math.max(0, Math.min(lines.length - 1, at))].id);
}

/** @param {App} app @param {number} by */
function stepLineHit(app, by) {
  const hits = hitsOf(app);
  if (!app.opened || !hits?.length) return stepLine(app, by);
  app.hit = Math.max(0, Math.min(hits.length - 1, app.hit + by));
  showLines(app);
}

/** @param {App} app */
function openOrTake(app) {
  const hits = hitsOf(app);
  if (looksOn(app)) return;
  if (app.opened) return hits?.[app.hit] && take(app, hits[app.hit]);
  app.opened = app.line;
  showLines(app);
  lookUp(app);
}

// The chosen code of the line in focus, or the one it is coded by, as the principal one.
/** @param {App} app */
function takePrincipal(app) {
  const line = lineInFocus(app);
  if (line.kind === "admitting") return void announce(app, "this line says why the patient came: a digit sets the admitting diagnosis");
  const [coded] = accountOf(app, line).codes;
  if (!app.opened) return coded ? makePrincipal(app, coded) : openOrTake(app);
  const item = hitsOf(app)?.[app.hit];
  if (!item) return void announce(app, "no code for this line is there yet");
  if (/^[VE]/.test(item.code)) return void announce(app, `${item.code} is a status or circumstance, which a stay is seldom for: ${app.hit + 1} adds it`);
  take(app, item, true);
}

/** @param {App} app */
function lookFurther(app) {
  const { span, text } = lineInFocus(app);
  openPalette(app, "add", "", { note: span[0], start: span[1], end: span[2], text });
}

/** @param {App} app @param {string} key @param {boolean} repeat */
export function linesKey(app, key, repeat) {
  const steps = { j: () => stepLine(app, 1), k: () => stepLine(app, -1), ArrowDown: () => stepLineHit(app, 1), ArrowUp: () => stepLineHit(app, -1) };
  if (Object.hasOwn(steps, key)) return steps[key];
  const acts = {
    Enter: () => openOrTake(app),
    "/": () => lookFurther(app),
    Escape: () => closeLines(app),
    l: () => closeLines(app),
    x: () => sayNeedless(app),
    p: () => !looksOn(app) && takePrincipal(app),
    f: () => {
      if (looksOn(app)) return;
      hideLines(app);
      openFinish(app);
    },
  };
  if (Object.hasOwn(acts, key)) return repeat ? () => {} : acts[key];
  const hit = /^[1-9]$/.test(key) && !repeat ? hitsOf(app)?.[Number(key) - 1] : null;
  return hit ? () => take(app, hit) : null;
}
