/** The entry a value names, in its row: what the machine thinks or what a person said; a click opens the choice. */
import { html } from "../../vendor/ui.js";
import { percent, t } from "../i18n.js";
import { useBench } from "./hooks.js";
import { linkOf } from "./links.js";

/** How a link stands: `open` where the machine is not sure, `none` where a person said that it is none of them. */
export function standing(link) {
  if (link.status === "accepted") return link.entry ? "accepted" : "none";
  return link.status === "suggested" ? "suggested" : "open";
}

export function LinkChip({ row }) {
  const bench = useBench();
  const link = row.status === "rejected" ? undefined : linkOf(bench, row.item);
  if (!link) return null;
  const state = standing(link);
  const words = { accepted: link.entry?.name, suggested: link.entry?.name, none: t("link.none"), open: t("link.open", { n: link.candidates.length }) }[state];
  const sign = { accepted: "✓", suggested: "?", none: "✓", open: "·" }[state];
  const says = t(`link.title.${state}`, { value: row.value, entry: words, confidence: percent(link.confidence) });
  const open = (event) => {
    event.stopPropagation();
    bench.focus(row.item);
    bench.set({ dialog: { kind: "link", span: row.item } });
  };
  if (state === "open" && link.candidates.length === 0) return html`<button type="button" tabindex="-1" class="link-chip open bare" title=${`${says} (l)`} aria-label=${says} onClick=${open} data-testid="link-chip" data-status="open" data-span=${row.item}>${t("link.add")}</button>`;
  return html`<button type="button" tabindex="-1" class=${`link-chip ${state}`} title=${`${says} (l)`} aria-label=${says} onClick=${open} data-testid="link-chip" data-status=${state} data-span=${row.item} data-entry=${link.entry?.id}><span aria-hidden="true">${sign}</span> <span class="entry">${words}</span>${state === "suggested" && html` <small>${percent(link.confidence)}</small>`}</button>`;
}
