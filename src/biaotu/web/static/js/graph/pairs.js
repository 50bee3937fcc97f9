/** What stands together in many records: pairs of two kinds. */
import { html } from "../../vendor/ui.js";
import { t } from "../i18n.js";
import { behind, useAnswer } from "../ui/answer.js";
import { AnswerNote, NothingYet } from "../ui/knowledge.js";
import { KINDS, NodeLine } from "./nodes.js";

const PAIRED = KINDS.filter((kind) => kind !== "relic");

export function Pairs({ address, go, machine, onMachine }) {
  const kind = PAIRED.includes(address.kind) ? address.kind : "event";
  const other = PAIRED.includes(address.with) ? address.with : "body";
  const order = address.order === "lift" ? "lift" : "count";
  const { answer, error, busy } = useAnswer("/graph/together", { kind, with: other, machine, order, limit: 100 });
  const choose = (name, value, label) => html`<label class="inline">${label} <select value=${value} onChange=${(event) => go({ [name]: event.target.value })} data-testid=${`pairs-${name}`}>${PAIRED.map((one) => html`<option value=${one}>${t(`node.${one}`)}</option>`)}</select></label>`;
  const items = answer?.items ?? [];
  return html`<div class="row">${choose("kind", kind, t("pairs.kind"))} ${choose("with", other, t("pairs.with"))}
      <label class="inline">${t("queue.order")} <select value=${order} onChange=${(event) => go({ order: event.target.value })} data-testid="pairs-order"><option value="count">${t("pairs.order.count")}</option><option value="lift">${t("pairs.order.lift")}</option></select></label></div>
    ${error && html`<p class="error" role="alert">${error}</p>`}
    ${busy && !answer && html`<p class="empty">${t("loading")}</p>`}
    <${AnswerNote} answer=${answer} />
    ${answer && !behind(answer) && items.length === 0 && html`<${NothingYet} machine=${machine} onMachine=${onMachine} words=${t("pairs.none")} />`}
    ${items.length > 0 && html`<p class="quiet small" role="status">${t("graph.total", { n: answer.total ?? items.length, shown: items.length })} · ${t(`pairs.order.${order}.note`)}</p>
      <table class="list pairs" data-testid="pairs"><thead><tr><th>${t(`node.${kind}`)}</th><th>${t(`node.${other}`)}</th><th class="num">${t("pairs.count")}</th><th class="num">${t("pairs.lift")}</th><th>${t("pairs.records")}</th></tr></thead>
      <tbody>${items.map((row) => html`<tr key=${`${row.a.id} ${row.b.id}`} data-testid="pair"><td><${NodeLine} node=${row.a} machine=${machine} /></td><td><${NodeLine} node=${row.b} machine=${machine} /></td><td class="num">${row.count}</td><td class="num">${row.lift?.toFixed(1) ?? ""}</td><td>${row.records.slice(0, 5).map((id) => html`<a href=${`/records/${id}`}>#${id}</a> `)}${row.count > 5 ? "…" : ""}</td></tr>`)}</tbody></table>`}`;
}
