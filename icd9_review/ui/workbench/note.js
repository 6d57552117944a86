// The notes: pieces of text, marked for the focused code. Nothing here scrolls but showEvidence.

function buildNote() {
  const article = make("article", "note-text");
  const title = make("h3", "note-title");
  title.append(isolate(""));
  const text = make("div", "text");
  article.append(title, text);
  article.pieces = [];
  return article;
}

// Replaces only the pieces that changed: a selection elsewhere in the text stays.
function patchPieces(article, pieces, headings) {
  const text = article.querySelector(".text");
  const old = article.pieces;
  const shortest = Math.min(old.length, pieces.length);
  let head = 0;
  while (head < shortest && old[head] === pieces[head]) head += 1;
  let tail = 0;
  while (tail < shortest - head && old.at(-1 - tail) === pieces.at(-1 - tail)) tail += 1;
  const nodes = [...text.childNodes];
  const after = nodes[old.length - tail] ?? null;
  for (const node of nodes.slice(head, old.length - tail)) node.remove();
  const added = document.createDocumentFragment();
  for (const piece of pieces.slice(head, pieces.length - tail)) added.append(make("span", "", piece));
  text.insertBefore(added, after);
  article.pieces = pieces;
  const titles = new Set(headings);
  [...text.childNodes].forEach((node, index) => node.classList.toggle("heading", titles.has(index)));
}

function showNotes(app) {
  const { note } = app.parts;
  const scroll = note.scrollTop;
  unmark(app);
  const several = app.data.notes.length > 1;
  patchList(note, app.data.notes, ({ id }) => id, buildNote, (article, item) => {
    const title = article.querySelector(".note-title");
    title.hidden = !several;
    setText(title.firstChild, item.title);
    if (article.source !== item.pieces) {
      article.source = item.pieces;
      patchPieces(article, item.pieces, item.headings);
    }
  });
  note.scrollTop = scroll;
}

function pieceNodes(app, explanation) {
  return app.parts.note.children[explanation.note]?.querySelector(".text").childNodes ?? [];
}

function readyExplanation(app) {
  const explanation = app.data.explanations[app.focus];
  return explanation?.status === "ready" ? explanation : null;
}

function unmark(app) {
  for (const node of app.marked) {
    node.classList.remove("supports", "opposes", "current");
    node.style.removeProperty("--depth");
    node.removeAttribute("title");
  }
  app.marked = [];
}

function depth(weight) {
  return `${Math.round(10 + 50 * Math.abs(weight))}%`;
}

function markNote(app) {
  unmark(app);
  const explanation = readyExplanation(app);
  if (!explanation) return;
  const nodes = pieceNodes(app, explanation);
  const { code } = app.suggestions.get(app.focus);
  for (const [piece, weight] of explanation.marks) {
    const node = nodes[piece];
    if (!node) continue;
    node.classList.add(weight > 0 ? "supports" : "opposes");
    node.style.setProperty("--depth", depth(weight));
    node.title = `${weight > 0 ? "supports" : "speaks against"} ${code}`;
    app.marked.push(node);
  }
}

// The next run of words the model used, heaviest first; the one thing that moves the note.
function showEvidence(app, index) {
  const explanation = readyExplanation(app);
  if (!explanation?.evidence.length) return;
  app.evidence = index % explanation.evidence.length;
  const { first, last, text } = explanation.evidence[app.evidence];
  const nodes = pieceNodes(app, explanation);
  for (const node of app.marked) node.classList.remove("current");
  for (let piece = first; piece <= last; piece += 1) nodes[piece].classList.add("current");
  scrollNoteTo(app.parts.note, nodes[first]);
  const count = explanation.evidence.length;
  announce(app, `${app.evidence + 1} of ${count}: ${text}`);
}

function scrollNoteTo(pane, node) {
  const frame = pane.getBoundingClientRect();
  const place = node.getBoundingClientRect();
  if (place.top > frame.top + 40 && place.bottom < frame.bottom - 40) return;
  const top = pane.scrollTop + place.top - frame.top - frame.height / 3;
  pane.scrollTo({ top, behavior: isCalm() ? "auto" : "smooth" });
}
