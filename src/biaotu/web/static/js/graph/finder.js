/** A box that finds a node by its name: letters bring a list, the arrows walk it, Enter takes one. */
import { html, useId, useState } from "../../vendor/ui.js";
import { t } from "../i18n.js";
import { useAnswer } from "../ui/answer.js";
import { KindBadge, nodeName, relics } from "./nodes.js";

const PATIENCE = 200;

/** @param {{label: string, machine: boolean, onPick: (node: object) => void, testid: string, value?: string, search?: boolean}} props `search`: the key / comes here */
export function Finder({ label, machine, onPick, testid, value = "", search = false }) {
  const id = useId();
  const [words, setWords] = useState(null);
  const [at, setAt] = useState(0);
  const asked = words?.trim() ?? "";
  const { answer, error } = useAnswer(asked ? "/graph/nodes" : null, { q: asked, machine, limit: 12 }, { wait: PATIENCE });
  const found = asked ? (answer?.items ?? []) : [];
  const pick = (node) => {
    setWords(null);
    setAt(0);
    onPick(node);
  };
  const onKey = (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      setAt((now) => (now + (event.key === "ArrowDown" ? 1 : found.length - 1)) % Math.max(1, found.length));
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (found[at]) pick(found[at]);
    } else if (event.key === "Escape" && words !== null) {
      event.stopPropagation();
      setWords(null);
    }
  };
  return html`<div class="finder" onFocusOut=${(event) => !event.currentTarget.contains(event.relatedTarget) && setWords(null)}>
    <input type="search" role="combobox" aria-expanded=${found.length > 0} aria-controls=${id} aria-autocomplete="list" aria-activedescendant=${found[at] ? `${id}-${at}` : undefined} aria-label=${label} placeholder=${label} autocomplete="off"
      value=${words ?? value} data-search=${search ? "" : undefined} onInput=${(event) => { setWords(event.target.value); setAt(0); }} onKeyDown=${onKey} data-testid=${testid} />
    ${asked && html`<ul class="finder-list" role="listbox" id=${id} aria-label=${label}>${found.map((node, index) => html`<li key=${node.id} id=${`${id}-${index}`} role="option" aria-selected=${index === at} class=${index === at ? "on" : ""} onMouseDown=${(event) => event.preventDefault()} onClick=${() => pick(node)} onMouseEnter=${() => setAt(index)} data-testid=${`${testid}-option`} data-node=${node.id}><${KindBadge} kind=${node.kind} /> <span class="grow">${nodeName(node)}</span> <small class="quiet">${node.number ?? (node.records ? relics(node.records) : "")}</small></li>`)}
      ${error && html`<li class="bad">${error}</li>`}${answer && found.length === 0 && html`<li class="quiet">${t("graph.notfound")}</li>`}</ul>`}
  </div>`;
}
