// What one page knows, apart from what its elements show.

import { setText } from "../../browser/dom.js";

/** @import { OutsideView, RoomView, SuggestionView, WorkbenchView } from "./view.d.ts" */
/** @import { Asking, Caret, Chart, Decision, Finder, Palette } from "./types.d.ts" */

export class App {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
  }

  /** @type {Record<string, any>} */
  parts = {};

  // What the server said last, and the encounter that is about.
  /** @type {WorkbenchView | null} */
  data = null;
  /** @type {string | null} */
  encounter = null;
  /** @type {Map<string, SuggestionView | OutsideView>} */
  rows = new Map();
  /** @type {WorkbenchView["refused"]} */
  refusals = [];

  // The chart with what is unsent: see chart.js.
  /** @type {Chart | null} */
  chart = null;
  /** @type {Decision[]} */
  standing = [];
  /** @type {Map<string, Decision>} */
  verdicts = new Map();
  /** @type {Set<string>} */
  saving = new Set();

  // Where the focus is: the keys of a row and of one of my codes, and which of both it is.
  /** @type {"left" | "right"} */
  region = "left";
  /** @type {string | null} */
  focus = null;
  /** @type {string | null} */
  mine = null;

  // What is marked in the note: its nodes, the run of evidence that E came to last.
  /** @type {HTMLElement[]} */
  marked = [];
  evidence = -1;
  /** @type {Caret | null} */
  caret = null;
  /** @type {Finder | null} */
  finder = null;
  // The code whose evidence the note went to, and whether somebody scrolled by hand since.
  /** @type {string | null} */
  followed = null;
  byHand = false;
  edging = 0;

  // How this person has the room, and where in the notes a jump has led.
  /** @type {RoomView | null} */
  room = null;
  viewing = false;
  sectionsOpen = false;
  following = false;
  /** @type {{ top: number, place: [number, number] } | null} */
  jumped = null;

  // What is open over the page.
  /** @type {Asking | null} */
  asking = null;
  /** @type {Palette | null} */
  palette = null;
  /** @type {Map<string, string>} */
  picked = new Map();
  queries = 0;
  finishing = false;
  // The code book: the code asked about, those turned to since, and the chosen sibling (-1: none);
  // the edit whose rule is open.
  /** @type {{ key: string, search: boolean, trail: string[], id: number, at: number } | null} */
  codebook = null;
  // A favourite or own words on their way to the server.
  /** @type {{ id: string, key: string, favourite: boolean, words: string } | null} */
  marking = null;
  /** @type {string | null} */
  rule = null;
  lining = false;
  // The queries to the physician: whether they are open, and what of them is on its way.
  querying = false;
  /** @type {{ id: string, draft: boolean } | null} */
  inquiry = null;

  // Of the chart lines: the one in focus, the one that is looked up and of its codes the chosen
  // one, what was taken for each since the server looked, and the nodes that are marked.
  /** @type {string | null} */
  line = null;
  /** @type {string | null} */
  opened = null;
  hit = 0;
  /** @type {{ line: string, id: number, meaning: boolean, shown?: import("./view.d.ts").FoundItem[] } | null} */
  lookup = null;
  /** @type {Map<string, string>} */
  taken = new Map();
  // The line that G has led to because it is to be coded first; whether a signer goes on without
  // the lines that were asked about.
  /** @type {string | null} */
  led = null;
  passed = false;
  /** @type {HTMLElement[]} */
  lined = [];
  /** @type {string | null} */
  confirming = null;
  hinting = false;
  // The keys of the rows that were on the screen, for what is decided on several at once.
  /** @type {Set<string | undefined>} */
  shown = new Set();
  // The facts that are open: which stop has the focus, and the fact that is typed.
  /** @type {{ at: number, typing: string | null } | null} */
  facts = null;
  howOpen = false;
  demotedOpen = false;
  swept = 0;

  // What was asked of the server and is not answered yet.
  /** @type {string | null} */
  requested = null;
  /** @type {boolean | null} */
  explain = null;
  /** @type {boolean | null} */
  follow = null;
  /** @type {WorkbenchView["order"] | null} */
  order = null;
  /** @type {boolean | null} */
  openOnly = null;
  /** @type {"next" | "leave" | "note" | "what_if" | "inspect" | null} */
  departure = null;
  /** @type {string | null} */
  inspected = null;
  leaving = false;
  // The name of the coding summary that is asked for; whether one is wanted after the signature, and
  // whether the next encounter waits for it.
  /** @type {string | null} */
  summarising = null;
  summing = false;
  goingOn = false;
  delay = 0;
  /** @type {ReturnType<typeof setTimeout> | null} */
  pulse = null;
  /** @type {ReturnType<typeof setTimeout> | null} */
  rest = null;
  /** @type {ReturnType<typeof setTimeout> | null} */
  typing = null;
  /** @type {ReturnType<typeof setTimeout> | null} */
  looking = null;

  // Streamlit's: set again with every change of the data.
  mounted = false;
  /** @type {(name: string, value: unknown) => void} */
  setState = () => {};
  /** @type {(name: string, value: unknown) => void} */
  trigger = () => {};
  showings = 0;
  unmount = () => {};
}

/** @param {App} app @param {string} text */
export function announce(app, text) {
  setText(app.parts.spoken, text);
}
