// The left pane: what the model suggests, and what else the note names.

import { isolate, make, makeButton, patchList, quoted, setText } from "../../../browser/dom.js";
import { accept, undo } from "../acts.js";
import { buildOpenOnly, buildOrder, groupOf, isBelow, isListed, nothingOpen, showOrder } from "../arranging.js";
import { watchRows } from "../bulk.js";
import { codeOf } from "../chart.js";
import { focusOn, isVeiled } from "../focus.js";
import { meter, paneHead, setMeter } from "../parts.js";
import { buildDemoted, showDemoted } from "./demoted.js";
import { audits, verdictWord } from "../beside/audit.js";
import { askReject } from "./strip.js";

/** @import { App } from "../app.js" */
/** @import { SuggestionView } from "../view.d.ts" */

/** @param {App} app */
export function buildLeft(app) {
  const left = make("section", "pane left");
  left.ariaLabel = "Suggestions";
  const [head, count] = paneHead("Suggestions");
  app.parts.count = count;
  head.append(buildOpenOnly(app), buildOrder(app));
  watchRows(app);
  app.parts.message = make("p", "message");
  app.parts.list = make("ul", "list");
  app.parts.list.ariaLabel = "Suggested diagnoses";
  const [procedures, proceduresCount] = paneHead("Procedures");
  procedures.classList.add("inner");
  app.parts.proposedHead = procedures;
  app.parts.proposedCount = proceduresCount;
  app.parts.proposed = make("ul", "list proposed");
  app.parts.proposed.ariaLabel = "Suggested procedures";
  app.parts.leftOut = make("p", "quiet left-out");
  const [outside, outsideCount] = paneHead("Documented, outside the model");
  outside.classList.add("inner");
  app.parts.outsideHead = outside;
  app.parts.outsideCount = outsideCount;
  app.parts.outside = make("ul", "list outside");
  const scroll = make("div", "scroll");
  scroll.append(app.parts.message, app.parts.list, procedures, app.parts.proposed, ...buildDemoted(app));
  scroll.append(outside, app.parts.outside, app.parts.leftOut);
  app.parts.used = make("div", "used reads");
  app.parts.used.tabIndex = 0;
  app.parts.used.role = "region";
  app.parts.used.ariaLabel = "What the model used";
  const below = make("div", "below");
  below.append(app.parts.used);
  left.append(head, scroll, below);
  return left;
}

/** @param {App} app */
function buildRow(app, { key, code, kind, title, probability }) {
  const row = make("li", "row");
  app.parts.watcher?.observe(row);
  const pick = makeButton("pick", undefined, () => focusOn(app, key));
  const name = isolate("title", title);
  name.title = title;
  const chance = make("span", "chance");
  if (probability !== undefined) chance.append(meter(probability));
  chance.append(make("span", "words"), make("span", "far"));
  pick.append(make("span", "code", code), name, chance);
  // Suggested ones stand in a list of their own; among those that are documented it has to be said.
  if (kind === "procedure" && probability === undefined) pick.querySelector(".code").append(make("span", "kind", "procedure"));
  const verdict = make("span", "verdict");
  verdict.id = `verdict-${key}`;
  pick.setAttribute("aria-describedby", verdict.id);
  const acts = make("span", "acts");
  const act = (word, run, text = word[0].toUpperCase() + word.slice(1)) => {
    const button = makeButton(`act ${word}`, text, run);
    button.ariaLabel = `${button.textContent} ${code}`;
    acts.append(button);
  };
  act("accept", () => accept(app, key));
  act("reject", () => askReject(app, key), audits(app) ? "Delete" : "Reject");
  act("undo", () => undo(app, key));
  row.append(make("span", "group"), pick, verdict, acts);
  return row;
}

/** @param {App} app */
function showRow(app, row, item) {
  const { key } = item;
  const decision = app.verdicts.get(key);
  const here = app.region === "left" && key === app.focus;
  row.classList.toggle("focused", here);
  row.classList.toggle("saving", app.saving.has(key));
  row.classList.toggle("under", isBelow(app, item.under ?? ""));
  const group = row.querySelector(".group");
  setText(group, item.place === undefined ? "" : groupOf(app, item));
  group.hidden = !group.textContent;
  row.dataset.verdict = decision?.verdict ?? "open";
  row.classList.toggle("own", Boolean(decision?.own) && !app.chart.signed);
  row.classList.toggle("closed", Boolean(app.chart.signed));
  const pick = row.querySelector(".pick");
  pick.tabIndex = key === app.focus ? 0 : -1;
  if (here) pick.setAttribute("aria-current", "true");
  else pick.removeAttribute("aria-current");
  const bar = row.querySelector(".meter");
  if (bar) setMeter(bar, item.probability);
  const verdict = row.querySelector(".verdict");
  setText(verdict, verdictWord(app, decision?.verdict ?? ""));
  verdict.title = decision ? `${decision.verdict} by ${decision.actor}` : "";
  const words = row.querySelector(".words");
  const text = item.likelihood === undefined ? describeOutside(item) : describeChance(item, decision);
  const tags = rowTags(app, item, decision);
  const told = JSON.stringify([text, tags]);
  if (words.told !== told) {
    words.told = told;
    words.replaceChildren(text, ...tags.flatMap(([name, label]) => [" ", make("span", name, label)]));
    const times = item.mentions > 1 ? `named ${item.mentions} times in the notes` : "";
    words.title = [text, times, item.rare].filter(Boolean).join(" · ");
  }
}

