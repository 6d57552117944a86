// Banner and footer, the sheet of keys, and what was refused.

const KEYS = [
  ["A", "accept"],
  ["X", "reject, then a digit for the reason"],
  ["S", "replace by a sibling or another code"],
  ["P", "make it the principal diagnosis"],
  ["/", "add a code; selected words become its evidence"],
  ["W", "choose words of the note by arrow keys"],
  ["U", "undo your last decision"],
  ["J", "next, also ↓; with Shift move the code down"],
  ["K", "previous, also ↑; with Shift move the code up"],
  ["G", "go between suggestions and my codes"],
  ["E", "next evidence in the note"],
  ["I", "inspect the explanation on a page of its own"],
  ["T", "turn explanations off or on, for you"],
  ["O", "present on admission, then Y N U W 1"],
  ["D", "date of a procedure"],
  ["M", "admitting diagnosis"],
  ["H", "put on hold, or take off hold"],
  ["C", "try out a copy: what if a sentence were not there"],
  ["F", "finalise; reopen when finalised"],
  ["N", "next encounter"],
  ["?", "all keys"],
];
const FOOTER = [
  ["A", "accept"],
  ["X", "reject"],
  ["S", "replace"],
  ["P", "principal"],
  ["/", "add a code"],
  ["G", "my codes"],
  ["E", "evidence"],
  ["U", "undo"],
  ["C", "what if"],
  ["F", "finalise"],
  ["N", "next"],
  ["?", "all keys"],
];

function buildBanner(app) {
  const banner = make("header", "banner");
  const line = make("div", "line");
  const back = makeButton("link", "Worklist", () => depart(app, "leave"));
  const facts = make("div", "facts");
  app.parts.hold = makeButton("act", "Hold", () => hold(app));
  app.parts.finalise = makeButton("act primary", "Finalise", () => openFinish(app));
  line.append(back, make("span", "quiet", "›"), facts, make("span", "purpose", "Assists coding, not for diagnosis"));
  line.append(app.parts.hold, app.parts.finalise);
  app.parts.notices = make("div", "notices");
  app.parts.notices.role = "status";
  banner.append(line, app.parts.notices);
  return banner;
}

// What everybody has to know of this encounter before working on it.
function showNotices(app) {
  const { signed, hold } = app.chart;
  setText(app.parts.hold, hold ? "Take off hold" : "Hold");
  app.parts.hold.hidden = Boolean(signed);
  setText(app.parts.finalise, signed ? "Reopen" : "Finalise");
  app.parts.finalise.classList.toggle("primary", !signed);
  const notices = [
    ["signed", signed && `Finalised: ${signed}. Read only; F reopens it with a reason.`],
    ["hold", hold && `On hold: ${hold}`],
    ["claim", app.data.claimed && `${app.data.claimed}. You can work on it too: nothing is overwritten.`],
    ...app.data.notices.map((text) => ["news", text]),
  ].filter(([, text]) => text);
  patchList(
    app.parts.notices,
    notices.map(([name, text]) => ({ name, text })),
    ({ name, text }) => name + text,
    ({ name, text }) => {
      const line = make("p", `notice ${name}`);
      line.append(isolate("", text));
      line.title = text;
      if (name === "claim") line.append(makeButton("link", "Take over", () => takeOver(app)));
      return line;
    },
    () => {},
  );
}

function showBanner(app) {
  const { encounter, model, read, notes } = app.data;
  const count = notes.length === 1 ? "1 note" : `${notes.length} notes`;
  const facts = [
    make("strong", "label", encounter.label),
    isolate("person", encounter.person),
    isolate("", [encounter.setting, encounter.dates].filter(Boolean).join(" · ")),
    make("span", "quiet count", count),
  ];
  facts.push(makeButton("link", "Add a note", () => depart(app, "note")));
  if (read) facts.push(readMeter(read));
  if (model) facts.push(modelPill(model));
  app.parts.banner.querySelector(".facts").replaceChildren(...facts);
}

function takeOver(app) {
  app.trigger("take_over", app.data.encounter.id);
  announce(app, "taking over …");
}

