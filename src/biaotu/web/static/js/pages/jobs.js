import { html, useEffect, useState } from "../../vendor/ui.js";
import { address, call, get, post } from "../api.js";
import { may } from "../boot.js";
import { has, t, time } from "../i18n.js";
import { Progress } from "../ui/bits.js";
import { show } from "../ui/frame.js";
import { isOver } from "../ui/jobs.js";
import { say, sayError } from "../ui/toasts.js";

const FORMATS = ["corpus", "jsonl", "csv"];
const CLOSED = ["approved", "submitted"]; // training data is made of finished records only
const STATES = [...CLOSED, "in_review", "returned", "annotated", "new", ""];

function Export() {
  const [format, setFormat] = useState("corpus");
  const [state, setState] = useState("approved");
  const states = format === "corpus" ? CLOSED : STATES;
  const choose = (name) => {
    setFormat(name);
    if (name === "corpus" && !CLOSED.includes(state)) setState("approved");
  };
  return html`<section class="box" data-testid="export-form"><h2>${t("export.title")}</h2><p class="quiet">${t(`export.${format}.note`)}</p>
    <div class="row"><label class="inline">${t("export.format")} <select value=${format} onChange=${(event) => choose(event.target.value)} data-testid="export-format">${FORMATS.map((name) => html`<option value=${name}>${t(`export.${name}`)}</option>`)}</select></label>
      <label class="inline">${t("state")} <select value=${state} onChange=${(event) => setState(event.target.value)} data-testid="export-state">${states.map((name) => html`<option value=${name}>${name ? t(`state.${name}`) : t("queue.all")}</option>`)}</select></label>
      <a class="button primary" href=${address("/export", { format, state })} download data-testid="export-link">${t("export.button")}</a></div></section>`;
}

function Annotate({ onMade }) {
  const start = async (event) => {
    event.preventDefault();
    const limit = Number.parseInt(new FormData(event.target).get("limit"), 10);
    try {
      await post("/jobs", Number.isNaN(limit) ? { kind: "annotate" } : { kind: "annotate", limit });
      say(t("job.made"), "good");
      onMade();
    } catch (error) {
      sayError(error);
    }
  };
  return html`<form class="box" onSubmit=${start} data-testid="annotate-form"><h2>${t("annotate.title")}</h2><p class="quiet">${t("annotate.note")}</p>
    <div class="row"><label class="inline">${t("annotate.limit")} <input type="number" name="limit" min="1" style="width:8rem" placeholder=${t("annotate.all")} data-testid="annotate-limit" /></label><button class="primary" data-testid="annotate-start">${t("annotate.start")}</button></div></form>`;
}

function Jobs() {
  const [items, setItems] = useState([]);
  const load = () => get("/jobs", { limit: 50 }).then((answer) => {
    setItems(answer.items);
    return answer.items;
  });
  useEffect(() => {
    let timer = 0;
    let live = true;
    const look = async () => {
      const now = await load().catch((error) => (error.passing ? [] : sayError(error)));
      if (live) timer = setTimeout(look, now?.some((job) => !isOver(job)) ? 1000 : 5000);
    };
    void look();
    return () => {
      live = false;
      clearTimeout(timer);
    };
  }, []);
  const cancel = (job) => call("DELETE", `/jobs/${job.id}`).then(load).catch(sayError);
  return html`<div class="page"><h1>${t("jobs.title")}</h1>${may("annotator") && html`<${Annotate} onMade=${() => load().catch(sayError)} />`}<${Export} />
    <section class="box"><h2>${t("jobs.list")}</h2><table class="list" data-testid="jobs"><thead><tr><th>${t("job.kind")}</th><th>${t("state")}</th><th>${t("progress")}</th><th>${t("job.message")}</th><th>${t("by.head")}</th><th></th></tr></thead>
      <tbody>${items.map((job) => html`<tr key=${job.id} data-testid="job" data-state=${job.state} data-kind=${job.kind}><td>${has(`job.kind.${job.kind}`) ? t(`job.kind.${job.kind}`) : job.kind}</td><td>${t(job.cancelling && !isOver(job) ? "job.cancelling" : `job.${job.state}`)}</td><td><${Progress} done=${job.done} total=${job.total} /></td><td>${job.message}</td><td class="quiet">${job.created_by}<br />${time(job.created_at)}</td>
        <td>${!isOver(job) && may("annotator") && html`<button type="button" onClick=${() => cancel(job)} data-testid="job-cancel">${t("cancel")}</button>`}</td></tr>`)}</tbody></table>${items.length === 0 && html`<p class="empty">${t("jobs.none")}</p>`}</section></div>`;
}

await show(Jobs);
