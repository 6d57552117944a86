// What the foot of the page says of a decision that is no verdict; verdicts are said by their name.

/** @import { More } from "./types.d.ts" */

/** @type {Record<string, (code: string, more: More) => string>} */
const SAID = {
  add: (code) => `${code} added`,
  resequence: (code, { position }) => `${code} is number ${position + 1} now`,
  set_poa: (code, { poa }) => `${code} present on admission: ${poa ?? "not set"}`,
  set_performed: (code, { performed }) => (performed ? `${code} performed on ${performed}` : `${code} without a date`),
  set_evidence: (code, { evidence }) => `${code} ${evidence.length ? "with other words as evidence" : "without words as evidence"}`,
  set_admitting: (code) => `${code} is the admitting diagnosis`,
  set_fact: (_, { fact, value }) => `${fact} set to ${value ?? "not known"}`,
  set_line: (_, { value }) => (value ? "this line needs no code; U takes it back" : "the line is to be coded again"),
  hold: () => "on hold",
  release: () => "off hold",
  reopen: () => "reopened",
};

/** @param {string} action @param {string} code @param {More} more */
export function saidOf(action, code, more) {
  return SAID[action]?.(code, more) ?? "";
}
