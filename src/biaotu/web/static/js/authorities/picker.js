/** A box that finds an entry of the authority file by any of its names. */
import { html, useId, useState } from "../../vendor/ui.js";
import { t } from "../i18n.js";
import { useAnswer } from "../ui/answer.js";
import { EntryLine } from "../ui/entry.js";

const PATIENCE = 200;

/** @param {{label: string, type?: string, except?: string[], onPick: (entry: object) => void, testid: string, autofocus?: boolean}} props */
export function EntryPicker({ label, type = "", except = [], onPick, testid, autofocus = false }) {
  const id = useId();
  const [words, setWords] = useState("");
  const [at, setAt] = useState(0);
  const { answer, error } = useAnswer(words.trim() ? "/authorities" : null, { q: words.trim(), type, limit: 10 }, { wait: PATIENCE });
  const found = words.trim() ? (answer?.items ?? []).filter((entry) => !except.includes(entry.id)) : [];
  const pick = (entry) => {
    setWords("");
    setAt(0);
    onPick(entry);
  };
  const onKey = (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      setAt((now) => (now + (event.key === "ArrowDown" ? 1 : found.length - 1)) % Math.max(1, found.length));
    } else if (event.key === "Enter") {
      event.preventDefault(); // not the form's
      if (found[at]) pick(found[at]);
    }
  };
  return html`<div class="finder"><input type="search" role="combobox" autocomplete="off" autofocus=${autofocus} aria-expanded=${found.length > 0} aria-controls=${id} aria-autocomplete="list" aria-activedescendant=${found[at] ? `${id}-${at}` : undefined} aria-label=${label} placeholder=${label} value=${words} onInput=${(event) => { setWords(event.target.value); setAt(0); }} onKeyDown=${onKey} data-testid=${testid} />
    ${words.trim() && html`<ul class="finder-list" role="listbox" id=${id} aria-label=${label}>${found.map((entry, index) => html`<li key=${entry.id} id=${`${id}-${index}`} role="option" aria-selected=${index === at} class=${index === at ? "on" : ""} onMouseDown=${(event) => event.preventDefault()} onClick=${() => pick(entry)} onMouseEnter=${() => setAt(index)} data-testid=${`${testid}-option`} data-entry=${entry.id}><${EntryLine} entry=${entry} /></li>`)}
      ${error && html`<li class="bad">${error}</li>`}${answer && found.length === 0 && html`<li class="quiet">${t("authorities.none")}</li>`}</ul>`}</div>`;
}
