/** One item in a list: what it is, how sure the model is, what was decided, and the buttons to decide. */
import { html, useLayoutEffect, useRef } from "../../vendor/ui.js";
import { t } from "../i18n.js";
import * as outbox from "../outbox.js";
import { Bar } from "../ui/bits.js";
import { useBench } from "./hooks.js";

const SIGNS = { suggested: "?", accepted: "✓", rejected: "✗", none: "·" };

function unsavedItems(record) {
  return new Set(outbox.unsaved(record).flatMap((entry) => entry.decisions.map((change) => change.item)));
}

function mayTakeFocus() {
  const active = document.activeElement;
  return !document.querySelector(".dialog") && !(active && /^(INPUT|TEXTAREA|SELECT)$/.test(active.tagName));
}

/** @param {{row: object, name: string, kind: string, children?: unknown, more?: unknown, colour?: string}} props `more`: what never gives way to a long name */
export function Row({ row, name, kind, children, more, colour }) {
  const bench = useBench();
  const element = useRef(null);
  const focused = bench.state.focus === row.item;
  const waiting = unsavedItems(bench.state.id).has(row.item);
  useLayoutEffect(() => {
    if (!focused || !mayTakeFocus()) return;
    element.current.focus({ preventScroll: true });
    element.current.scrollIntoView({ block: "nearest" });
  }, [focused]);
  const act = (verdict) => (event) => {
    event.stopPropagation();
    bench.focus(row.item);
    bench.judge(verdict);
  };
  return html`<div ref=${element} class=${`item ${row.status} ${focused ? "focused" : ""} ${waiting ? "waiting" : ""}`} tabindex=${focused ? 0 : -1} role="listitem" aria-current=${focused ? "true" : undefined}
      aria-label=${`${name}, ${t(`status.${row.status}`)}`} data-testid=${kind} data-item=${row.item} data-status=${row.status} data-place=${row.place ?? undefined} data-unsaved=${waiting ? "yes" : "no"}
      onClick=${() => bench.focus(row.item)} onMouseEnter=${() => bench.set({ hover: row.item })} onMouseLeave=${() => bench.set({ hover: null })}>
    <span class="sign" title=${t(`status.${row.status}`)}>${SIGNS[row.status]}</span>
    ${colour && html`<i class="dot" style=${{ "--type": colour }}></i>`}
    <span class="name" title=${name}>${name}${children}</span>${more}
    ${row.by && html`<span class="by" title=${t("by", { who: row.by })}>${row.by}</span>`}
    <${Bar} value=${row.confidence} label=${name} />
    ${bench.writable && html`<span class="acts">
      <button type="button" tabindex="-1" class="yes" aria-pressed=${row.status === "accepted"} aria-label=${t("accept.item", { name })} title=${`${t("accept")} (a)`} onClick=${act(row.status === "accepted" ? "withdraw" : "accept")} data-testid="accept">✓</button>
      <button type="button" tabindex="-1" class="no" aria-pressed=${row.status === "rejected"} aria-label=${t("reject.item", { name })} title=${`${t("reject")} (x)`} onClick=${act(row.status === "rejected" ? "withdraw" : "reject")} data-testid="reject">✗</button>
    </span>`}
    ${waiting && html`<span class="pending" title=${t("saving.item")} aria-label=${t("saving.item")}>●</span>`}
  </div>`;
}
