/** Evidence for items, fetched once each: which words and which regions speak for a label, tag or span. */
import { get } from "../api.js";

const known = new Map();
let running = Promise.resolve();

/**
 * Evidence takes the server a while, and a person moves on faster than that: one request at a time, and those nobody waits for any
 * longer are never sent.
 * @returns {Promise<object>} the API's evidence
 * @throws {DOMException} AbortError, if `signal` ends while others are before it
 */
export async function evidenceOf(view, item, signal) {
  const key = `${view.id} ${view.text_version} ${view.model?.version} ${item}`;
  if (known.has(key)) return known.get(key);
  const before = running;
  const asked = before.then(async () => {
    signal.throwIfAborted();
    if (!known.has(key)) known.set(key, await get(`/records/${view.id}/evidence`, { item }));
    return known.get(key);
  });
  running = asked.catch(() => undefined); // a failure is told to the one who asked; the next in line goes on
  return asked;
}
