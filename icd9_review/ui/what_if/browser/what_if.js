// One page for a copy: built once, patched when the server has answered.

import { isDark, isolate, make, makeButton, setText } from "../../browser/dom.js";
import { fit, mount } from "../../browser/frame.js";
import { joinSteps } from "../../browser/steps.js";
import { App } from "./app.js";
import { edit, reset, strike, takeCopy } from "./copy.js";
import { buildMoves, showMoves, showWaiting } from "./moves.js";
import { showCopy, step } from "./sentences.js";

/** @import { WhatIfView } from "./view.d.ts" */

const STRIKING = [["↓ ↑", "next sentence"], ["Space", "strike or restore"], ["E", "edit a copy"]];
const EDITING = [["Esc", "back to the sentences"]];
const apps = new WeakMap();

function build(parentElement) {
  const app = new App(make("div", "workbench whatif"));
  app.parts.pane = make("div", "pane note copy");
  const left = make("section", "copyside");
  left.ariaLabel = "Copy of the notes";
  left.append(buildBar(app), app.parts.pane);
  app.root.append(buildBanner(app), left, buildMoves(app), buildFooter(app));
  parentElement.append(app.root);
  return app;
}

/** @param {App} app */
function buildBanner(app) {
  const banner = make("header", "banner");
  const line = make("div", "line");
  app.parts.back = makeButton("link", "", () => leave(app));
  app.parts.facts = make("div", "facts");
  line.append(app.parts.back, make("span", "quiet", "›"), app.parts.facts);
  line.append(make("span", "purpose", "Assists coding, not for diagnosis"));
  const notice = make("p", "notice copied", "A copy for trying out. Nothing here is stored and the chart does not change.");
  banner.append(line, notice);
  return banner;
}

/** @param {App} app */
function buildBar(app) {
  const bar = make("div", "bar");
  const modes = make("div", "modes");
  modes.role = "group";
  modes.ariaLabel = "How to change the copy";
  app.parts.modes = [
    [makeButton("mode", "Strike sentences", () => edit(app, false)), false],
    [makeButton("mode", "Edit a copy", () => edit(app, true)), true],
  ];
  modes.append(...app.parts.modes.map(([button]) => button));
  app.parts.how = make("span", "how quiet");
  bar.append(modes, app.parts.how, makeButton("act", "Reset", () => reset(app)));
  return bar;
}

/** @param {App} app */
function buildFooter(app) {
  const footer = make("div", "footer");
  app.parts.keys = make("span", "keys");
  footer.append(app.parts.keys);
  return footer;
}

/** @param {App} app */
export function showKeys(app) {
  const back = ["B", `back to the ${app.parts.back.textContent.toLowerCase()}`];
  const items = (app.editing ? EDITING : [...STRIKING, back]).map(([key, text]) => {
    const item = make("span", "key");
    item.append(make("kbd", "", key), text);
    return item;
  });
  app.parts.keys.replaceChildren(...items);
}

/** @param {App} app @param {WhatIfView} data */
function showBanner(app, { encounter, back }) {
  setText(app.parts.back, back);
  app.parts.facts.replaceChildren(
    make("h1", "label", encounter.label),
    isolate("person", encounter.person),
    isolate("", [encounter.setting, encounter.dates].filter(Boolean).join(" · ")),
    make("span", "quiet", "What if"),
  );
}

/** @param {App} app */
function leave(app) {
  clearTimeout(app.pause); // a copy that is sent behind would end the run that leaves
  app.trigger("back", app.encounter);
}

/** @param {App} app @param {KeyboardEvent} event */
function onKey(app, event) {
  const held = event.ctrlKey || event.metaKey || event.altKey || event.isComposing;
  const elsewhere = document.querySelector('[role="dialog"], [role="menu"], [role="listbox"]') !== null;
  if (!app.root.isConnected || held || elsewhere) return;
  const act = actOf(app, event);
  if (!act) return;
  event.preventDefault();
  act();
}

/** @param {App} app @param {KeyboardEvent} event */
function actOf(app, event) {
  const target = event.composedPath()[0];
  if (target instanceof HTMLElement && /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) {
    return event.key === "Escape" && app.editing ? () => finishEditing(app) : null;
  }
  const acts = { e: () => startEditing(app), b: () => leave(app) };
  const key = event.key.toLowerCase();
  if (Object.hasOwn(acts, key)) return event.repeat ? null : acts[key];
  if (key === "escape" && app.editing) return () => finishEditing(app);
  return app.editing || app.parts.figures.contains(target) ? null : sentenceKey(app, target, event);
}

/** @param {App} app @param {KeyboardEvent} event */
function sentenceKey(app, target, event) {
  const steps = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };
  if (event.key in steps) return () => step(app, steps[event.key]);
  const strikes = [" ", "Enter"].includes(event.key) && target.classList?.contains("sentence");
  return strikes && !event.repeat ? () => strike(app, target) : null;
}

/** @param {App} app */
function startEditing(app) {
  edit(app, true);
  app.parts.pane.querySelector(".box")?.focus();
}

/** @param {App} app */
function finishEditing(app) {
  edit(app, false);
  app.entry?.focus({ preventScroll: true });
}

// A page that was built anew takes the copy that the server still has. Sentences that stand
// on the page already stay there, and the focus with them.
/** @param {App} app @param {WhatIfView} data */
function receive(app, data) {
  const anew = app.encounter !== data.encounter.id;
  app.encounter = data.encounter.id;
  if (anew) Object.assign(app, { name: data.name, notes: [], editing: false, at: null });
  if (app.name !== data.name) return;
  app.answered = data.name;
  const before = app.notes.map(({ pieces }) => pieces);
  takeCopy(app, data);
  if (anew || (!app.editing && !isSame(before, app.notes.map(({ pieces }) => pieces)))) showCopy(app);
  showMoves(app, data.outcome);
}

function isSame(before, after) {
  return JSON.stringify(before) === JSON.stringify(after);
}

export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  joinSteps(globalThis);
  if (!apps.has(parentElement)) apps.set(parentElement, build(parentElement));
  const app = apps.get(parentElement);
  if (!parentElement.contains(app.root)) parentElement.append(app.root);
  app.setState = setStateValue;
  app.trigger = setTriggerValue;
  const leave = mount(app, onKey, () => clearTimeout(app.tick));
  showBanner(app, data);
  receive(app, data);
  showWaiting(app);
  fit(app);
  app.root.dataset.theme = isDark(app.root) ? "dark" : "light";
  return leave;
}
