// The right side: what moved, or why nothing can be said.

import { make, setText } from "../../browser/dom.js";
import { isWaiting } from "./copy.js";

/** @import { App } from "./app.js" */
/** @import { MoveView, OutcomeView } from "./view.d.ts" */

// Milliseconds between two looks at the clock, and those after which the seconds are counted.
const TICK = 500;
const SLOW = 2000;
const HEADS = ["Code", "Notes", "Copy", "Change"];

/** @param {App} app */
export function buildMoves(app) {
  const side = make("section", "pane moves");
  side.ariaLabel = "What moves";
  const head = make("div", "head");
  head.append(make("h2", "", "What moves"));
  const { parts } = app;
  parts.summary = make("p", "summary");
  parts.summary.role = "status";
  parts.progress = make("div", "progress");
  parts.progress.ariaHidden = "true";
  parts.message = make("p", "message");
  parts.table = make("table", "moved");
  parts.rows = make("tbody");
  const line = make("tr");
  line.append(...HEADS.map((text) => Object.assign(make("th", "", text), { scope: "col" })));
  const top = make("thead");
  top.append(line);
  parts.table.append(top, parts.rows);
  parts.still = make("p", "still quiet");
  parts.remark = make("p", "remark quiet");
  parts.figures = make("div", "scroll figures");
  parts.figures.tabIndex = 0;
  parts.figures.role = "region";
  parts.figures.ariaLabel = "Suggestions that moved";
  parts.figures.append(parts.message, parts.table, parts.still, parts.remark);
  side.append(head, parts.summary, parts.progress, parts.figures);
  return side;
}

// While a newer copy is read the figures of the older one give way.
/** @param {App} app */
export function showWaiting(app) {
  clearTimeout(app.tick);
  const waiting = isWaiting(app);
  const { figures, progress, summary } = app.parts;
  figures.ariaBusy = String(waiting);
  progress.classList.toggle("running", waiting);
  if (!waiting) return;
  const seconds = Math.floor((Date.now() - app.since) / 1000);
  setText(summary, Date.now() - app.since < SLOW ? "Reading the copy …" : `Reading the copy … ${seconds} s`);
  app.tick = setTimeout(() => showWaiting(app), TICK);
}

/** @param {App} app @param {OutcomeView} outcome */
export function showMoves(app, outcome) {
  const { message, remark, rows, still, summary, table } = app.parts;
  setText(summary, outcome.summary);
  setText(message, outcome.refusal || outcome.message);
  message.hidden = !(outcome.refusal || outcome.message);
  message.classList.toggle("failed", Boolean(outcome.refusal));
  table.hidden = outcome.rows.length === 0;
  rows.replaceChildren(...outcome.rows.map(buildMove));
  setText(still, outcome.still);
  setText(remark, outcome.remark);
}

/** @param {MoveView} move */
function buildMove(move) {
  const row = make("tr", move.crossing);
  const head = Object.assign(make("th"), { scope: "row" });
  const name = make("div", "name");
  name.append(make("span", "code", move.code), make("span", "what", move.title));
  if (move.crossing) name.append(make("span", "crossing", move.crossing));
  if (move.why) name.append(make("span", "why quiet", move.why));
  head.append(name);
  row.append(head, ...[move.before, move.after, move.change].map((text) => make("td", "", text)));
  return row;
}
