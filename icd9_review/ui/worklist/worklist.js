// The worklist as a real table: a row opens by click, by Enter on its button, or by J, K and Enter.
// All data goes through textContent; the table is patched row by row so that focus stays.

const COLUMNS = [
  ["label", "Encounter"],
  ["person", "Patient"],
  ["setting", "Setting"],
  ["dates", "Dates"],
  ["notes", "Notes"],
  ["status", "Status"],
  ["open", "To decide"],
  ["decided", "Decided"],
  ["last", "Last touched"],
];
const NUMBERS = new Set(["open", "decided"]);

function element(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

function header() {
  const row = element("tr");
  for (const [name, title] of COLUMNS) {
    const cell = element("th", NUMBERS.has(name) ? "number" : "", title);
    cell.scope = "col";
    row.append(cell);
  }
  const head = element("thead");
  head.append(row);
  return head;
}

function cell(name, row, open) {
  const node = element("td", NUMBERS.has(name) ? "number" : "");
  if (name === "label" && open) {
    const button = element("button", "open", row.label);
    button.type = "button";
    button.onclick = (event) => {
      event.stopPropagation();
      open(row.id);
    };
    node.append(button);
  } else if (name === "status") {
    node.append(element("span", `status ${row.status}`, row.status_text));
  } else {
    const text = element("bdi", "", row[name]);
    text.title = row[name];
    node.append(text);
  }
  return node;
}

function tableRow(row, open) {
  const node = element("tr");
  node.dataset.id = row.id;
  node.dataset.content = JSON.stringify(row);
  node.append(...COLUMNS.map(([name]) => cell(name, row, open)));
  if (open) node.onclick = () => open(row.id);
  return node;
}

function patch(body, rows, open) {
  const before = new Map([...body.children].map((node) => [node.dataset.id, node]));
  const focused = body.contains(body.getRootNode().activeElement)
    ? body.getRootNode().activeElement.closest("tr").dataset.id
    : null;
  const nodes = rows.map((row) => {
    const old = before.get(row.id);
    return old && old.dataset.content === JSON.stringify(row) ? old : tableRow(row, open);
  });
  body.replaceChildren(...nodes);
  if (focused) body.querySelector(`tr[data-id="${CSS.escape(focused)}"] button`)?.focus();
}

function move(body, step) {
  const buttons = [...body.querySelectorAll("button.open")];
  const at = buttons.indexOf(body.getRootNode().activeElement);
  const next = at < 0 ? (step > 0 ? 0 : buttons.length - 1) : at + step;
  buttons[Math.max(0, Math.min(buttons.length - 1, next))]?.focus();
}

function typing(event) {
  const target = event.composedPath()[0];
  return (
    event.ctrlKey || event.metaKey || event.altKey || target.isContentEditable ||
    ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName) ||
    document.querySelector('[role="dialog"]') !== null
  );
}

// Streamlit calls this again with every change of the data, the cleanup only at the end:
// the listener is installed with the table, once.
export default function ({ data, parentElement, setTriggerValue }) {
  let table = parentElement.querySelector("table");
  if (!table) {
    table = element("table");
    table.setAttribute("aria-label", "Encounters");
    table.append(header(), element("tbody"));
    parentElement.append(table);
    table.listen = (event) => onKey(table.tBodies[0], event);
    document.addEventListener("keydown", table.listen);
  }
  table.classList.toggle("openable", data.openable);
  const open = data.openable ? (id) => setTriggerValue("opened", id) : null;
  patch(table.tBodies[0], data.rows, open);
  return () => document.removeEventListener("keydown", table.listen);
}

function onKey(body, event) {
  const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
  if (step === undefined || typing(event)) return;
  event.preventDefault();
  move(body, step);
}
