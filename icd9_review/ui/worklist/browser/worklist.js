// The worklist as a real table: a row opens by click, by Enter on its button, or by J, K and Enter;
// X selects it for who codes. All data goes through textContent; what the rows say is patched in place,
// so that focus and selection stay and a click that began is not lost when the list renews itself.

import { activeIn, isolate, make, makeButton, patchList, setText } from "../../browser/dom.js";
import { joinSteps } from "../../browser/steps.js";

const COLUMNS = [
  ["label", "Encounter"],
  ["person", "Patient"],
  ["setting", "Setting"],
  ["dates", "Dates"],
  ["notes", "Notes"],
  ["status", "Status"],
  ["open", "To decide"],
  ["likeliest", "Likeliest"],
  ["assignee", "Assigned to"],
  ["claim", "Working on it"],
  ["last", "Last touched"],
];
const NUMBERS = new Set(["open", "likeliest"]);
const HINTS = [["J K", "move"], ["Enter", "open"], ["X", "select"]];

function checkbox(label, act) {
  const node = make("input");
  node.type = "checkbox";
  node.setAttribute("aria-label", label);
  node.onchange = () => act(node.checked);
  return node;
}

// One table: its nodes, what is selected, and what the last data allows.
class Worklist {
  constructor(parent) {
    this.selected = new Set();
    this.content = "";
    this.bar = make("div", "bar");
    this.bar.setAttribute("role", "status");
    this.table = make("table");
    this.table.setAttribute("aria-label", "Encounters");
    this.all = checkbox("Select all on this page", (on) => this.selectAll(on));
    this.body = make("tbody");
    this.table.append(this.header(), this.body);
    parent.append(this.bar, this.table);
    this.listen = (event) => this.onKey(event);
    this.showings = 0;
  }

  header() {
    const row = make("tr");
    const corner = make("th", "select");
    corner.scope = "col";
    corner.append(this.all);
    row.append(corner);
    for (const [name, title] of COLUMNS) {
      const cell = make("th", classOf(name), title);
      cell.scope = "col";
      row.append(cell);
    }
    const head = make("thead");
    head.append(row);
    return head;
  }

  show(data, send) {
    this.data = data;
    this.send = send;
    this.table.classList.toggle("codes", data.codes);
    const here = new Set(data.rows.map((row) => row.id));
    this.selected = new Set([...this.selected].filter((id) => here.has(id)));
    this.patch();
    this.mark();
  }

  patch() {
    const active = activeIn(this.body);
    patchList(this.body, this.data.rows, (row) => row.id, (row) => this.row(row), say);
    if (this.body.contains(active)) active.focus();
  }

  row(row) {
    const node = make("tr");
    const select = make("td", "select");
    select.append(checkbox(`Select ${row.label}`, (on) => this.select(row.id, on)));
    select.onclick = (event) => event.stopPropagation();
    node.onclick = () => this.send("opened", row.id);
    node.append(select, ...COLUMNS.map(([name]) => this.cell(name, row)));
    return node;
  }

  cell(name, row) {
    const node = make("td", classOf(name));
    if (name === "label") {
      const open = makeButton("open", row.label, (event) => {
        event.stopPropagation();
        this.send("opened", row.id);
      });
      node.append(open);
    } else if (name === "status") {
      node.append(make("span", "state"), make("span", "errors"), make("span", "asked"), make("span", "explained"));
    } else if (name === "claim") {
      const holder = make("div", "holder");
      holder.append(isolate(""), make("span"));
      node.append(holder);
    } else {
      node.append(isolate(""));
      if (name === "notes") node.append(make("span", "billed"));
    }
    return node;
  }

  select(id, on) {
    if (on) this.selected.add(id);
    else this.selected.delete(id);
    this.mark();
  }

  selectAll(on) {
    this.selected = new Set(on ? this.data.rows.map((row) => row.id) : []);
    this.mark();
  }

  // Make checkboxes, rows and the bar say what is selected.
  mark() {
    for (const node of this.body.children) {
      const on = this.selected.has(node.getAttribute("data-key"));
      node.classList.toggle("selected", on);
      node.querySelector("input").checked = on;
    }
    const count = this.selected.size;
    this.all.hidden = !this.data.codes;
    this.all.checked = count > 0 && count === this.data.rows.length;
    this.all.indeterminate = count > 0 && count < this.data.rows.length;
    const content = JSON.stringify([count, this.data.codes, this.data.people]);
    if (content === this.content) return;
    this.content = content;
    this.bar.replaceChildren(...(count ? this.actions(count) : this.hints()));
  }

