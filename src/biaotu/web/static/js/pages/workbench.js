import { html, useEffect, useLayoutEffect, useState } from "../../vendor/ui.js";
import { loadTerms } from "../api.js";
import { loadMeanings } from "../ui/meaning.js";
import { boot, may } from "../boot.js";
import { percent, t } from "../i18n.js";
import { pushKeys } from "../keys.js";
import { State } from "../ui/bits.js";
import { show } from "../ui/frame.js";
import { sayError } from "../ui/toasts.js";
import { Bench } from "../workbench/bench.js";
import { benchKeys } from "../workbench/benchkeys.js";
import { MentionsDialog, StateDialog, TagDialog, TypeDialog } from "../workbench/chooser.js";
import { History } from "../workbench/history.js";
import { BenchContext, useBench, useEvidence } from "../workbench/hooks.js";
import { Knowledge, Sides } from "../workbench/knowledge.js";
import { LinkDialog } from "../workbench/linkdialog.js";
import { decideMentions } from "../workbench/mentions.js";
import { Attributes, Labels, Tags } from "../workbench/panels.js";
import { showHistory, takeBack } from "../workbench/past.js";
import { Photo } from "../workbench/photo.js";
import { TextPane } from "../workbench/text.js";

const bench = new Bench();

function Head() {
  const { view } = useBench().state;
  return html`<div class="recordhead"><span class="number" data-testid="record-number">${view.number}</span> ${view.museum && html`<span class="quiet">${view.museum}</span>`} <${State} state=${view.state} />
    <span class="quiet">${t("uncertainty")} ${percent(view.uncertainty)}</span> ${view.model && html`<span class="quiet model" title=${t("model")}>${view.model.name} ${view.model.version}</span>`}
    ${(view.warnings ?? []).map((warning) => html`<span class="warning" title=${typeof warning === "string" ? warning : warning.message}>⚠ ${typeof warning === "string" ? warning : (warning.code ?? "")}</span>`)}
    <span class="grow"></span><a href=${`/search?similar=${view.id}`} data-testid="similar-link">${t("similar")}</a>
    <button type="button" class="plain" onClick=${() => showHistory(bench)} aria-expanded=${bench.state.historyOpen} data-testid="history-toggle">${t("history")} <kbd>h</kbd></button></div>`;
}

function Offer() {
  const { mentions } = useBench().state;
  if (!mentions) return null;
  const { row, verdict, items, name } = mentions;
  return html`<div class="offer" role="status" data-testid="mentions-offer"><span>${t(`mentions.offer.${verdict}`, { n: items.length, text: row.value, type: name })}</span>
    <button type="button" class="primary" onClick=${() => decideMentions(bench, items)} data-testid="mentions-all">${t(`mentions.all.${verdict}`, { n: items.length })} <kbd>⇧I</kbd></button>
    <button type="button" onClick=${() => bench.set({ dialog: { kind: "mentions" } })} data-testid="mentions-look">${t("mentions.look")} <kbd>i</kbd></button>
    <button type="button" class="plain" aria-label=${t("close")} onClick=${() => bench.set({ mentions: null })}>✕</button></div>`;
}

function Acts() {
  const { view } = useBench().state;
  const main = bench.mainAct();
  const writer = may("annotator");
  return html`<footer class="acts-bar"><button type="button" onClick=${() => bench.back()} data-testid="back">← ${t("back")} <kbd>b</kbd></button>
    ${writer && html`<button type="button" onClick=${() => takeBack(bench, "undo")} data-testid="undo">${t("undo")} <kbd>u</kbd></button><button type="button" onClick=${() => takeBack(bench, "redo")} data-testid="redo">${t("redo")} <kbd>⇧U</kbd></button>`}
    <${Offer} /><span class="grow"></span>
    ${view.state === "submitted" && view.submitter && html`<span class="quiet" data-testid="submitter">${view.submitter.id === boot.user.id ? t("act.submitted.own") : t("act.submitted.by", { name: view.submitter.name })}</span>`}
    ${bench.mayJudge && html`<button type="button" onClick=${() => bench.askState("return")} data-testid="return">${t("act.return")} <kbd>⇧R</kbd></button>`}
    ${main && html`<button type="button" class="primary" onClick=${() => bench.askState(main)} data-testid=${main}>${t(`act.${main}`)} <kbd>⏎</kbd></button>`}
    ${writer && html`<button type="button" onClick=${() => bench.next()} data-testid="next">${t("next")} <kbd>n</kbd> →</button>`}</footer>`;
}

const DIALOGS = { type: TypeDialog, state: StateDialog, mentions: MentionsDialog, tag: TagDialog, link: LinkDialog };

function Record() {
  useBench();
  const shown = useEvidence(bench);
  const { dialog, telling } = bench.state;
  return html`<div class="bench" data-testid="bench" data-record=${bench.state.view.id} data-revision=${bench.state.view.revision}>
    <${Head} />
    <div class="left"><${Photo} shown=${shown} /><${TextPane} shown=${shown} /></div>
    <div class="rightside"><${Sides} /><div class=${`right ${telling ? "telling" : ""}`} id="bench-side" role="tabpanel" aria-labelledby=${telling ? "side-knowledge" : "side-values"} data-testid="bench-side" data-side=${telling ? "knowledge" : "values"}>${telling ? html`<${Knowledge} />` : html`<${Labels} /><${Tags} /><${Attributes} />`}</div></div>
    <${History} /><${Acts} />
    ${dialog && html`<${DIALOGS[dialog.kind]} ask=${dialog} key=${JSON.stringify(dialog)} />`}
  </div>`;
}

function Workbench() {
  useBench();
  const { view, missing } = bench.state;
  if (missing) return html`<div class="card" data-testid="record-missing"><h1>${t("record.missing")}</h1><p>${missing}</p><p><a href="/">${t("forbidden.back")}</a></p></div>`;
  return view === null ? html`<p class="empty">${t("loading")}</p>` : html`<${Record} />`;
}

function Page() {
  const [ready, setReady] = useState(false);
  useLayoutEffect(() => pushKeys(() => benchKeys(bench)), []);
  useEffect(() => {
    addEventListener("popstate", (event) => void bench.open(event.state?.record ?? boot.record, false));
    void Promise.all([loadTerms(), loadMeanings()]).catch(sayError).then(() => {
      setReady(true);
      return bench.open(Number(location.pathname.split("/").at(-1)), false);
    });
  }, []);
  return html`<${BenchContext.Provider} value=${bench}>${ready ? html`<${Workbench} />` : html`<p class="empty">${t("loading")}</p>`}</${BenchContext.Provider}>`;
}

history.replaceState({ record: boot.record }, "");
await show(Page, { full: true });
