// Above the notes: a tab for each document and the sections of the one in view. All documents
// stand below one another and are read on from one to the next; tabs follow and lead there.

import { isolate, make, makeButton, patchList, setText } from "../../../browser/dom.js";
import { announce } from "../app.js";
import { walk } from "../note/walk.js";

/** @import { App } from "../app.js" */

/** @typedef {{ title: string, node: Element }} Section */

// Pixels below the upper edge of the pane at which what stands there counts as being read.
const READ_AT = 32;
// Pixels of a pane of notes that has room for the sections beside the text.
const ROOMY = 880;

// The sections of an article, until its pieces change.
/** @type {WeakMap<HTMLElement, { first: Element | undefined, count: number, found: Section[] }>} */
const FOUND = new WeakMap();

/** @param {App} app */
export function buildDocuments(app) {
  const { parts } = app;
  parts.documents = make("nav", "documents");
  parts.documents.ariaLabel = "Documents";
  parts.tabs = make("div", "tabs");
  parts.where = makeButton("link where", "", () => toggleSections(app));
  parts.where.title = "Sections of this document; [ and ] go to the one before and the next";
  parts.documents.append(parts.tabs, parts.where);
  parts.sections = make("nav", "sections");
  parts.sections.ariaLabel = "Sections";
  parts.note.onscroll = () => followReading(app);
  new ResizeObserver(() => app.root.classList.toggle("roomy", parts.note.clientWidth >= ROOMY)).observe(parts.note);
  return [parts.documents, parts.sections];
}

/** @param {App} app @returns {HTMLElement[]} */
function articles(app) {
  return [...app.parts.note.children];
}

