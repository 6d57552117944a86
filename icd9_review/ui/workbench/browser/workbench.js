// One workbench per place on the page. Streamlit calls the exported function again on every
// change of the data; what a person has done since lives in `app`, and the page is patched.

import { isDark, make } from "../../browser/dom.js";
import { fit, mount } from "../../browser/frame.js";
import { joinSteps } from "../../browser/steps.js";
import { announce, App } from "./app.js";
import { arrange } from "./arranging.js";
import { buildCodeBook, hideCodeBook } from "./book/book.js";
import { buildRule, hideRule } from "./book/rule.js";
import { fold } from "./chart.js";
import { showFocus, wish } from "./focus.js";
import { withHeld } from "./note/held.js";
import { onKey } from "./keys.js";
import { pending, settle, takeUp } from "./outbox.js";
import { buildBanner, showBanner } from "./panes/banner.js";
import { buildRight } from "./panes/codes.js";
import { listRows } from "./panes/demoted.js";
import { buildFinder, closeFinder, refreshHits } from "./note/finder.js";
import { buildFacts, hideFacts } from "./panes/facts.js";
import { buildDocuments, showDocuments } from "./room/documents.js";
import { buildFinish, hideFinish, leaveWhenSigned } from "./panes/finish.js";
import { buildFooter, buildSheet, showRefusals } from "./panes/footer.js";
import { buildLines, forgetLines } from "./panes/lines.js";
import { markNote, showNotes } from "./note/note.js";
import { buildQueries, hideQueries } from "./physician/queries.js";
import { buildPalette, closePalette, showFound } from "./panes/palette.js";
import { clearPassage, keepCaret, selectedPassage, shorten } from "./note/passage.js";
import { buildRoom, takeRoom } from "./room/view.js";
import { buildStrip, cancelStrip } from "./panes/strip.js";
import { buildSummary, showSummary } from "./beside/summary.js";
import { buildLeft } from "./panes/suggestions.js";
import { followFocus, watchNote } from "./note/walk.js";
import { buildListDialog } from "./parts.js";
import { looksOn } from "./beside/trail.js";
import { ask, pulse, RETRY_FIRST } from "./pulse.js";
import { render } from "./render.js";

/** @import { WorkbenchView } from "./view.d.ts" */

const apps = new WeakMap();

function build(parentElement) {
  const app = new App(make("div", "workbench"));
  const { parts } = app;
  parts.banner = buildBanner(app);
  parts.note = make("section", "pane note reads");
  parts.note.ariaLabel = "Note";
  parts.note.tabIndex = 0;
  parts.note.onmouseup = () => tellPassage(app);
  parts.alerts = make("div", "alerts");
  parts.alerts.role = "alert";
  parts.sheet = buildSheet();
  [parts.listsheet] = buildListDialog("listsheet", "Lists in force");
  parts.left = buildLeft(app);
  app.root.append(parts.banner, parts.left, ...buildDocuments(app), parts.note, buildRight(app), watchNote(app), buildFinder(app), ...buildRoom(app));
  parts.right.append(buildLines(app), buildPalette(app), buildFinish(app), buildFacts(app), buildCodeBook(app), buildRule(app), buildQueries(app));
  buildStrip(app);
  app.root.append(buildFooter(app), parts.alerts, parts.sheet, parts.listsheet, buildSummary(app));
  parentElement.append(app.root);
  return app;
}

/** @param {App} app */
function tellPassage(app) {
  const passage = selectedPassage(app);
  if (!passage) return;
  const words = `“${shorten(passage.text)}”`;
  const adds = !app.chart.signed && !looksOn(app);
  if (app.data.audit) return announce(app, `/ adds a code for ${words}`);
  announce(app, adds ? `/ adds a code for ${words}, Shift Q asks the physician` : `Shift Q asks the physician about ${words}`);
}

