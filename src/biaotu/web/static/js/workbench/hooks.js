/** Hooks of the workbench's components. */
import { createContext, useContext, useEffect, useState } from "../../vendor/ui.js";
import { ApiError } from "../api.js";
import { evidenceOf } from "./evidence.js";

/** @type {import("../../vendor/ui.js").Context<import("./bench.js").Bench>} */
export const BenchContext = createContext(null);

/** The bench, and a redraw whenever it changes. */
export function useBench() {
  const bench = useContext(BenchContext);
  const [, setState] = useState(bench.state);
  useEffect(() => {
    setState(bench.state);
    return bench.listen(setState);
  }, [bench]);
  return bench;
}

const PATIENCE = 250; // ms a pointer or the focus rests before evidence is worked out

/** The evidence to show now: of the item under the pointer, else of the focused one. */
export function useEvidence(bench) {
  const { view, hover, focus, evidenceOn, telling } = bench.state;
  const item = evidenceOn && !telling ? (hover ?? focus) : null; // beside the knowledge side the text shows what proves an answer
  const [shown, setShown] = useState({ item: null, evidence: null, state: "off" });
  const ready = view !== null && item !== null;
  useEffect(() => {
    if (!ready) {
      setShown({ item: null, evidence: null, state: "off" });
      return undefined;
    }
    const stop = new AbortController();
    const timer = setTimeout(async () => {
      setShown({ item, evidence: null, state: "waiting" });
      try {
        const evidence = await evidenceOf(view, item, stop.signal);
        if (!stop.signal.aborted) setShown({ item, evidence, state: "here" });
      } catch (error) {
        if (error.name === "AbortError") return;
        if (!(error instanceof ApiError)) throw error;
        if (!stop.signal.aborted) setShown({ item, evidence: null, state: error.words });
      }
    }, PATIENCE);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [ready, item, view?.id, view?.text_version]);
  return shown;
}
