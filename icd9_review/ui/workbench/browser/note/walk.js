// What E walks through: every place of the notes that speaks of the code in focus. Where the note
// follows the focus, it moves to the first of them; where not, its edge says how far that is.

import { isCalm, makeButton, setText } from "../../../browser/dom.js";
import { announce } from "../app.js";
import { explains, focused, whyUnexplained } from "../focus.js";
import { ask, pulse } from "../pulse.js";
import { citations, mentions, nodesOf, readyExplanation } from "./note.js";
import { selectedPassage } from "./passage.js";

/** @import { App } from "../app.js" */
/** @import { Place } from "../types.d.ts" */

// Pixels at the edges of the note in which a line is not well in sight.
const MARGIN = 40;

// Words a person chose come first, then a mention in a list of diagnoses, then what the model used,
// what to read first in front, then the other mentions in the order of the notes. No place twice.
/** @param {App} app @returns {Place[]} */
export function walk(app) {
  const explanation = readyExplanation(app);
  const used = explanation ? explanation.evidence.map((run) => ({ note: explanation.note, ...run })) : [];
  const named = mentions(app);
  const listed = named.filter(({ leads }) => leads).slice(0, 1);
  /** @type {Place[]} */
  const places = [];
  for (const place of [...citations(app), ...listed, ...used, ...named]) {
    if (!places.some((other) => meet(place, other))) places.push(place);
  }
  return places;
}

/** @param {Place} one @param {Place} other */
function meet(one, other) {
  return one.note === other.note && one.first <= other.last && other.first <= one.last;
}

// The next place that E goes to; with jumps from the edits what moves the note.
/** @param {App} app @param {number} index */
export function showEvidence(app, index) {
  const places = walk(app);
  if (!places.length) {
    announce(app, explains(app) ? "no words of the notes are marked for this code" : whyUnexplained(app));
    return;
  }
  app.evidence = index % places.length;
  const place = places[app.evidence];
  for (const node of app.marked) node.classList.remove("current");
  const nodes = nodesOf(app, place);
  for (const node of nodes) {
    node.classList.add("current");
    app.marked.push(node);
  }
  if (nodes.length) scrollNoteTo(app.parts.note, nodes[0]);
  announce(app, `${app.evidence + 1} of ${places.length}: ${place.text}${around(app, place)}`);
}

// The place of a button beside the code, which may be part of a longer one.
/** @param {App} app @param {Place} place */
export function showPlace(app, place) {
  showEvidence(app, Math.max(0, walk(app).findIndex((other) => meet(place, other))));
}

/** @param {App} app @param {Place} place */
function around(app, { note, assertion, section }) {
  const document = app.data.notes.length > 1 ? app.data.notes[note].title : "";
  const said = [assertion === "present" ? "" : assertion, section, document].filter(Boolean).join(", ");
  return said ? ` (${said})` : "";
}

function isInSight(pane, node, margin = MARGIN) {
  const frame = pane.getBoundingClientRect();
  const place = node.getBoundingClientRect();
  return place.top > frame.top + margin && place.bottom < frame.bottom - margin;
}

export function scrollNoteTo(pane, node) {
  if (isInSight(pane, node)) return;
  const frame = pane.getBoundingClientRect();
  const place = node.getBoundingClientRect();
  const top = pane.scrollTop + place.top - frame.top - frame.height / 3;
  pane.scrollTo({ top, behavior: isCalm() ? "auto" : "smooth" });
}

// Where the notes assert the code, or where nobody does all that is said of it; first nodes alone.
/** @param {App} app */
function telling(app) {
  const places = walk(app);
  const asserted = places.filter(({ weight, assertion }) => !(weight < 0) && ["", "present"].includes(assertion));
  const nodes = (asserted.length ? asserted : places).map((place) => nodesOf(app, place)[0]);
  return nodes.filter(Boolean);
}

// Whether the note follows the focus, for this person; a choice counts before it is stored.
/** @param {App} app */
export function follows(app) {
  return app.follow ?? app.data.follows;
}

/** @param {App} app */
export function toggleFollow(app) {
  app.follow = !follows(app);
  Object.assign(app, { followed: null, byHand: false });
  followFocus(app);
  showEdge(app);
  announce(app, follows(app) ? "the note follows the focus" : "the note stays where it is; E goes to the evidence");
  ask(app);
  pulse(app);
}

// Once for each code that comes into focus, and only where nothing that speaks for it is in sight.
// Explanations come in late: whoever scrolled by hand meanwhile, or chose words, stays there.
/** @param {App} app */
export function followFocus(app) {
  const key = focused(app);
  if (!follows(app) || app.followed === key || app.byHand || app.caret || app.finder) return;
  const nodes = telling(app);
  if (!nodes.length || selectedPassage(app)) return;
  app.followed = key;
  if (!nodes.some((node) => isInSight(app.parts.note, node))) scrollNoteTo(app.parts.note, nodes[0]);
}

/** @param {App} app */
export function watchNote(app) {
  const { note } = app.parts;
  const byHand = () => void (app.byHand = true);
  for (const name of ["wheel", "touchmove", "pointerdown"]) note.addEventListener(name, byHand, { passive: true });
  note.addEventListener("keydown", ({ key }) => /^(?:Page|Arrow|Home|End| )/.test(key) && byHand());
  note.addEventListener("scroll", () => showEdge(app), { passive: true });
  app.parts.edge = makeButton("edge", "", () => showEvidence(app, 0));
  app.parts.edge.hidden = true;
  return app.parts.edge;
}

// How far the evidence is, where none of it is in sight and the note does not go there by itself:
// at the edge of the note, and in the row. After the next layout, so that a decision does not wait
// for one.
/** @param {App} app */
export function showEdge(app) {
  cancelAnimationFrame(app.edging);
  app.edging = requestAnimationFrame(() => {
    const { note, edge } = app.parts;
    const nodes = app.mounted && !(follows(app) && !app.byHand) ? telling(app) : [];
    edge.hidden = !nodes.length || nodes.some((node) => isInSight(note, node, 0));
    if (!edge.hidden) setText(edge, `evidence ${distance(note, nodes[0])}`);
    edge.classList.toggle("above", edge.textContent.endsWith("up"));
    sayInRow(app, edge.hidden ? "" : edge.textContent);
  });
}

/** @param {App} app @param {string} far */
function sayInRow(app, far) {
  for (const node of app.root.querySelectorAll(".row .far")) {
    setText(/** @type {HTMLElement} */ (node), node.closest(".row.focused") ? far : "");
  }
}

function distance(pane, node) {
  const frame = pane.getBoundingClientRect();
  const place = node.getBoundingClientRect();
  const up = place.top < frame.top + frame.height / 2;
  const screens = Math.max(1, Math.round((up ? frame.top - place.top : place.bottom - frame.bottom) / frame.height));
  return `${screens} screen${screens === 1 ? "" : "s"} ${up ? "up" : "down"}`;
}
