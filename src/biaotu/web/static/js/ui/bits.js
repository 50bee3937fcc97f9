/** Small parts used on several pages. */
import { html, useState } from "../../vendor/ui.js";
import { percent, t } from "../i18n.js";
import { parts } from "../offsets.js";

/** The state of a record. */
export function State({ state }) {
  return html`<span class=${`state ${state}`} data-testid="state" data-state=${state}>${t(`state.${state}`)}</span>`;
}

/** A bar for a confidence 0..1 (null: no model spoke). */
export function Bar({ value, label }) {
  const known = value !== null && value !== undefined;
  return html`<span class="bar" role="img" aria-label=${`${label ?? t("confidence")} ${percent(value)}`}><i style=${{ width: `${known ? Math.round(value * 100) : 0}%` }}></i><b>${percent(value)}</b></span>`;
}

/** A text with marked spans (code points). */
export function Marked({ text, marks }) {
  return parts(text ?? "", marks ?? []).map((part) => (part.marked ? html`<mark>${part.text}</mark>` : part.text));
}

/** A picture, or a quiet square where a record has none or it cannot be shown. */
export function Thumb({ src, title }) {
  const [broken, setBroken] = useState(null);
  if (src && broken !== src) return html`<img class="thumb" loading="lazy" src=${src} alt=${title ?? ""} onError=${() => setBroken(src)} />`;
  return html`<span class="thumb none">${t(src ? "photo.broken" : "photo.none")}</span>`;
}

/** Progress of a job. */
export function Progress({ done, total }) {
  return html`<progress max=${total || 1} value=${total ? done : undefined} aria-label=${t("progress")}></progress> <span class="num">${done}${total ? ` / ${total}` : ""}</span>`;
}
