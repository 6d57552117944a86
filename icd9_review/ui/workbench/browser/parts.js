// Small pieces that several panes are made of.

import { make, makeButton } from "../../browser/dom.js";

export function meter(share) {
  const bar = make("span", "meter");
  bar.ariaHidden = "true";
  bar.append(make("span", "fill"));
  setMeter(bar, share);
  return bar;
}

export function setMeter(bar, share) {
  bar.firstChild.style.width = `${100 * Math.min(1, Math.max(0, share))}%`;
}

export function keycap(key) {
  return make("kbd", "", key);
}

export function buildDialog(name, heading, close = "Close") {
  const dialog = make("dialog", `sheet ${name}`);
  dialog.setAttribute("aria-labelledby", `${name}-title`);
  const title = make("h2", "", heading);
  title.id = `${name}-title`;
  const body = make("div", "body");
  dialog.append(title, body, makeButton("act", close, () => dialog.close()));
  return [dialog, body];
}

// A list over the page that is read from its top, however little of it the window has room for.
export function buildListDialog(name, heading) {
  const [dialog, body] = buildDialog(name, heading);
  dialog.classList.add("long");
  body.tabIndex = 0;
  body.role = "region";
  body.setAttribute("aria-labelledby", `${name}-title`);
  return [dialog, body];
}

export function paneHead(text) {
  const head = make("div", "head");
  const count = make("span", "count");
  head.append(make("h2", "", text), count);
  return [head, count];
}
