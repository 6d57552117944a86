// Several codes at once: the rest of the suggestions, and only those that were on the screen. Each
// of these decisions says of how many it is one.

import { isOpenChart, move } from "./acts.js";
import { announce } from "./app.js";
import { audits } from "./beside/audit.js";
import { codeOf, fold, kindOf, ofKind } from "./chart.js";
import { takeFocus } from "./focus.js";
import { enqueue, pending } from "./outbox.js";
import { markNote } from "./note/note.js";
import { askStrip, hostOf } from "./panes/strip.js";
import { sendSoon } from "./pulse.js";
import { render } from "./render.js";

/** @import { App } from "./app.js" */
/** @import { More } from "./types.d.ts" */
/** @import { SuggestionView } from "./view.d.ts" */

// Probabilities from which on the rest is accepted, by the digit that says so; by judgement.
const LEVELS = [
  { key: "1", least: 0.9, text: "at 90 % or more" },
  { key: "2", least: 0.8, text: "at 80 % or more" },
  { key: "3", least: 0.7, text: "at 70 % or more" },
  { key: "4", least: 0, text: "all of them" },
];
// The share of a row that has to be in sight, and for how many milliseconds: what is scrolled past
// was not read.
const IN_SIGHT = 0.9;
const READ_AFTER = 400;

// Notes which rows a person has had in front of them.
/** @param {App} app */
export function watchRows(app) {
  if (typeof IntersectionObserver === "undefined") return;
  /** @type {Map<Element, ReturnType<typeof setTimeout>>} */
  const waiting = new Map();
  app.parts.watcher = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        clearTimeout(waiting.get(target));
        if (isIntersecting && target instanceof HTMLElement) {
          waiting.set(target, setTimeout(() => app.shown.add(target.dataset.key), READ_AFTER));
        }
      }
    },
    { threshold: IN_SIGHT },
  );
}

/** @param {App} app @returns {SuggestionView[]} */
function openRest(app) {
  return app.data.suggestions.filter(({ key }) => !app.verdicts.has(key));
}

/** @param {App} app */
export function askAcceptRest(app) {
  const seen = seenRest(app);
  if (!seen) return;
  const choices = LEVELS.map((level) => ({ ...level, keys: seen.filter(({ probability }) => probability >= level.least).map(({ key }) => key) }))
    .filter(({ keys }, at, all) => keys.length && keys.length !== all[at + 1]?.keys.length)
    .map(({ text, ...choice }) => ({ ...choice, text: `${text}: ${nameAll(choice.keys)}` }));
  askStrip(app, hostOf(app), {
    title: `Accept which of the rest at once?${unread(app, seen)}`,
    choices,
    pick: (choice) => decideTogether(app, "accept", choice?.keys ?? []),
  });
}

/** @param {App} app */
export function askRejectRest(app) {
  const seen = seenRest(app);
  if (!seen) return;
  const keys = seen.map(({ key }) => key);
  askStrip(app, hostOf(app), {
    title: `Why reject the rest at once, ${nameAll(keys)}?${unread(app, seen)}`,
    choices: app.data.reasons.filter(({ value }) => value !== "specificity"), // which asks for another code
    pick: (reason) => decideTogether(app, "reject", keys, { reason }),
  });
}

// What is open and was on the screen; null where that is nothing, which is said.
/** @param {App} app */
function seenRest(app) {
  if (!isOpenChart(app)) return null;
  if (audits(app)) {
    announce(app, "in an audit each code is decided on by itself");
    return null;
  }
  const rest = openRest(app);
  const seen = rest.filter(({ key }) => app.shown.has(key));
  if (seen.length) return seen;
  announce(app, rest.length ? "nothing that is open was on the screen yet" : "no suggestion is open");
  return null;
}

/** @param {string[]} keys */
function nameAll(keys) {
  return keys.length < 4 ? keys.map(codeOf).join(", ") : `${keys.length} codes`;
}

/** @param {App} app @param {SuggestionView[]} seen */
function unread(app, seen) {
  const unseen = openRest(app).length - seen.length;
  return unseen ? ` ${unseen} not on the screen yet ${unseen === 1 ? "stays" : "stay"} open.` : "";
}

/** @param {App} app @param {"accept" | "reject"} action @param {string[]} keys @param {More} more */
function decideTogether(app, action, keys, more = {}) {
  const together = keys.length > 1 ? { together: keys.length } : {};
  for (const key of keys) enqueue(app, action, key, { ...more, ...together });
  sendSoon(app);
  fold(app, pending(app));
  markNote(app);
  render(app);
  announce(app, `${nameAll(keys)} ${action}ed; U takes them back one by one`);
  takeFocus(app);
}

// The place of one of my codes, typed: the first digit opens the question.
/** @param {App} app @param {string} digit */
export function askPlace(app, digit) {
  const key = app.mine;
  if (!key || !isOpenChart(app)) return;
  askStrip(app, app.parts.right, {
    title: `Move ${codeOf(key)} to which place, of ${ofKind(app, kindOf(key)).length}?`,
    choices: [],
    field: { label: "Place", placeholder: "a number; Enter moves the code there", value: digit, alone: true },
    pick: (_, place) => {
      if (/^[1-9][0-9]?$/.test(place)) move(app, key, Number(place) - 1);
      else announce(app, `“${place}” is no place; type a number`);
      takeFocus(app);
    },
  });
}
