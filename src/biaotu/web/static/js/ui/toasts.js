/** Short messages at the edge of the page; errors stay until they are put away. */
import { html, useEffect, useState } from "../../vendor/ui.js";
import { ApiError } from "../api.js";
import { t } from "../i18n.js";

let toasts = [];
let count = 0;
const listeners = new Set();

function change(next) {
  toasts = next;
  for (const listener of listeners) listener(toasts);
}

/** Says something. @param {string} text @param {"info"|"good"|"bad"} [tone] @param {string[]} [lines] */
export function say(text, tone = "info", lines = []) {
  const id = (count += 1);
  change([...toasts.filter((toast) => toast.text !== text), { id, text, tone, lines }].slice(-4));
  if (tone !== "bad") setTimeout(() => change(toasts.filter((toast) => toast.id !== id)), 4000);
}

/** Says what went wrong. Anything but an answer of the API is a fault of ours and is thrown on. @param {unknown} error */
export function sayError(error) {
  if (error?.name === "AbortError") return;
  say(error instanceof ApiError ? error.words : String(error?.message ?? error), "bad");
  if (!(error instanceof ApiError)) throw error;
}

export function Toasts() {
  const [list, setList] = useState(toasts);
  useEffect(() => {
    listeners.add(setList);
    return () => listeners.delete(setList);
  }, []);
  return html`<div class="toasts" aria-live="polite">
    ${list.map((toast) => html`<div key=${toast.id} class=${`toast ${toast.tone}`} role=${toast.tone === "bad" ? "alert" : "status"} data-testid=${`toast-${toast.tone}`}>
      <div><p>${toast.text}</p>${toast.lines.map((line) => html`<p class="small">${line}</p>`)}</div>
      <button type="button" class="plain" aria-label=${t("close")} onClick=${() => change(list.filter((other) => other.id !== toast.id))}>✕</button>
    </div>`)}
  </div>`;
}
