// Finding a code: by number or words, among the siblings of one to replace, below a header.
// The server searches; what is shown always answers the last thing typed.

import { isolate, make, patchList, setText } from "../../../browser/dom.js";
import { decide, isOpenChart, judge } from "../acts.js";
import { announce } from "../app.js";
import { openCodeBook } from "../book/book.js";
import { codeOf, isInpatient, titleOf } from "../chart.js";
import { takeFocus } from "../focus.js";
import { pulse } from "../pulse.js";
import { clearPassage, selectedPassage, shorten } from "../note/passage.js";
import { cancelStrip } from "./strip.js";

/** @import { App } from "../app.js" */
/** @import { Palette, Passage } from "../types.d.ts" */
/** @import { FoundItem } from "../view.d.ts" */

// Milliseconds without a key after which what was typed is searched: less than between two words.
const TYPING = 60;
// Milliseconds after that, if no key follows, until the model reads the words: a pause of thought.
const MEANING = 250;
const KEYS_OF_LIST = "↓ ↑ choose · Enter takes it · → opens the book at it · Escape closes";
const KEYS_OF_TABLE = "↓ ↑ choose · Enter adds it and stays · Escape leaves";
const TABLE = "Poisoning: its code and what happened. Adverse effect: the effect first, then therapeutic use alone.";
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
  list.onpointermove = () => holdList(app);
  const details = make("div", "details");
  const keys = make("p", "quiet hints", KEYS_OF_LIST);
  palette.append(title, field, make("p", "quiet evidence"), make("p", "quiet found-message"), list, details, keys);
  app.parts.palette = palette;
  return palette;
}

// `text` stands in the field at first, chosen, so that typing replaces it.
/** @param {App} app @param {Palette["mode"]} mode @param {string} key @param {Passage | null} words @param {string} text */
export function openPalette(app, mode, key = "", words = null, text = "") {
  if (!isOpenChart(app)) return;
  if (app.asking) cancelStrip(app);
  const passage = words ?? (mode === "add" ? selectedPassage(app) : null);
  app.palette = { mode, key, header: "", passage, active: -1, id: 0 };
  const { palette } = app.parts;
  const { label, hint } = MODES[mode];
  setText(palette.querySelector("h2"), key ? `${label} ${codeOf(key)} ${titleOf(app, key)}` : label);
  palette.ariaLabel = label;
  const field = palette.querySelector(".field");
  field.placeholder = hint;
  field.ariaLabel = label;
  field.value = passage && passage.text.length <= 60 ? passage.text.replace(/\s+/g, " ") : text;
  const said = palette.querySelector(".evidence");
  setText(said, passage ? `Evidence: “${shorten(passage.text)}”` : "");
  said.hidden = !passage;
  for (const part of [".found", ".details"]) palette.querySelector(part).replaceChildren();
  palette.hidden = false;
  field.focus({ preventScroll: true });
  field.select();
  search(app);
}

/** @param {App} app */
export function closePalette(app) {
  // The last query is sent again with everything: one that still waits for the model would go on.
  if (awaitsMeaning(app)) app.setState("query", null);
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
  Object.assign(app.palette, { id: app.queries, meaning: false, held: null });
  closeTable(app);
}

/** @param {App} app */
function sendQuery(app) {
  repeatQuery(app);
  pulse(app);
  if (!app.palette.meaning) app.typing = setTimeout(() => askMeaning(app), MEANING);
}

// Also while nothing is answered: what is shown must not wait for something that was never asked.
/** @param {App} app */
export function repeatQuery(app) {
  const { id, mode, key, header, meaning } = app.palette;
  app.setState("query", { id, encounter: app.encounter, mode, text: typedText(app), of: key, header, meaning });
}

