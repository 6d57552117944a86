// Banner, suggestions, what the model used, my codes and footer.

const KEYS = [
  ["A", "accept"],
  ["X", "reject, then a digit for the reason"],
  ["U", "undo your last decision"],
  ["J", "next suggestion, also ↓"],
  ["K", "previous suggestion, also ↑"],
  ["E", "next words the model used"],
  ["N", "next encounter"],
  ["?", "all keys"],
];
const FOOTER = [
  ["A", "accept"],
  ["X", "reject"],
  ["U", "undo"],
  ["J", ""],
  ["K", "next, previous"],
  ["E", "next evidence"],
  ["N", "next encounter"],
  ["?", "all keys"],
];

function buildBanner(app) {
  const banner = make("div", "banner");
  const back = makeButton("link", "Worklist", () => depart(app, "leave"));
  const facts = make("div", "facts");
  banner.append(back, make("span", "quiet", "›"), facts);
  banner.append(make("span", "purpose", "Assists coding, not for diagnosis"));
  return banner;
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
  if (read) facts.push(readMeter(read));
  if (model) facts.push(modelPill(model));
  app.parts.banner.querySelector(".facts").replaceChildren(...facts);
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

function buildRow(app, { key, code, kind, title, probability }) {
  const row = make("li", "row");
  const pick = makeButton("pick", undefined, () => focusOn(app, key));
  const name = isolate("title", title);
  name.title = title;
  const chance = make("span", "chance");
  chance.append(meter(probability), make("span", "words"));
  pick.append(make("span", "code", code), name, chance);
  if (kind === "procedure") pick.querySelector(".code").append(make("span", "kind", "procedure"));
  const verdict = make("span", "verdict");
  verdict.id = `verdict-${key}`;
  pick.setAttribute("aria-describedby", verdict.id);
  const acts = make("span", "acts");
  const act = (word, run) => {
    const button = makeButton(`act ${word}`, word[0].toUpperCase() + word.slice(1), run);
    button.ariaLabel = `${button.textContent} ${code}`;
    acts.append(button);
  };
  act("accept", () => accept(app, key));
  act("reject", () => askReason(app, key));
  act("undo", () => undo(app, key));
  row.append(pick, verdict, acts);
  return row;
}

function showRow(app, row, { key, likelihood, percent, probability }) {
  const decision = app.verdicts.get(key);
  const focused = key === app.focus;
  row.classList.toggle("focused", focused);
  row.classList.toggle("saving", app.saving.has(key));
  row.dataset.verdict = decision?.verdict ?? "open";
  row.classList.toggle("own", Boolean(decision?.own));
  const pick = row.querySelector(".pick");
  pick.tabIndex = focused ? 0 : -1;
  if (focused) pick.setAttribute("aria-current", "true");
  else pick.removeAttribute("aria-current");
  setMeter(row.querySelector(".meter"), probability);
  const verdict = row.querySelector(".verdict");
  setText(verdict, decision?.verdict ?? "");
  verdict.title = decision ? `${decision.verdict} by ${decision.actor}` : "";
  const was = percent ? `was ${percent}` : likelihood;
  const chance = decision?.reason ? `${decision.reason} · ${was}` : `${likelihood} ${percent}`;
  const words = row.querySelector(".words");
  setText(words, decision && !decision.own ? `${chance} · ${decision.actor}` : chance);
  words.title = words.textContent;
}

function showSuggestions(app) {
  const { suggestions, status } = app.data;
  const decided = suggestions.filter(({ key }) => app.verdicts.has(key)).length;
  const counted = `${suggestions.length - decided} open · ${decided} decided`;
  setText(app.parts.count, suggestions.length ? counted : "");
  const create = (item) => buildRow(app, item);
  patchList(app.parts.list, suggestions, ({ key }) => key, create, (row, item) => showRow(app, row, item));
  const empty = "No code reaches the model's threshold. That is not a finding: read the note.";
  const message = status.name === "ready" ? (suggestions.length ? "" : empty) : status.message;
  setText(app.parts.message, message);
  app.parts.message.hidden = !message;
  app.parts.message.className = `message ${status.name}`;
}

function showCodes(app) {
  const accepted = [...app.verdicts.values()].filter(({ verdict }) => verdict === "accepted");
  setText(app.parts.total, String(accepted.length));
  const create = ({ key }) => {
    const { code, title } = app.suggestions.get(key);
    const item = make("li", "mine");
    const words = make("span", "what");
    words.append(isolate("", title), make("span", "quiet origin", "suggested"));
    item.append(make("span", "number"), make("span", "code", code), words);
    return item;
  };
  patchList(app.parts.codes, accepted, ({ key }) => key, create, (item, { key }, index) => {
    setText(item.querySelector(".number"), String(index + 1));
    setText(item.querySelector(".origin"), app.saving.has(key) ? "saving …" : "suggested");
  });
  app.parts.none.hidden = accepted.length > 0;
}

function showUsed(app) {
  const { used } = app.parts;
  const suggestion = app.suggestions.get(app.focus);
  const explanation = app.data.explanations[app.focus];
  const content = JSON.stringify([app.focus, explanation, app.data.status.name]);
  if (used.content === content) return;
  used.content = content;
  used.parentElement.hidden = !suggestion;
  used.replaceChildren();
  const head = make("h2", "", "What the model used");
  used.append(head);
  if (!suggestion) return;
  head.append(make("span", "for", ` for ${suggestion.code}`));
  const title = make("p", "full");
  title.append(isolate("", suggestion.title));
  used.append(title, ...describeExplanation(app, explanation));
  used.scrollTop = 0;
}

function describeExplanation(app, explanation) {
  if (app.data.status.name === "no_model") return [make("p", "quiet", "Needs the model.")];
  if (explanation?.status === "failed") return [make("p", "failure", explanation.message)];
  if (explanation?.status !== "ready") return skeleton();
  const parts = [];
  if (!explanation.evidence.length) {
    parts.push(make("p", "quiet", "No word stands out; the weight is spread over the passage."));
  }
  parts.push(sideOf(app, explanation, "for", 1), sideOf(app, explanation, "against", -1));
  const sums = make("p", explanation.holds ? "quiet sums" : "failure sums", explanation.completeness);
  sums.title = explanation.method;
  return [...parts.filter(Boolean), sums];
}

function sideOf(app, explanation, label, sign) {
  const line = make("div", "words");
  for (const [index, { text, weight }] of explanation.evidence.entries()) {
    if (weight * sign <= 0) continue;
    const same = [...line.children].find((word) => word.text === text.toLowerCase());
    if (same) {
      same.count += 1;
      setText(same.lastChild, ` ×${same.count}`);
      continue;
    }
    const word = makeButton(`word ${sign > 0 ? "supports" : "opposes"}`, undefined, () => showEvidence(app, index));
    word.append(isolate("", text), make("span", "times"));
    Object.assign(word, { text: text.toLowerCase(), count: 1, title: "show in note" });
    word.style.setProperty("--depth", depth(weight));
    line.append(word);
  }
  const row = make("div", "side");
  row.append(make("span", "quiet", label), line);
  return line.children.length ? row : null;
}

function skeleton() {
  const bars = [70, 45, 60].map((width) => {
    const bar = make("span", "bone");
    bar.style.width = `${width}%`;
    return bar;
  });
  const lines = make("div", "skeleton");
  lines.append(make("p", "quiet", "Working out which words the model used …"), ...bars);
  return [lines];
}

function showSaved(app) {
  const count = outbox.entries.length;
  const since = count ? outbox.entries[0].at : 0;
  const late = count > 0 && Date.now() - since > LATE;
  const verdicts = count === 1 ? "1 verdict" : `${count} verdicts`;
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
    item.append(keycap(key), text);
    keys.append(item);
  }
  app.parts.saved = make("span", "saved");
  app.parts.saved.role = "status";
  app.parts.spoken = make("span", "spoken");
  app.parts.spoken.role = "status";
  footer.append(keys, app.parts.spoken, app.parts.saved);
  return footer;
}

function buildSheet() {
  const sheet = make("dialog", "sheet");
  sheet.setAttribute("aria-labelledby", "sheet-title");
  const title = make("h2", "", "Keys");
  title.id = "sheet-title";
  const list = make("dl");
  for (const [key, text] of KEYS) {
    const term = make("dt");
    term.append(keycap(key));
    list.append(term, make("dd", "", text));
  }
  sheet.append(title, list, makeButton("act", "Close", () => sheet.close()));
  return sheet;
}
