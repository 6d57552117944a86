// How a person has the room: letters, lines and the widths of the panes. It is theirs on every
// encounter from now on; the server remembers it.

import { make, makeButton, setText } from "../../../browser/dom.js";
import { announce } from "../app.js";
import { keycap } from "../parts.js";
import { render } from "../render.js";

/** @import { App } from "../app.js" */
/** @import { RoomView } from "../view.d.ts" */

// Pixels: of a note's letters at first, the least and the most (ui/encounter/room.py).
const SIZE = 15;
const SMALLEST = 12;
const LARGEST = 24;
// Pixels that a key moves the border of a pane by.
const STEP = 24;

/** @type {{ keys: string[], caps: string[], words: (room: RoomView) => string, act: (app: App, key: string, shift: boolean) => void }[]} */
const CHOICES = [
  { keys: ["f"], caps: ["F"], words: ({ fixed }) => `fixed width: ${fixed ? "on" : "off"}`, act: (app) => changeRoom(app, { fixed: !app.room.fixed }) },
  { keys: ["l"], caps: ["L"], words: ({ flow }) => `wrapped lines flow: ${flow ? "on" : "off"}`, act: (app) => changeRoom(app, { flow: !app.room.flow }) },
  { keys: ["-", "+", "="], caps: ["−", "+"], words: ({ size }) => `smaller, larger letters: ${size}`, act: (app, key) => resizeLetters(app, key === "-" ? -1 : 1) },
  { keys: ["arrowleft", "arrowright"], caps: ["←", "→"], words: () => "border of the suggestions", act: (app, key, shift) => moveBorder(app, shift ? "right" : "left", key === "arrowleft" ? -STEP : STEP) },
  { keys: [], caps: ["Shift", "←", "→"], words: () => "border of my codes", act: () => {} },
  { keys: ["arrowup", "arrowdown"], caps: ["↑", "↓"], words: () => "border of my codes", act: (app, key) => moveBorder(app, "lower", key === "arrowup" ? -STEP : STEP) },
  { keys: ["0"], caps: ["0"], words: () => "all as at first", act: (app) => changeRoom(app, { fixed: false, flow: true, size: SIZE, left: 0, right: 0, lower: 0 }) },
];

// The pane that each border belongs to, and whether moving it to the right or down makes it larger.
const BORDERS = {
  left: { pane: ".left", words: "Border between suggestions and note", upright: true, grows: 1 },
  right: { pane: ".right", words: "Border between note and my codes", upright: true, grows: -1 },
  lower: { pane: ".right", words: "Border between suggestions and my codes", upright: false, grows: -1 },
};

/** @param {App} app */
export function buildRoom(app) {
  const { parts } = app;
  parts.view = makeButton("link view", undefined, () => toggleRoom(app));
  parts.view.append(keycap("Z"), " View");
  parts.documents.append(parts.view);
  parts.room = make("div", "room");
  parts.room.role = "group";
  parts.room.ariaLabel = "View";
  parts.room.hidden = true;
  for (const [index, { caps, act, keys }] of CHOICES.entries()) {
    const line = keys.length === 1 ? makeButton("choice", undefined, () => act(app, keys[0], false)) : make("p", "choice");
    line.append(...caps.map(keycap), make("span", "what"));
    line.dataset.index = String(index);
    line.classList.add(...(index === 4 ? ["wide"] : index === 5 ? ["low"] : []));
    parts.room.append(line);
  }
  addSwitches(app);
  for (const pane of [parts.left, parts.right]) keepFocusInSight(pane.querySelector(".scroll"));
  parts.borders = Object.fromEntries(Object.keys(BORDERS).map((name) => [name, buildBorder(app, name)]));
  return [parts.room, ...Object.values(parts.borders)];
}

// Where the window has room for one of both panes, each leads to the other.
/** @param {App} app */
function addSwitches(app) {
  const lead = (pane, words, region) =>
    app.parts[pane].querySelector(".head").append(makeButton("link other", words, () => {
      app.region = region;
      render(app);
    }));
  lead("left", "My codes ›", "right");
  lead("right", "‹ Suggestions", "left");
}

