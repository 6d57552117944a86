// Folds histories of unsent decisions, read as JSON, on top of an empty chart: for comparison with
// what Python makes of them.

import { readFileSync } from "node:fs";

import { App } from "../../../../icd9_review/ui/workbench/browser/app.js";
import { fold } from "../../../../icd9_review/ui/workbench/browser/chart.js";

const EMPTY = { order: [], principal: "", poa: {}, performed: {}, admitting: "", hold: "", signed: "" };

function shown(entries) {
  const data = /** @type {any} */ ({ decisions: [], chart: EMPTY, needless: [], proposals: [] });
  const app = Object.assign(new App(null), { data });
  fold(app, entries);
  const verdicts = [...app.verdicts].map(([key, { verdict }]) => [key, verdict]);
  return { order: app.chart.order, principal: app.chart.principal, poa: app.chart.poa, verdicts: Object.fromEntries(verdicts) };
}

const histories = JSON.parse(readFileSync(0, "utf-8"));
console.log(JSON.stringify(histories.map(shown)));
