/** Where the relic came from, event by event, each with the words it was read from. */
import { html } from "../../vendor/ui.js";
import { lang, t } from "../i18n.js";
import { MachineMark } from "../ui/machine.js";
import { useBench } from "./hooks.js";
import { passage, prove, useTold } from "./telling.js";

function Party({ party }) {
  return html`<span class="party"><small class="quiet">${t(`role.of.${party.role}`)}</small> <b>${party.text}</b></span>`;
}

function Event({ event, bench }) {
  const proofs = [passage(event.proof)];
  const shown = JSON.stringify(bench.state.proof) === JSON.stringify(proofs);
  return html`<li class=${`event ${event.confirmed ? "" : "machine"}`} data-testid="provenance-event" data-kind=${event.kind} data-confirmed=${event.confirmed ? "yes" : "no"}>
    <div><b class="what">${event.name[lang]}</b> ${event.date && html`<span class="when">${event.date.value}${event.date.meaning && event.date.meaning !== event.date.value && html` <small class="quiet">(${event.date.meaning})</small>`}</span>`} ${event.place && html`<span class="where">${event.place.value}</span>`} ${!event.confirmed && html`<${MachineMark} />`}</div>
    ${event.parties.length > 0 && html`<div class="parties">${event.parties.map((party) => html`<${Party} party=${party} />`)}</div>`}
    <button type="button" class="plain small proof-button" aria-pressed=${shown} onClick=${() => prove(bench, proofs)} title=${t("proof.show")} data-testid="proof-button">“${event.proof.text}”</button>
  </li>`;
}

export function ProvenancePanel({ machine, onMachine }) {
  const bench = useBench();
  const { answer, error } = useTold(bench.state.view, "/provenance", {});
  const events = answer?.events ?? [];
  const shown = machine ? events : events.filter((event) => event.confirmed);
  const hidden = events.length - shown.length;
  return html`<section class="panel" aria-label=${t("provenance.title")} data-testid="provenance"><header><h2>${t("provenance.title")}</h2></header>
    ${error && html`<p class="error">${error}</p>`}
    ${!answer && !error && html`<p class="quiet">${t("loading")}</p>`}
    <ol class="events">${shown.map((event, index) => html`<${Event} key=${index} event=${event} bench=${bench} />`)}</ol>
    ${shown.length > 0 && html`<p class="quiet small" data-testid="provenance-rule">${t("provenance.rule")}</p>`}
    ${answer && events.length === 0 && html`<p class="quiet" data-testid="provenance-empty">${t("provenance.none")}</p>`}
    ${hidden > 0 && html`<p class="quiet" data-testid="provenance-hidden">${t("provenance.hidden", { n: hidden })} <button type="button" class="plain small" onClick=${() => onMachine(true)}>${t("machine.show")}</button></p>`}
  </section>`;
}