/** @param {App} app @param {string} name */
function buildBorder(app, name) {
  const { words, upright } = BORDERS[name];
  const border = make("div", `border ${name}-border`);
  border.role = "separator";
  border.ariaLabel = words;
  border.ariaOrientation = upright ? "vertical" : "horizontal";
  border.tabIndex = 0;
  border.title = "Drag, or arrow keys; twice a click: as at first";
  border.ondblclick = () => changeRoom(app, { [name]: 0 });
  border.onpointerdown = (event) => startDrag(app, name, border, event);
  border.onkeydown = (event) => {
    const by = { ArrowLeft: -STEP, ArrowUp: -STEP, ArrowRight: STEP, ArrowDown: STEP }[event.key];
    if (!by || upright !== ["ArrowLeft", "ArrowRight"].includes(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    moveBorder(app, name, by);
  };
  return border;
}

// What is in focus stays in sight when its pane becomes lower because another one grew.
/** @param {HTMLElement} pane */
function keepFocusInSight(pane) {
  let height = 0;
  new ResizeObserver(() => {
    const { top, height: now } = pane.getBoundingClientRect();
    const row = pane.querySelector(".focused");
    const below = row ? row.getBoundingClientRect().bottom - top : Infinity;
    if (now < height && below > now && below <= height + 1) row.scrollIntoView({ block: "nearest" });
    height = now;
  }).observe(pane);
}

/** @param {App} app @param {string} name */
function extent(app, name) {
  const { width, height } = app.root.querySelector(BORDERS[name].pane).getBoundingClientRect();
  return Math.round(BORDERS[name].upright ? width : height);
}

/** @param {App} app @param {string} name @param {HTMLElement} border @param {PointerEvent} event */
function startDrag(app, name, border, event) {
  const { upright, grows } = BORDERS[name];
  const place = (at) => (upright ? at.clientX : at.clientY);
  const from = place(event);
  const before = extent(app, name);
  event.preventDefault();
  border.setPointerCapture(event.pointerId);
  border.onpointermove = (moved) => applyRoom(app, { ...app.room, [name]: Math.max(1, before + grows * Math.round(place(moved) - from)) });
  border.onlostpointercapture = () => {
    border.onpointermove = null;
    // A click moves nothing; what is remembered is what the window let it be.
    if (extent(app, name) !== before) changeRoom(app, { [name]: extent(app, name) });
  };
}

/** @param {App} app @param {string} name @param {number} by */
function moveBorder(app, name, by) {
  const narrow = app.root.classList.contains("narrow");
  if (narrow ? name === "right" : name === "lower") return;
  const before = extent(app, name);
  applyRoom(app, { ...app.room, [name]: before + BORDERS[name].grows * by });
  const after = extent(app, name);
  changeRoom(app, after === before ? {} : { [name]: after });
}

/** @param {App} app @param {number} by */
function resizeLetters(app, by) {
  changeRoom(app, { size: Math.min(LARGEST, Math.max(SMALLEST, app.room.size + by)) });
}

// Takes the room over from the server once; later what this page has is newer.
/** @param {App} app */
export function takeRoom(app) {
  app.room ??= app.data.room;
  applyRoom(app, app.room);
}

/** @param {App} app @param {RoomView} room */
function applyRoom(app, room) {
  const { style, classList } = app.root;
  style.setProperty("--size", `${room.size}px`);
  for (const name of ["left", "right", "lower"]) {
    if (room[name]) style.setProperty(`--${name}`, `${room[name]}px`);
    else style.removeProperty(`--${name}`);
    const border = app.parts.borders[name];
    border.ariaValueNow = String(room[name]);
    border.ariaValueText = room[name] ? `${room[name]} pixels` : "as the window gives";
  }
  classList.toggle("fixed", room.fixed);
  classList.toggle("flowing", room.flow);
}

// The words at the upper edge stay there, however long the lines have become.
/** @param {App} app @param {Partial<RoomView>} changes */
function changeRoom(app, changes) {
  const { note } = app.parts;
  const top = note.getBoundingClientRect().top;
  const first = [...note.querySelectorAll(".text > span")].find((node) => node.getBoundingClientRect().bottom > top);
  const before = first?.getBoundingClientRect().top ?? 0;
  const was = app.room;
  app.room = { ...was, ...changes };
  applyRoom(app, app.room);
  if (first && note.scrollTop > 0) note.scrollTop += first.getBoundingClientRect().top - before;
  showRoom(app);
  if (JSON.stringify(was) !== JSON.stringify(app.room)) app.setState("room", app.room);
}

/** @param {App} app */
export function toggleRoom(app) {
  app.viewing = !app.viewing;
  showRoom(app);
  announce(app, app.viewing ? "F fixed width, L lines, − + size, arrows borders; Z closes" : "");
}

/** @param {App} app */
export function showRoom(app) {
  const { room, view } = app.parts;
  app.root.dataset.region = app.region;
  room.hidden = !app.viewing;
  view.ariaExpanded = String(app.viewing);
  [...room.children].forEach((line, index) => setText(line.querySelector(".what"), CHOICES[index].words(app.room)));
}

// The keys of the view while it is open; any other closes it and does what it does.
/** @param {App} app @param {string} key @param {KeyboardEvent} event */
export function roomKey(app, key, event) {
  if (key === "z" || key === "Escape") return () => toggleRoom(app);
  if (event.repeat && key.length === 1 && !"+-=".includes(key)) return () => {};
  const choice = CHOICES.find(({ keys }) => keys.includes(key.toLowerCase()));
  if (choice) return () => choice.act(app, key.toLowerCase(), event.shiftKey);
  if (key.length === 1) toggleRoom(app);
  return null;
}