  hints() {
    const hints = this.data.codes ? HINTS : HINTS.filter(([keys]) => keys !== "X");
    return hints.map(([keys, what]) => {
      const hint = make("span", "hint");
      hint.append(...keys.split(" ").map((key) => make("kbd", "", key)), ` ${what}`);
      return hint;
    });
  }

  actions(count) {
    return [
      make("strong", "", `${count} selected`),
      makeButton("act", "Assign to me", () => this.assign(this.data.user)),
      ...(this.data.people.length ? this.chooser() : []),
      makeButton("act", this.data.people.length ? "Assign to nobody" : "Give back", () => this.assign(null)),
      makeButton("act", "Clear selection", () => this.selectAll(false)),
    ];
  }

  chooser() {
    const list = make("select", "act");
    list.setAttribute("aria-label", "Assign to");
    list.append(Object.assign(make("option", "", "Assign to …"), { value: "" }));
    for (const person of this.data.people) {
      const option = make("option", "", person.name);
      option.value = String(person.id);
      list.append(option);
    }
    // Arrows change a closed list at every key: the button alone assigns.
    const give = makeButton("act", "Assign", () => this.assign(Number(list.value)));
    give.disabled = true;
    list.onchange = () => void (give.disabled = list.value === "");
    return [list, give];
  }

  assign(to) {
    this.send("assign", { ids: [...this.selected], to });
    this.selectAll(false);
  }

  move(step) {
    const buttons = /** @type {HTMLElement[]} */ ([...this.body.querySelectorAll("button.open")]);
    const row = activeIn(this.body)?.closest("tr");
    const at = buttons.findIndex((node) => node.closest("tr") === row);
    const next = at < 0 ? (step > 0 ? 0 : buttons.length - 1) : at + step;
    const target = buttons[Math.max(0, Math.min(buttons.length - 1, next))];
    target?.focus();
    target?.scrollIntoView({ block: "nearest" });
  }

  onKey(event) {
    if (typing(event)) return;
    const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
    const focused = activeIn(this.body)?.closest("tbody tr")?.getAttribute("data-key");
    if (step !== undefined) this.move(step);
    else if (event.key === "x" && focused && this.data.codes) this.select(focused, !this.selected.has(focused));
    else return;
    event.preventDefault();
  }
}

function classOf(name) {
  return NUMBERS.has(name) ? `${name} number` : name;
}

// What a row says now, put into the nodes that stand there.
function say(node, row) {
  const part = (selector) => node.querySelector(selector);
  part(".state").className = `state ${row.status}`;
  for (const [selector, text] of [[".state", row.status_text], [".errors", row.errors], [".asked", row.asked], [".explained", row.explained]]) {
    setText(part(selector), text);
  }
  part("td.status").title = [row.status_text, row.errors, row.asked, row.explained].filter(Boolean).join(" · ");
  setText(part(".holder bdi"), row.claim);
  setText(part(".holder span"), row.until);
  part(".holder").title = `${row.claim} ${row.until}`.trim();
  setText(part(".billed"), row.billed);
  for (const text of node.querySelectorAll("td > bdi")) {
    const [name] = text.parentElement.classList;
    setText(text, row[name]);
    text.title = row[name];
  }
  part("td.notes").title = [row.notes, row.billed].filter(Boolean).join(" · ");
}

function typing(event) {
  const target = event.composedPath()[0];
  const field = ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName);
  return (
    event.ctrlKey || event.metaKey || event.altKey || target.isContentEditable ||
    (field && target.type !== "checkbox") ||
    document.querySelector('[role="dialog"]') !== null
  );
}

// Streamlit may end an earlier showing after a later one has begun (frame.js): only the end of the
// last one ends the keys. A listener that is there already is not added twice.
export default function ({ data, parentElement, setTriggerValue }) {
  joinSteps(globalThis);
  parentElement.worklist ??= new Worklist(parentElement);
  const list = parentElement.worklist;
  const showing = ++list.showings;
  document.addEventListener("keydown", list.listen);
  list.show(data, setTriggerValue);
  return () => void (showing === list.showings && document.removeEventListener("keydown", list.listen));
}
