/** Relics that go with this one, and why. */
import { html } from "../../vendor/ui.js";
import { lang, t } from "../i18n.js";
import { State, Thumb } from "../ui/bits.js";
import { MachineMark } from "../ui/machine.js";
import { useBench } from "./hooks.js";
import { useTold } from "./telling.js";

function Reason({ reason }) {
  const words = lang === "en" ? reason.text_en : reason.text_zh;
  const mark = reason.confirmed === false ? html` <${MachineMark} />` : null;
  if (!reason.node) return html`<li class="reason-chip" data-testid="reason" data-code=${reason.code}>${words}${mark}</li>`;
  return html`<li class="reason-chip" data-testid="reason" data-code=${reason.code}><a href=${`/graph?node=${encodeURIComponent(reason.node.id)}`}>${words}</a>${mark}</li>`;
}

export function RelatedPanel({ machine, onMachine }) {
  const bench = useBench();
  const { answer, error } = useTold(bench.state.view, "/related", { machine, limit: 8 });
  return html`<section class="panel related" aria-label=${t("related.title")} data-testid="related"><header><h2>${t("related.title")}</h2></header>
    ${error && html`<p class="error">${error}</p>`}
    ${!answer && !error && html`<p class="quiet">${t("loading")}</p>`}
    <ul class="relatives">${(answer?.items ?? []).map((one) => html`<li key=${one.id} data-testid="relative" data-record=${one.id}><a href=${`/records/${one.id}#knowledge`} class="thumb-link" tabindex="-1" aria-hidden="true"><${Thumb} src=${one.thumbnail} title="" /></a>
      <div><a href=${`/records/${one.id}#knowledge`}><b>${one.title || t("untitled")}</b></a> <span class="quiet small">${one.number}</span> <${State} state=${one.state} /><ul class="reasons">${one.reasons.map((reason) => html`<${Reason} key=${reason.code + (reason.node?.id ?? "")} reason=${reason} />`)}</ul></div></li>`)}</ul>
    ${answer?.items.length === 0 && html`<p class="quiet" data-testid="related-empty">${t("related.none")} ${!machine && html`<button type="button" class="plain small" onClick=${() => onMachine(true)}>${t("machine.show")}</button>`}</p>`}
  </section>`;
}
