// The facts of the encounter: what stands and whence, what the notes state instead, and a field
// to correct one. It lies over the right pane, as the search for a code does.

import { DAY_FORM, dayOf } from "../../../browser/day.js";
import { activeIn, isolate, make, makeButton, makeSubmit, quoted } from "../../../browser/dom.js";
import { decide, isOpenChart } from "../acts.js";
import { announce } from "../app.js";
import { takeFocus } from "../focus.js";
import { pending } from "../outbox.js";
import { keycap } from "../parts.js";

/** @import { App } from "../app.js" */
/** @import { FactView, ToldView } from "../view.d.ts" */

const KEYS_OF_CHOICES = "123456789abcdef";
const NOT_KNOWN = { key: "0", words: "not known" };

/** @param {App} app */
export function buildFacts(app) {
  const pane = make("div", "told");
  pane.role = "dialog";
  pane.ariaLabel = "Facts from the text";
  pane.tabIndex = -1;
  pane.hidden = true;
  const close = makeButton("act", "Back", () => closeFacts(app));
  close.append(keycap("Esc"));
  const buttons = make("div", "buttons");
  buttons.append(close, make("span", "quiet acting", "↑ ↓ choose, Enter takes or corrects, A takes all"));
  pane.append(make("h2", "", "Facts from the text"), make("div", "body"), buttons);
  app.parts.facts = pane;
  return pane;
}

// What the banner says: how many facts the notes state and nobody has looked at, and which stand
// as read from a note.
/** @param {App} app */
export function factsLink(app) {
  const asked = app.data.facts.filter(({ asks }) => asks).length;
  const read = app.data.facts.filter((fact) => fact.read).map(({ name }) => name.toLowerCase());
  const place = make("span", "told-link");
  const words = asked ? `${asked} ${asked === 1 ? "fact" : "facts"} in the text` : "Facts";
  const link = makeButton(asked ? "link asks" : "link", words, () => openFacts(app));
  link.title = "Q: age, sex, dates and disposition, and what the notes state of them";
  if (read.length) {
    const mark = make("span", "mark", "from the note");
    mark.title = `read from the note: ${read.join(", ")}`;
    place.append(mark);
  }
  place.append(link);
  return place;
}

/** @param {App} app */
export function openFacts(app) {
  const stops = stopsOf(app.data.facts, unsentFacts(app));
  app.facts = { at: Math.max(0, stops.findIndex(({ told, fact }) => told && fact.asks)), typing: null };
  app.parts.facts.hidden = false;
  showFacts(app);
  focusStop(app);
}

/** @param {App} app */
function closeFacts(app) {
  hideFacts(app);
  takeFocus(app);
}

/** @param {App} app */
export function hideFacts(app) {
  app.facts = null;
  app.parts.facts.hidden = true;
}

// Each fact, and behind it each value that the notes state otherwise; what is on its way to the
// server is not offered again.
/** @param {FactView[]} facts @param {Set<string>} unsent @returns {{ fact: FactView, told: ToldView | null }[]} */
export function stopsOf(facts, unsent) {
  return facts.flatMap((fact) => {
    const told = unsent.has(fact.fact) ? [] : fact.told;
    return [{ fact, told: null }, ...told.map((each) => ({ fact, told: each }))];
  });
}

/** @param {App} app */
function unsentFacts(app) {
  const facts = pending(app).filter((entry) => entry.sent.action === "set_fact");
  return new Set(facts.map((entry) => entry.sent.fact));
}

/** @param {App} app */
export function showFacts(app) {
  if (!app.facts) return;
  const pane = app.parts.facts;
  const unsent = unsentFacts(app);
  const content = JSON.stringify([app.data.facts, [...unsent], app.facts.typing]);
  if (pane.content === content) return;
  const held = pane.contains(activeIn(app.root));
  const typed = pane.querySelector("input")?.value;
  const before = pane.content && JSON.parse(pane.content)[2];
  pane.content = content;
  const stops = stopsOf(app.data.facts, unsent);
  app.facts.at = Math.min(app.facts.at, stops.length - 1);
  const rows = stops.map(({ fact, told }, index) => (told ? toldRow(app, fact, told, index) : factRow(app, fact, unsent, index)));
  pane.querySelector(".body").replaceChildren(...rows.flat());
  const field = pane.querySelector("input");
  if (field && typed !== undefined && before === app.facts.typing) field.value = typed;
  if (held) focusStop(app);
}

/** @param {App} app @param {FactView} fact @param {Set<string>} unsent @param {number} index */
function factRow(app, fact, unsent, index) {
  const row = makeButton("stop fact", undefined, () => correctFact(app, fact, index));
  row.append(make("span", "name", fact.name), make("strong", "", fact.text));
  row.append(isolate("quiet", unsent.has(fact.fact) ? "saving …" : fact.source), make("span", "how link", "Correct"));
  return app.facts.typing === fact.fact ? [row, factForm(app, fact)] : [row];
}

/** @param {App} app @param {FactView} fact @param {ToldView} told @param {number} index */
function toldRow(app, fact, told, index) {
  const row = makeButton("stop offer", undefined, () => takeFact(app, fact, told, index));
  row.append(make("strong", "", told.text), isolate("what", quoted(told.quote)), make("span", "how link", "Take"));
  row.ariaLabel = `${fact.name} ${told.text}, read from the note: ${told.quote}`;
  return [row];
}

