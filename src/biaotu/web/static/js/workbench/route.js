/** Which record comes next, and which came before, in this tab. */
const QUEUE = "biaotu.queue";
const TRAIL = "biaotu.trail";
const SKIPPED = "biaotu.skipped";
const MOST = 200;

/** The chosen order and state of the queue. @returns {{order: string, state: string}} */
export function rememberedQueue() {
  return { order: "uncertainty", state: "", ...JSON.parse(localStorage.getItem(QUEUE) ?? "{}") };
}

export function rememberQueue(choice) {
  localStorage.setItem(QUEUE, JSON.stringify(choice));
}

/** The records seen in this tab, oldest first. @returns {number[]} */
export function trail() {
  return JSON.parse(sessionStorage.getItem(TRAIL) ?? "[]");
}

/** Notes that a record was opened; going back drops what lies after it. @param {number} id */
export function visit(id) {
  const seen = trail();
  const at = seen.indexOf(id);
  const next = at >= 0 ? seen.slice(0, at + 1) : [...seen, id].slice(-MOST);
  sessionStorage.setItem(TRAIL, JSON.stringify(next));
}

function skipped() {
  return JSON.parse(sessionStorage.getItem(SKIPPED) ?? "[]");
}

/** Passes over a record that was left as it is: the queue is not to offer it again at once. @param {number} id */
export function skip(id) {
  sessionStorage.setItem(SKIPPED, JSON.stringify([...new Set([...skipped(), id])].slice(-MOST)));
}

/** Asks the queue for the next record, none that was passed over. Null when nothing else waits; those passed over may then come again. */
export async function nextOf(post, { order, state }) {
  const asked = { order, skip: skipped() };
  const view = await post("/queue/next", state ? { ...asked, state } : asked);
  if (!view) sessionStorage.removeItem(SKIPPED);
  return view;
}
