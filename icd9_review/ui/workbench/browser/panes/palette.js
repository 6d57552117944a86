// Finding a code: by number or words, among the siblings of one to replace, below a header.
// The server searches; what is shown always answers the last thing typed.

import { isolate, make, patchList, setText } from "../../../browser/dom.js";
import { decide, isOpenChart, judge } from "../acts.js";
import { announce } from "../app.js";
import { codeOf, isInpatient, titleOf } from "../chart.js";
import { takeFocus } from "../focus.js";
import { pulse } from "../pulse.js";
import { clearPassage, selectedPassage, shorten } from "./passage.js";
import { cancelStrip } from "./strip.js";

/** @import { App } from "../app.js" */
/** @import { Palette } from "../types.d.ts" */
/** @import { FoundItem } from "../view.d.ts" */

// Milliseconds without a key after which what was typed is searched: less than between two words.
const TYPING = 60;
const MODES = {
  add: { label: "Add a code", hint: "code or words: 401, heart attack" },
  replace: { label: "Replace", hint: "a code or words, or choose below" },
  admitting: { label: "Admitting diagnosis", hint: "a code or words" },
};

/** @param {App} app */
export function buildPalette(app) {
  const palette = make("div", "palette");
  palette.role = "dialog";
  palette.hidden = true;
  const title = make("h2");
  const field = make("input", "field");
  field.type = "text";
  field.maxLength = 200;
  field.autocomplete = "off";
  field.spellcheck = false;
  field.role = "combobox";
  field.setAttribute("aria-expanded", "true");
  field.setAttribute("aria-controls", "found");
  field.oninput = () => typed(app);
  const list = make("ul", "found");
  list.id = "found";
  list.role = "listbox";
  list.ariaLabel = "Codes";
  const details = make("div", "details");
  const keys = make("p", "quiet hints", "↓ ↑ choose · Enter takes it · Escape closes");
  palette.append(title, field, make("p", "quiet evidence"), make("p", "quiet found-message"), list, details, keys);
  app.parts.palette = palette;
  return palette;
}

/** @param {App} app @param {Palette["mode"]} mode */
export function openPalette(app, mode, key = "") {
  if (!isOpenChart(app)) return;
  if (app.asking) cancelStrip(app);
  const passage = mode === "add" ? selectedPassage(app) : null;
  app.palette = { mode, key, header: "", passage, active: 0, id: 0 };
  const { palette } = app.parts;
  const { label, hint } = MODES[mode];
  setText(palette.querySelector("h2"), key ? `${label} ${codeOf(key)} ${titleOf(app, key)}` : label);
  palette.ariaLabel = label;
  const field = palette.querySelector(".field");
  field.placeholder = hint;
  field.ariaLabel = label;
  field.value = passage && passage.text.length <= 60 ? passage.text.replace(/\s+/g, " ") : "";
  const said = palette.querySelector(".evidence");
  setText(said, passage ? `Evidence: “${shorten(passage.text)}”` : "");
  said.hidden = !passage;
  palette.querySelector(".found").replaceChildren();
  palette.querySelector(".details").replaceChildren();
  palette.hidden = false;
  field.focus({ preventScroll: true });
  field.select();
  search(app);
}

/** @param {App} app */
export function closePalette(app) {
  app.palette = null;
  app.parts.palette.hidden = true;
}

// From the first changed letter on, what is listed answers another question: it cannot be taken.
/** @param {App} app */
function typed(app) {
  Object.assign(app.palette, { header: "", hurried: false });
  expectAnswer(app);
  clearTimeout(app.typing);
  app.typing = setTimeout(() => app.palette && sendQuery(app), TYPING);
  showFound(app);
}

/** @param {App} app */
function search(app) {
  clearTimeout(app.typing);
  expectAnswer(app);
  sendQuery(app);
  showFound(app);
}

/** @param {App} app */
function expectAnswer(app) {
  app.queries += 1;
  app.palette.id = app.queries;
  app.palette.active = 0;
}

/** @param {App} app */
function sendQuery(app) {
  const { id, mode, key, header } = app.palette;
  app.setState("query", { id, encounter: app.encounter, mode, text: typedText(app), of: key, header });
  pulse(app);
}

/** @param {App} app */
function typedText(app) {
  return app.parts.palette.querySelector(".field").value.trim();
}

/** @param {App} app */
export function isSearching(app) {
  return Boolean(app.palette) && app.data.found?.id !== app.palette.id;
}

