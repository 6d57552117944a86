// What reaches its threshold and was demoted: folded away in the left pane, under the suggestions.

import { make, makeButton, patchList, setText } from "../../../browser/dom.js";
import { announce } from "../app.js";
import { isListed } from "../arranging.js";
import { focusOn, takeFocus } from "../focus.js";
import { render } from "../render.js";

/** @import { App } from "../app.js" */

/** @param {App} app */
export function buildDemoted(app) {
  const head = make("div", "head inner");
  const fold = makeButton("link quiet switch", undefined, () => toggleDemoted(app));
  fold.setAttribute("aria-controls", "demoted-codes");
  fold.title = "V shows or hides them";
  const title = make("h2", "", "Demoted");
  title.title =
    "They reach their threshold, but the second judge, which looks at the whole note, found them more probably wrong than right";
  head.append(title, fold);
  app.parts.demotedFold = fold;
  app.parts.demotedHead = head;
  app.parts.demoted = make("ul", "list demoted");
  app.parts.demoted.ariaLabel = "Demoted codes";
  app.parts.demoted.id = "demoted-codes";
  return [head, app.parts.demoted];
}

// The rows that keys go through, from top to bottom. What is demoted counts while it is shown.
/** @param {App} app */
export function listRows(app) {
  const { suggestions, demoted, outside } = app.data;
  if (demoted.some(({ key }) => key === app.focus)) app.demotedOpen = true;
  const rows = [...suggestions, ...(app.demotedOpen ? demoted : []), ...outside];
  app.rows = new Map(rows.map((item) => [item.key, item]));
}

/** @param {App} app */
export function toggleDemoted(app) {
  const { demoted } = app.data;
  if (!demoted.length) return void announce(app, "nothing was demoted");
  app.demotedOpen = !app.demotedOpen;
  if (app.demotedOpen) {
    listRows(app);
    focusOn(app, demoted[0].key, { take: true });
  } else foldAway(app);
  render(app);
}

// What the focus leaves goes on to be marked and explained where the focus goes.
/** @param {App} app */
function foldAway(app) {
  const { suggestions, demoted, outside } = app.data;
  const hidden = demoted.some(({ key }) => key === app.focus);
  const next = [...suggestions, ...outside][0]?.key;
  if (hidden && next && app.region === "left") {
    focusOn(app, next, { take: true });
  } else {
    if (hidden) app.focus = next ?? null;
    takeFocus(app);
  }
  listRows(app);
}

/** @param {App} app */
export function showDemoted(app, create, update) {
  const { demoted } = app.data;
  const { demotedHead, demotedFold } = app.parts;
  demotedHead.hidden = !demoted.length;
  setText(demotedFold, `${app.demotedOpen ? "hide" : "show"} ${demoted.length}`);
  demotedFold.ariaLabel = `${app.demotedOpen ? "Hide" : "Show"} demoted codes`;
  demotedFold.setAttribute("aria-expanded", String(app.demotedOpen));
  patchList(app.parts.demoted, app.demotedOpen ? demoted.filter(({ key }) => isListed(app, key)) : [], ({ key }) => key, create, update);
}
