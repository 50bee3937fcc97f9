import { html, useEffect, useLayoutEffect, useRef, useState } from "../../vendor/ui.js";
import { get, loadTerms } from "../api.js";
import { may } from "../boot.js";
import { decideMany } from "../bulk.js";
import { percent, t, termName, termsOf } from "../i18n.js";
import { focusSoon, pushKeys } from "../keys.js";
import { State, Thumb } from "../ui/bits.js";
import { show } from "../ui/frame.js";
import { say, sayError } from "../ui/toasts.js";

const SYSTEMS = ["material", "use"];
const STATUSES = ["suggested", "accepted", "rejected", "none"];
const AT_ONCE = 500; // the API's limit for one bulk request

function chosenAtFirst() {
  const query = new URLSearchParams(location.search);
  return { item: query.get("item") ?? "", status: query.get("status") ?? "suggested" };
}

function Cell({ cell, on, current, outcome, onToggle }) {
  const { record, image, confidence } = cell;
  return html`<div class=${`cell ${on ? "on" : ""} ${current ? "current" : ""} ${outcome === "done" ? "done" : ""}`} role="checkbox" aria-checked=${on} aria-label=${`${record.number} ${record.title}`} tabindex=${current ? 0 : -1} onClick=${onToggle} data-testid="grid-cell" data-record=${record.id} data-on=${on ? "yes" : "no"} data-outcome=${outcome ?? undefined}>
    <${Thumb} src=${image?.thumbnail} title=${record.title} /><span class="tick" aria-hidden="true">${on ? "✓" : ""}</span>
    ${outcome && html`<span class=${`outcome ${outcome}`}>${t(`outcome.${outcome}`)}</span>`}
    <p title=${record.title}>${record.title || record.number}</p><div class="meta"><span>${percent(confidence)}</span><${State} state=${record.state} /></div></div>`;
}

function useGrid(choice) {
  const [page, setPage] = useState({ cells: [], next: null, total: 0, loading: false });
  const load = async (cursor, signal) => {
    setPage((now) => ({ ...(cursor ? now : { cells: [], total: 0, next: null }), loading: true }));
    const answer = await get("/grid", { ...choice, cursor, limit: 60 }, signal);
    setPage((now) => ({ cells: cursor ? [...now.cells, ...answer.items] : answer.items, next: answer.next, total: answer.total, loading: false }));
  };
  useEffect(() => {
    if (!choice.item) return undefined;
    const stop = new AbortController();
    history.replaceState(null, "", `/grid?${new URLSearchParams(choice)}`);
    load(null, stop.signal).catch(sayError);
    return () => stop.abort();
  }, [choice]);
  return [page, () => load(page.next).catch(sayError), () => load(null).catch(sayError)];
}

