// A line of the chart of which a person says that it needs no code: the rules know only some of the
// reasons.

import { accountOf } from "../accounts.js";
import { decide, isOpenChart } from "../acts.js";
import { announce } from "../app.js";
import { isSameSpan } from "../chart.js";
import { goOn, goToLine, lineInFocus } from "./lines.js";

/** @import { App } from "../app.js" */
/** @import { Needless } from "../types.d.ts" */
/** @import { LineView } from "../view.d.ts" */

/** @param {App} app @param {LineView} line @returns {Needless | undefined} */
export function needlessOf(app, line) {
  return app.chart.needless.find(({ span }) => isSameSpan(span, line.span));
}

/** @param {Needless} said */
export function needlessWords({ actor, own }) {
  return `needs no code: said by ${own ? "you" : actor}`;
}

// Says it of the line in focus, or takes it back.
/** @param {App} app */
export function sayNeedless(app) {
  if (!isOpenChart(app)) return;
  const line = lineInFocus(app);
  const said = needlessOf(app, line);
  if (said) return takeBackLine(app, said);
  const { state } = accountOf(app, line);
  if (state === "coded") return void announce(app, "this line is coded already");
  if (state === "needless") return void announce(app, `this line needs no code already: ${line.remark}`);
  decide(app, "set_line", "", { evidence: [line.span], value: "needless" });
  goOn(app);
  announce(app, `“${line.text}” needs no code; U takes it back`);
}

/** @param {App} app @param {Needless} said */
export function takeBackLine(app, said) {
  decide(app, "set_line", "", { evidence: [said.span], value: null });
  const line = app.data.lines.find(({ span }) => isSameSpan(span, said.span));
  if (line && app.lining) goToLine(app, line.id);
}