// The index answers every key; the model reads the words once no further one comes.
/** @param {App} app */
function askMeaning(app) {
  if (!app.palette || app.palette.held || app.palette.table || app.palette.header || !typedText(app)) return;
  app.palette.meaning = true;
  sendQuery(app);
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
export function awaitsMeaning(app) {
  return Boolean(app.palette?.meaning) && !isSearching(app) && !app.data.found.meaning;
}

// What the index has first stays first when the model's codes come in, so that Enter takes what is
// seen. Once somebody has moved in the list it stays as it is: nothing jumps under their fingers.
/** @param {App} app */
function holdList(app) {
  if (!app.palette || app.palette.table || app.palette.held) return;
  app.palette.held = foundItems(app);
}

/** @param {App} app */
function foundItems(app) {
  if (app.palette.table) return app.palette.table.row;
  if (app.palette.held) return app.palette.held;
  return app.data.found && !isSearching(app) ? app.data.found.items : null;
}

/** @param {App} app */
export function showFound(app) {
  if (!app.palette) return;
  const { palette } = app.parts;
  const items = foundItems(app);
  palette.classList.toggle("waiting", items === null);
  if (items === null) return;
  const first = items.findIndex(({ row }) => !row.length);
  if (app.palette.hurried && takeExact(app, items[first])) return;
  // Rows of the table of drugs stand above the codes and are gone up to: Enter takes a code.
  if (app.palette.active < 0) app.palette.active = Math.max(0, first);
  const list = palette.querySelector(".found");
  patchList(list, items, ({ key }) => key, (item) => buildFound(app, item), (node, _, index) => {
    node.ariaSelected = String(index === app.palette.active);
    node.classList.toggle("active", index === app.palette.active);
    if (app.palette.table) node.classList.toggle("taken", app.chart.order.includes(items[index].key));
  });
  const { table } = app.palette;
  const message = table ? `${table.title}. ${TABLE}` : foundMessage(app, items);
  setText(palette.querySelector(".found-message"), message);
  palette.querySelector(".found-message").hidden = !message;
  setText(palette.querySelector(".hints"), table ? KEYS_OF_TABLE : KEYS_OF_LIST);
  const active = list.children[app.palette.active];
  palette.querySelector(".field").setAttribute("aria-activedescendant", active?.id ?? "");
  active?.scrollIntoView({ block: "nearest" });
  showDetails(app, items[app.palette.active]);
}

// That nothing is found is not said while the model may still find something.
/** @param {App} app @param {FoundItem[]} items */
function foundMessage(app, items) {
  return items.length || !awaitsMeaning(app) ? (app.data.found?.message ?? "") : "";
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
  if (app.palette.table) words.append(make("strong", "", item.note), " ");
  words.append(isolate("", item.title));
  if (item.row.length) words.append(make("span", "quiet origin", `${item.row.length} codes, by what happened`));
  else if (item.note && !app.palette.table) words.append(make("span", "quiet origin", item.note));
  const code = make("span", "code", item.code);
  if (item.row.length) code.append(make("span", "kind", "drug table"));
  else if (item.header) code.append(make("span", "kind", "more digits"));
  else if (item.mapped) code.append(make("span", "kind", "by ICD-10 map"));
  else if (item.kind === "procedure") code.append(make("span", "kind", isInpatient(app) ? "procedure" : "inpatient only"));
  node.append(code, words);
  // The second click of two would take what the first one uncovered.
  node.onclick = ({ detail }) => void (detail < 2 && choose(app, item));
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
    holdList(app);
    app.palette.active = Math.max(0, Math.min(items.length - 1, app.palette.active + by));
    showFound(app);
  };
  const acts = {
    ArrowDown: move(1),
    ArrowUp: move(-1),
    PageDown: move(8),
    PageUp: move(-8),
    Enter: () => {
      if (foundItems(app) === null) app.palette.hurried = true;
      else if (items[app.palette.active]) choose(app, items[app.palette.active]);
    },
    Escape: () => {
      if (app.palette.table && !app.palette.added) {
        closeTable(app);
        return showFound(app);
      }
      closePalette(app);
      clearPassage(app);
      takeFocus(app);
    },
  };
  if (key === "ArrowRight") return isAtEnd(app) && items[app.palette.active] ? () => readUp(app, items[app.palette.active]) : null;
  return Object.hasOwn(acts, key) ? acts[key] : null;
}

// Behind the last letter there is nowhere for the caret to go.
/** @param {App} app */
function isAtEnd(app) {
  const { selectionStart, selectionEnd, value } = app.parts.palette.querySelector(".field");
  return selectionStart === selectionEnd && selectionEnd === value.length;
}

/** @param {App} app @param {FoundItem} item */
function readUp(app, item) {
  if (item.row.length) return void announce(app, "Enter opens the row of the table of drugs");
  app.picked.set(item.key, item.title);
  holdList(app);
  openCodeBook(app, item.key, true);
}

// A header is no code: choosing it shows what is below it.
/** @param {App} app @param {FoundItem} item */
export function choose(app, item) {
  if (item.header) {
    app.parts.palette.querySelector(".field").value = "";
    app.palette.header = item.key;
    announce(app, `${item.code} needs another digit`);
    return search(app);
  }
  if (item.row.length) return openTable(app, item);
  if (app.palette.table) return takeFromTable(app, item);
  const { mode, key, passage } = app.palette;
  closePalette(app);
  clearPassage(app);
  app.picked.set(item.key, item.title);
  const spans = spansOf(passage);
  if (mode === "admitting") decide(app, "set_admitting", item.key);
  else if (mode === "replace") judge(app, "replace", key, { by: item.key, evidence: spans });
  else addCode(app, item.key, spans);
  if (mode !== "replace") takeFocus(app);
}

/** @param {Passage | null} passage @returns {[string, number, number][]} */
function spansOf(passage) {
  return passage ? [[passage.note, passage.start, passage.end]] : [];
}

// A row of the table of drugs: the poisoning and what happened are two codes, so it stays open.
/** @param {App} app @param {FoundItem} item */
function openTable(app, item) {
  Object.assign(app.palette, { table: item, active: 0, added: false });
  app.parts.palette.querySelector(".found").replaceChildren();
  announce(app, `${item.title}: ${item.row.length} codes of the table of drugs`);
  showFound(app);
}

/** @param {App} app */
function closeTable(app) {
  if (app.palette.table) app.parts.palette.querySelector(".found").replaceChildren();
  Object.assign(app.palette, { table: null, active: -1 });
}

/** @param {App} app @param {FoundItem} item */
function takeFromTable(app, item) {
  app.picked.set(item.key, item.title);
  addCode(app, item.key, spansOf(app.palette.passage));
  const { table, active } = app.palette;
  Object.assign(app.palette, { added: true, active: Math.min(table.row.length - 1, active + 1) });
  showFound(app);
}

/** @param {App} app @param {string} key */
export function addCode(app, key, spans) {
  if (app.chart.order.includes(key)) return void announce(app, `${codeOf(key)} is already among the codes`);
  decide(app, "add", key, { evidence: spans });
  app.mine = key;
}
