// The banner: which encounter this is, and what everybody has to know before working on it.

import { isolate, make, makeButton, patchList, setText } from "../../../browser/dom.js";
import { depart, takeOver } from "../acts.js";
import { meter } from "../parts.js";
import { factsLink } from "./facts.js";
import { openFinish } from "./finish.js";
import { openQueries } from "../physician/queries.js";
import { hold } from "./strip.js";
import { askSummary } from "../beside/summary.js";
import { buildTally } from "./tally.js";
import { audits } from "../beside/audit.js";
import { looksOn } from "../beside/trail.js";

/** @import { App } from "../app.js" */

/** @param {App} app */
export function buildBanner(app) {
  const banner = make("header", "banner");
  const line = make("div", "line");
  const back = makeButton("link", "Worklist", () => depart(app, "leave"));
  app.parts.back = back;
  const facts = make("div", "facts");
  app.parts.hold = makeButton("act acting", "Hold", () => hold(app));
  app.parts.finalise = makeButton("act primary acting", "Finalise", () => openFinish(app));
  line.append(back, make("span", "quiet", "›"), facts, make("span", "purpose", "Assists coding, not for diagnosis"));
  app.parts.summarise = makeButton("act", "Summary", () => askSummary(app));
  line.append(buildTally(app), app.parts.hold, app.parts.summarise, app.parts.finalise);
  app.parts.notices = make("div", "notices");
  app.parts.notices.role = "status";
  banner.append(line, app.parts.notices);
  return banner;
}

// What everybody has to know of this encounter before working on it.
/** @param {App} app */
export function showNotices(app) {
  const { signed, hold } = app.chart;
  setText(app.parts.hold, hold ? "Take off hold" : "Hold");
  app.parts.hold.hidden = Boolean(signed) || audits(app);
  app.parts.summarise.hidden = !signed;
  setText(app.parts.finalise, audits(app) ? "To the audit" : signed ? "Reopen" : "Finalise");
  app.parts.finalise.classList.toggle("primary", !signed);
  const notices = [
    ["news", app.data.audit?.notice],
    ["news", looksOn(app) && "You look on; the trail says what was done. Nothing is decided here."],
    ["signed", signed && `Finalised: ${signed}.${looksOn(app) ? "" : " Read only; F reopens it with a reason."}`],
    ["hold", hold && `On hold: ${hold}`],
    ["claim", app.data.claimed && `${app.data.claimed}.${looksOn(app) ? "" : " You can work on it too: nothing is overwritten."}`],
    ...app.data.notices.map((text) => ["news", text]),
  ].filter(([, text]) => text);
  patchList(
    app.parts.notices,
    notices.map(([name, text]) => ({ name, text })),
    ({ name, text }) => name + text + (name === "hold" ? app.data.queries.waits : ""),
    ({ name, text }) => {
      const line = make("p", `notice ${name}`);
      line.append(isolate("", text));
      line.title = text;
      if (name === "hold" && app.data.queries.waits) line.append(makeButton("link", "Read the query", () => openQueries(app)));
      if (name === "claim") line.append(makeButton("link acting", "Take over", () => takeOver(app)));
      return line;
    },
    () => {},
  );
}

/** @param {App} app */
export function showBanner(app) {
  const { encounter, facts: known, model, read, notes } = app.data;
  const place = app.parts.banner.querySelector(".facts");
  // A button made anew loses the focus, and a click begun on it.
  const content = JSON.stringify([encounter, known, model, read, notes.length]);
  if (place.content === content) return;
  place.content = content;
  const count = notes.length === 1 ? "1 note" : `${notes.length} notes`;
  const facts = [
    make("h1", "label", encounter.label),
    isolate("person", encounter.person),
    isolate("", [encounter.setting, encounter.dates].filter(Boolean).join(" · ")),
    make("span", "quiet count", count),
  ];
  facts.splice(2, 0, factsLink(app));
  facts.push(makeButton("link acting", "Add a note", () => depart(app, "note")));
  const pill = model && modelPill(model);
  if (read) facts.push(readMeter(read, pill?.title ?? "")); // where the pill has no room
  if (pill) facts.push(pill);
  place.replaceChildren(...facts);
}

function readMeter(read, by) {
  const node = make("span", "read", read.text);
  node.title = by;
  node.append(meter(read.share));
  return node;
}

function modelPill(model) {
  const calibrated = model.calibrated ? "calibrated" : "not calibrated";
  const codes = `${model.labels.toLocaleString("en")} codes`;
  const pill = isolate("pill", `${model.name} · ${calibrated}`);
  pill.append(make("span", "more", ` · ${codes}`));
  pill.title = `model ${pill.textContent} · ${model.version}`;
  return pill;
}
