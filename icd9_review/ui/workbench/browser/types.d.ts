// What several scripts of the workbench hand to each other, besides what Python sends.

import type { FoundItem } from "./view.d.ts";

/** An answer to a question: by the key that gives it; `at` is a day that it stands for. */
export interface Choice {
  key: string;
  value?: string | null;
  text: string;
  at?: string;
  keys?: string[];
}

/** A question with a few answers, and `field` for one in words or a date. */
export interface Question {
  title: string;
  choices: Choice[];
  field?: { day?: boolean; label: string; value?: string; placeholder?: string; alone?: boolean };
  pick: (choice: Choice | null, text: string) => void;
}

/** The question that is asked now, and the answer that waits for its words. */
export interface Asking extends Question {
  chosen: Choice | null;
}

/** A place of the notes that speaks of a code: pieces of one note, and what is said of them. The
 * model's have a weight; a mention in a list of diagnoses leads. */
export interface Place {
  note: number;
  first: number;
  last: number;
  text: string;
  assertion: string;
  section: string;
  weight?: number;
  leads?: boolean;
}

/** Words of a note: code points of its text. */
export interface Passage {
  note: string;
  start: number;
  end: number;
  text: string;
}

/** The search for a code: what for, which of the answers is chosen (-1 for the first code), and the
 * number of the query; with `table` a substance's row of the table of drugs lies over the answers. */
export interface Palette {
  mode: "add" | "replace" | "admitting";
  key: string;
  header: string;
  passage: Passage | null;
  active: number;
  id: number;
  hurried?: boolean;
  /** Whether the model was asked to read the words, too. */
  meaning?: boolean;
  /** The list as it was when somebody first moved in it. */
  held?: FoundItem[] | null;
  table?: FoundItem | null;
  added?: boolean;
}

/** A query to the physician as somebody writes it: `options` one a line. */
export interface QueryDraft {
  reason: string;
  quotes: Passage[];
  question: string;
  options: string;
  holds: boolean;
}

/** Where typed words stand: UTF-16 units of the text of the note at this place. */
export interface Hit {
  note: number;
  start: number;
  end: number;
}

/** The search for words in the notes: what was found, and which of it is looked at (-1: none). */
export interface Finder {
  hits: Hit[];
  at: number;
}

/** Words chosen by key: their places in UTF-16 units, and the first and the last one chosen. */
export interface Caret {
  article: Element;
  words: [number, number][];
  anchor: number;
  at: number;
}

/** A verdict that stands, with what was set on the code under it. */
export interface Decision {
  key: string;
  verdict: string;
  reason: string;
  actor: string;
  own: boolean;
  origin: string;
  by: string;
  of: string;
  set: Record<string, string | null>;
  /** One object for both codes of a replacement; `place` is the one that it emptied, `renamed` the
   * principal diagnosis before it and after. */
  verdictOf: { place?: number; renamed?: [string, string] };
  pair?: boolean;
}

/** A line that needs no code as somebody said, `after` so many of the verdicts that stand. */
export interface Needless {
  span: [string, number, number];
  actor: string;
  own: boolean;
  after: number;
}

/** The chart with what is unsent: keys in their order and what is set on them. */
export interface Chart {
  order: string[];
  principal: string;
  poa: Record<string, string>;
  performed: Record<string, string>;
  admitting: string;
  hold: string;
  signed: string;
  needless: Needless[];
}

/** The chart in a form that verdicts can be laid on and taken off. */
export interface Book extends Chart {
  standing: Decision[];
  kinds: Record<string, string[]>;
  /** The diagnosis that somebody put first last. */
  named: string;
}

/** What a decision needs besides its action and code; `by` is the key of the code that takes over,
 * `id` the name of one that had it before it was made. */
export interface More {
  id?: string;
  by?: string;
  reason?: { value?: string | null; text: string } | null;
  evidence?: [string, number, number][];
  position?: number;
  poa?: string | null;
  performed?: string | null;
  words?: string;
  /** How many codes are decided on at once, where it is more than one. */
  together?: number;
  fact?: string;
  value?: string | null;
  /** The number of the query that a hold waits for. */
  query?: number;
}

/** A decision on its way: as it is sent, and as the chart is folded with it. */
export interface Entry {
  key: string;
  by: string;
  reason: More["reason"];
  at: number;
  sent: {
    id: string;
    encounter: string;
    user: number;
    action: string;
    code: string;
    kind: string;
    reason: string | null;
    by: string | null;
    seen: number;
    client: string;
  } & Omit<More, "id" | "by" | "reason">;
}
