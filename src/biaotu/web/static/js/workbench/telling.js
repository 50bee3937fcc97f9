/** The knowledge side of the workbench: where the relic came from, its caption, questions about it, relics that go with it. */
import { useAnswer } from "../ui/answer.js";

/** Shows the knowledge side or the values, and may put the focus somewhere. @param {import("./bench.js").Bench} bench */
export function showTelling(bench, telling, focus = null) {
  if (telling !== bench.state.telling) history.replaceState(history.state, "", telling ? "#knowledge" : location.pathname + location.search);
  bench.set({ telling, proof: telling ? bench.state.proof : null });
  if (focus) focusSoon(focus);
}

/** Focuses what the next frame shows. What is typed until then was meant for it, so no key of it is taken for a command. */
function focusSoon(selector) {
  const hold = (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  addEventListener("keydown", hold, true);
  requestAnimationFrame(() => requestAnimationFrame(() => {
    removeEventListener("keydown", hold, true);
    document.querySelector(selector)?.focus();
  }));
}

/** Whether machine facts are shown too; off unless somebody asks for them. */
export const machineWanted = () => localStorage.getItem("biaotu_machine") === "on";

export function keepMachine(wanted) {
  localStorage.setItem("biaotu_machine", wanted ? "on" : "off");
}

const PATIENCE = 200; // ms, so that decision after decision asks once

/** An answer about the open record, asked for anew when what people said of it changes. */
export function useTold(view, path, query) {
  return useAnswer(`/records/${view.id}${path}`, query, { stamp: `${view.revision} ${view.text_version}`, wait: PATIENCE });
}

/** Marks words in the text as what an answer rests on; the same again takes the marks off. @param {Array<{field: string, start: number, end: number}>} proofs */
export function prove(bench, proofs) {
  const same = JSON.stringify(bench.state.proof) === JSON.stringify(proofs);
  bench.set({ proof: same || proofs.length === 0 ? null : proofs });
}

/** A proof as the text pane takes it. */
export const passage = ({ field, start, end }) => ({ field, start, end });
