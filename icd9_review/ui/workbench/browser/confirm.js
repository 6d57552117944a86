// Whoever signs shows once more who they are, where the operator asks for it. What they type goes to
// a plain route alone: not into the outbox, nor into the state of the page or of the tab.

/** @import { App } from "./app.js" */

const ADDRESS = "/confirm";
const AWAY = "The server does not answer, so nothing was signed. Try again.";
const SIGNED_OUT = "You are signed out. Sign in again to go on; nothing is lost.";

// `key` names the decision that is to follow. The signer is confirmed, or goes `away` to where they
// sign in anew, or it is said why they were refused.
/**
 * @param {App} app @param {string} key @param {string} password
 * @returns {Promise<{ confirmed?: boolean, away?: string, refused?: string }>}
 */
export async function confirmSigner(app, key, password) {
  const { encounter, signer } = app.data;
  const body = new URLSearchParams({ encounter: encounter.id, key, seal: signer.seal, password });
  try {
    const answer = await fetch(ADDRESS, { method: "POST", cache: "no-store", body });
    return answer.status === 401 ? { refused: SIGNED_OUT } : await answer.json();
  } catch {
    return { refused: AWAY };
  }
}
