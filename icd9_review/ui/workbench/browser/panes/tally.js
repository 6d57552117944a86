// How many errors, warnings and hints the chart has, beside Finalise and so always in sight.

import { make, makeButton } from "../../../browser/dom.js";
import { pending } from "../outbox.js";
import { countEdits, jumpTo, showEdits } from "./codes.js";

/** @import { App } from "../app.js" */

const SEVERITIES = ["error", "warning", "hint"];

/** @param {App} app */
export function buildTally(app) {
  app.parts.tally = makeButton("link tally", "", () => goToFirst(app));
  return app.parts.tally;
}

// As under the codes: of before, while something is unsent, and nothing for an empty chart.
/** @param {App} app */
export function showTally(app) {
  const { tally } = app.parts;
  const { edits } = app.data;
  tally.hidden = Boolean(app.chart.signed) || !app.chart.order.length;
  tally.classList.toggle("stale", pending(app).length > 0);
  const counts = SEVERITIES.map((severity) => ({ severity, count: countEdits(edits.filter((edit) => edit.severity === severity)) }));
  const content = JSON.stringify(counts);
  if (tally.content === content) return;
  tally.content = content;
  const told = counts.filter(({ count }) => count > 0);
  const parts = told.map(({ severity, count }) => make("span", severity, `${count} ${severity}${count === 1 ? "" : "s"}`));
  tally.replaceChildren(...(parts.length ? parts : [make("span", "quiet", "no edits")]));
  tally.title = parts.length ? "Go to the first of them" : "";
}

// The gravest comes first; hints are unfolded where there is nothing else.
/** @param {App} app */
function goToFirst(app) {
  const [first] = app.data.edits;
  if (!first) return;
  app.hinting ||= first.severity === "hint";
  showEdits(app);
  if (first.key) return jumpTo(app, first.key);
  app.parts.edits.scrollIntoView({ block: "nearest" });
}
