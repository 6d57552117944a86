// What the model used for the code in focus, what a person chose for it, and what else names it: each
// in the look that it has in the note.

import { activeIn, isolate, make, makeButton, setText } from "../../../browser/dom.js";
import { depth } from "../../../browser/marks.js";
import { decide, depart, toggleExplanations } from "../acts.js";
import { codeOf, titleOf } from "../chart.js";
import { explains, focused, isScored, isVeiled, whyUnexplained } from "../focus.js";
import { citations, mentions } from "../note/note.js";
import { commentsOn } from "./suggestions.js";
import { showPlace, walk } from "../note/walk.js";

/** @import { App } from "../app.js" */
/** @import { Place } from "../types.d.ts" */

function commentLine({ who, words }) {
  const line = make("p", "said");
  line.append(isolate("quiet", `${who}: `), isolate("", words));
  return line;
}

/** @param {App} app */
export function showUsed(app) {
  const { used } = app.parts;
  const key = focused(app);
  const explanation = app.data.explanations[key];
  const said = commentsOn(app, key);
  const content = JSON.stringify([key, explanation, explains(app), said, citations(app), mentions(app), citedSide(app)?.textContent, app.data.status.name, app.data.veil, titleOf(app, key ?? "")]);
  if (used.content === content) return;
  used.content = content;
  used.parentElement.hidden = !key;
  used.parentElement.classList.toggle("roomy", Object.keys(app.data.comments).length > 0);
  const held = [...used.querySelectorAll(".switch")].indexOf(activeIn(used));
  used.replaceChildren();
  if (!key) return;
  const suggested = isScored(app, key);
  const head = make("h2", "", suggested ? "Used" : "Documented");
  head.append(make("span", "for", ` for ${codeOf(key)}`));
  const title = make("p", "full");
  title.title = titleOf(app, key);
  title.append(isolate("", titleOf(app, key)));
  const parts = suggested ? describeExplanation(app, explanation) : describeCitations(app);
  if (suggested && app.data.model && !isVeiled(app)) used.append(explanationSwitch(app), inspectLink(app));
  used.append(head, title, ...parts, ...said.map(commentLine));
  if (held >= 0) used.querySelectorAll(".switch")[held]?.focus({ preventScroll: true });
  used.scrollTop = 0;
}

/** @param {App} app */
function inspectLink(app) {
  const link = makeButton("link quiet switch inspect", "inspect", () => depart(app, "inspect"));
  link.title = "Inspect the explanation on a page of its own (I)";
  return link;
}

/** @param {App} app */
function describeCitations(app) {
  const parts = [citedSide(app), namedSide(app)].filter(Boolean);
  const none = isVeiled(app) ? whyUnexplained(app) : "No words of the note were chosen for this code, and none name it.";
  return parts.length ? parts : [make("p", "quiet", none)];
}

// The words that a code of the chart was added with: by whom they were chosen, and a way to be rid
// of them. Those of a code that nobody has taken yet name it.
/** @param {App} app */
function citedSide(app) {
  const key = focused(app);
  const added = app.chart.order.includes(key);
  const label = !added ? "named" : app.data.unchosen.includes(key) ? "found" : "chosen";
  const side = sideOf(app, citations(app), label, "cited");
  if (side && added && !app.chart.signed) {
    const away = makeButton("link quiet away", "take away", () => decide(app, "set_evidence", key, { evidence: [] }));
    away.title = label === "found" ? "The program found these words; without them the code has no evidence" : "Leave the code without evidence";
    side.querySelector(".words").append(away);
  }
  return side;
}

// The other places that name the code, in the look they have in the note.
/** @param {App} app */
function namedSide(app) {
  /** @type {Place[]} */
  const named = mentions(app);
  return sideOf(app, walk(app).filter((place) => named.includes(place)), "named", "mentioned");
}

/** @param {App} app @param {Place} run */
function wordButton(app, run, kind) {
  const word = makeButton(`word ${kind}`, undefined, () => showPlace(app, run));
  word.append(isolate("", run.text), make("span", "times"));
  const context = [run.assertion, run.section].filter(Boolean).join(", ");
  word.title = context ? `show in note: ${context}` : "show in note";
  if (run.assertion && run.assertion !== "present") word.append(make("span", "tag", run.assertion));
  if (run.weight !== undefined) word.style.setProperty("--depth", depth(run.weight));
  return word;
}

/** @param {App} app */
function describeExplanation(app, explanation) {
  if (app.data.status.name === "no_model") return [make("p", "quiet", "Needs the model.")];
  if (!explains(app)) return [make("p", "quiet", whyUnexplained(app)), citedSide(app), namedSide(app)].filter(Boolean);
  if (explanation?.status === "failed") return [make("p", "failure", explanation.message)];
  if (explanation?.status !== "ready") return [citedSide(app), namedSide(app), ...skeleton()].filter(Boolean);
  const parts = [];
  if (!explanation.evidence.length) {
    parts.push(make("p", "quiet", "No word that says something stands out in the passage."));
  }
  const used = explanation.evidence.map((run) => ({ note: explanation.note, ...run }));
  parts.push(sideOf(app, used.filter(({ weight }) => weight > 0), "for", "supports"));
  parts.push(sideOf(app, used.filter(({ weight }) => weight < 0), "against", "opposes"));
  parts.push(citedSide(app), namedSide(app));
  if (explanation.deletion && !explanation.preview) parts.push(deletionLine(explanation.deletion));
  return [...parts.filter(Boolean), howItWasFound(app, explanation)];
}

/** @param {App} app */
function explanationSwitch(app) {
  const button = makeButton("link quiet switch", explains(app) ? "turn off" : "turn on", () => toggleExplanations(app));
  button.ariaLabel = `Turn explanations ${explains(app) ? "off" : "on"}`;
  button.title = "T turns explanations off or on, for you and from now on";
  return button;
}

function deletionLine(text) {
  const line = make("p", "quiet deletion", text);
  line.title = "The passage read again with other words in place of those marked as for, and in place of as many random ones";
  return line;
}

// Whether it adds up, and on demand how it was worked out.
/** @param {App} app */
function howItWasFound(app, { holds, completeness, details }) {
  const node = make("details", "how");
  const sums = make("summary", holds ? "quiet sums" : "failure sums", completeness);
  const list = make("dl", "facts");
  for (const [name, value] of details) list.append(make("dt", "", name), make("dd", "", value));
  node.append(sums, list);
  node.open = app.howOpen;
  node.ontoggle = () => {
    app.howOpen = node.open;
    if (node.open) node.scrollIntoView({ block: "nearest" });
  };
  return node;
}

// A line of places under what they are; of those that read alike the first, and how many.
/** @param {App} app @param {Place[]} places */
function sideOf(app, places, label, kind) {
  const line = make("div", "words");
  const shown = new Map();
  for (const run of places) {
    const text = `${run.text.toLowerCase()} ${run.assertion}`;
    const same = shown.get(text);
    if (same) {
      same.count += 1;
      setText(same.word.querySelector(".times"), ` ×${same.count}`);
      continue;
    }
    const word = wordButton(app, run, kind);
    shown.set(text, { word, count: 1 });
    line.append(word);
  }
  const row = make("div", "side");
  row.append(make("span", "quiet", label), line);
  return line.children.length ? row : null;
}

function skeleton() {
  const bars = [70, 45, 60].map((width) => {
    const bar = make("span", "bone");
    bar.style.width = `${width}%`;
    return bar;
  });
  const lines = make("div", "skeleton");
  lines.append(make("p", "quiet", "Working out which words the model used …"), ...bars);
  return [lines];
}
