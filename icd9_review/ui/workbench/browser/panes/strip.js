// A question with a few answers, each one key: why rejected, present on admission, why on hold.
// It lies over the foot of the pane it belongs to and takes no room from the note.

import { DAY_FORM, dayOf } from "../../../browser/day.js";
import { make, makeButton, makeSubmit, quoted, setText } from "../../../browser/dom.js";
import { decide, isOpenChart, nameable, reject } from "../acts.js";
import { announce } from "../app.js";
import { audits, sayNotAudited, takeOut } from "../beside/audit.js";
import { codeOf, isInpatient, unsettled } from "../chart.js";
import { focusMine, focusOn, showFocus, takeFocus } from "../focus.js";
import { keycap } from "../parts.js";
import { openQueriesOf } from "../physician/queries.js";

/** @import { App } from "../app.js" */
/** @import { Chart, Choice, Question } from "../types.d.ts" */

const POA = [
  { key: "y", value: "Y", text: "yes" },
  { key: "n", value: "N", text: "no" },
  { key: "u", value: "U", text: "unknown, record insufficient" },
  { key: "w", value: "W", text: "clinically undetermined" },
  { key: "1", value: "1", text: "exempt" },
  { key: "0", value: null, text: "not set" },
];

// For a chart of which everything was there on admission.
const ALL = { key: "a", value: "Y", text: "yes for all that have no answer" };

// Keys of the days that other procedures of the chart have; more days are typed.
const KEYS_OF_OTHERS = ["o", "p"];

// Milliseconds in which a key still answers the question that has just gone.
const LATE_ANSWER = 400;

/** @param {App} app */
export function buildStrip(app) {
  const strip = make("form", "strip");
  strip.tabIndex = -1;
  strip.hidden = true;
  const title = make("h2");
  const words = make("input", "field");
  words.maxLength = 1000;
  strip.append(title, make("div", "choices"), words, makeSubmit());
  strip.onsubmit = (event) => {
    event.preventDefault();
    submitStrip(app);
  };
  app.parts.strip = strip;
  return strip;
}

// `question`: title, choices, pick(choice, text), and `field` for an answer in words or a date.
/** @param {App} app @param {HTMLElement} host @param {Question} question */
export function askStrip(app, host, question) {
  const { strip } = app.parts;
  app.asking = { ...question, chosen: null };
  host.append(strip);
  setText(strip.querySelector("h2"), question.title);
  strip.ariaLabel = question.title;
  const choices = question.choices.map((choice) => {
    const button = makeButton("choice", undefined, () => pickChoice(app, choice));
    button.append(keycap(choice.key.toUpperCase()), choice.text);
    return button;
  });
  strip.querySelector(".choices").replaceChildren(...choices);
  strip.classList.toggle("many", choices.length > 6);
  const field = strip.querySelector(".field");
  field.hidden = !question.field;
  field.value = question.field?.value ?? "";
  field.placeholder = question.field?.placeholder ?? "";
  field.ariaLabel = question.field?.label ?? "";
  strip.hidden = false;
  uncover(app);
  (choices.length ? strip : field).focus({ preventScroll: true });
  field.setSelectionRange?.(question.field?.day ? 0 : field.value.length, field.value.length); // a day is typed anew
}

// The code that is asked about stays in sight: its pane ends where the strip begins.
/** @param {App} app */
function uncover(app) {
  const pane = (app.parts.right.contains(app.parts.strip) ? app.parts.codes : app.parts.list).parentElement;
  const covered = pane.getBoundingClientRect().bottom - app.parts.strip.getBoundingClientRect().top;
  if (covered <= 0) return;
  pane.style.paddingBottom = `${covered}px`;
  pane.style.scrollPaddingBottom = `${covered}px`;
  showFocus(app);
}

/** @param {App} app @param {Choice} choice */
function pickChoice(app, choice) {
  const { asking } = app;
  if (!asking.field || choice.at) {
    cancelStrip(app);
    return asking.pick(choice, choice.at ?? "");
  }
  asking.chosen = choice;
  const { strip } = app.parts;
  asking.choices.forEach((other, index) =>
    strip.querySelector(".choices").children[index].classList.toggle("chosen", other === choice),
  );
  strip.querySelector(".field").focus();
}

/** @param {App} app */
function submitStrip(app) {
  const { asking } = app;
  const text = app.parts.strip.querySelector(".field").value.trim();
  if (asking.choices.length && !asking.chosen && !asking.field?.alone) return void announce(app, "choose a reason first");
  if (asking.chosen?.value === "other" && !text) return void announce(app, "“other” needs a few words");
  const day = asking.field?.day && text ? dayOf(text) : text;
  if (day === null) return void announce(app, `“${text}” is no day: ${DAY_FORM}`);
  cancelStrip(app);
  asking.pick(asking.chosen, day);
}

/** @param {App} app */
export function cancelStrip(app) {
  app.asking = null;
  app.parts.strip.hidden = true;
  for (const { parentElement } of [app.parts.list, app.parts.codes]) {
    parentElement.style.paddingBottom = "";
    parentElement.style.scrollPaddingBottom = "";
  }
}

