import { html, useEffect, useLayoutEffect, useState } from "../../vendor/ui.js";
import { EntryForm, openEntry } from "../authorities/form.js";
import { KINDS, TYPES } from "../authorities/kinds.js";
import { get } from "../api.js";
import { may } from "../boot.js";
import { lang, t } from "../i18n.js";
import { focusSoon, pushKeys } from "../keys.js";
import { useAddress } from "../ui/address.js";
import { useAnswer } from "../ui/answer.js";
import { entryAddress, kindName, years } from "../ui/entry.js";
import { show } from "../ui/frame.js";
import { KnowledgeHead } from "../ui/knowledge.js";
import { bound } from "../ui/knowledgekeys.js";
import { sayError } from "../ui/toasts.js";

const MOST_NAMES = 6;
const PATIENCE = 200;

const forms = (entry) => (entry.variants ?? []).map((one) => (typeof one === "string" ? one : one.form));

function Row({ entry, current }) {
  const names = forms(entry);
  return html`<tr class=${current ? "current" : ""} data-testid="entry-row" data-entry=${entry.id}><td><a href=${entryAddress(entry.id)}>${entry.name}</a></td><td>${kindName(entry)}</td><td class="years">${years(entry)}</td>
    <td class="names">${names.slice(0, MOST_NAMES).join(lang === "en" ? ", " : "、")}${names.length > MOST_NAMES ? ` … (${names.length})` : ""}</td><td class="quiet small">${entry.note}</td><td>${entry.checked ? html`<span class="checked" title=${t("entry.checked.note")}>✓</span>` : ""}</td></tr>`;
}

function Authorities() {
  const [address, go] = useAddress({ q: "", type: "", add: "" });
  const [adding, setAdding] = useState(null);
  const [more, setMore] = useState({ items: [], next: null, of: null });
  const [at, setAt] = useState(0);
  const type = TYPES.includes(address.type) ? address.type : "";
  const { answer, error, busy } = useAnswer("/authorities", { q: address.q.trim(), type, limit: 50 }, { wait: address.q ? PATIENCE : 0 });
  useEffect(() => {
    setMore({ items: [], next: answer?.next ?? null, of: answer });
    setAt(0);
  }, [answer]);
  useEffect(() => {
    if (address.add && may("reviewer")) setAdding({ type: type || "person", name: address.add, kind: KINDS[type || "person"].at(-1) });
  }, []);
  const items = [...(answer?.items ?? []), ...(more.of === answer ? more.items : [])];
  const load = () => get("/authorities", { q: address.q.trim(), type, limit: 50, cursor: more.next }).then((page) => setMore({ items: [...more.items, ...page.items], next: page.next ?? null, of: answer })).catch(sayError);
  const step = (by) => {
    setAt((now) => Math.max(0, Math.min(now + by, items.length - 1)));
    focusSoon("tr.current a");
  };
  const add = () => may("reviewer") && setAdding({ type: type || "person", name: address.q.trim(), kind: KINDS[type || "person"].at(-1) });
  useLayoutEffect(() => pushKeys(() => [
    bound("next.row", () => step(1)),
    bound("previous.row", () => step(-1)),
    bound("graph.go", () => openEntry(items[at]), () => Boolean(items[at])),
    bound("more", load, () => Boolean(more.next)),
    bound("entry.add", add, () => may("reviewer")),
  ]), [items, at, more, type, address.q]);
  return html`<div class="page knowledge"><${KnowledgeHead} title=${t("authorities.title")} note=${t("authorities.note")}>${may("reviewer") && html`<button type="button" class="primary" onClick=${add} data-testid="authority-add">＋ ${t("authorities.add")} <kbd>n</kbd></button>`}</${KnowledgeHead}>
    <div class="row"><input type="search" class="wide" value=${address.q} placeholder=${t("authorities.search")} aria-label=${t("authorities.search")} onInput=${(event) => go({ q: event.target.value }, true)} data-search data-testid="authority-search" />
      ${["", ...TYPES].map((one) => html`<button type="button" class=${`chip ${type === one ? "on" : ""}`} aria-pressed=${type === one} onClick=${() => go({ type: one })} data-testid=${`authority-type-${one || "all"}`}>${t(one ? `entry.type.${one}` : "queue.all")}</button>`)}</div>
    ${error && html`<p class="error" role="alert">${error}</p>`}
    <p class="quiet small" role="status" data-testid="authority-total">${answer ? t("authorities.total", { n: answer.total, shown: items.length }) : busy ? t("loading") : ""}</p>
    ${items.length > 0 && html`<div class="wide-table"><table class="list entries" data-testid="entries"><thead><tr><th>${t("entry.name")}</th><th>${t("entry.kind")}</th><th>${t("entry.years")}</th><th>${t("entry.variants")}</th><th>${t("entry.note")}</th><th>${t("entry.checked")}</th></tr></thead><tbody>${items.map((entry, index) => html`<${Row} key=${entry.id} entry=${entry} current=${index === at} />`)}</tbody></table></div>`}
    ${answer && items.length === 0 && html`<div class="empty" data-testid="authority-none"><p>${t("authorities.none")}</p>${may("reviewer") && address.q.trim() && html`<p><button type="button" class="primary" onClick=${add}>${t("authorities.add.named", { name: address.q.trim() })}</button></p>`}${!may("reviewer") && html`<p class="small">${t("authorities.none.ask")}</p>`}</div>`}
    ${more.next && html`<p><button type="button" onClick=${load} data-testid="authority-more">${t("more")} <kbd>.</kbd></button></p>`}
    ${adding && html`<${EntryForm} entry=${adding} names=${{}} fresh=${true} onClose=${() => setAdding(null)} onSaved=${openEntry} />`}</div>`;
}

await show(Authorities);
