/** The record's history: who decided what when; undo of one act, restore to a time. */
import { html } from "../../vendor/ui.js";
import { may } from "../boot.js";
import { t, time } from "../i18n.js";
import { useBench } from "./hooks.js";
import { itemName } from "./names.js";
import { restore, showHistory, takeBack } from "./past.js";

/** A region note: `xywh=pixel:x,y,w,h digest`. */
function regionOf(note) {
  const match = /^xywh=pixel:(\d+),(\d+),(\d+),(\d+) ([0-9a-f]{64})$/.exec(note ?? "");
  return match && { box: match.slice(1, 5).map(Number), digest: match[5] };
}

function Act({ act, bench, undone }) {
  const region = regionOf(act.note);
  const who = act.user?.display ?? act.user?.name ?? act.user ?? t("somebody");
  return html`<li class=${`act ${undone ? "undone" : ""}`} data-testid="history-act" data-batch=${act.batch}>
    <div class="row spread"><b>${who}</b><span class="quiet">${time(act.at)}</span></div>
    ${act.undoes && html`<p class="quiet">${t("history.undoes")}</p>`}
    <ul>${act.decisions.map((one) => html`<li>${t(`verdict.${one.verdict}`)} ${one.text && one.item !== "state" ? one.text : itemName(one.item, bench.state.view)}</li>`)}</ul>
    ${region ? html`<button type="button" class="plain" onClick=${() => bench.set({ showRegion: region })} data-testid="history-region">▢ ${t("region.show")}</button>` : act.note && html`<p class="note">“${act.note}”</p>`}
    ${may("annotator") && html`<div class="row end">${(act.mine || may("reviewer")) && !undone && html`<button type="button" onClick=${() => takeBack(bench, "undo", act.batch)} data-testid="history-undo">${t("undo")}</button>`}
      <button type="button" onClick=${() => restore(bench, act.at)} data-testid="history-restore">${t("history.restore")}</button></div>`}
  </li>`;
}

export function History() {
  const bench = useBench();
  const { historyOpen, acts } = bench.state;
  if (!historyOpen) return null;
  const undone = new Set((acts ?? []).filter((act) => act.in_effect === false).map((act) => act.batch));
  return html`<aside class="history" aria-label=${t("history")} data-testid="history">
    <header class="row spread"><h2>${t("history")} <kbd>h</kbd></h2><button type="button" class="plain" aria-label=${t("close")} onClick=${() => showHistory(bench, false)}>✕</button></header>
    ${acts === null && html`<p class="quiet">${t("loading")}</p>`}
    ${acts?.length === 0 && html`<p class="empty">${t("history.none")}</p>`}
    <ol>${(acts ?? []).map((act) => html`<${Act} key=${act.batch} act=${act} bench=${bench} undone=${undone.has(act.batch)} />`)}</ol>
  </aside>`;
}
