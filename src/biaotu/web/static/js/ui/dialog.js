/** A dialog: keeps the keys and the focus to itself while it is open and gives the focus back afterwards. */
import { html, useLayoutEffect, useRef } from "../../vendor/ui.js";
import { t } from "../i18n.js";
import { pushKeys } from "../keys.js";

const FOCUSABLE = "button:not([disabled]), input, select, textarea, a[href], [tabindex='0']";

function inside(event, box) {
  const all = [...box.querySelectorAll(FOCUSABLE)].filter((node) => node.offsetParent !== null);
  if (event.key !== "Tab" || all.length === 0) return;
  const end = event.shiftKey ? all[0] : all.at(-1);
  if (document.activeElement !== end && box.contains(document.activeElement)) return;
  event.preventDefault();
  (event.shiftKey ? all.at(-1) : all[0]).focus();
}

/** @param {{title: string, onClose: () => void, keys?: () => import("../keys.js").Binding[], testid: string, wide?: boolean, children: unknown}} props */
export function Dialog({ title, onClose, keys = () => [], testid, wide = false, children }) {
  const box = useRef(null);
  const now = useRef({ onClose, keys });
  now.current = { onClose, keys };
  useLayoutEffect(() => pushKeys(() => [...now.current.keys(), { keys: ["Escape"], fields: true, run: () => now.current.onClose() }], { modal: true }), []);
  useLayoutEffect(() => {
    const before = document.activeElement;
    (box.current.querySelector("[autofocus]") ?? box.current).focus();
    return () => before instanceof HTMLElement && before.isConnected && before.focus({ preventScroll: true });
  }, []);
  return html`<div class="veil" onMouseDown=${(event) => event.target === event.currentTarget && onClose()}>
    <div class=${`dialog ${wide ? "wide" : ""}`} role="dialog" aria-modal="true" aria-label=${title} tabindex="-1" ref=${box} data-testid=${testid} onKeyDown=${(event) => inside(event, box.current)}>
      <header><h2>${title}</h2><button type="button" class="plain" aria-label=${t("close")} title=${`${t("close")} (Esc)`} onClick=${onClose} data-testid="dialog-close">✕</button></header>
      ${children}
    </div>
  </div>`;
}
