// In which order the suggestions stand: as likely as they are, as the notes have them, or by the
// chapters of the book. Each person's own choice, kept for the next time.

import { makeButton, setText } from "../../browser/dom.js";
import { announce } from "./app.js";
import { focused, focusOn } from "./focus.js";
import { listRows } from "./panes/demoted.js";
import { ask, pulse } from "./pulse.js";
import { render } from "./render.js";

/** @import { App } from "./app.js" */
/** @import { SuggestionView, WorkbenchView } from "./view.d.ts" */

/** @typedef {WorkbenchView["order"]} Order */

/** @type {Record<Order, string>} */
const ORDER_WORDS = { probability: "likeliest first", section: "by section", chapter: "by chapter" };
/** @type {Order[]} */
const ORDERS = ["probability", "section", "chapter"];

// A choice counts before it is stored.
/** @param {App} app @returns {Order} */
export function orderOf(app) {
  return app.order ?? app.data.order;
}

/** @param {App} app */
export function buildOrder(app) {
  const button = makeButton("link quiet switch order", undefined, () => changeOrder(app));
  button.title = "R changes the order, for you and from now on";
  app.parts.order = button;
  return button;
}

// Beside the order: whether what is decided is left out.
/** @param {App} app */
export function buildOpenOnly(app) {
  const button = makeButton("link quiet switch order", undefined, () => toggleOpenOnly(app));
  button.title = "Shift R leaves out what is decided, for you and from now on";
  app.parts.openOnly = button;
  return button;
}

// A choice counts before it is stored.
/** @param {App} app */
function showsOpenOnly(app) {
  return app.openOnly ?? app.data.open_only;
}

// Whether a row stands in its list: the one in focus does until the focus leaves it.
/** @param {App} app @param {string} key */
export function isListed(app, key) {
  return !showsOpenOnly(app) || !app.verdicts.has(key) || key === app.focus;
}

// What is said where every suggestion is left out; empty where there is one to see.
/** @param {App} app */
export function nothingOpen(app) {
  const some = app.data.suggestions.some(({ key }) => isListed(app, key));
  return some ? "" : "Every suggestion has a verdict. Shift R shows them.";
}

/** @param {App} app */
export function toggleOpenOnly(app) {
  app.openOnly = !showsOpenOnly(app);
  render(app);
  if (app.region === "left" && focused(app)) focusOn(app, focused(app), { take: true });
  announce(app, app.openOnly ? "only suggestions without a verdict are shown" : "all suggestions are shown");
  ask(app);
  pulse(app);
}

/** @param {App} app */
export function showOrder(app) {
  setText(app.parts.order, ORDER_WORDS[orderOf(app)]);
  app.parts.order.ariaLabel = `Order of the suggestions: ${ORDER_WORDS[orderOf(app)]}; change it`;
  app.parts.order.hidden = app.data.suggestions.length < 2;
  setText(app.parts.openOnly, showsOpenOnly(app) ? "open only" : "all");
  app.parts.openOnly.ariaLabel = showsOpenOnly(app) ? "Open only: decided suggestions are left out; show all" : "All suggestions are shown; leave out what is decided";
  app.parts.openOnly.hidden = !app.data.suggestions.length;
}

/** @param {App} app */
export function changeOrder(app) {
  app.order = ORDERS[(ORDERS.indexOf(orderOf(app)) + 1) % ORDERS.length];
  arrange(app);
  listRows(app);
  render(app);
  if (app.region === "left" && focused(app)) focusOn(app, focused(app), { take: true });
  announce(app, `suggestions stand ${ORDER_WORDS[app.order]}`);
  ask(app);
  pulse(app);
}

// Puts the suggestions in their order; each knows its place among the likeliest (`rank`).
/** @param {App} app */
export function arrange(app) {
  const order = orderOf(app);
  const by = { probability: () => 0, section: (one, other) => one.place - other.place, chapter: (one, other) => compare(one.code, other.code) }[order];
  const listed = [...app.data.suggestions].sort((one, other) => compare(one.kind, other.kind) || by(one, other) || one.rank - other.rank);
  app.data.suggestions = withSymptoms(listed);
}

/** @param {string} one @param {string} other */
function compare(one, other) {
  return one < other ? -1 : Number(one > other);
}

// A symptom stands below the diagnosis that it belongs to, in every order.
/** @param {SuggestionView[]} listed */
function withSymptoms(listed) {
  const keys = new Set(listed.map(({ key }) => key));
  const below = listed.filter(({ under }) => under && keys.has(under));
  return listed.filter((item) => !below.includes(item)).flatMap((item) => [item, ...below.filter(({ under }) => under === item.key)]);
}

// Whether what a row belongs to is suggested, too: the row stands below it.
/** @param {App} app @param {string} under */
export function isBelow(app, under) {
  return under !== "" && app.data.suggestions.some(({ key }) => key === under);
}

// What is written above a row: the section or chapter, where it begins one.
/** @param {App} app @param {SuggestionView} item */
export function groupOf(app, item) {
  const order = orderOf(app);
  /** @param {SuggestionView} each */
  const name = (each) => (order === "probability" ? "" : each[order]);
  const listed = app.data.suggestions.filter(({ key, kind, under }) => isListed(app, key) && kind === item.kind && !isBelow(app, under));
  const before = listed[listed.indexOf(item) - 1];
  const isFirst = listed.includes(item) && (!before || name(before) !== name(item));
  return isFirst ? name(item) : "";
}