function readMeter(read) {
  const node = make("span", "read", read.text);
  node.append(meter(read.share));
  return node;
}

function meter(share) {
  const bar = make("span", "meter");
  bar.ariaHidden = "true";
  bar.append(make("span", "fill"));
  setMeter(bar, share);
  return bar;
}

function setMeter(bar, share) {
  bar.firstChild.style.width = `${100 * Math.min(1, Math.max(0, share))}%`;
}

function modelPill(model) {
  const calibrated = model.calibrated ? "calibrated" : "not calibrated";
  const codes = `${model.labels.toLocaleString("en")} codes`;
  const pill = isolate("pill", [model.name, calibrated, codes, model.version].join(" · "));
  pill.title = `model ${pill.textContent}`;
  return pill;
}

function showSaved(app) {
  const count = outbox.entries.length;
  const since = count ? outbox.entries[0].at : 0;
  const late = count > 0 && Date.now() - since > LATE;
  const verdicts = count === 1 ? "1 decision" : `${count} decisions`;
  let text = app.data.saved_at ? `saved ${app.data.saved_at}` : "";
  if (count) text = late ? `${verdicts} not saved since ${clock(since)}, trying again` : "saving …";
  if (app.departure && count) text += app.departure === "next" ? " · then the next encounter" : "";
  setText(app.parts.saved, text);
  app.parts.saved.classList.toggle("late", late);
}

function showRefusals(app) {
  const create = ({ id, message }) => {
    const line = make("div", "refusal");
    const close = makeButton("link", "Dismiss", () => {
      app.refusals = app.refusals.filter((refusal) => refusal.id !== id);
      showRefusals(app);
    });
    line.append(isolate("", message), close);
    return line;
  };
  patchList(app.parts.alerts, app.refusals, ({ id }) => id, create, () => {});
}

function keycap(key) {
  return make("kbd", "", key);
}

function buildFooter(app) {
  const footer = make("div", "footer");
  const keys = make("span", "keys");
  for (const [key, text] of FOOTER) {
    const item = make("span", "key");
    item.append(keycap(key), key === "C" ? makeButton("link", text, () => depart(app, "what_if")) : text);
    keys.append(item);
  }
  app.parts.saved = make("span", "saved");
  app.parts.saved.role = "status";
  app.parts.spoken = make("span", "spoken");
  app.parts.spoken.role = "status";
  footer.append(keys, app.parts.spoken, app.parts.saved);
  return footer;
}

function buildDialog(name, heading, close = "Close") {
  const dialog = make("dialog", `sheet ${name}`);
  dialog.setAttribute("aria-labelledby", `${name}-title`);
  const title = make("h2", "", heading);
  title.id = `${name}-title`;
  const body = make("div", "body");
  dialog.append(title, body, makeButton("act", close, () => dialog.close()));
  return [dialog, body];
}

function buildSheet() {
  const [sheet, body] = buildDialog("keysheet", "Keys");
  const list = make("dl");
  for (const [key, text] of KEYS) {
    const term = make("dt");
    term.append(keycap(key));
    list.append(term, make("dd", "", text));
  }
  body.append(list);
  return sheet;
}

// Which lists the edits consult, where they came from, and what is not checked without them.
function openLists(app) {
  const { rows, unchecked } = app.data.lists;
  const table = make("table");
  const head = make("tr");
  head.append(...["List", "Source", "Version", "Codes"].map((text) => make("th", "", text)));
  table.append(head);
  for (const row of rows) {
    const line = make("tr");
    line.append(...row.map((text) => make("td", "", text)));
    table.append(line);
  }
  const parts = [table];
  if (unchecked.length) {
    const list = make("ul");
    list.append(...unchecked.map((text) => make("li", "", text)));
    parts.push(make("h3", "", "Not checked, or only in part"), list);
    parts.push(make("p", "quiet", "An administrator imports official lists: python -m icd9_review codes import PATH…"));
  }
  app.parts.listsheet.querySelector(".body").replaceChildren(...parts);
  app.parts.listsheet.showModal();
}
