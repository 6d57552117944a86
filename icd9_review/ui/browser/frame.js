// The frame of a page that fills the window: where it stands, and that it stays readable.

import { rootOf } from "./dom.js";

/** @typedef {{ root: HTMLElement, mounted: boolean, showings: number, unmount: () => void }} Frame */

// Pixels up to which three panes side by side leave the note too little room.
const NARROW = 1100;

// Fills what Streamlit leaves of the window, whatever margins the page has.
/** @param {Frame} app */
export function fit(app) {
  const main = document.querySelector('[data-testid="stMain"]')?.getBoundingClientRect();
  const header = document.querySelector('[data-testid="stHeader"]')?.getBoundingClientRect();
  app.root.style.top = `${Math.max(main?.top ?? 0, header?.bottom ?? 0, 0)}px`;
  app.root.style.left = `${main?.left ?? 0}px`;
  app.root.style.width = main ? `${main.width}px` : "100%";
  app.root.classList.toggle("narrow", app.root.clientWidth <= NARROW);
}

// Streamlit fades an element while its run takes long; a note that fades cannot be read.
/** @param {Frame} app */
function stayClear(app) {
  const container = rootOf(app.root).host?.closest('[data-testid="stElementContainer"]');
  if (container instanceof HTMLElement) container.style.setProperty("opacity", "1", "important");
}

// Listens to keys and to the size of the window until the page goes; `stop` ends what else waits.
// What it returns ends the page, unless it has been shown anew since: Streamlit may end an earlier
// showing after a later one has begun, which would leave a page that takes no key and asks nothing.
/**
 * @template {Frame} App
 * @param {App} app @param {(app: App, event: KeyboardEvent) => void} onKey @param {() => void} stop
 */
export function mount(app, onKey, stop) {
  const showing = ++app.showings;
  const leave = () => {
    if (showing === app.showings) app.unmount();
  };
  if (app.mounted) return leave;
  app.mounted = true;
  // Below the document, where Streamlit listens: it would run the page anew at R as well.
  const root = document.documentElement;
  const keydown = (event) => {
    onKey(app, event);
    if (event.defaultPrevented) event.stopPropagation();
  };
  root.addEventListener("keydown", keydown);
  const watcher = new ResizeObserver(() => fit(app));
  watcher.observe(document.querySelector('[data-testid="stMain"]') ?? document.body);
  stayClear(app);
  app.unmount = () => {
    app.mounted = false;
    root.removeEventListener("keydown", keydown);
    watcher.disconnect();
    stop();
  };
  return leave;
}
