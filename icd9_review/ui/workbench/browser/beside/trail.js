// The trail: what was done to the encounter, step by step, beside the chart of whoever looks on.
// They see what the coder saw and decide nothing: what acts is not there for them.

import { isolate, make, patchList, setText } from "../../../browser/dom.js";
import { announce } from "../app.js";
import { paneHead } from "../parts.js";

/** @import { App } from "../app.js" */
/** @import { TrailStepView } from "../view.d.ts" */

const LOOKS_ON = "you look on here: what was decided can be read, and nothing is decided";

/** @param {App} app */
export function looksOn(app) {
  return app.data.trail !== null;
}

/** @param {App} app */
export function sayLooksOn(app) {
  announce(app, LOOKS_ON);
}

/** @param {App} app */
export function buildTrail(app) {
  const trail = make("section", "trail");
  trail.ariaLabel = "Trail";
  trail.hidden = true;
  const [head, count] = paneHead("Trail");
  const story = makeLink("link story", "story in the ledger");
  head.append(story);
  const list = make("ol", "steps reads");
  list.tabIndex = 0;
  list.ariaLabel = "What was done, in order";
  trail.append(head, list);
  Object.assign(app.parts, { trail, trailCount: count, story, steps: list });
  return trail;
}

// In a tab of its own: the chart stays where it is.
/** @param {string} className @param {string} text */
function makeLink(className, text) {
  const link = make("a", className, text);
  Object.assign(link, { target: "_blank", rel: "noopener" });
  return link;
}

/** @param {App} app */
export function showTrail(app) {
  const { trail } = app.data;
  app.root.classList.toggle("looks-on", trail !== null);
  app.parts.trail.hidden = trail === null;
  if (!trail) return;
  setText(app.parts.trailCount, String(trail.steps.length));
  app.parts.story.href = trail.story;
  const before = app.parts.steps.children.length;
  patchList(app.parts.steps, trail.steps, ({ number }) => String(number), (step) => buildStep(trail.story, step), () => {});
  // What was done last is what one looks for first; notices take their room only now.
  const { steps } = app.parts;
  if (trail.steps.length > before) requestAnimationFrame(() => Object.assign(steps, { scrollTop: steps.scrollHeight }));
}

/** @param {string} story @param {TrailStepView} step */
function buildStep(story, step) {
  const node = make("li", "step");
  const said = make("p", "did");
  said.append(isolate("who", step.who), ` ${step.what}`);
  const then = makeLink("link then", "as it stood");
  then.href = `${story}&point=${step.number}`;
  then.ariaLabel = `As it stood after step ${step.number}`;
  const line = make("p", "quiet when", `${step.number} · ${step.when} `);
  line.append(then);
  node.append(line, said);
  if (step.why) node.append(isolate("quiet why", step.why));
  return node;
}
