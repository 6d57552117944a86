// The facts of an encounter: what is offered, and how a closed set is answered.

import assert from "node:assert/strict";
import { test } from "node:test";

import { factChoices, stopsOf, undisputed } from "../../../../../icd9_review/ui/workbench/browser/panes/facts.js";

const told = (value) => ({ value, text: value, quote: `a ${value}`, span: ["n", 0, 3] });
/** @returns {import("../../../../../icd9_review/ui/workbench/browser/view.d.ts").FactView} */
const fact = (name, values, more = {}) => ({
  fact: name, name, value: "", text: "", source: "", read: false, asks: true, form: "number", choices: [], told: values.map(told), ...more,
});

test("behind each fact stands what the notes state of it", () => {
  const stops = stopsOf([fact("age", ["68", "67"]), fact("sex", [])], new Set());
  assert.deepEqual(stops.map((stop) => [stop.fact.fact, stop.told?.value ?? null]), [
    ["age", null],
    ["age", "68"],
    ["age", "67"],
    ["sex", null],
  ]);
});

test("what is on its way to the server is not offered again", () => {
  const stops = stopsOf([fact("age", ["68"]), fact("sex", ["female"])], new Set(["age"]));
  assert.deepEqual(stops.map((stop) => stop.told?.value ?? stop.fact.fact), ["age", "sex", "female"]);
});

test("a closed set is answered by digits from one on, and not known by nought", () => {
  const choices = factChoices(fact("sex", [], { choices: [["female", "female"], ["male", "male"]] }));
  assert.deepEqual(choices.map(({ key, value }) => [key, value]), [["1", "female"], ["2", "male"], ["0", null]]);
});

test("all at once are those that nobody has looked at and the notes state in one way", () => {
  const facts = [fact("age", ["68"]), fact("sex", ["female", "male"]), fact("admitted", ["2012-02-06"]), fact("disposition", ["home"], { asks: false })];
  assert.deepEqual(undisputed(facts, new Set(["admitted"])).map((each) => each.fact), ["age"]);
});
