import { html, useEffect, useLayoutEffect, useState } from "../../vendor/ui.js";
import { get, post } from "../api.js";
import { may } from "../boot.js";
import { has, percent, t, time } from "../i18n.js";
import { focusSoon, pushKeys } from "../keys.js";
import { nextOf, rememberQueue, rememberedQueue } from "../workbench/route.js";
import { State, Thumb } from "../ui/bits.js";
import { show } from "../ui/frame.js";
import { say, sayError } from "../ui/toasts.js";

const ORDERS = ["uncertainty", "active", "oldest"];
const STATES = ["new", "annotated", "in_review", "submitted", "returned", "approved"];

function Row({ item, current, onFocus }) {
  return html`<tr class=${current ? "current" : ""} data-testid="queue-row" data-record=${item.id} onMouseEnter=${onFocus}>
    <td><${Thumb} src=${item.thumbnail} title=${item.title} /></td>
    <td><a href=${`/records/${item.id}`} onFocus=${onFocus}>${item.title || t("untitled")}</a><br /><span class="quiet">${item.number}${item.museum ? ` · ${item.museum}` : ""}</span></td>
    <td><${State} state=${item.state} /></td>
    <td class="num">${percent(item.uncertainty)}</td>
    <td class="quiet">${has(`reason.${item.reason}`) ? t(`reason.${item.reason}`) : item.reason}</td>
    <td class="quiet">${time(item.updated_at)}</td>
  </tr>`;
}

function Queue() {
  const [choice, setChoice] = useState(rememberedQueue());
  const [answer, setAnswer] = useState(null);
  const [at, setAt] = useState(0);
  const choose = (part) => {
    const next = { ...choice, ...part };
    rememberQueue(next);
    setChoice(next);
    setAt(0);
  };
  useEffect(() => {
    const stop = new AbortController();
    get("/queue", { order: choice.order, state: choice.state, limit: 50 }, stop.signal).then(setAnswer).catch(sayError);
    return () => stop.abort();
  }, [choice]);
  const items = answer?.items ?? [];
  const start = async () => {
    try {
      const view = await nextOf(post, choice);
      if (view) location.assign(`/records/${view.id}`);
      else say(t("queue.empty"), "info");
    } catch (error) {
      sayError(error);
    }
  };
  const step = (by) => {
    setAt((now) => Math.max(0, Math.min(now + by, items.length - 1)));
    focusSoon("tr.current a");
  };
  useLayoutEffect(() => pushKeys(() => [
    { keys: ["j", "ArrowDown"], repeat: true, run: () => step(1), help: "key.next.row" },
    { keys: ["k", "ArrowUp"], repeat: true, run: () => step(-1), help: "key.previous.row" },
    { keys: ["Enter"], run: () => items[at] && location.assign(`/records/${items[at].id}`), help: "key.open" },
    { keys: ["n"], run: start, help: "key.start" },
  ]), [items, at, choice]);
  return html`<div class="page">
    <div class="row spread"><h1>${t("queue.title")}</h1>
      <button type="button" class="primary big" onClick=${start} data-testid="queue-start" disabled=${!may("annotator")}>${t("queue.start")} <kbd>n</kbd></button></div>
    <div class="chips" role="group" aria-label=${t("queue.states")}>
      <button type="button" class=${`chip ${choice.state ? "" : "on"}`} aria-pressed=${!choice.state} onClick=${() => choose({ state: "" })} data-testid="queue-state-all">${t("queue.all")}</button>
      ${STATES.map((state) => html`<button type="button" class=${`chip ${choice.state === state ? "on" : ""}`} aria-pressed=${choice.state === state} onClick=${() => choose({ state })} data-testid=${`queue-state-${state}`}>${t(`state.${state}`)} <b>${answer?.waiting?.[state] ?? "–"}</b></button>`)}
      <span class="grow"></span>
      <label class="inline">${t("queue.order")} <select value=${choice.order} onChange=${(event) => choose({ order: event.target.value })} data-testid="queue-order">${ORDERS.map((order) => html`<option value=${order}>${t(`order.${order}`)}</option>`)}</select></label>
    </div>
    <p class="quiet">${t(`order.${choice.order}.note`)}</p>
    <table class="list" data-testid="queue-table"><thead><tr><th></th><th>${t("record")}</th><th>${t("state")}</th><th class="num">${t("uncertainty")}</th><th>${t("queue.why")}</th><th>${t("updated")}</th></tr></thead>
      <tbody>${items.map((item, index) => html`<${Row} key=${item.id} item=${item} current=${index === at} onFocus=${() => setAt(index)} />`)}</tbody></table>
    ${answer && items.length === 0 && html`<p class="empty" data-testid="queue-empty">${t("queue.empty")}</p>`}
  </div>`;
}

await show(Queue);
