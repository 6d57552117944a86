// The code book: where a code stands, what is noted on the way down to it, which rules are about it,
// what the index says of it, and its siblings. It lies over my codes, and over the search for a code
// where it was opened from there.

import { activeIn, isolate, make, makeButton, setText } from "../../../browser/dom.js";
import { isOpenChart, judge, nameable } from "../acts.js";
import { announce } from "../app.js";
import { codeOf, titleOf } from "../chart.js";
import { takeFocus } from "../focus.js";
import { choose } from "../panes/palette.js";
import { keycap } from "../parts.js";
import { pulse } from "../pulse.js";
import { buildOwn, dropWords, keepWords, openWords, showOwn, toggleFavourite } from "./own.js";
import { aboutRule } from "./rule.js";

/** @import { App } from "../app.js" */
/** @import { BookView, FoundItem } from "../view.d.ts" */

const KEYS_OF_BOOK = "J K sibling · Enter takes it in its place · → turns to it, ← back · F favourite · W your words · B closes";
const KEYS_IN_SEARCH = "J K sibling · Enter takes it · → turns to it, ← back · F favourite · W your words · B closes";

/** @param {App} app */
export function buildCodeBook(app) {
  const pane = make("div", "book");
  pane.role = "dialog";
  pane.setAttribute("aria-labelledby", "book-title");
  pane.hidden = true;
  pane.tabIndex = -1;
  const close = makeButton("act", "Back", () => closeCodeBook(app));
  close.append(keycap("Esc"));
  const title = make("h2");
  title.id = "book-title";
  const top = make("div", "top");
  top.append(title, close);
  const body = make("div", "page");
  body.tabIndex = 0;
  body.role = "region";
  body.ariaLabel = "What the book says";
  const siblings = make("ul", "siblings");
  siblings.role = "listbox";
  siblings.tabIndex = 0;
  siblings.setAttribute("aria-labelledby", "siblings-title");
  const head = make("h3", "", "Beside it, with what separates them");
  head.id = "siblings-title";
  const beside = make("div", "beside");
  beside.append(head, siblings);
  pane.append(top, buildOwn(app), body, beside, make("p", "quiet hints"));
  // The chosen sibling stays in sight in a window that becomes smaller.
  new ResizeObserver(() => pane.querySelector(".sibling.active")?.scrollIntoView({ block: "nearest" })).observe(pane);
  app.parts.book = pane;
  return pane;
}

/** @param {App} app @param {string | null} key */
export function openCodeBook(app, key, search = false) {
  if (!key) return void announce(app, "no code is in focus");
  app.codebook = { key, search, trail: [], id: 0, at: -1 };
  app.parts.book.hidden = false;
  turnTo(app, key);
  focusSiblings(app);
}

// The list has the keys: whoever hears the page hears the chosen sibling.
/** @param {App} app */
function focusSiblings(app) {
  app.parts.book.querySelector(".siblings").focus({ preventScroll: true });
}

/** @param {App} app @param {string} key */
function turnTo(app, key) {
  app.queries += 1;
  const { codebook } = app;
  Object.assign(codebook, { id: app.queries, at: -1, trail: [...codebook.trail, key] });
  app.setState("book", { id: codebook.id, encounter: app.encounter, key });
  announce(app, `the book at ${codeOf(key)}`);
  showCodeBook(app);
  pulse(app);
}

/** @param {App} app */
function turnBack(app) {
  const { trail } = app.codebook;
  if (trail.length < 2) return;
  app.codebook.trail = trail.slice(0, -2);
  turnTo(app, trail.at(-2));
}

/** @param {App} app */
export function closeCodeBook(app) {
  const { search } = app.codebook;
  hideCodeBook(app);
  if (search && app.palette) app.parts.palette.querySelector(".field").focus({ preventScroll: true });
  else takeFocus(app);
}

/** @param {App} app */
export function hideCodeBook(app) {
  if (app.codebook) app.setState("book", null);
  app.codebook = null;
  app.parts.book.hidden = true;
}

// What the server said of the code that is turned to; null until it has.
/** @param {App} app @returns {BookView | null} */
function bookOf({ codebook, data }) {
  return codebook && data.book?.id === codebook.id ? data.book : null;
}

/** @param {App} app */
export function isTurning(app) {
  return app.codebook !== null && bookOf(app) === null;
}

// What can be taken: the code that was turned to, then its siblings; never the one asked about.
/** @param {App} app @returns {FoundItem[]} */
function choicesOf(app) {
  const book = bookOf(app);
  if (!book) return [];
  const { key, code, title } = book;
  const header = Boolean(book.siblings.length) && book.siblings.every((item) => item.code.startsWith(code));
  const itself = { key, code, title, kind: "", note: "this page", header: false, mapped: false, further: false, details: [], row: [] };
  const choices = header ? book.siblings : [itself, ...book.siblings];
  return choices.filter((item) => item.key !== app.codebook.key);
}

/** @param {App} app */
export function showCodeBook(app) {
  if (!app.codebook) return;
  const pane = app.parts.book;
  const book = bookOf(app);
  pane.classList.toggle("waiting", !book);
  const key = app.codebook.trail.at(-1);
  setText(pane.querySelector("h2"), `${codeOf(key)} ${book?.title ?? titleOf(app, key)}`);
  setText(pane.querySelector(".hints"), app.codebook.search ? KEYS_IN_SEARCH : KEYS_OF_BOOK);
  showOwn(app, book);
  if (!book) return;
  const content = JSON.stringify({ ...book, own: null });
  if (pane.content !== content) {
    pane.content = content;
    const page = pane.querySelector(".page");
    page.replaceChildren(...pageOf(book));
    page.scrollTop = 0;
    pane.querySelector(".siblings").replaceChildren(...choicesOf(app).map((item, index) => buildSibling(app, item, index)));
  }
  showSiblings(app);
}

