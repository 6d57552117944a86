// The line of the notes that says the principal diagnosis, where it has no code yet: it is coded
// first, and nothing that merely was accepted before it becomes the principal one unread.

import { make, makeButton, setText } from "../../../browser/dom.js";
import { accountOf, openLinesOf } from "../accounts.js";
import { announce } from "../app.js";
import { isInpatient, isPrincipalOpen } from "../chart.js";
import { changeRegion } from "../focus.js";
import { keycap } from "../parts.js";
import { openLines } from "./lines.js";

/** @import { App } from "../app.js" */
/** @import { LineView } from "../view.d.ts" */

// The line and which one of its list it is; null where it has a code or somebody said what it is.
/** @param {App} app @returns {{ line: LineView, which: string, text: string } | null} */
export function firstLineOf(app) {
  const { first_line: first, lines } = app.data;
  if (!first || !isPrincipalOpen(app)) return null;
  const line = lines.find(({ id }) => id === first.line);
  return line && accountOf(app, line).state === "open" ? { ...first, line } : null;
}

// Between suggestions and my codes; once by way of the line that is to be coded first.
/** @param {App} app */
export function goAcross(app) {
  const first = app.region === "left" ? firstLineOf(app) : null;
  if (!first || app.led === first.line.id) return changeRegion(app);
  return goToFirstLine(app, first);
}

/** @param {App} app @param {{ line: LineView, which: string }} first */
function goToFirstLine(app, { line, which }) {
  app.led = line.id;
  openLines(app, line.id);
  announce(app, `${which}: no code yet. A digit adds one, P makes it the principal diagnosis`);
}

/** @param {App} app */
export function buildFirstLine(app) {
  const row = makeButton("first-line", undefined, () => {
    const first = firstLineOf(app);
    if (first) goToFirstLine(app, first);
  });
  row.append(make("span", "words"), make("span", "quiet origin"), keycap("G"));
  app.parts.firstLine = row;
  return row;
}

/** @param {App} app */
export function showFirstLine(app) {
  const first = firstLineOf(app);
  const row = app.parts.firstLine;
  row.hidden = !first;
  if (!first) return;
  setText(row.querySelector(".words"), `“${first.text}” has no code yet`);
  setText(row.querySelector(".origin"), `${first.which}: code it first`);
  row.querySelector("kbd").hidden = app.led === first.line.id;
}

// What is asked of once before an inpatient chart is signed: what was diagnosed in the end, and is
// not coded.
/** @param {App} app @returns {LineView[]} */
export function linesToAsk(app) {
  if (!isInpatient(app) || app.passed) return [];
  const first = firstLineOf(app)?.line;
  return openLinesOf(app).filter((line) => line.final || line === first);
}
