import { html, useEffect, useLayoutEffect, useState } from "../../vendor/ui.js";
import { EntryForm, openEntry } from "../authorities/form.js";
import { MergeDialog } from "../authorities/merging.js";
import { may } from "../boot.js";
import { has, lang, t, time } from "../i18n.js";
import { pushKeys } from "../keys.js";
import { graphAddress, nodeName } from "../graph/nodes.js";
import { Proofs, Standing } from "../graph/proofs.js";
import { useAddress } from "../ui/address.js";
import { useAnswer } from "../ui/answer.js";
import { entryAddress, kindName, years } from "../ui/entry.js";
import { show } from "../ui/frame.js";
import { KnowledgeHead } from "../ui/knowledge.js";
import { bound } from "../ui/knowledgekeys.js";

const ID = decodeURIComponent(location.pathname.split("/").at(-1));
const NODE = `urn:biaotu:entry:${ID}`;

function Relics({ machine, onMachine }) {
  const { answer, error, status } = useAnswer("/graph/neighbours", { id: NODE, machine, kind: "relic", limit: 50 });
  const edges = answer?.edges ?? [];
  const none = status === 404 || (answer && edges.length === 0);
  return html`<section class="box" data-testid="entry-relics"><h2>${t("entry.relics")} ${answer?.total > 0 && html`<span class="quiet small">${t("places.relics", { n: answer.total })}</span>`}</h2>
    ${error && status !== 404 && html`<p class="error">${error}</p>`}
    ${none && html`<p class="quiet" data-testid="entry-relics-none">${t(machine ? "entry.relics.none.machine" : "entry.relics.none")} ${!machine && html`<button type="button" class="plain small" onClick=${() => onMachine(true)} data-testid="show-machine">${t("machine.show")}</button>`}</p>`}
    <ul class="edges">${edges.map((edge) => html`<li key=${edge.node.id + edge.predicate} data-testid="entry-relic" data-record=${edge.node.record}><span class="says">${edge.label[lang]}</span><span class="what"><a href=${`/records/${edge.node.record}`}>${nodeName(edge.node)}</a> <small class="quiet">${edge.node.number}</small> <${Standing} edge=${edge} /> <${Proofs} edge=${edge} /></span></li>`)}</ul>
    ${answer?.next && html`<p class="small"><a href=${graphAddress(NODE, machine)}>${t("more")}</a></p>`}</section>`;
}

function Facts({ entry, names }) {
  const link = (id) => html`<a href=${entryAddress(id)} data-testid="entry-link" data-entry=${id}>${names[id]?.name ?? id}</a>`;
  return html`<dl class="facts">
    <dt>${t("entry.kind")}</dt><dd>${kindName(entry)}</dd>
    ${years(entry) && html`<dt>${t("entry.years")}</dt><dd>${years(entry)}</dd>`}
    ${entry.note && html`<dt>${t("entry.note")}</dt><dd>${entry.note}</dd>`}
    ${entry.broader && html`<dt>${t("entry.broader")}</dt><dd>${link(entry.broader)}</dd>`}
    ${entry.see?.length > 0 && html`<dt>${t("entry.see")}</dt><dd>${entry.see.map((id, at) => html`${at > 0 ? " · " : ""}${link(id)}`)}</dd>`}
    <dt>${t("entry.source")}</dt><dd>${entry.source}</dd>
    <dt>${t("entry.checked")}</dt><dd>${entry.checked ? html`<span class="checked">✓ ${t("entry.checked.note")}</span>` : html`<span class="quiet">${t("entry.unchecked.note")}</span>`}</dd></dl>`;
}

