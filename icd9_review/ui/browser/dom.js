// Building and patching elements. Data reaches the page through textContent and properties alone.

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag @param {string} className @param {string} text
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function make(tag, className = "", text = undefined) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

/** @param {string} className @param {string | undefined} text @param {(event: MouseEvent) => void} onclick */
export function makeButton(className, text, onclick) {
  const node = make("button", className, text);
  node.type = "button";
  node.onclick = onclick;
  return node;
}

// What lets Enter send a form whose field is a date: without a button Chromium sends nothing.
export function makeSubmit() {
  const node = make("button");
  Object.assign(node, { type: "submit", hidden: true });
  return node;
}

// Text from people, kept from turning the direction of what stands around it.
/** @param {string} className @param {string} text */
export function isolate(className, text = "") {
  return make("bdi", className, text);
}

// Words of a note in quotation marks, kept from turning the direction of what follows.
/** @param {string} text */
export function quoted(text) {
  return `“\u2068${text}\u2069”`;
}

/** @param {Node} node @param {string} text */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

// Brings the children of `parent` in line with `items`; a node is made anew only for a new key and
// moved only when its place changed: one taken out under a pressed mouse button gets no click.
/**
 * @template Item
 * @param {HTMLElement} parent @param {Item[]} items @param {(item: Item) => string} keyOf
 * @param {(item: Item) => HTMLElement} create @param {(node: any, item: Item, index: number) => void} update
 */
export function patchList(parent, items, keyOf, create, update) {
  const children = /** @type {HTMLElement[]} */ ([...parent.children]);
  const before = new Map(children.map((node) => [node.dataset.key, node]));
  const keys = new Set(items.map(keyOf));
  for (const [key, node] of before) if (!keys.has(key)) node.remove();
  items.forEach((item, index) => {
    const key = keyOf(item);
    const node = before.get(key) ?? create(item);
    node.dataset.key = key;
    update(node, item, index);
    if (parent.children[index] !== node) parent.insertBefore(node, parent.children[index] ?? null);
  });
}

// The root of the page's elements: a component may stand in a shadow root, where Chromium alone
// tells what is selected.
/** @param {Node} node @returns {ShadowRoot & { getSelection?: () => Selection | null }} */
export function rootOf(node) {
  return /** @type {ShadowRoot} */ (node.getRootNode());
}

// What has the focus among the nodes around this one.
/** @param {Node} node @returns {HTMLElement | null} */
export function activeIn(node) {
  return /** @type {HTMLElement | null} */ (rootOf(node).activeElement);
}

// As light or dark as the background really is, whatever theme made it so.
/** @param {Element} node */
export function isDark(node) {
  const [red, green, blue] = getComputedStyle(node).backgroundColor.match(/[\d.]+/g).map(Number);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue < 128;
}

export function isCalm() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

// crypto.randomUUID exists on https and localhost only.
export function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** @param {number} time */
export function clock(time) {
  return new Date(time).toTimeString().slice(0, 8);
}
