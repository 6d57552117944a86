// The parts of "Anything missing?" as tabs that count what each of them has. They lead into one list:
// what is to be seen before signing lies behind none of them.

import { make, makeButton, patchList, setText } from "../../../browser/dom.js";
import { keycap } from "../parts.js";

/** @import { App } from "../app.js" */

// Each part with what its tab is called, lines first: what the notes list is what a chart is coded from.
const TABS = { lines: "Lines", errors: "Blocks", queries: "Queries", warnings: "Warnings", missing: "Look again", hints: "Hints" };

export function buildTabs() {
  const tabs = make("div", "parts");
  tabs.role = "group";
  tabs.ariaLabel = "Parts of what may be missing";
  return tabs;
}

// No tabs while one thing alone is asked, nor for one part.
/** @param {App} app @param {Record<string, number>} counts @param {boolean} alone */
export function showTabs(app, counts, alone) {
  const tabs = tabsOf(app);
  const there = Object.keys(TABS).filter((part) => counts[part] || (part === "lines" && app.data.lines.length));
  tabs.hidden = alone || there.length < 2;
  patchList(tabs, tabs.hidden ? [] : there, (part) => part, (part) => buildTab(app, part), (tab, part, index) => {
    setText(tab.querySelector("span"), `${TABS[part]} ${counts[part]}`);
    setText(tab.querySelector("kbd"), String(index + 1));
    tab.disabled = counts[part] === 0;
  });
}

/** @param {App} app @param {string} part */
function buildTab(app, part) {
  const tab = makeButton("part", undefined, () => goToPart(app, part));
  tab.dataset.part = part;
  tab.append(make("span"), keycap(""));
  return tab;
}

// The heading of a part, which its tab leads to.
/** @param {keyof typeof TABS} part @param {string} words */
export function partHead(part, words, style = "") {
  const head = make("h3", style, words);
  head.dataset.part = part;
  return head;
}

/** @param {App} app @param {string} part */
function goToPart(app, part) {
  const head = app.parts.finish.querySelector(`.body [data-part="${part}"]`);
  head?.scrollIntoView({ block: "start" });
}

// What a digit does: the tab of that number.
/** @param {App} app @param {string} key */
export function tabKey(app, key) {
  const tab = /^[1-9]$/.test(key) ? [...tabsOf(app).children][Number(key) - 1] : null;
  return tab && !tab.disabled ? () => goToPart(app, tab.dataset.part) : null;
}

/** @param {App} app */
function tabsOf(app) {
  return app.parts.finish.querySelector(".parts");
}
