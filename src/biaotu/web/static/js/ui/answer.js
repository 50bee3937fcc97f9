/** An answer of the API as a component's state: asked for when the question changes, the last one kept until the next is there. */
import { useEffect, useState } from "../../vendor/ui.js";
import { ApiError, get } from "../api.js";

/** Whether the server says that its answer is not yet of all records. */
export const behind = (answer) => answer?.note?.code === "catching-up";

const AGAIN = 2000; // ms until a server that is still catching up with the records is asked again

/**
 * @param {string|null} path null: nothing to ask
 * @param {Record<string, unknown>} [query]
 * @param {{stamp?: string, wait?: number}} [options] `stamp`: ask again when it changes; `wait`: ms to rest before asking
 * @returns {{answer: any, error: string|null, status: number, busy: boolean}}
 */
export function useAnswer(path, query = {}, { stamp = "", wait = 0 } = {}) {
  const [state, setState] = useState({ answer: null, error: null, status: 0, busy: path !== null });
  const asked = JSON.stringify(query);
  useEffect(() => {
    if (path === null) {
      setState({ answer: null, error: null, status: 0, busy: false });
      return undefined;
    }
    const stop = new AbortController();
    setState((now) => ({ ...now, busy: true }));
    let timer = 0;
    const ask = async () => {
      try {
        const answer = await get(path, query, stop.signal);
        if (stop.signal.aborted) return;
        setState({ answer, error: null, status: 200, busy: false });
        if (behind(answer)) timer = setTimeout(ask, AGAIN);
      } catch (error) {
        if (error.name === "AbortError") return;
        if (!(error instanceof ApiError)) throw error;
        if (!stop.signal.aborted) setState({ answer: null, error: error.words, status: error.status, busy: false });
      }
    };
    timer = setTimeout(ask, wait);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [path, asked, stamp]);
  return state;
}