// A closed set is answered by one key, anything else is typed; an empty field is "not known".
/** @param {App} app @param {FactView} fact */
function factForm(app, fact) {
  if (fact.choices.length) {
    const choices = make("div", "choices");
    for (const { key, value, words } of factChoices(fact)) {
      const button = makeButton("choice", undefined, () => setFact(app, fact, value, []));
      button.append(keycap(key), words);
      choices.append(button);
    }
    return choices;
  }
  const typed = make("form");
  const field = make("input", "field");
  const dated = fact.form === "date";
  Object.assign(field, { value: fact.value, ariaLabel: fact.name });
  if (dated) field.placeholder = DAY_FORM;
  if (fact.form === "number") Object.assign(field, { inputMode: "numeric", maxLength: 3, placeholder: "years, 0 in the first; empty for not known" });
  typed.append(field, makeSubmit());
  typed.onsubmit = (event) => {
    event.preventDefault();
    const text = field.value.trim();
    const value = dated && text ? dayOf(text) : text;
    if (value === null) return void announce(app, `“${text}” is no day: ${DAY_FORM}`);
    setFact(app, fact, value || null, []);
  };
  return typed;
}

/** @param {FactView} fact @returns {{ key: string, value: string | null, words: string }[]} */
export function factChoices(fact) {
  const known = fact.choices.map(([value, words], index) => ({ key: KEYS_OF_CHOICES[index], value, words }));
  return [...known, { ...NOT_KNOWN, value: null }];
}

/** @param {App} app @param {FactView} fact @param {number} index */
function correctFact(app, fact, index) {
  if (!isOpenChart(app)) return;
  Object.assign(app.facts, { at: index, typing: fact.fact });
  showFacts(app);
  focusStop(app);
}

/** @param {App} app @param {FactView} fact @param {ToldView} told @param {number} index */
function takeFact(app, fact, told, index) {
  app.facts.at = index;
  setFact(app, fact, told.value, [told.span]);
}

// Goes on to the next fact that the notes state, so that all are taken by Enter alone.
/** @param {App} app @param {FactView} fact @param {string | null} value @param {[string, number, number][]} evidence */
function setFact(app, fact, value, evidence) {
  if (!isOpenChart(app)) return;
  app.facts.typing = null;
  if (value === (fact.value || null)) {
    announce(app, `${fact.name.toLowerCase()} is ${fact.text} already`);
  } else {
    decide(app, "set_fact", "", { fact: fact.fact, value, evidence });
    const stops = stopsOf(app.data.facts, unsentFacts(app));
    const next = stops.findIndex((stop) => stop.told && stop.fact.asks);
    app.facts.at = next >= 0 ? next : stops.findIndex((stop) => stop.fact === fact);
  }
  showFacts(app);
  focusStop(app);
}

// Every fact that nobody has looked at and of which the notes state one value; of two, one is chosen.
/** @param {FactView[]} facts @param {Set<string>} unsent */
export function undisputed(facts, unsent) {
  return facts.filter((fact) => fact.asks && fact.told.length === 1 && !unsent.has(fact.fact));
}

/** @param {App} app */
function takeAll(app) {
  if (!isOpenChart(app)) return;
  const taken = undisputed(app.data.facts, unsentFacts(app));
  for (const { fact, told: [{ value, span }] } of taken) decide(app, "set_fact", "", { fact, value, evidence: [span] });
  const words = taken.length === 1 ? "1 fact" : `${taken.length} facts`;
  // Open as long as something is not known, or stated in two ways.
  const known = app.data.facts.every((fact) => taken.includes(fact) || (fact.value && !fact.asks));
  if (taken.length && known) closeFacts(app);
  else showFacts(app);
  announce(app, taken.length ? `${words} taken from the notes` : "the notes state no fact in one way alone");
}

/** @param {App} app */
function focusStop(app) {
  const field = app.parts.facts.querySelector("input");
  const stop = app.parts.facts.querySelectorAll(".stop")[app.facts.at];
  (field ?? stop ?? app.parts.facts).focus({ preventScroll: false });
  field?.select();
}

/** @param {App} app @param {number} by */
function stepFacts(app, by) {
  const count = app.parts.facts.querySelectorAll(".stop").length;
  app.facts.at = Math.max(0, Math.min(count - 1, app.facts.at + by));
  focusStop(app);
}

/** @param {App} app @param {string} key @param {boolean} typing */
export function factsKey(app, key, typing) {
  const { facts } = app;
  if (key === "Escape") return () => (facts.typing ? stopCorrecting(app) : closeFacts(app));
  if (typing) return null;
  const fact = app.data.facts.find((each) => each.fact === facts.typing);
  const choice = fact && factChoices(fact).find((each) => each.key === key);
  if (choice) return () => setFact(app, fact, choice.value, []);
  if (key === "q") return () => closeFacts(app);
  if (key === "j" || key === "ArrowDown") return () => stepFacts(app, 1);
  if (key === "k" || key === "ArrowUp") return () => stepFacts(app, -1);
  if (key === "Enter") return () => activeIn(app.root)?.click();
  if (key === "a") return () => takeAll(app);
  return key.length === 1 && key !== " " ? () => {} : null;
}

/** @param {App} app */
function stopCorrecting(app) {
  app.facts.typing = null;
  showFacts(app);
  focusStop(app);
}
