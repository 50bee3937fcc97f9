/**
 * Decisions on many records in one request. The request keeps its idempotency key until the server has answered: after a lost
 * answer it is sent again under that key, and a second click on the same choice is the same act, which is done once.
 */
import { ApiError, post } from "./api.js";
import { uuid } from "./ids.js";

const WAITS = [1, 2, 4]; // seconds between tries
const keys = new Map(); // what was asked, as JSON -> its key

const pause = (seconds) => new Promise((resolve) => setTimeout(resolve, 1000 * seconds));

/**
 * Sends changes and gives what became of each.
 * @param {Array<{record: number, base: number, decisions: Array<{item: string, verdict: string}>}>} changes
 * @returns {Promise<Array<{record: number, outcome: string, detail: string, revision: number}>>}
 * @throws {ApiError}
 */
export async function decideMany(changes) {
  const asked = JSON.stringify(changes);
  if (!keys.has(asked)) keys.set(asked, uuid());
  for (let tries = 0; ; tries += 1) {
    try {
      const { items } = await post("/decisions/bulk", { key: keys.get(asked), changes });
      keys.delete(asked);
      return items;
    } catch (error) {
      const passing = error instanceof ApiError && error.passing;
      if (!passing) keys.delete(asked);
      if (!passing || tries >= WAITS.length) throw error;
      await pause(error.retryAfter ?? WAITS[tries]);
    }
  }
}
