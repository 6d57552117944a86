// What became of each chart line: by which codes it is coded, and what is left.

import { needlessOf } from "./panes/needless.js";

/** @import { App } from "./app.js" */
/** @import { LineView } from "./view.d.ts" */

// A line with what was done since the server looked: the codes that still stand.
/** @param {App} app @param {LineView} line @returns {{ state: LineView["state"], codes: string[] }} */
export function accountOf(app, line) {
  const stands = (key) => (line.kind === "admitting" ? app.chart.admitting === key : app.chart.order.includes(key));
  const taken = app.taken.get(line.id);
  if (taken && stands(taken) && !line.codes.includes(taken)) return { state: "coded", codes: [taken] };
  const codes = line.codes.filter(stands);
  const said = needlessOf(app, line);
  if (line.state === "partly" && codes.length) return { state: said ? "coded" : "partly", codes };
  const coded = line.state === "coded" && codes.length > 0;
  if (!coded && said) return { state: "needless", codes: [] };
  if (line.state === "open" || line.state === "needless") return { state: line.state, codes: [] };
  return { state: codes.length ? line.state : "open", codes };
}

/** @param {App} app @returns {LineView[]} */
export function openLinesOf(app) {
  return app.data.lines.filter((line) => accountOf(app, line).state === "open");
}

// What is left: lines without a code, and those with a condition that has none.
/** @param {App} app @returns {LineView[]} */
export function leftLinesOf(app) {
  return app.data.lines.filter((line) => ["open", "partly"].includes(accountOf(app, line).state));
}