// What stands in boxes behind a row's words: class and text of each.
/** @param {App} app */
function rowTags(app, item, decision) {
  const tags = [];
  if (item.assertion && item.assertion !== "present" && !decision) tags.push(["tag", item.assertion]);
  if (item.rare && !decision) tags.push(["tag rare", "rare"]);
  if (commentsOn(app, item.key).length) tags.push(["tag comment", "comment"]);
  return tags;
}

/** @param {App} app @param {string} key */
export function commentsOn(app, key) {
  return app.data.comments[key] ?? [];
}

function describeChance(item, decision) {
  const was = item.percent ? `was ${item.percent}` : item.likelihood;
  const mentions = item.mentions > 1 ? `${item.mentions}×` : "";
  if (!decision) return [`${item.likelihood} ${item.percent}`.trim(), item.demoted, mentions, item.record].filter(Boolean).join(" · ");
  const why = decision.by ? `by ${codeOf(decision.by)}` : decision.reason;
  const who = decision.own ? "" : decision.actor;
  return [why, why || who ? was : `${item.likelihood} ${item.percent}`.trim(), who].filter(Boolean).join(" · ");
}

function describeOutside({ quote, mentions }) {
  if (!quote) return "named in the notes";
  return mentions > 1 ? `${quoted(quote)} · ${mentions}×` : quoted(quote);
}

/** @param {App} app */
export function showSuggestions(app) {
  const { suggestions, outside } = app.data;
  const [diagnoses, procedures] = ["diagnosis", "procedure"].map((kind) => suggestions.filter((item) => item.kind === kind));
  setText(app.parts.count, counted(app, diagnoses, explainedSoFar(app)));
  setText(app.parts.proposedCount, counted(app, procedures));
  app.parts.proposedHead.hidden = !procedures.length;
  showOrder(app);
  const create = (item) => buildRow(app, item);
  const update = (row, item) => showRow(app, row, item);
  const listed = ({ key }) => isListed(app, key);
  patchList(app.parts.list, diagnoses.filter(listed), ({ key }) => key, create, update);
  patchList(app.parts.proposed, procedures.filter(listed), ({ key }) => key, create, update);
  showDemoted(app, create, update);
  patchList(app.parts.outside, outside.filter(listed), ({ key }) => key, create, update);
  app.parts.outsideHead.hidden = !outside.length;
  const named = app.data.status.name === "no_model" ? "Documented in the notes" : "Documented, outside the model";
  setText(app.parts.outsideHead.querySelector("h2"), named);
  setText(app.parts.outsideCount, String(outside.length));
  setText(app.parts.leftOut, app.data.hidden);
  app.parts.leftOut.hidden = !app.data.hidden;
  showMessage(app, suggestions.length > 0);
}

/** @param {App} app @param {SuggestionView[]} listed */
function counted(app, listed, more = "") {
  const decided = listed.filter(({ key }) => app.verdicts.has(key)).length;
  return listed.length ? [`${listed.length - decided} open`, decided ? `${decided} decided` : "", more].filter(Boolean).join(" · ") : "";
}

/** @param {App} app @param {boolean} some */
function showMessage(app, some) {
  const { status, hidden, demoted, veil } = app.data;
  const what = hidden ? "diagnosis" : "code";
  const nothing = demoted.length ? `No ${what} is suggested; some were demoted.` : `No ${what} reaches the model's threshold.`;
  const empty = `${nothing} That is not a finding: read the note.`;
  const stands = status.name === "ready" ? (some ? nothingOpen(app) : empty) : status.message;
  const blind = veil.arm === "blind" && veil.notice;
  const message = blind || [veil.notice, stands].filter(Boolean).join(" ");
  setText(app.parts.message, message);
  app.parts.message.hidden = !message;
  app.parts.message.className = `message ${blind ? "ready" : status.name}`;
}

// How far the explanations are, while some are missing.
/** @param {App} app */
function explainedSoFar(app) {
  const { suggestions, explanations, status } = app.data;
  if (status.name !== "ready" || isVeiled(app)) return "";
  const there = ({ key }) => explanations[key]?.status === "ready" && !explanations[key].preview;
  const explained = suggestions.filter(there).length;
  return explained < suggestions.length ? `${explained} explained` : "";
}
