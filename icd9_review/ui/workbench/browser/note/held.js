// What the server need not send again: parts of the view that are as large as the notes and hardly
// change. Each comes with a name of its content; what the page says goes with the names of what
// is held here, and a view comes without those parts.

/** @import { WorkbenchView } from "../view.d.ts" */

const MOST = 16; // parts: those of the chart that is open as they were, and of the one before

/** @type {Map<string, unknown>} */
const held = new Map();

// The whole view; null where something has to be sent that is not held any more.
/** @param {WorkbenchView} view @returns {WorkbenchView | null} */
export function withHeld(view) {
  /** @type {any} */
  const whole = { ...view };
  for (const [part, name] of Object.entries(view.names)) {
    if (!(part in view) && !held.has(name)) return null;
    whole[part] = part in view ? whole[part] : held.get(name);
    held.delete(name);
    held.set(name, whole[part]);
  }
  for (const name of held.keys()) if (held.size > MOST) held.delete(name);
  return whole;
}

export function heldNames() {
  return [...held.keys()];
}
