// Asks whether the session of this browser still lasts, tells that the person is there, warns
// before it lapses, and leaves the page when it has ended. What is undecided stays in the tab
// (workbench/browser/outbox.js) and is sent after the same person has signed in again.

import { make, makeButton, setText } from "../../../browser/dom.js";

// Milliseconds. A session that was ended elsewhere is noticed within five seconds; what a person
// does is told about as often as the server keeps it (store/people/sessions.py); the warning comes
// early enough to read it and to walk back from a printer.
export const ASK_EVERY = 3000;
export const TELL_EVERY = 20000;
export const WARN_BEFORE = 120000;

const ADDRESS = "/session";
const UNSENT = "icd9_review_unsent";
const TABS = "icd9_review_tabs"; // where a tab tells the others of this browser that somebody left

// What happened, and what to say and do of it.
/**
 * @param {{ idle: number, last: number }} left seconds until the session lapses, and until it ends
 * @returns {{ text: string, stays: boolean } | null}
 */
export function warning({ idle, last }) {
  const [seconds, stays] = idle < last ? [idle, true] : [last, false];
  if (seconds * 1000 > WARN_BEFORE) return null;
  const rest = Math.max(0, seconds);
  const clock = `${Math.floor(rest / 60)}:${String(rest % 60).padStart(2, "0")}`;
  const text = stays
    ? `You will be signed out in ${clock}, because nothing was done for a while.`
    : `Your session ends in ${clock}. What is saved is safe; sign in again to go on.`;
  return { text, stays };
}

// Whether the session is over by what the server said last, which may be away since: whoever
// walks by is not to read a chart for as long as nobody answers.
/** @param {{ idle: number, last: number }} left */
export function isOver({ idle, last }) {
  return Math.min(idle, last) <= 0;
}

// Whether the server is to hear that the person was there since it last heard so.
/** @param {{ acted: number, told: number }} watch @param {number} now */
export function isToTell({ acted, told }, now) {
  return acted > told && now - told >= TELL_EVERY;
}

class Watch {
  constructor(parentElement) {
    this.acted = 0;
    this.told = 0;
    this.person = null;
    this.timer = null;
    this.ticking = null;
    this.left = null; // what the server said last of the time that is left, and when
    this.heard = 0;
    this.bar = make("div", "bar");
    this.bar.role = "alert";
    this.bar.hidden = true;
    this.text = make("span");
    this.text.ariaLive = "off"; // read out once, as the bar appears, and not with every second
    this.button = makeButton("stay", "Stay signed in", () => this.look(true));
    this.bar.append(this.text, this.button);
    parentElement.append(this.bar);
    const act = () => void (this.acted = Date.now());
    for (const kind of ["keydown", "pointerdown", "wheel"]) {
      addEventListener(kind, act, { capture: true, passive: true });
    }
    this.tabs = new BroadcastChannel(TABS);
    this.tabs.onmessage = forgetUnsent;
    addEventListener("submit", (event) => this.forget(event), { capture: true });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.look();
    });
  }

  async look(stay = false) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.look(), ASK_EVERY);
    const tells = stay || isToTell(this, Date.now());
    if (tells) this.told = Date.now();
    let answer;
    try {
      answer = await fetch(ADDRESS, { method: tells ? "POST" : "GET", cache: "no-store" });
    } catch {
      return this.tick(); // the server is away, which the page says itself
    }
    if (answer.status === 401) return leave();
    if (!answer.ok) return this.tick();
    const said = await answer.json();
    if (said.person !== this.person) return leave();
    this.left = said;
    this.heard = Date.now();
    this.tick();
  }

  // The clock of a bar that is shown goes on between two answers.
  tick() {
    clearTimeout(this.ticking);
    if (this.left === null) return;
    const passed = Math.floor((Date.now() - this.heard) / 1000);
    const left = { idle: this.left.idle - passed, last: this.left.last - passed };
    if (isOver(left)) return leave();
    this.show(warning(left));
    if (!this.bar.hidden) this.ticking = setTimeout(() => this.tick(), 1000);
  }

  /** @param {ReturnType<typeof warning>} said */
  show(said) {
    this.bar.hidden = said === null;
    if (said === null) return;
    setText(this.text, said.text);
    this.button.hidden = !said.stays;
  }

  // Whoever signs out takes along what was not sent, from every tab of the browser.
  /** @param {Event} event */
  forget(event) {
    const [form] = event.composedPath();
    if (form instanceof HTMLFormElement && form.getAttribute("action") === "/sign-out") {
      this.tabs.postMessage("signed out");
      forgetUnsent();
    }
  }
}

// The same address again: whoever is not signed in is asked there who they are.
function leave() {
  dispatchEvent(new Event("icd9-review-signed-out"));
  location.reload();
}

function forgetUnsent() {
  sessionStorage.removeItem(UNSENT);
  dispatchEvent(new CustomEvent("icd9-review-signed-out", { detail: "forget" }));
}

export default function ({ data, parentElement }) {
  parentElement.watch ??= new Watch(parentElement);
  const { watch } = parentElement;
  watch.person = data.person;
  watch.look();
}
