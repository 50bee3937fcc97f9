import { html, useLayoutEffect, useMemo, useState } from "../../vendor/ui.js";
import { t } from "../i18n.js";
import { focusSoon, pushKeys } from "../keys.js";
import { KindBadge, graphAddress, nodeName, relics } from "../graph/nodes.js";
import { useAddress } from "../ui/address.js";
import { behind, useAnswer } from "../ui/answer.js";
import { Thumb } from "../ui/bits.js";
import { dateIn } from "../ui/entry.js";
import { show } from "../ui/frame.js";
import { AnswerNote, KnowledgeHead, NothingYet } from "../ui/knowledge.js";
import { bound } from "../ui/knowledgekeys.js";
import { MachineMark } from "../ui/machine.js";

const KINDS = ["", "dates", "events", "periods"];
const MOST_BARS = 60;

/** Years in bars of 1, 5, 10 ... years, so that they fit the page. @param {Array<{year: number, count: number, records: number}>} years */
function bars(years, from, to) {
  if (years.length === 0) return { bars: [], width: 1 };
  const first = Number(from) || years[0].year;
  const last = Number(to) || years.at(-1).year;
  const width = [1, 2, 5, 10, 20, 50, 100, 1000].find((one) => (last - first + 1) / one <= MOST_BARS) ?? 1000;
  const start = Math.floor(first / width) * width;
  const list = [];
  for (let at = start; at <= last; at += width) list.push({ from: at, to: at + width - 1, count: 0, records: 0, confirmed: 0 });
  for (const { year, count, records, confirmed } of years) {
    const bar = list[Math.floor((year - start) / width)];
    if (!bar) continue;
    bar.count += count;
    bar.records = Math.max(bar.records, records); // a relic of many years counts in each: the sum would count it often
    bar.confirmed += confirmed ?? 0;
  }
  return { bars: list, width };
}

function Bars({ years, address, go }) {
  const { bars: list, width } = useMemo(() => bars(years, address.from, address.to), [years, address.from, address.to]);
  const top = Math.max(1e-9, ...list.map((bar) => bar.count));
  const every = Math.ceil(list.length / 12);
  const name = (bar) => (width === 1 ? String(bar.from) : `${bar.from}–${bar.to}`);
  const narrow = (bar) => (width === 1 ? go({ from: String(bar.from), to: String(bar.from) }) : go({ from: String(bar.from), to: String(bar.to) }));
  return html`<div class="bars" role="group" aria-label=${t("timeline.bars")} data-testid="timeline-bars" data-width=${width}>${list.map((bar, index) => html`<button type="button" class=${`timebar ${address.from === String(bar.from) && address.to === String(bar.to) ? "on" : ""}`} key=${bar.from} disabled=${bar.count === 0} title=${t("timeline.bar", { years: name(bar), n: Math.round(bar.count * 10) / 10 })} aria-label=${t("timeline.bar", { years: name(bar), n: Math.round(bar.count * 10) / 10 })} onClick=${() => narrow(bar)} data-testid="timeline-bar" data-from=${bar.from}>
    <i style=${{ height: `${bar.count > 0 ? Math.max(3, (bar.count / top) * 100) : 0}%` }}></i>${index % every === 0 && html`<span>${bar.from}</span>`}</button>`)}</div>`;
}

function Item({ item, machine, current }) {
  const { node } = item;
  const when = dateIn(item.edtf);
  return html`<li class=${`time-item ${current ? "current" : ""} ${item.confirmed ? "" : "machine"}`} data-testid="timeline-item" data-node=${node.id} data-kind=${item.kind} data-confirmed=${item.confirmed ? "yes" : "no"}>
    <div class="when"><a href=${graphAddress(node.id, machine)} title=${t("graph.show")}>${when}</a>${item.sure === "assumed" && html` <small class="quiet" title=${t("sure.assumed")}>≈</small>`}</div>
    <div class="what"><${KindBadge} kind=${item.kind} /> ${item.kind !== "date" && html`<b>${nodeName(node)}</b>`} <span class="quiet small">${relics(item.count)}</span> ${!item.confirmed && html`<${MachineMark} />`}
      <ul class="row relics">${item.records.map((record) => html`<li><a href=${`/records/${record.id}`} title=${record.title}><${Thumb} src=${record.thumbnail} title="" /><span>${record.title || t("untitled")}</span></a></li>`)}${item.count > item.records.length && html`<li class="quiet small"><a href=${graphAddress(node.id, machine)}>${t("timeline.rest", { n: item.count - item.records.length })}</a></li>`}</ul></div></li>`;
}