/** @param {App} app @param {string} key */
export function stripKey(app, key) {
  if (key === "Escape") {
    return () => {
      cancelStrip(app);
      takeFocus(app);
    };
  }
  const choice = app.asking.choices.find((candidate) => candidate.key === key);
  if (choice) return () => pickChoice(app, choice);
  // A digit begins the date: the field has the focus by the time the browser types it.
  if (app.asking.field?.day && /^\d$/.test(key)) app.parts.strip.querySelector(".field").focus();
  return null;
}

/** @param {App} app */
export function hostOf(app) {
  // Nothing stands below the suggestions while none of them is in focus.
  return app.region === "left" && app.focus ? app.parts.used.parentElement : app.parts.right;
}

/** @param {App} app @param {string} key */
export function askReject(app, key) {
  if (audits(app)) return takeOut(app, key);
  if (!isOpenChart(app) || !nameable(app, key)) return;
  if (app.region === "left") focusOn(app, key);
  askStrip(app, hostOf(app), {
    title: `Why reject ${codeOf(key)}? A digit, or Escape`,
    choices: app.data.reasons,
    pick: (reason) => reject(app, key, reason),
  });
}

// Answers typed ahead must not turn into other acts when the sweep has come to its end.
/** @param {App} app @param {string} key */
export function isLateAnswer(app, key) {
  return Date.now() - app.swept < LATE_ANSWER && POA.some((answer) => answer.key === key);
}

// Goes on to the next diagnosis without one, so that a chart is done in one sweep.
/** @param {App} app @param {string} key */
export function askPoa(app, key) {
  if (!isOpenChart(app) || !isInpatient(app)) return;
  focusMine(app, key);
  askStrip(app, app.parts.right, {
    title: `Was ${codeOf(key)} present on admission? One key, or Escape`,
    choices: unsettled(app, "diagnosis") ? [...POA, ALL] : POA,
    pick: (choice) => {
      const { value } = choice;
      decide(app, "set_poa", key, { poa: value });
      for (let next = unsettled(app, "diagnosis"); choice === ALL && next; next = unsettled(app, "diagnosis")) {
        decide(app, "set_poa", next, { poa: value });
      }
      const next = unsettled(app, "diagnosis");
      if (next && value !== null) return askPoa(app, next);
      app.swept = Date.now();
      takeFocus(app);
    },
  });
}

// What is done together has one day: those of the other procedures, as far as there are keys.
/** @param {Pick<Chart, "order" | "performed">} chart @param {string} key @param {string[]} known */
export function daysOfOthers({ order, performed }, key, known) {
  const others = order.filter((each) => each !== key && performed[each] && !known.includes(performed[each]));
  const first = others.filter((each, index) => others.findIndex((other) => performed[other] === performed[each]) === index);
  return first.slice(0, KEYS_OF_OTHERS.length).map((each, index) => ({
    key: KEYS_OF_OTHERS[index],
    text: `as ${codeOf(each)} ${performed[each]}`,
    at: performed[each],
  }));
}

/** @param {App} app @param {string} key */
export function askPerformed(app, key) {
  if (!isOpenChart(app)) return;
  focusMine(app, key);
  const { admitted, discharged } = app.data.encounter;
  const stated = app.data.stated[key];
  const known = [
    { key: "n", text: `read from the note: ${stated?.day} ${quoted(stated?.quote ?? "")}`, at: stated?.day },
    { key: "a", text: `admission ${admitted}`, at: admitted },
    { key: "d", text: `discharge ${discharged}`, at: discharged },
  ].filter(({ at }) => at);
  const days = [...known, ...daysOfOthers(app.chart, key, known.map(({ at }) => at))];
  askStrip(app, app.parts.right, {
    title: `When was ${codeOf(key)} performed?`,
    choices: days,
    field: { day: true, label: "Date of the procedure", placeholder: DAY_FORM, value: app.chart.performed[key] ?? "", alone: true },
    pick: (_, day) => {
      decide(app, "set_performed", key, { performed: day || null });
      const next = day && unsettled(app, "procedure");
      if (next) return askPerformed(app, next);
      takeFocus(app);
    },
  });
}

/** @param {App} app */
export function hold(app) {
  if (audits(app)) return sayNotAudited(app);
  if (!isOpenChart(app)) return;
  if (app.chart.hold) return void decide(app, "release", "");
  askStrip(app, hostOf(app), {
    title: "Why does this encounter wait?",
    choices: app.data.holds,
    field: { label: "Words", placeholder: "a few words, optional; Enter puts it on hold" },
    pick: (reason, words) => {
      const [asked] = reason.value === "query" ? openQueriesOf(app) : [];
      decide(app, "hold", "", { reason, words, ...(asked ? { query: asked.sequence } : {}) });
      takeFocus(app);
    },
  });
}

/** @param {App} app */
export function reopen(app) {
  askStrip(app, app.parts.right, {
    title: "Why is this encounter reopened?",
    choices: app.data.reopenings,
    field: { label: "Words", placeholder: "a few words, optional; Enter reopens" },
    pick: (reason, words) => {
      decide(app, "reopen", "", { reason, words });
      takeFocus(app);
    },
  });
}