function Names({ entry }) {
  const variants = entry.variants ?? [];
  return html`<section class="box"><h2>${t("entry.variants")}</h2>${variants.length === 0 ? html`<p class="quiet">${t("entry.variants.none")}</p>` : html`<table class="list" data-testid="entry-variants"><thead><tr><th>${t("entry.form")}</th><th>${t("entry.kind")}</th><th>${t("entry.years")}</th><th></th></tr></thead>
    <tbody>${variants.map((one) => html`<tr key=${one.form}><td>${one.form}</td><td>${t(`variant.${one.kind ?? "other"}`)}</td><td>${years({ begin: one.begin ?? "", end: one.end ?? "" })}</td><td>${one.ambiguous && html`<span class="quiet small" title=${t("entry.ambiguous.note")}>${t("entry.ambiguous")}</span>`}</td></tr>`)}</tbody></table>`}</section>`;
}

function Past({ entry }) {
  if (!entry.history?.length) return null;
  return html`<section class="box"><h2>${t("history")}</h2><ul class="past">${entry.history.map((one) => html`<li>${time(one.at)} · ${one.by} · ${has(`entry.act.${one.act}`) ? t(`entry.act.${one.act}`) : one.act}${one.note && html` <span class="quiet small">${one.note}</span>`}</li>`)}</ul></section>`;
}

function Authority() {
  const [address, go] = useAddress({ machine: "" });
  const machine = address.machine === "1";
  const onMachine = (on) => go({ machine: on ? "1" : "" }, true);
  const [count, setCount] = useState(0);
  const [shown, setShown] = useState("");
  const { answer, error, status } = useAnswer(`/authorities/${encodeURIComponent(ID)}`, {}, { stamp: String(count) });
  const entry = answer;
  const names = answer?.names ?? {};
  const writer = may("reviewer") && entry && !entry.replaced_by;
  useEffect(() => void (entry && (document.title = `${entry.name} · biaotu 标图`)), [entry]);
  useLayoutEffect(() => pushKeys(() => [
    bound("entry.edit", () => setShown("edit"), () => Boolean(writer)),
    bound("entry.graph", () => location.assign(graphAddress(NODE, machine)), () => Boolean(entry)),
    bound("machine", () => onMachine(!machine)),
  ]), [entry, machine]);
  const saved = () => {
    setShown("");
    setCount(count + 1);
  };
  if (error) return html`<div class="page knowledge"><${KnowledgeHead} title=${t("authorities.title")} /><div class="empty" data-testid="entry-missing"><p>${status === 404 ? t("entry.missing", { id: ID }) : error}</p><p><a href="/authorities">${t("authorities.back")}</a></p></div></div>`;
  if (!entry) return html`<p class="empty">${t("loading")}</p>`;
  return html`<div class="page knowledge"><${KnowledgeHead} title=${entry.name} note=${`${t(`entry.type.${entry.type}`)} · ${entry.id}`} machine=${machine} onMachine=${onMachine}>
      <a class="button" href=${graphAddress(NODE, machine)} data-testid="entry-graph">${t("graph.show")} <kbd>g</kbd></a>
      ${writer && html`<button type="button" onClick=${() => setShown("edit")} data-testid="entry-edit">${t("edit")} <kbd>e</kbd></button> <button type="button" onClick=${() => setShown("merge")} data-testid="entry-merge">${t("entry.merge")}…</button>`}</${KnowledgeHead}>
    ${entry.replaced_by && html`<p class="notice" data-testid="entry-replaced">${t("entry.replaced")} <a href=${entryAddress(entry.replaced_by)}>${names[entry.replaced_by]?.name ?? entry.replaced_by}</a></p>`}
    <div class="entry-page" data-testid="entry-page" data-entry=${entry.id}><div><section class="box"><${Facts} entry=${entry} names=${names} /></section><${Names} entry=${entry} /><${Past} entry=${entry} /></div><div><${Relics} machine=${machine} onMachine=${onMachine} /></div></div>
    ${shown === "edit" && html`<${EntryForm} entry=${entry} names=${names} fresh=${false} onClose=${() => setShown("")} onSaved=${saved} />`}
    ${shown === "merge" && html`<${MergeDialog} entry=${entry} onClose=${() => setShown("")} onMerged=${openEntry} />`}</div>`;
}

await show(Authority);