function Timeline() {
  const [address, go] = useAddress({ from: "", to: "", kind: "", machine: "" });
  const machine = address.machine === "1";
  const onMachine = (on) => go({ machine: on ? "1" : "" }, true);
  const kind = KINDS.includes(address.kind) ? address.kind : "";
  const [at, setAt] = useState(-1);
  const { answer, error, busy } = useAnswer("/graph/timeline", { machine, from: address.from, to: address.to, kind, limit: 200 });
  const items = answer?.items ?? [];
  const step = (by) => {
    setAt((now) => Math.max(0, Math.min(now + by, items.length - 1)));
    focusSoon(".time-item.current a");
  };
  const wider = () => go({ from: "", to: "" });
  useLayoutEffect(() => pushKeys(() => [
    bound("next.row", () => step(1)),
    bound("previous.row", () => step(-1)),
    bound("timeline.all", wider),
    bound("machine", () => onMachine(!machine)),
  ]), [items, at, machine]);
  const submit = (event) => {
    event.preventDefault();
    const form = new FormData(event.target);
    go({ from: String(form.get("from")).trim(), to: String(form.get("to")).trim() });
  };
  const bounded = Boolean(address.from || address.to);
  return html`<div class="page knowledge"><${KnowledgeHead} title=${t("timeline.title")} note=${t("timeline.note")} machine=${machine} onMachine=${onMachine} />
    <form class="row" onSubmit=${submit} key=${`${address.from} ${address.to}`}><label class="inline">${t("timeline.from")} <input name="from" inputmode="numeric" pattern="-?[0-9]{1,4}" size="5" defaultValue=${address.from} data-testid="timeline-from" /></label> <label class="inline">${t("timeline.to")} <input name="to" inputmode="numeric" pattern="-?[0-9]{1,4}" size="5" defaultValue=${address.to} data-testid="timeline-to" /></label>
      <button data-testid="timeline-go">${t("timeline.go")}</button> ${bounded && html`<button type="button" class="plain" onClick=${wider} data-testid="timeline-all">${t("timeline.all")} <kbd>0</kbd></button>`}<span class="grow"></span>
      ${KINDS.map((one) => html`<button type="button" class=${`chip small ${kind === one ? "on" : ""}`} aria-pressed=${kind === one} onClick=${() => go({ kind: one })} data-testid=${`timeline-kind-${one || "all"}`}>${t(`timeline.kind.${one || "all"}`)}</button>`)}</form>
    ${error && html`<p class="error" role="alert">${error}</p>`}
    <${AnswerNote} answer=${answer} />
    ${busy && !answer && html`<p class="empty">${t("loading")}</p>`}
    ${answer && !behind(answer) && items.length === 0 && answer.years.length === 0 && (bounded ? html`<p class="empty" data-testid="timeline-none">${t("timeline.none")} <button type="button" onClick=${wider}>${t("timeline.all")}</button></p>` : html`<${NothingYet} machine=${machine} onMachine=${onMachine} />`)}
    ${answer?.years.length > 0 && html`<${Bars} years=${answer.years} address=${address} go=${go} />`}
    ${items.length > 0 && html`<p class="quiet small" role="status" data-testid="timeline-total">${t(answer.more ? "timeline.some" : "timeline.total", { n: items.length })}</p>`}
    <ol class="times" aria-busy=${busy}>${items.map((item, index) => html`<${Item} key=${`${item.kind} ${item.node.id}`} item=${item} machine=${machine} current=${index === at} />`)}</ol></div>`;
}

await show(Timeline);
