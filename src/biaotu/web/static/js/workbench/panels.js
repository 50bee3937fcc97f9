/** The lists of the workbench: labels, tags, attributes. */
import { html, useEffect, useRef } from "../../vendor/ui.js";
import Sortable from "../../vendor/sort.js";
import { colourOf } from "../colours.js";
import { t, termName } from "../i18n.js";
import { Meaning } from "../ui/meaning.js";
import { useBench } from "./hooks.js";
import { LinkChip } from "./linkchip.js";
import { Row } from "./row.js";

function LabelList({ system }) {
  const bench = useBench();
  const rows = bench.labels(system);
  const folded = bench.state.view.labels[system].length - rows.length;
  return html`<div class="labels" role="list" aria-label=${t(`system.${system}`)} data-testid=${`labels-${system}`}>
    <h3>${t(`system.${system}`)} <kbd>${system === "material" ? "m" : "f"}</kbd></h3>
    ${rows.map((row) => html`<${Row} key=${row.item} row=${row} kind="label" name=${termName(system, row.id, row.name)} />`)}
    ${folded > 0 && html`<button type="button" class="fold" onClick=${() => bench.set({ all: true })} data-testid=${`unfold-${system}`}>${t("labels.more", { n: folded })} <kbd>o</kbd></button>`}
  </div>`;
}

export function Labels() {
  const bench = useBench();
  return html`<section class="panel" aria-label=${t("labels")}><header><h2>${t("labels")}</h2>${bench.state.all && html`<button type="button" class="plain" onClick=${() => bench.set({ all: false })}>${t("labels.less")} <kbd>o</kbd></button>`}</header>
    <div class="two"><${LabelList} system="material" /><${LabelList} system="use" /></div></section>`;
}

function TagList({ place }) {
  const bench = useBench();
  const list = useRef(null);
  const latest = useRef(bench);
  latest.current = bench;
  useEffect(() => {
    if (place === "rejected") return undefined;
    const sortable = Sortable.create(list.current, {
      group: "tags", sort: false, animation: 120, draggable: ".item", filter: "button", preventOnFilter: false,
      onAdd: ({ item, from, oldIndex, to }) => {
        const moved = { item: item.dataset.item, verdict: to.dataset.place };
        from.insertBefore(item, from.children[oldIndex] ?? null); // the list is Preact's: put it back, then let it draw anew
        latest.current.decide([moved]);
        latest.current.focus(moved.item);
      },
    });
    sortable.option("disabled", !bench.writable);
    return () => sortable.destroy();
  }, [bench.writable, place]);
  const rows = bench.tags(place);
  if (place === "rejected" && rows.length === 0) return null;
  return html`<div class="tags"><h3>${t(`place.${place}`)} ${place !== "rejected" && html`<kbd>${place[0]}</kbd>`}</h3>
    <div class="drop" role="list" ref=${list} data-place=${place} data-testid=${`tags-${place}`} aria-label=${t(`place.${place}`)}>${rows.map((row) => html`<${Row} key=${row.item} row=${row} kind="tag" name=${row.tag}>${row.label && html` <small class="quiet" title=${t("tag.leans")}>${row.label}</small>`}</${Row}>`)}</div></div>`;
}

export function Tags() {
  const bench = useBench();
  return html`<section class="panel" aria-label=${t("tags")}><header><h2>${t("tags")} <kbd>t</kbd></h2>${bench.writable && html`<button type="button" class="plain" onClick=${() => bench.set({ dialog: { kind: "tag" } })} data-testid="tag-add">＋ ${t("tag.add")} <kbd>⇧T</kbd></button>`}</header>
    <div class="two"><${TagList} place="primary" /><${TagList} place="secondary" /></div><${TagList} place="rejected" /></section>`;
}

export function Attributes() {
  const bench = useBench();
  const rows = bench.attributes();
  return html`<section class="panel" aria-label=${t("attributes")}><header><h2>${t("attributes")} <kbd>v</kbd></h2><span class="quiet">${t("attributes.hint")}${bench.state.links?.size > 0 && ` · ${t("attributes.hint.link")}`}</span></header>
    <div role="list" aria-label=${t("attributes")} data-testid="attributes">${rows.map((row) => html`<${Row} key=${row.item} row=${row} kind="attribute" colour=${colourOf(row.type_id)} name=${row.value.replaceAll("\n", "")} more=${html`<${LinkChip} row=${row} />`}><${Meaning} normal=${row.normal} value=${row.value} /> <small class="quiet">${termName("attribute", row.type_id, row.type)} · ${t(`field.${row.field}`)}</small></${Row}>`)}</div>
    ${rows.length === 0 && html`<p class="empty">${t("attributes.none")}</p>`}</section>`;
}
