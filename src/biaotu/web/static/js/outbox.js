/**
 * Decisions on their way to the server. Each has an idempotency key, is kept in sessionStorage until the server has
 * acknowledged it, and is sent again after a failed line or a reload; the server takes the same key only once. One at a time and
 * in order. What is still here is not saved, and the page says so.
 * @typedef {{key: string, user: number, record: number, base: number, decisions: Array<{item: string, verdict: string}>, note: string|null, proposal: string|null}} Entry
 */
import { ApiError, post, toLogin } from "./api.js";
import { boot } from "./boot.js";
import { uuid } from "./ids.js";

const STORE = "biaotu.outbox";
const WAITS = [1, 2, 4, 8, 15, 30]; // seconds between tries

/** @type {Entry[]} */
let entries = JSON.parse(sessionStorage.getItem(STORE) ?? "[]");
let sending = false;
let tries = 0;
let timer = 0;
let failure = null;
let leaving = false;
const listeners = new Set();

const mine = () => entries.filter((entry) => entry.user === boot.user?.id);

function keep() {
  sessionStorage.setItem(STORE, JSON.stringify(entries));
  tell({ kind: "change" });
}

function tell(event) {
  for (const listener of [...listeners]) listener(event);
}

/**
 * Hears what becomes of entries: `{kind: "change"}`, `{kind: "saved", entry, view}`, `{kind: "conflict", entry, error}`,
 * `{kind: "refused", entry, error}`, `{kind: "login"}`. Gives back the way to stop.
 */
export function listen(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** How it stands: how many wait, whether one is on its way, the last failure (while it lasts), others' entries in this tab. */
export function standing() {
  return { waiting: mine().length, sending, failure, strangers: entries.length - mine().length };
}

/** Unsaved entries of one record, oldest first. @param {number} record */
export function unsaved(record) {
  return mine().filter((entry) => entry.record === record);
}

/** Adds decisions and starts sending; `proposal` marks what the model was seen to propose. @returns {Entry} */
export function put(record, base, decisions, note = null, proposal = null) {
  const entry = { key: uuid(), user: boot.user.id, record, base, decisions, note, proposal };
  entries.push(entry);
  keep();
  void send();
  return entry;
}

/** Waits until nothing of this person is unsaved; false if the line fails meanwhile. */
export async function settled() {
  void send();
  return new Promise((resolve) => {
    const look = () => {
      if (mine().length === 0) resolve(true);
      else if (failure && !sending) resolve(false);
      else return;
      stop();
    };
    const stop = listen(look);
    look();
  });
}

/** Waits for the answer to one entry: true once the server has taken it, false if it refuses or cannot be reached. @param {Entry} entry */
export async function taken(entry) {
  return new Promise((resolve) => {
    const stop = listen((event) => {
      const ours = event.entry?.key === entry.key;
      if (!ours && !(failure && !sending)) return;
      stop();
      resolve(ours && event.kind === "saved");
    });
  });
}

function drop(entry) {
  entries = entries.filter((other) => other.key !== entry.key);
}

async function deliver(entry) {
  const json = { base: entry.base, key: entry.key, decisions: entry.decisions };
  if (entry.note) json.note = entry.note;
  if (entry.proposal) json.proposal = entry.proposal;
  try {
    const view = await post(`/records/${entry.record}/decisions`, json);
    drop(entry);
    return { kind: "saved", entry, view };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status === 401) return { kind: "login" };
    if (error.passing) return { kind: "later", error };
    drop(entry);
    return { kind: error.status === 409 ? "conflict" : "refused", entry, error };
  }
}

/** Sends what waits, now. */
export async function send() {
  clearTimeout(timer);
  if (sending) return;
  sending = true;
  while (mine().length > 0) {
    tell({ kind: "change" });
    const outcome = await deliver(mine()[0]);
    if (outcome.kind === "login" || outcome.kind === "later") {
      failure = outcome.error ?? new ApiError(401, { code: "not-logged-in" });
      break;
    }
    failure = null;
    tries = 0;
    sessionStorage.setItem(STORE, JSON.stringify(entries));
    tell(outcome);
  }
  sending = false;
  if (mine().length === 0) failure = null;
  if (failure) {
    if (failure.status === 401) tell({ kind: "login" });
    else {
      timer = setTimeout(send, 1000 * (failure.retryAfter ?? WAITS[Math.min(tries, WAITS.length - 1)]));
      tries += 1;
    }
  }
  tell({ kind: "change" });
}

/** To the log-in page and back, without the browser's warning: what waits is kept and sent afterwards. */
export function logIn() {
  leaving = true;
  toLogin();
}

addEventListener("online", () => void send());
addEventListener("beforeunload", (event) => {
  if (!leaving && failure && mine().length > 0) event.preventDefault();
});
