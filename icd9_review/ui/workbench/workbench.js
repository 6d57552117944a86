// One workbench per place on the page. Streamlit calls the exported function again on every
// change of the data; what a person has done since lives in `app`, and the page is patched.

const NARROW = 1100;
const apps = new WeakMap();

function build(parentElement) {
  const app = {
    root: make("div", "workbench"),
    parts: {},
    marked: [],
    refusals: [],
    focus: null,
    requested: null,
    asking: null,
    departure: null,
    evidence: -1,
    delay: RETRY_FIRST,
  };
  const { parts } = app;
  parts.banner = buildBanner(app);
  parts.note = make("section", "pane note reads");
  parts.note.ariaLabel = "Note";
  parts.note.tabIndex = 0;
  parts.alerts = make("div", "alerts");
  parts.alerts.role = "alert";
  parts.sheet = buildSheet();
  app.root.append(parts.banner, buildLeft(app), parts.note, buildRight(app));
  app.root.append(buildFooter(app), parts.alerts, parts.sheet);
  parentElement.append(app.root);
  return app;
}

function paneHead(text) {
  const head = make("div", "head");
  const count = make("span", "count");
  head.append(make("h2", "", text), count);
  return [head, count];
}

function buildLeft(app) {
  const left = make("section", "pane left");
  left.ariaLabel = "Suggestions";
  const [head, count] = paneHead("Suggestions");
  app.parts.count = count;
  app.parts.message = make("p", "message");
  app.parts.list = make("ul", "list");
  const scroll = make("div", "scroll");
  scroll.append(app.parts.message, app.parts.list);
  app.parts.used = make("div", "used reads");
  app.parts.used.tabIndex = 0;
  app.parts.used.role = "region";
  app.parts.used.ariaLabel = "What the model used";
  const below = make("div", "below");
  below.append(app.parts.used, buildReasons(app));
  left.append(head, scroll, below);
  return left;
}

function buildReasons(app) {
  const reasons = make("div", "reasons");
  reasons.role = "group";
  reasons.ariaLabel = "Reason";
  reasons.hidden = true;
  reasons.append(make("h2"), make("div", "choices"));
  app.parts.reasons = reasons;
  return reasons;
}

function showReasons(app) {
  const choices = app.parts.reasons.querySelector(".choices");
  const create = (reason) => {
    const choice = makeButton("reason", undefined, () => reject(app, reason));
    choice.append(keycap(reason.key), reason.text);
    return choice;
  };
  patchList(choices, app.data.reasons, ({ value }) => value, create, () => {});
}

function buildRight(app) {
  const right = make("section", "pane right");
  right.ariaLabel = "My codes";
  const [head, total] = paneHead("My codes");
  app.parts.total = total;
  app.parts.none = make("p", "quiet none", "Nothing accepted yet. Codes appear here in the order you accept them.");
  app.parts.codes = make("ol", "codes");
  const scroll = make("div", "scroll");
  scroll.tabIndex = 0;
  scroll.classList.add("reads");
  scroll.role = "region";
  scroll.ariaLabel = "Accepted codes";
  scroll.append(app.parts.none, app.parts.codes);
  right.append(head, scroll);
  return right;
}

function announce(app, text) {
  setText(app.parts.spoken, text);
}

function fold(app) {
  app.verdicts = new Map();
  for (const decision of standing(app)) {
    app.verdicts.delete(decision.key);
    if (app.suggestions.has(decision.key)) app.verdicts.set(decision.key, decision);
  }
  app.saving = new Set(pending(app).map(({ key }) => key));
}

function render(app) {
  showSuggestions(app);
  showCodes(app);
  showUsed(app);
  showSaved(app);
}

function startEncounter(app, data) {
  app.encounter = data.encounter.id;
  app.parts.note.replaceChildren();
  app.parts.note.scrollTop = 0;
  app.parts.list.replaceChildren();
  app.parts.codes.replaceChildren();
  app.marked = [];
  Object.assign(app, { focus: null, requested: null, departure: null, refusals: [] });
  cancelReason(app);
  announce(app, `${data.encounter.label} opened`);
}

function receive(app, data) {
  if (app.encounter !== data.encounter.id) startEncounter(app, data);
  app.data = data;
  app.suggestions = new Map(data.suggestions.map((suggestion) => [suggestion.key, suggestion]));
  app.refusals.push(...settle(data));
  fold(app);
  if (!app.suggestions.has(app.focus)) {
    if (app.asking) cancelReason(app);
    const keys = data.suggestions.map(({ key }) => key);
    app.focus = keys.find((key) => !app.verdicts.has(key)) ?? keys[0] ?? null;
    app.evidence = -1;
  }
  app.delay = RETRY_FIRST;
}

// Fills what Streamlit leaves of the window, whatever margins the page has.
function fit(app) {
  const main = document.querySelector('[data-testid="stMain"]')?.getBoundingClientRect();
  const header = document.querySelector('[data-testid="stHeader"]')?.getBoundingClientRect();
  app.root.style.top = `${Math.max(main?.top ?? 0, header?.bottom ?? 0, 0)}px`;
  app.root.style.left = `${main?.left ?? 0}px`;
  app.root.style.width = main ? `${main.width}px` : "100%";
  app.root.classList.toggle("narrow", app.root.clientWidth <= NARROW);
}

// Streamlit fades an element while its run takes long; a note that fades cannot be read.
function stayClear(app) {
  const container = app.root.getRootNode().host?.closest('[data-testid="stElementContainer"]');
  container?.style.setProperty("opacity", "1", "important");
}

function mount(app) {
  if (app.mounted) return;
  app.mounted = true;
  const keydown = (event) => onKey(app, event);
  document.addEventListener("keydown", keydown);
  const watcher = new ResizeObserver(() => fit(app));
  watcher.observe(document.querySelector('[data-testid="stMain"]') ?? document.body);
  stayClear(app);
  app.unmount = () => {
    app.mounted = false;
    document.removeEventListener("keydown", keydown);
    watcher.disconnect();
    clearTimeout(app.pulse);
    clearTimeout(app.rest);
  };
}

export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  if (!apps.has(parentElement)) apps.set(parentElement, build(parentElement));
  const app = apps.get(parentElement);
  if (!parentElement.contains(app.root)) parentElement.append(app.root);
  app.setState = setStateValue;
  app.trigger = setTriggerValue;
  mount(app);
  receive(app, data);
  fit(app);
  app.root.dataset.theme = isDark(app.root) ? "dark" : "light";
  showBanner(app);
  showReasons(app);
  showNotes(app);
  markNote(app);
  render(app);
  showRefusals(app);
  wish(app);
  if (app.departure) ask(app);
  pulse(app);
  return () => app.unmount();
}