/** @param {BookView} book */
function pageOf(book) {
  const way = make("ol", "way");
  way.ariaLabel = "Where it stands";
  for (const { heading, title } of book.steps.slice(0, -1)) {
    const step = make("li");
    step.append(make("span", "code", heading), " ", isolate("", title));
    way.append(step);
  }
  const noted = book.steps.filter(({ lines }) => lines.length).reverse();
  /** @type {HTMLElement[]} */
  const parts = [way, ...noted.flatMap((step) => stepOf(step, book.code))];
  for (const words of book.absent) parts.push(make("p", "quiet absent", words));
  if (book.rules.length) {
    const rules = make("ul", "rules");
    rules.append(...book.rules.map((rule) => aboutRule(rule)));
    parts.push(make("h3", "", "Rules about it"), rules);
  }
  return [...parts, ...indexOf(book)];
}

/** @param {BookView["steps"][number]} step @param {string} code */
function stepOf({ heading, title, lines }, code) {
  const head = make("h3", "", heading === code ? `At ${heading} itself` : `At ${heading} ${title}`);
  return [
    head,
    ...lines.map(([label, text]) => {
      const line = make("p");
      line.append(make("strong", "", `${label}: `), text);
      return line;
    }),
  ];
}

/** @param {BookView} book */
function indexOf({ index, more, code }) {
  if (!index.length) return [];
  const list = make("ul", "index");
  for (const [phrase, leads] of index) list.append(make("li", "", leads === code ? phrase : `${phrase} → ${leads}`));
  if (more) list.append(make("li", "quiet", `and ${more} more`));
  return [make("h3", "", "In the index"), list];
}

/** @param {App} app @param {FoundItem} item @param {number} index */
function buildSibling(app, item, index) {
  const node = make("li", "sibling");
  node.role = "option";
  node.id = `sibling-${item.key}`;
  const words = make("span", "what");
  if (item.note) words.append(make("strong", "", item.note));
  words.append(isolate("", item.title));
  node.append(make("span", "code", item.code), words);
  node.onclick = ({ detail }) => {
    if (detail < 2) chooseSibling(app, index);
    else takeSibling(app);
  };
  return node;
}

/** @param {App} app @param {number} index */
function chooseSibling(app, index) {
  app.codebook.at = index;
  showSiblings(app);
  focusSiblings(app);
}

/** @param {App} app */
function showSiblings(app) {
  const list = app.parts.book.querySelector(".siblings");
  const { at } = app.codebook;
  app.parts.book.querySelector(".beside").hidden = !list.children.length;
  [...list.children].forEach((node, index) => {
    node.classList.toggle("active", index === at);
    node.ariaSelected = String(index === at);
  });
  const active = list.children[at];
  if (active) list.setAttribute("aria-activedescendant", active.id);
  else list.removeAttribute("aria-activedescendant");
  active?.scrollIntoView({ block: "nearest" });
}

/** @param {App} app @param {number} by */
function stepSibling(app, by) {
  const { length } = choicesOf(app);
  if (!length) return void announce(app, isTurning(app) ? "turning the page …" : "it has no siblings");
  chooseSibling(app, Math.max(0, Math.min(length - 1, app.codebook.at + by)));
}

// In the place of the code asked about, as S does; in the search as what is chosen there.
/** @param {App} app */
function takeSibling(app) {
  const item = choicesOf(app)[app.codebook.at];
  if (!item) return void announce(app, "J and K choose a sibling");
  const { key, search } = app.codebook;
  if (!isOpenChart(app)) return;
  if (!search && !nameable(app, key)) return void announce(app, `${codeOf(key)} is not among the codes any more`);
  hideCodeBook(app);
  app.picked.set(item.key, item.title);
  if (search && app.palette) choose(app, item);
  else judge(app, "replace", key, { by: item.key, evidence: [] });
}

/** @param {App} app @param {number} by pages */
function scrollPage(app, by) {
  const page = app.parts.book.querySelector(".page");
  page.scrollTop += by * page.clientHeight * 0.8;
}

// The field of one's own words has the letters; leaving it leads back to the siblings.
/** @param {App} app @param {string} key */
function wordsKey(app, key) {
  const leave = (act) => () => {
    act(app);
    focusSiblings(app);
  };
  return { Enter: leave(keepWords), Escape: leave(dropWords) }[key] ?? null;
}

/** @param {App} app @param {string} key @param {boolean} typing */
export function codeBookKey(app, key, typing) {
  if (typing) return wordsKey(app, key);
  const turn = () => {
    const item = choicesOf(app)[app.codebook.at];
    if (item && item.key !== app.codebook.trail.at(-1)) turnTo(app, item.key);
  };
  const acts = {
    Escape: () => closeCodeBook(app),
    b: () => closeCodeBook(app),
    f: () => toggleFavourite(app),
    w: () => openWords(app),
    j: () => stepSibling(app, 1),
    k: () => stepSibling(app, -1),
    ArrowDown: () => stepSibling(app, 1),
    ArrowUp: () => stepSibling(app, -1),
    ArrowRight: turn,
    ArrowLeft: () => turnBack(app),
    PageDown: () => scrollPage(app, 1),
    PageUp: () => scrollPage(app, -1),
    Enter: () => takeSibling(app),
  };
  if (key === "Enter" && activeIn(app.root)?.tagName === "BUTTON") return null;
  if (Object.hasOwn(acts, key)) return acts[key];
  return key.length === 1 && key !== " " ? () => {} : null;
}
