// The marks in the margin of the note: what became of each chart line, and a way to it.

import { accountOf } from "../accounts.js";
import { openLines } from "../panes/lines.js";
import { nodesOf } from "./note.js";

/** @import { App } from "../app.js" */

// A click on the mark beside a line opens it.
/** @param {App} app @param {MouseEvent} event */
export function openAtMark(app, event) {
  const [node] = event.composedPath();
  if (!(node instanceof HTMLElement) || !node.dataset.line) return;
  const text = node.closest(".text");
  if (!text || event.clientX >= text.getBoundingClientRect().left) return;
  const line = app.data.lines.find((each) => nodesOf(app, each)[0] === node);
  if (line) openLines(app, line.id);
}

// Beside the first piece of each line stands what became of it; the line in focus is marked.
/** @param {App} app */
export function showMarks(app) {
  for (const node of app.lined) {
    delete node.dataset.line;
    node.classList.remove("lined");
  }
  app.lined = [];
  for (const line of app.data.lines) {
    const nodes = nodesOf(app, line);
    if (!nodes.length) continue;
    nodes[0].dataset.line = accountOf(app, line).state;
    const here = app.lining && line.id === app.line;
    if (here) for (const node of nodes) node.classList.add("lined");
    app.lined.push(...(here ? nodes : nodes.slice(0, 1)));
  }
}
