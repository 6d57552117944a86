// Signing where the signer shows once more who they are.

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { outbox } from "../../../../../icd9_review/ui/workbench/browser/outbox.js";
import { openPage, press, rule } from "../page.js";

const KEPT = "icd9_review_unsent";
const PASSWORD = "four words make one";
const BY_PASSWORD = { name: "Ada", asks: /** @type {"password"} */ ("password"), seal: "s" };
const AT_PROVIDER = { name: "Ada", asks: /** @type {"provider"} */ ("provider"), seal: "s" };
const { fetch } = globalThis;

/** @type {ReturnType<typeof openPage>} */
let page;
/** @type {Record<string, string>[]} */
let asked;
/** @type {string[]} */
let gone;

beforeEach(() => {
  Object.assign(outbox, { entries: [], deferred: [] });
  sessionStorage.clear();
  [asked, gone] = [[], []];
  Object.assign(globalThis, { location: { assign: (address) => gone.push(address) } });
});

afterEach(() => {
  page.close();
  Object.assign(globalThis, { fetch });
});

// What the route says to whoever asks.
/** @param {object} said @param {number} status */
function answers(said, status = 200) {
  const route = (_, { body }) => {
    asked.push(Object.fromEntries(body));
    return Promise.resolve(new Response(JSON.stringify(said), { status }));
  };
  Object.assign(globalThis, { fetch: route });
}

/** @param {string} password */
async function sign(password) {
  page.part(".proof").querySelector(".field").value = password;
  press("Enter");
  await settled();
}

async function settled() {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  await new Promise((resolve) => setTimeout(resolve));
}

function refusal() {
  return page.part(".proof").querySelector(".refused").textContent;
}

test("where nobody is asked Enter signs", () => {
  page = openPage();
  press("f");
  assert.equal(page.part(".proof").hidden, true);
  press("Enter");
  assert.deepEqual(outbox.entries.map(({ sent }) => sent.action), ["finalise"]);
});

test("a right password signs by the decision that it was given for", async () => {
  page = openPage({ signer: BY_PASSWORD });
  answers({ confirmed: true });
  press("f");
  await sign(PASSWORD);
  const [{ sent }] = outbox.entries;
  assert.deepEqual(asked, [{ encounter: "e1", key: sent.id, seal: "s", password: PASSWORD }]);
  assert.equal(sent.action, "finalise");
  assert.equal(page.part(".finish").hidden, true);
});

test("the password stands in no decision and nowhere in the tab", async () => {
  page = openPage({ signer: BY_PASSWORD });
  answers({ confirmed: true });
  press("f");
  await sign(PASSWORD);
  assert.equal(JSON.stringify([outbox, page.asked]).includes(PASSWORD), false);
  assert.equal(sessionStorage.getItem(KEPT).includes(PASSWORD), false);
  assert.equal(page.part(".proof").querySelector(".field").value, "");
});

test("a wrong one is said in its place, and signs nothing", async () => {
  page = openPage({ signer: BY_PASSWORD });
  answers({ refused: "This is not your password." }, 403);
  press("f");
  await sign("wrong");
  assert.equal(refusal(), "This is not your password.");
  assert.equal(page.part(".finish").hidden, false);
  assert.deepEqual(outbox.entries, []);
  answers({ confirmed: true });
  await sign(PASSWORD);
  assert.deepEqual(outbox.entries.map(({ sent }) => sent.id), [asked[1].key]);
  assert.notEqual(asked[0].key, asked[1].key);
});

test("without one nobody is asked, and a held Enter asks once", async () => {
  page = openPage({ signer: BY_PASSWORD });
  answers({ refused: "no" }, 403);
  press("f");
  await sign("");
  assert.match(refusal(), /Type your password/);
  assert.deepEqual(asked, []);
  await sign("wrong");
  for (let count = 0; count < 3; count += 1) press("Enter", { repeat: true });
  await settled();
  assert.equal(asked.length, 1);
});

test("what does not answer, or answers something else, is said", async () => {
  page = openPage({ signer: BY_PASSWORD });
  press("f");
  for (const broken of [() => Promise.reject(new TypeError()), () => Promise.resolve(new Response("<html>"))]) {
    Object.assign(globalThis, { fetch: broken });
    await sign(PASSWORD);
    assert.match(refusal(), /does not answer, so nothing was signed/);
  }
  answers({}, 401);
  await sign(PASSWORD);
  assert.match(refusal(), /signed out/);
  assert.deepEqual(outbox.entries, []);
});

test("who left the question before the answer came signs nothing", async () => {
  page = openPage({ signer: BY_PASSWORD });
  answers({ confirmed: true });
  press("f");
  page.part(".proof").querySelector(".field").value = PASSWORD;
  press("Enter");
  press("Escape");
  press("f");
  await settled();
  assert.deepEqual(outbox.entries, []);
  assert.equal(page.part(".sign").disabled, false);
});

test("errors that stand leave nothing to sign and ask for nothing", () => {
  const error = { number: 1, severity: "error", message: "m", section: "", key: "", offers: [], use: "", others: [], rule: rule(1), alike: 1 };
  page = openPage({ signer: BY_PASSWORD, edits: [error] });
  press("f");
  assert.equal(page.part(".proof").hidden, true);
});

test("on the way to the provider the signature waits in the tab and is not sent", async () => {
  page = openPage({ signer: AT_PROVIDER });
  answers({ away: "https://sso.example.org/authorize?a=b" });
  press("f");
  await sign("");
  assert.deepEqual(gone, ["https://sso.example.org/authorize?a=b"]);
  assert.deepEqual(outbox.entries, []);
  page.answer({ sequence: 1 }); // an answer that was on its way
  const [{ sent }] = JSON.parse(sessionStorage.getItem(KEPT));
  assert.deepEqual([sent.action, sent.id], ["finalise", asked[0].key]);
});

test("back from there it is sent, and the next encounter opens once it is stored", async () => {
  page = openPage({ signer: AT_PROVIDER });
  answers({ away: "https://sso.example.org/" });
  press("f");
  await sign("");
  page.close();
  outbox.deferred = []; // the page was loaded anew
  page = openPage({ signer: AT_PROVIDER, next: "E-00002" });
  const [{ sent }] = outbox.entries;
  assert.equal(sent.id, asked[0].key);
  page.answer({ acknowledged: [sent.id], chart: { order: [], principal: "", poa: {}, performed: {}, admitting: "", hold: "", signed: "Ada, today" } });
  assert.equal(page.asked.next, "e1");
});

test("who asks again signs by the last question alone", async () => {
  page = openPage({ signer: AT_PROVIDER });
  answers({ away: "https://sso.example.org/" });
  press("f");
  await sign("");
  press("Escape");
  press("f");
  assert.equal(sessionStorage.getItem(KEPT), null);
});
