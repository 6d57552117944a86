// The worklist as a real table: a row opens by click, by Enter on its button, or by J, K and Enter;
// X selects it for who codes. All data goes through textContent; the table is patched row by row so that focus
// and selection stay.

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

function element(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

function button(text, act) {
  const node = element("button", "act", text);
  node.type = "button";
  node.onclick = act;
  return node;
}

function checkbox(label, act) {
  const node = element("input");
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
    this.bar = element("div", "bar");
    this.bar.setAttribute("role", "status");
    this.table = element("table");
    this.table.setAttribute("aria-label", "Encounters");
    this.all = checkbox("Select all on this page", (on) => this.selectAll(on));
    this.body = element("tbody");
    this.table.append(this.header(), this.body);
    parent.append(this.bar, this.table);
    this.listen = (event) => this.onKey(event);
    document.addEventListener("keydown", this.listen);
  }

  header() {
    const row = element("tr");
    const corner = element("th", "select");
    corner.scope = "col";
    corner.append(this.all);
    row.append(corner);
    for (const [name, title] of COLUMNS) {
      const cell = element("th", `${name} ${NUMBERS.has(name) ? "number" : ""}`.trim(), title);
      cell.scope = "col";
      row.append(cell);
    }
    const head = element("thead");
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
    const before = new Map([...this.body.children].map((node) => [node.dataset.id, node]));
    const active = this.body.getRootNode().activeElement;
    const focused = this.body.contains(active) ? active.closest("tr").dataset.id : null;
    const nodes = this.data.rows.map((row) => {
      const old = before.get(row.id);
      const content = JSON.stringify([row, this.data.codes]);
      return old && old.dataset.content === content ? old : this.row(row, content);
    });
    this.body.replaceChildren(...nodes);
    if (focused && !this.body.contains(active)) this.button(focused)?.focus();
    else if (focused) active.focus();
  }

  row(row, content) {
    const node = element("tr");
    node.dataset.id = row.id;
    node.dataset.content = content;
    const select = element("td", "select");
    if (this.data.codes) {
      select.append(checkbox(`Select ${row.label}`, (on) => this.select(row.id, on)));
      select.onclick = (event) => event.stopPropagation();
    }
    node.onclick = () => this.send("opened", row.id);
    node.append(select, ...COLUMNS.map(([name]) => this.cell(name, row)));
    return node;
  }

  cell(name, row) {
    const node = element("td", `${name} ${NUMBERS.has(name) ? "number" : ""}`.trim());
    if (name === "label") {
      const open = element("button", "open", row.label);
      open.type = "button";
      open.onclick = (event) => {
        event.stopPropagation();
        this.send("opened", row.id);
      };
      node.append(open);
    } else if (name === "status") {
      node.append(element("span", `state ${row.status}`, row.status_text));
      if (row.errors) node.append(element("span", "errors", row.errors));
      if (row.explained) node.append(element("span", "explained", row.explained));
    } else if (name === "claim" && row.claim) {
      const holder = element("div", "holder");
      holder.append(element("bdi", "", row.claim), element("span", "", row.until));
      holder.title = `${row.claim} ${row.until}`;
      node.append(holder);
    } else {
      const text = element("bdi", "", row[name]);
      text.title = row[name];
      node.append(text);
    }
    return node;
  }

  button(id) {
    return this.body.querySelector(`tr[data-id="${CSS.escape(id)}"] button.open`);
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
      const on = this.selected.has(node.dataset.id);
      node.classList.toggle("selected", on);
      const box = node.querySelector("input");
      if (box) box.checked = on;
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
      const hint = element("span", "hint");
      hint.append(...keys.split(" ").map((key) => element("kbd", "", key)), ` ${what}`);
      return hint;
    });
  }

  actions(count) {
    return [
      element("strong", "", `${count} selected`),
      button("Assign to me", () => this.assign(this.data.user)),
      ...(this.data.people.length ? [this.chooser()] : []),
      button(this.data.people.length ? "Assign to nobody" : "Give back", () => this.assign(null)),
      button("Clear selection", () => this.selectAll(false)),
    ];
  }

  chooser() {
    const list = element("select", "act");
    list.setAttribute("aria-label", "Assign to");
    list.append(element("option", "", "Assign to …"));
    for (const person of this.data.people) {
      const option = element("option", "", person.name);
      option.value = String(person.id);
      list.append(option);
    }
    list.onchange = () => this.assign(Number(list.value));
    return list;
  }

  assign(to) {
    this.send("assign", { ids: [...this.selected], to });
    this.selectAll(false);
  }

  move(step) {
    const buttons = [...this.body.querySelectorAll("button.open")];
    const row = this.body.getRootNode().activeElement?.closest("tr");
    const at = buttons.findIndex((node) => node.closest("tr") === row);
    const next = at < 0 ? (step > 0 ? 0 : buttons.length - 1) : at + step;
    const target = buttons[Math.max(0, Math.min(buttons.length - 1, next))];
    target?.focus();
    target?.scrollIntoView({ block: "nearest" });
  }

  onKey(event) {
    if (typing(event)) return;
    const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
    const focused = this.body.getRootNode().activeElement?.closest("tbody tr")?.dataset.id;
    if (step !== undefined) this.move(step);
    else if (event.key === "x" && focused && this.data.codes) this.select(focused, !this.selected.has(focused));
    else return;
    event.preventDefault();
  }
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

// Streamlit calls this again with every change of the data, the cleanup only at the end:
// the listener is installed with the table, once.
export default function ({ data, parentElement, setTriggerValue }) {
  parentElement.worklist ??= new Worklist(parentElement);
  const list = parentElement.worklist;
  list.show(data, setTriggerValue);
  return () => document.removeEventListener("keydown", list.listen);
}