/** @param {App} app @param {WorkbenchView} data */
function startEncounter(app, data) {
  app.encounter = data.encounter.id;
  app.parts.note.replaceChildren();
  app.parts.note.scrollTop = 0;
  const { list, proposed, demoted, outside, codes, procedures } = app.parts;
  for (const each of [list, proposed, demoted, outside, codes, procedures]) each.replaceChildren();
  app.marked = [];
  Object.assign(app, { focus: null, mine: null, region: "left", requested: null, explain: null, follow: null, order: null, openOnly: null, shown: new Set(), byHand: false, departure: null, leaving: false, refusals: [], demotedOpen: false, jumped: null, marking: null });
  Object.assign(app, { summarising: null, summing: false, goingOn: false });
  cancelStrip(app);
  if (app.palette) closePalette(app);
  hideFinish(app);
  closeFinder(app);
  hideFacts(app);
  hideCodeBook(app);
  hideRule(app);
  hideQueries(app);
  app.inquiry = null;
  forgetLines(app);
  clearPassage(app);
  announce(app, `${data.encounter.label} opened`);
}

/** @param {App} app @param {WorkbenchView} data */
function receive(app, data) {
  const returns = !app.data;
  if (returns) takeUp(data.user);
  if (app.encounter !== data.encounter.id) startEncounter(app, data);
  app.data = data;
  if (app.order === data.order) app.order = null;
  if (app.openOnly === data.open_only) app.openOnly = null;
  arrange(app);
  listRows(app);
  if (app.explain === data.explains) app.explain = null;
  if (app.follow === data.follows) app.follow = null;
  const refused = settle(data);
  app.refusals.push(...refused);
  // A signature that the page was left for goes on where it stopped.
  if (returns) app.leaving = pending(app).some(({ sent }) => sent.action === "finalise");
  // A refused signature is read before anything opens, also where another person's stands.
  if (refused.length) app.leaving = false;
  fold(app, pending(app));
  if (!app.rows.has(app.focus)) {
    // Suggestions come first: before the model has read, nothing takes their place in focus.
    const keys = data.status.name === "scoring" ? [] : [...app.rows.keys()];
    app.focus = keys.find((key) => !app.verdicts.has(key)) ?? keys[0] ?? null;
    // A chart is read from its top: the note follows from the first step on.
    Object.assign(app, { evidence: -1, followed: app.focus });
  }
  app.delay = RETRY_FIRST;
}

/** @param {App} app */
function stopTimers(app) {
  for (const timer of [app.pulse, app.rest, app.typing, app.looking]) clearTimeout(timer);
}

export default function ({ data: sent, parentElement, setStateValue, setTriggerValue }) {
  joinSteps(globalThis);
  const data = withHeld(sent);
  if (!data) {
    setStateValue("outbox", []); // which holds nothing
    // What is shown goes on, with its keys and what was typed and is still to be sent.
    const shown = apps.get(parentElement);
    return shown ? mount(shown, onKey, () => stopTimers(shown)) : () => {};
  }
  if (!apps.has(parentElement)) apps.set(parentElement, build(parentElement));
  const app = apps.get(parentElement);
  if (!parentElement.contains(app.root)) parentElement.append(app.root);
  app.setState = setStateValue;
  app.trigger = setTriggerValue;
  const leave = mount(app, onKey, () => stopTimers(app));
  const opens = app.encounter !== data.encounter.id;
  receive(app, data);
  fit(app);
  takeRoom(app);
  app.root.dataset.theme = isDark(app.root) ? "dark" : "light";
  showBanner(app);
  showNotes(app);
  showDocuments(app);
  keepCaret(app);
  refreshHits(app);
  markNote(app);
  render(app);
  if (opens) showFocus(app);
  followFocus(app);
  showFound(app);
  showRefusals(app);
  leaveWhenSigned(app);
  showSummary(app);
  wish(app);
  if (app.departure || app.summarising) ask(app);
  pulse(app);
  return leave;
}