/** @param {App} app */
function foundItems(app) {
  return app.data.found && !isSearching(app) ? app.data.found.items : null;
}

/** @param {App} app */
export function showFound(app) {
  if (!app.palette) return;
  const { palette } = app.parts;
  const items = foundItems(app);
  palette.classList.toggle("waiting", items === null);
  if (items === null) return;
  if (app.palette.hurried && takeExact(app, items[0])) return;
  const list = palette.querySelector(".found");
  patchList(list, items, ({ key }) => key, (item) => buildFound(app, item), (node, _, index) => {
    node.ariaSelected = String(index === app.palette.active);
    node.classList.toggle("active", index === app.palette.active);
  });
  setText(palette.querySelector(".found-message"), app.data.found.message);
  palette.querySelector(".found-message").hidden = !app.data.found.message;
  const active = list.children[app.palette.active];
  palette.querySelector(".field").setAttribute("aria-activedescendant", active?.id ?? "");
  active?.scrollIntoView({ block: "nearest" });
  showDetails(app, items[app.palette.active]);
}

// Enter came before the answer: a code typed in full is taken, anything else is shown first.
/** @param {App} app @param {FoundItem} item */
function takeExact(app, item) {
  app.palette.hurried = false;
  const bare = (text) => text.replace(".", "").toUpperCase();
  if (!item || item.header || bare(item.code) !== bare(typedText(app))) return false;
  choose(app, item);
  return true;
}

/** @param {App} app @param {FoundItem} item */
function buildFound(app, item) {
  const node = make("li", item.header ? "hit header" : "hit");
  node.role = "option";
  node.id = `found-${item.key}`;
  const words = make("span", "what");
  words.append(isolate("", item.title));
  if (item.note) words.append(make("span", "quiet origin", item.note));
  const code = make("span", "code", item.code);
  if (item.header) code.append(make("span", "kind", "more digits"));
  else if (item.mapped) code.append(make("span", "kind", "by ICD-10 map"));
  else if (item.kind === "procedure") code.append(make("span", "kind", isInpatient(app) ? "procedure" : "inpatient only"));
  node.append(code, words);
  node.onclick = () => choose(app, item);
  return node;
}

/** @param {App} app @param {FoundItem} item */
function showDetails(app, item) {
  const details = app.parts.palette.querySelector(".details");
  const key = item?.key ?? "";
  if (details.told === key && details.firstChild) return;
  details.told = key;
  const lines = (item?.details ?? []).map(([label, text]) => {
    const line = make("p");
    line.append(make("strong", "", `${label} `), text);
    return line;
  });
  details.replaceChildren(...lines);
  details.hidden = !lines.length;
}

/** @param {App} app @param {string} key */
export function paletteKey(app, key) {
  const items = foundItems(app) ?? [];
  const move = (by) => () => {
    app.palette.active = Math.max(0, Math.min(items.length - 1, app.palette.active + by));
    showFound(app);
  };
  const acts = {
    ArrowDown: move(1),
    ArrowUp: move(-1),
    PageDown: move(8),
    PageUp: move(-8),
    Enter: () => {
      if (isSearching(app)) app.palette.hurried = true;
      else if (items[app.palette.active]) choose(app, items[app.palette.active]);
    },
    Escape: () => {
      closePalette(app);
      clearPassage(app);
      takeFocus(app);
    },
  };
  return Object.hasOwn(acts, key) ? acts[key] : null;
}

// A header is no code: choosing it shows what is below it.
/** @param {App} app @param {FoundItem} item */
function choose(app, item) {
  if (item.header) {
    app.parts.palette.querySelector(".field").value = "";
    app.palette.header = item.key;
    announce(app, `${item.code} needs another digit`);
    return search(app);
  }
  const { mode, key, passage } = app.palette;
  closePalette(app);
  clearPassage(app);
  app.picked.set(item.key, item.title);
  /** @type {[string, number, number][]} */
  const spans = passage ? [[passage.note, passage.start, passage.end]] : [];
  if (mode === "admitting") decide(app, "set_admitting", item.key);
  else if (mode === "replace") judge(app, "replace", key, { by: item.key, evidence: spans });
  else addCode(app, item.key, spans);
  if (mode !== "replace") takeFocus(app);
}

/** @param {App} app @param {string} key */
export function addCode(app, key, spans) {
  if (app.chart.order.includes(key)) return void announce(app, `${codeOf(key)} is already among the codes`);
  decide(app, "add", key, { evidence: spans });
  app.mine = key;
}
