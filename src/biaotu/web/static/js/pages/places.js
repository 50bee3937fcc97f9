import { html, useEffect, useLayoutEffect, useMemo, useState } from "../../vendor/ui.js";
import { t } from "../i18n.js";
import { focusSoon, pushKeys } from "../keys.js";
import { nodeName, NodeLine, graphAddress, ownAddress, relics } from "../graph/nodes.js";
import { Proofs, Standing } from "../graph/proofs.js";
import { useAddress } from "../ui/address.js";
import { behind, useAnswer } from "../ui/answer.js";
import { show } from "../ui/frame.js";
import { AnswerNote, KnowledgeHead, NothingYet } from "../ui/knowledge.js";
import { bound } from "../ui/knowledgekeys.js";

/** The part of a tree whose names hold some words, with what is above them. */
function holding(items, words) {
  if (!words) return items;
  return items.flatMap((item) => {
    if (nodeName(item.node).includes(words)) return [item];
    const children = holding(item.children ?? [], words);
    return children.length ? [{ ...item, children }] : [];
  });
}

/** The places as they stand on the page, opened ones with what is in them. */
function rows(items, open, all, depth = 0) {
  return items.flatMap((item) => {
    const children = item.children ?? [];
    const opened = children.length > 0 && (all || open.has(item.node.id));
    return [{ item, depth, children: children.length, opened }, ...(opened ? rows(children, open, all, depth + 1) : [])];
  });
}

function Relics({ id, machine }) {
  const { answer, error } = useAnswer("/graph/neighbours", { id, machine, kind: "relic", limit: 50 });
  if (error) return html`<p class="error">${error}</p>`;
  if (!answer) return html`<p class="quiet">${t("loading")}</p>`;
  const own = ownAddress(answer.node);
  return html`<section class="box" data-testid="place-relics" data-node=${id}><h2>${nodeName(answer.node)}</h2>
    <p class="row"><a class="button" href=${graphAddress(id, machine)} data-testid="place-graph">${t("graph.show")}</a>${own && html`<a class="button" href=${own}>${t("graph.open.entry")}</a>`}</p>
    <p class="quiet small">${t("places.relics", { n: answer.total })}</p>
    <ul class="edges">${answer.edges.map((edge) => html`<li key=${edge.node.id + edge.predicate} data-testid="place-relic"><span class="what"><a href=${`/records/${edge.node.record}`}>${nodeName(edge.node)}</a> <small class="quiet">${edge.node.number}</small> <${Standing} edge=${edge} /> <${Proofs} edge=${edge} /></span></li>`)}</ul>
    ${answer.next && html`<p class="small"><a href=${graphAddress(id, machine)}>${t("more")}</a></p>`}</section>`;
}

function Places() {
  const [address, go] = useAddress({ q: "", place: "", machine: "" });
  const machine = address.machine === "1";
  const onMachine = (on) => go({ machine: on ? "1" : "" }, true);
  const { answer, error } = useAnswer("/graph/places", { machine });
  const [open, setOpen] = useState(new Set());
  const [at, setAt] = useState(0);
  const words = address.q.trim();
  useEffect(() => setOpen(new Set((answer?.items ?? []).filter((_, index) => answer.items.length < 12 || index === 0).map((item) => item.node.id))), [answer]);
  const shown = useMemo(() => rows(holding(answer?.items ?? [], words), open, Boolean(words)), [answer, words, open]);
  const unplaced = (answer?.unplaced ?? []).filter((item) => !words || nodeName(item.node).includes(words));
  const toggle = (id, to) => {
    const next = new Set(open);
    if (to ?? !next.has(id)) next.add(id);
    else next.delete(id);
    setOpen(next);
  };
  const step = (by) => {
    setAt((now) => Math.max(0, Math.min(now + by, shown.length - 1)));
    focusSoon(".place-row.current a");
  };
  const row = shown[at];
  useLayoutEffect(() => pushKeys(() => [
    bound("next.row", () => step(1)),
    bound("previous.row", () => step(-1)),
    bound("places.open", () => toggle(row.item.node.id, true), () => Boolean(row?.children)),
    bound("places.shut", () => toggle(row.item.node.id, false), () => Boolean(row)),
    bound("graph.go", () => go({ place: row.item.node.id }), () => Boolean(row)),
    bound("machine", () => onMachine(!machine)),
  ]), [shown, at, open, machine]);
  const empty = answer && !behind(answer) && answer.items.length === 0 && (answer.unplaced ?? []).length === 0;
  return html`<div class="page knowledge"><${KnowledgeHead} title=${t("places.title")} note=${t("places.note")} machine=${machine} onMachine=${onMachine} />
    <p class="row"><input type="search" value=${address.q} placeholder=${t("places.filter")} aria-label=${t("places.filter")} onInput=${(event) => { setAt(0); go({ q: event.target.value }, true); }} data-search data-testid="places-filter" /> <span class="quiet small">${t("places.hint")}</span></p>
    ${error && html`<p class="error" role="alert">${error}</p>`}
    <${AnswerNote} answer=${answer} />
    ${!answer && !error && html`<p class="empty">${t("loading")}</p>`}
    ${empty && html`<${NothingYet} machine=${machine} onMachine=${onMachine} />`}
    ${answer && !empty && html`<div class="placing"><div>
      <ul class="tree" role="tree" aria-label=${t("places.title")} data-testid="places-tree">${shown.map(({ item, depth, children, opened }, index) => html`<li key=${item.node.id} role="treeitem" aria-level=${depth + 1} aria-expanded=${children ? opened : undefined} class=${`place-row ${index === at ? "current" : ""}`} style=${{ "--depth": depth }} data-testid="place" data-node=${item.node.id}>
        ${children > 0 ? html`<button type="button" class="plain twist" tabindex="-1" aria-label=${t(opened ? "places.shut" : "places.open", { name: nodeName(item.node) })} onClick=${() => { setAt(index); toggle(item.node.id, !opened); }} data-testid="place-twist">${opened ? "▾" : "▸"}</button>` : html`<span class="twist"></span>`}
        <a href=${`/places?${new URLSearchParams({ place: item.node.id })}`} onClick=${(event) => { if (event.ctrlKey || event.metaKey) return; event.preventDefault(); setAt(index); go({ place: item.node.id }); }}>${nodeName(item.node)}</a>
        <span class="num" title=${t("places.count.note")}>${item.count === item.below ? relics(item.count) : t("places.count", { n: item.count, below: item.below })}</span></li>`)}</ul>
      ${shown.length === 0 && html`<p class="quiet" data-testid="places-none">${t("places.none")}</p>`}
      ${unplaced.length > 0 && html`<details open=${shown.length === 0}><summary>${t("places.unplaced", { n: unplaced.length })}</summary><p class="quiet small">${t("places.unplaced.note")}</p><ul class="unplaced" data-testid="places-unplaced">${unplaced.map((item) => html`<li key=${item.node.id}><${NodeLine} node=${item.node} onPick=${(id) => go({ place: id })} machine=${machine} /> <small class="quiet">${relics(item.count)}</small></li>`)}</ul></details>`}</div>
      <div>${address.place ? html`<${Relics} id=${address.place} machine=${machine} />` : html`<p class="quiet">${t("places.choose")}</p>`}</div></div>`}</div>`;
}

await show(Places);
