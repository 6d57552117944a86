// The footer with the keys and what is saved, the sheet of all keys, and what was refused.

import { clock, isolate, make, makeButton, patchList, setText } from "../../../browser/dom.js";
import { depart } from "../acts.js";
import { FOOTER, KEYS } from "../keys.js";
import { LATE, outbox } from "../outbox.js";
import { buildListDialog, keycap } from "../parts.js";

/** @import { App } from "../app.js" */

/** @param {App} app */
export function showSaved(app) {
  const count = outbox.entries.length;
  const since = count ? outbox.entries[0].at : 0;
  const late = count > 0 && Date.now() - since > LATE;
  const verdicts = count === 1 ? "1 decision" : `${count} decisions`;
  let text = app.data.saved_at ? `saved ${app.data.saved_at}` : "";
  if (count) text = late ? `${verdicts} not saved since ${clock(since)}, trying again` : "saving …";
  if (app.departure && count) text += app.departure === "next" ? " · then the next encounter" : "";
  setText(app.parts.saved, text);
  app.parts.saved.classList.toggle("late", late);
}

/** @param {App} app */
export function showRefusals(app) {
  const create = ({ id, message }) => {
    const line = make("div", "refusal");
    const close = makeButton("link", "Dismiss", () => {
      app.refusals = app.refusals.filter((refusal) => refusal.id !== id);
      showRefusals(app);
    });
    line.append(isolate("", message), close);
    return line;
  };
  patchList(app.parts.alerts, app.refusals, ({ id }) => id, create, () => {});
}

/** @param {App} app */
export function buildFooter(app) {
  const footer = make("div", "footer");
  const keys = make("span", "keys");
  for (const { key, short, decides, chart } of FOOTER) {
    const item = make("span", ["key", decides && "acting", chart && "charting"].filter(Boolean).join(" "));
    item.dataset.key = key;
    item.append(keycap(key), key === "C" ? makeButton("link", short, () => depart(app, "what_if")) : short);
    keys.append(item);
  }
  app.parts.footer = footer;
  app.parts.saved = make("span", "saved");
  app.parts.saved.role = "status";
  app.parts.spoken = make("span", "spoken");
  app.parts.spoken.role = "status";
  footer.append(keys, app.parts.spoken, app.parts.saved);
  return footer;
}

export function buildSheet() {
  const [sheet, body] = buildListDialog("keysheet", "Keys");
  const list = make("dl");
  for (const { key, words, decides, chart } of KEYS) {
    const whose = [decides && "acting", chart && "charting"].filter(Boolean).join(" ");
    const term = make("dt", whose);
    term.append(keycap(key));
    const what = make("dd", whose, words);
    what.dataset.key = key;
    list.append(term, what);
  }
  body.append(list);
  return sheet;
}
