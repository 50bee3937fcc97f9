/** Which entry a value names: the candidates, "none of these", or another one looked up by its name. */
import { html, useEffect, useState } from "../../vendor/ui.js";
import { get } from "../api.js";
import { may } from "../boot.js";
import { t } from "../i18n.js";
import { Bar } from "../ui/bits.js";
import { Dialog } from "../ui/dialog.js";
import { EntryLine } from "../ui/entry.js";
import { sayError } from "../ui/toasts.js";
import { useBench } from "./hooks.js";
import { choose, linkOf, withdraw } from "./links.js";

const TYPES = { person: "person", organisation: "body", place: "place", event: "event", time: "period" };
const PATIENCE = 250; // ms between the last letter and the question

/** Entries that hold the words, of the type that the value can name. */
function useLookup(words, type) {
  const [found, setFound] = useState([]);
  useEffect(() => {
    if (!words.trim()) {
      setFound([]);
      return undefined;
    }
    const stop = new AbortController();
    const timer = setTimeout(() => get("/authorities", { q: words.trim(), type, limit: 8 }, stop.signal).then(({ items }) => setFound(items)).catch(sayError), PATIENCE);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [words, type]);
  return found;
}

export function LinkDialog({ ask }) {
  const bench = useBench();
  const link = linkOf(bench, ask.span);
  const row = bench.attributes().find((one) => one.item === ask.span);
  const [words, setWords] = useState("");
  const [at, setAt] = useState(0);
  const type = TYPES[row?.type_id] ?? "";
  const found = useLookup(words, type);
  const close = () => bench.set({ dialog: null });
  if (!link || !row) return null;
  const known = new Set(link.candidates.map((one) => one.entry.id));
  const options = [...link.candidates, ...found.filter((entry) => !known.has(entry.id)).map((entry) => ({ entry, confidence: null, reason: "", rejected: false })), { entry: null, confidence: link.none_of_these }];
  const current = (option) => (link.status === "accepted" ? (link.entry?.id ?? null) === (option.entry?.id ?? null) : false);
  const pick = (option) => {
    close();
    choose(bench, ask.span, option.entry?.id ?? null);
  };
  const keys = () => [
    { keys: ["ArrowDown", "j"], repeat: true, run: () => setAt((now) => (now + 1) % options.length) },
    { keys: ["ArrowUp", "k"], repeat: true, run: () => setAt((now) => (now + options.length - 1) % options.length) },
    { keys: ["Enter", "a"], run: () => pick(options[Math.min(at, options.length - 1)]) },
    ...options.slice(0, -1).slice(0, 9).map((option, index) => ({ keys: [String(index + 1)], run: () => pick(option) })),
    { keys: ["0"], run: () => pick(options.at(-1)) },
    { keys: ["w"], when: () => link.status === "accepted", run: () => { close(); withdraw(bench, link); } },
    { keys: ["/"], run: () => document.querySelector("[data-testid=link-search]")?.focus() },
  ];
  const leave = (event) => {
    if (!["ArrowDown", "ArrowUp", "Enter"].includes(event.key) || event.isComposing) return;
    event.preventDefault();
    if (event.key === "Enter") event.target.blur();
    else setAt((now) => (now + (event.key === "ArrowDown" ? 1 : options.length - 1)) % options.length);
    if (event.key === "Enter") document.querySelector("[data-testid=link-dialog]")?.focus();
  };
  return html`<${Dialog} title=${t("link.title", { value: row.value })} onClose=${close} keys=${keys} testid="link-dialog" wide=${true}>
    <p class="quiet small">${t("link.note")}</p>
    <ol class="options" role="listbox" aria-label=${t("link.options")}>${options.map((option, index) => {
      const none = option.entry === null;
      return html`<li role="none" key=${option.entry?.id ?? "none"}><button type="button" tabindex="-1" role="option" aria-selected=${index === at} class=${`${index === at ? "on" : ""} ${option.rejected ? "rejected" : ""}`} onClick=${() => pick(option)} onMouseEnter=${() => setAt(index)} data-testid=${none ? "link-none" : "link-option"} data-entry=${option.entry?.id}>
        <kbd>${none ? 0 : index < 9 ? index + 1 : "·"}</kbd>
        <span class="what">${none ? html`<b>${t("link.none")}</b> <small class="quiet">${t("link.none.note")}</small>` : html`<${EntryLine} entry=${option.entry} />${option.reason && html`<small class="reason">${option.reason}</small>`}`}${option.rejected && html` <small class="bad">${t("link.rejected")}</small>`}</span>
        ${option.confidence !== null && html`<${Bar} value=${option.confidence} label=${t("confidence")} />`}${current(option) && html`<span class="chosen-sign" title=${t("status.accepted")}>✓</span>`}</button></li>`;
    })}</ol>
    <label class="lookup">${t("link.other")} <kbd>/</kbd><input type="search" value=${words} placeholder=${t("link.other.placeholder")} onInput=${(event) => { setWords(event.target.value); setAt(link.candidates.length); }} onKeyDown=${leave} data-testid="link-search" /></label>
    <div class="row spread"><span>${may("reviewer") && html`<a href=${`/authorities?${new URLSearchParams({ add: row.value, type })}`} target="_blank" rel="noopener" data-testid="link-new">${t("link.new")}</a>`}</span>
      ${link.status === "accepted" && bench.writable && html`<button type="button" onClick=${() => { close(); withdraw(bench, link); }} data-testid="link-withdraw">${t("verdict.withdraw")} <kbd>w</kbd></button>`}</div>
  </${Dialog}>`;
}