function Grid() {
  const [choice, setChoice] = useState(chosenAtFirst());
  const [page, more, again] = useGrid(choice);
  const [off, setOff] = useState(new Set());
  const [outcomes, setOutcomes] = useState(new Map());
  const [at, setAt] = useState(0);
  const [busy, setBusy] = useState(false);
  const box = useRef(null);
  const { cells } = page;
  const open = cells.filter(({ record }) => outcomes.get(record.id) !== "done");
  const chosen = open.filter(({ record }) => !off.has(record.id));
  useEffect(() => {
    setOff(new Set());
    setOutcomes(new Map());
    setAt(0);
  }, [choice]);
  const toggle = (index) => {
    const id = cells[index]?.record.id;
    if (id === undefined || outcomes.get(id) === "done") return;
    const next = new Set(off);
    if (!next.delete(id)) next.add(id);
    setOff(next);
    setAt(index);
  };
  const decide = async (verdict) => {
    if (busy || chosen.length === 0) return;
    setBusy(true);
    const heard = new Map(outcomes);
    try {
      for (let from = 0; from < chosen.length; from += AT_ONCE) {
        const changes = chosen.slice(from, from + AT_ONCE).map(({ record }) => ({ record: record.id, base: record.revision, decisions: [{ item: choice.item, verdict }] }));
        for (const { record, outcome } of await decideMany(changes)) heard.set(record, outcome);
        setOutcomes(new Map(heard));
      }
      const done = chosen.filter(({ record }) => heard.get(record.id) === "done").length;
      say(t(`grid.done.${verdict}`, { n: done }), done === chosen.length ? "good" : "bad", done === chosen.length ? [] : [t("grid.rest", { n: chosen.length - done })]);
    } catch (error) {
      sayError(error);
    } finally {
      setBusy(false);
    }
  };
  const step = (by) => {
    setAt((now) => Math.max(0, Math.min(now + by, cells.length - 1)));
    focusSoon(".cell.current");
  };
  const columns = () => (box.current ? getComputedStyle(box.current).gridTemplateColumns.split(" ").length : 1);
  useLayoutEffect(() => pushKeys(() => [
    { keys: ["ArrowRight", "l"], repeat: true, run: () => step(1), help: "key.grid.move" },
    { keys: ["ArrowLeft"], repeat: true, run: () => step(-1) },
    { keys: ["ArrowDown", "j"], repeat: true, run: () => step(columns()), help: "key.grid.line" },
    { keys: ["ArrowUp", "k"], repeat: true, run: () => step(-columns()) },
    { keys: ["Space"], run: () => toggle(at), help: "key.grid.toggle" },
    { keys: ["*"], run: () => setOff(chosen.length ? new Set(open.map(({ record }) => record.id)) : new Set()), help: "key.grid.all" },
    { keys: ["a"], run: () => decide("accept"), help: "key.grid.accept" },
    { keys: ["x"], run: () => decide("reject"), help: "key.grid.reject" },
    { keys: ["Enter"], run: () => cells[at] && location.assign(`/records/${cells[at].record.id}`), help: "key.open" },
    { keys: ["."], when: () => page.next !== null, run: more, help: "key.more" },
  ]), [cells, at, off, outcomes, choice, busy, page.next]);
  const name = choice.item ? termName(...choice.item.split(":").slice(1)) : "";
  return html`<div class="page"><h1>${t("grid.title")}</h1><p class="quiet">${t("grid.note")}</p>
    <div class="row"><label class="inline">${t("grid.label")} <select value=${choice.item} onChange=${(event) => setChoice({ ...choice, item: event.target.value })} data-testid="grid-item"><option value="">${t("choose")}</option>
      ${SYSTEMS.map((system) => html`<optgroup label=${t(`system.${system}`)}>${termsOf(system).map((term) => html`<option value=${`label:${system}:${term.id}`}>${termName(system, term.id)}</option>`)}</optgroup>`)}</select></label>
      <label class="inline">${t("status")} <select value=${choice.status} onChange=${(event) => setChoice({ ...choice, status: event.target.value })} data-testid="grid-status">${STATUSES.map((status) => html`<option value=${status}>${t(`status.${status}`)}</option>`)}</select></label>
      ${choice.item && html`<span class="quiet" data-testid="grid-total">${t("grid.total", { n: page.total, shown: cells.length })}</span> <button type="button" onClick=${again}>${t("reload")}</button>`}</div>
    <div class="grid" ref=${box} role="group" aria-label=${name} data-testid="grid">${cells.map((cell, index) => html`<${Cell} key=${cell.record.id} cell=${cell} on=${!off.has(cell.record.id)} current=${index === at} outcome=${outcomes.get(cell.record.id)} onToggle=${() => toggle(index)} />`)}</div>
    ${choice.item && !page.loading && cells.length === 0 && html`<p class="empty" data-testid="grid-empty">${t("grid.empty")}</p>`}
    ${choice.item && html`<div class="gridbar"><b data-testid="grid-chosen">${t("grid.chosen", { n: chosen.length, name })}</b><span class="grow"></span>
      ${page.next && html`<button type="button" onClick=${more} data-testid="grid-more">${t("more")} <kbd>.</kbd></button>`}
      <button type="button" onClick=${() => decide("reject")} disabled=${busy || !may("annotator")} data-testid="grid-reject">✗ ${t("grid.reject")} <kbd>x</kbd></button>
      <button type="button" class="primary" onClick=${() => decide("accept")} disabled=${busy || !may("annotator")} data-testid="grid-accept">✓ ${t("grid.accept")} <kbd>a</kbd></button></div>`}
  </div>`;
}

function Page() {
  const [ready, setReady] = useState(false);
  useEffect(() => void loadTerms().then(() => setReady(true)).catch(sayError), []);
  return ready ? html`<${Grid} />` : html`<p class="empty">${t("loading")}</p>`;
}

await show(Page);
