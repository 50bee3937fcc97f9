/** What every page has: header with the ways to the other pages, account menu, messages, the overlay of keys. */
import { html, render, useEffect, useLayoutEffect, useState } from "../../vendor/ui.js";
import { boot, may } from "../boot.js";
import { loadWords, t } from "../i18n.js";
import { pushKeys } from "../keys.js";
import { Account } from "./account.js";
import { KeyHelp } from "./keyhelp.js";
import { KNOWLEDGE } from "./knowledge.js";
import { Saving } from "./saving.js";
import { Toasts } from "./toasts.js";

const WAYS = [["queue", "/", "reader"], ["grid", "/grid", "annotator"], ["search", "/search", "reader"], ["knowledge", "/graph", "reader"], ["import", "/import", "annotator"], ["jobs", "/jobs", "reader"], ["agreement", "/agreement", "reviewer"], ["admin", "/admin", "admin"], ["help", "/help", "reader"]];

/** The knowledge pages, in one menu. */
function Knowledge() {
  const [open, setOpen] = useState(false);
  const here = KNOWLEDGE.some(([name]) => name === boot.page) || boot.page === "authority";
  useEffect(() => {
    if (!open) return undefined;
    const shut = (event) => (event.key === "Escape" || (event.type === "click" && !event.target.closest(".nav-group"))) && setOpen(false);
    document.addEventListener("click", shut);
    document.addEventListener("keydown", shut);
    return () => {
      document.removeEventListener("click", shut);
      document.removeEventListener("keydown", shut);
    };
  }, [open]);
  return html`<span class="nav-group" onFocusOut=${(event) => !event.currentTarget.contains(event.relatedTarget) && event.relatedTarget && setOpen(false)}><button type="button" class=${`nav-button ${here ? "here" : ""}`} aria-haspopup="true" aria-expanded=${open} onClick=${() => setOpen(!open)} data-testid="nav-knowledge">${t("nav.knowledge")} ▾</button>
    ${open && html`<span class="menu">${KNOWLEDGE.map(([name, path]) => html`<a href=${path} aria-current=${boot.page === name ? "page" : undefined} data-testid=${`nav-${name}`}>${t(`nav.${name}`)}</a>`)}</span>`}</span>`;
}

function Frame({ children, full }) {
  const [help, setHelp] = useState(false);
  useLayoutEffect(() => pushKeys(() => [
    { keys: ["?", "Shift+?"], run: () => setHelp(true), help: "key.help" },
    { keys: ["/"], run: () => (document.querySelector("[data-search]") ? document.querySelector("[data-search]").focus() : location.assign("/search")), help: "key.search" },
    { keys: ["Escape"], fields: true, run: () => document.activeElement?.blur() },
  ], { bottom: true }), []);
  return html`
    <a class="skip" href="#main">${t("skip")}</a>
    <header class="top">
      <a class="brand" href="/"><img src="/static/icon.svg" alt="" width="26" height="26" /><b>标图</b> <span>biaotu</span></a>
      ${boot.user && html`<nav aria-label=${t("nav")}>${WAYS.filter(([, , role]) => may(role)).map(([name, path]) => name === "knowledge" ? html`<${Knowledge} />` : html`<a href=${path} aria-current=${boot.page === name ? "page" : undefined} data-testid=${`nav-${name}`}>${t(`nav.${name}`)}</a>`)}</nav>`}
      <span class="grow"></span>
      <${Saving} />
      <button type="button" class="plain" title=${`${t("key.help")} (?)`} aria-label=${t("key.help")} onClick=${() => setHelp(true)} data-testid="keys-button">⌨</button>
      <${Account} />
    </header>
    <main id="main" class=${full ? "full" : ""} tabindex="-1">${children}</main>
    <${Toasts} />
    ${help && html`<${KeyHelp} onClose=${() => setHelp(false)} />`}`;
}

/** Draws a page inside the frame. @param {unknown} Page a component @param {{full?: boolean}} [options] */
export async function show(Page, options = {}) {
  await loadWords();
  render(html`<${Frame} full=${options.full}><${Page} /></${Frame}>`, document.getElementById("app"));
}
