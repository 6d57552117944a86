// Which diagnosis is the principal one (outpatient: first-listed): what the notes propose, at the
// head of my codes and before the signature, until a person has said it.

import { isolate, make, makeButton, patchList, setText } from "../../../browser/dom.js";
import { makePrincipal } from "../acts.js";
import { codeOf, isInpatient, isPrincipalOpen, ofKind, proposalsOf, titleOf } from "../chart.js";
import { focusMine, isVeiled } from "../focus.js";
import { keycap } from "../parts.js";
import { buildFirstLine, firstLineOf, showFirstLine } from "./first_line.js";

/** @import { App } from "../app.js" */
/** @import { ProposalView } from "../view.d.ts" */

/** @param {App} app */
export function buildPrincipal(app) {
  const box = make("div", "principal");
  app.parts.principalHead = make("h3", "sub", "");
  app.parts.proposals = make("ol", "codes");
  app.parts.principalNone = make("p", "quiet", "");
  box.append(app.parts.principalHead, buildFirstLine(app), app.parts.proposals, app.parts.principalNone);
  app.parts.principal = box;
  return box;
}

/** @param {App} app */
export function showPrincipal(app) {
  const { principal, principalHead, proposals, principalNone } = app.parts;
  const [first] = proposalsOf(app);
  const some = ofKind(app, "diagnosis").length > 0;
  showFirstLine(app);
  const uncoded = firstLineOf(app) !== null;
  principal.hidden = !isPrincipalOpen(app) || (!first && !some && !uncoded);
  setText(principalHead, isInpatient(app) ? "Principal diagnosis?" : "First-listed diagnosis?");
  patchList(proposals, first ? [first] : [], ({ key }) => key, (each) => buildProposal(app, each), (item, each) => showProposal(app, item, each));
  principalNone.hidden = Boolean(first) || uncoded;
  const none = isVeiled(app) ? "" : "No list of diagnoses in the notes names one of the codes. ";
  setText(principalNone, `${none}P on a code says which it is.`);
}

/** @param {App} app @param {ProposalView} found */
function buildProposal(app, found) {
  const { key } = found;
  const item = make("li", "proposal");
  const pick = makeButton("pick", undefined, () => focusMine(app, key));
  const words = make("span", "what");
  words.append(isolate("name"), make("span", "quiet origin"));
  pick.append(make("span", "number", "?"), make("span", "code", codeOf(key)), words);
  const take = makeButton("setting", "", () => makePrincipal(app, key));
  take.append(make("span", "", "take "), keycap("P"));
  item.append(pick, take);
  return item;
}

/** @param {App} app @param {ProposalView} found */
function showProposal(app, item, found) {
  const { key, title, reason, section } = found;
  const here = app.region === "right" && key === app.mine && !app.chart.order.includes(key);
  item.classList.toggle("focused", here);
  const pick = item.querySelector(".pick");
  pick.tabIndex = here ? 0 : -1;
  pick.title = section;
  setText(item.querySelector(".name"), title);
  setText(item.querySelector(".origin"), reason);
  item.querySelector(".setting").ariaLabel = `Take ${codeOf(key)} as ${isInpatient(app) ? "the principal diagnosis" : "first-listed"}`;
}

// What Enter says before an inpatient chart is signed: of my codes what is proposed, else the
// first. Nothing is accepted by it.
/** @param {App} app @returns {string} */
export function principalToSay(app) {
  if (!isInpatient(app) || !isPrincipalOpen(app)) return "";
  const diagnoses = ofKind(app, "diagnosis");
  return proposalsOf(app).find(({ key }) => diagnoses.includes(key))?.key ?? diagnoses[0] ?? "";
}

// The question before the signature: the code that Enter takes and why, then what else it could be.
/** @param {App} app @param {string} asked @param {(key: string) => void} say @param {(key: string) => void} jump */
export function principalQuestion(app, asked, say, jump) {
  const reasons = new Map(proposalsOf(app).map(({ key, reason }) => [key, reason]));
  const others = proposalsOf(app).filter(({ key }) => key !== asked);
  const uncoded = firstLineOf(app);
  const alone = isVeiled(app) ? "stands first" : "stands first; no list of diagnoses in the notes names it";
  const merely = uncoded ? `stands first; no code yet for “${uncoded.text}”, ${uncoded.which}` : alone;
  const line = (key, reason, act) => {
    const button = makeButton("line", `${codeOf(key)} ${titleOf(app, key)}`, () => act(key));
    button.append(make("span", "quiet why", reason));
    return button;
  };
  const box = make("div", "asked");
  box.append(line(asked, reasons.get(asked) ?? merely, say));
  if (others.length) box.append(make("h3", "", "It could also be"));
  for (const { key, title, reason } of others) {
    const mine = app.chart.order.includes(key);
    if (!mine) app.picked.set(key, title);
    box.append(line(key, mine ? reason : `${reason}; not among your codes`, mine ? say : jump));
  }
  return box;
}
