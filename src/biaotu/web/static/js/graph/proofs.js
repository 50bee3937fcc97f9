/** The words that say so: each a link to the record it stands in. */
import { html } from "../../vendor/ui.js";
import { t } from "../i18n.js";
import { MachineMark } from "../ui/machine.js";

export function Proofs({ edge }) {
  if (edge.source === "authority") return edge.confirmed ? html`<small class="quiet">${t("graph.source.authority")}</small>` : null;
  if (!edge.proof?.length) return null;
  return html`<span class="proofs">${edge.proof.map((proof) => html` <a class="small" href=${`/records/${proof.record}`} title=${t("proof.open")} data-testid="edge-proof" data-record=${proof.record}>${proof.field ? `“${proof.value}”` : proof.value || t("kind.label")}</a>`)}${edge.count > edge.proof.length && html` <small class="quiet">${t("graph.more.places", { n: edge.count - edge.proof.length })}</small>`}</span>`;
}

/** Who says so: a person, or the machine with how sure it is. */
export function Standing({ edge }) {
  if (edge.source === "authority" && !edge.confirmed) return html`<span class="quiet small" title=${t("entry.unchecked.note")}>${t("graph.source.unchecked")}</span>`;
  if (edge.confirmed) return html`<span class="confirmed-mark" title=${t("graph.confirmed.note")}>✓</span>`;
  return html`<${MachineMark} />${edge.confidence !== null && edge.confidence !== undefined && html` <small class="quiet">${Math.round(edge.confidence * 100)}%</small>`}`;
}