// What a document has of sections with a heading; a heading may stand in several pieces.
/** @param {HTMLElement} article @returns {Section[]} */
export function sectionsOf(article) {
  const pieces = article.querySelector(".text").children;
  const known = FOUND.get(article);
  const same = known?.first === pieces[0] && known.count === pieces.length;
  if (same && known.found.every(({ node }) => node.isConnected)) return known.found;
  const found = [];
  let open = false;
  for (const node of pieces) {
    const heading = node.classList.contains("heading");
    if (heading && open) found.at(-1).title += node.textContent;
    else if (heading) found.push({ title: node.textContent, node });
    open = heading;
  }
  for (const each of found) each.title = each.title.replace(/^[\s#*_=>•-]+|[\s:*_#=\]-]+$/g, "");
  FOUND.set(article, { first: pieces[0], count: pieces.length, found });
  return found;
}

// The document that is read, and the section of it: the last that begins above the reader's eye.
/** @param {App} app @returns {[number, number]} */
function readingPlace(app) {
  const { note } = app.parts;
  if (app.jumped && app.jumped.top === note.scrollTop) return app.jumped.place;
  const eye = note.getBoundingClientRect().top + READ_AT;
  const above = (node) => node.getBoundingClientRect().top <= eye;
  const all = articles(app);
  const document = Math.max(0, all.findLastIndex(above));
  return [document, all[document] ? sectionsOf(all[document]).findLastIndex(({ node }) => above(node)) : -1];
}

// Shows where the reader is; asked with every scroll, answered once a frame.
/** @param {App} app */
function followReading(app) {
  if (app.following) return;
  app.following = true;
  requestAnimationFrame(() => {
    app.following = false;
    if (app.mounted && app.data) showWhere(app);
  });
}

/** @param {App} app */
export function showDocuments(app) {
  const several = app.data.notes.length > 1;
  const build = () => {
    const tab = makeButton("tab", undefined, () => goToDocument(app, articles(app).findIndex((each) => each.dataset.key === tab.dataset.key)));
    tab.append(make("span", "at"), isolate("name"), isolate("written"), make("span", "marked"));
    return tab;
  };
  patchList(app.parts.tabs, app.data.notes, ({ id }) => id, build, (tab, item, index) => {
    setText(tab.querySelector(".at"), several ? String(index + 1) : "");
    setText(tab.querySelector(".name"), item.title);
    setText(tab.querySelector(".written"), item.told);
    tab.title = [item.title, item.told, item.news].filter(Boolean).join(" · ");
    tab.classList.toggle("news", Boolean(item.news));
  });
  showWhere(app);
}

// How many places of each document speak for the code in focus; of one document nobody asks.
/** @param {App} app */
export function countMarks(app) {
  const several = app.data.notes.length > 1;
  const places = several ? walk(app) : [];
  [...app.parts.tabs.children].forEach((tab, index) => {
    const count = places.filter(({ note }) => note === index).length;
    const label = tab.querySelector(".marked");
    setText(label, count ? String(count) : "");
    label.title = count ? "places marked for the code in focus" : "";
  });
}

/** @param {App} app */
function showWhere(app) {
  const [document, section] = readingPlace(app);
  [...app.parts.tabs.children].forEach((tab, index) => markHere(tab, index === document));
  const article = articles(app)[document];
  const found = article ? sectionsOf(article) : [];
  const { where, sections } = app.parts;
  setText(where, `§ ${section + 1} of ${found.length}`);
  where.ariaLabel = `Sections: ${found[section]?.title ?? "before the first"}, ${section + 1} of ${found.length}`;
  where.hidden = !found.length;
  where.ariaExpanded = String(app.sectionsOpen);
  app.root.classList.toggle("sectioned", found.length > 1);
  sections.classList.toggle("open", app.sectionsOpen);
  if (sections.shown !== found) {
    sections.shown = found;
    sections.replaceChildren(...found.map(({ title }, index) => makeButton("link entry", title, () => goToSection(app, document, index))));
  }
  [...sections.children].forEach((entry, index) => markHere(entry, index === section));
  if (sections.at !== section) sections.children[section]?.scrollIntoView({ block: "nearest" });
  sections.at = section;
}

function markHere(node, here) {
  if (here) node.setAttribute("aria-current", "true");
  else node.removeAttribute("aria-current");
}

/** @param {App} app */
function toggleSections(app) {
  app.sectionsOpen = !app.sectionsOpen;
  showWhere(app);
}

// Brings the beginning of a document, or of one of its sections, to the upper edge.
/** @param {App} app @param {Element} node @param {[number, number]} place */
function bringUp(app, node, place) {
  const { note } = app.parts;
  note.scrollTop += node.getBoundingClientRect().top - note.getBoundingClientRect().top - READ_AT / 2;
  Object.assign(app, { jumped: { top: note.scrollTop, place }, sectionsOpen: false, byHand: true });
  showWhere(app);
}

/** @param {App} app @param {number} index */
export function goToDocument(app, index) {
  const article = articles(app)[index];
  if (!article) return void announce(app, `there is no document ${index + 1}`);
  bringUp(app, article, [index, -1]);
  announce(app, `document ${index + 1} of ${app.data.notes.length}: ${app.data.notes[index].title}`);
}

/** @param {App} app @param {number} document @param {number} index */
function goToSection(app, document, index) {
  const found = sectionsOf(articles(app)[document]);
  bringUp(app, found[index].node, [document, index]);
  announce(app, `${found[index].title}, section ${index + 1} of ${found.length}`);
}

// The section before or after the one that is read, on into the next document.
/** @param {App} app @param {number} by */
export function stepSection(app, by) {
  const places = articles(app).flatMap((article, document) => [[document, -1], ...sectionsOf(article).map((_, index) => [document, index])]);
  const [document, section] = readingPlace(app);
  const at = places.findIndex(([one, other]) => one === document && other === section) + by;
  if (!places[at]) return void announce(app, by > 0 ? "this is the last section" : "this is the beginning");
  const [next, index] = places[at];
  if (index < 0) goToDocument(app, next);
  else goToSection(app, next, index);
}
