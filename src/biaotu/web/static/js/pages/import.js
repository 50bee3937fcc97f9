import { html, useEffect, useState } from "../../vendor/ui.js";
import { address, call, get, post } from "../api.js";
import { may } from "../boot.js";
import { t, time } from "../i18n.js";
import { Progress } from "../ui/bits.js";
import { Dialog } from "../ui/dialog.js";
import { show } from "../ui/frame.js";
import { useJob } from "../ui/jobs.js";
import { say, sayError } from "../ui/toasts.js";

const PICTURE = /\.(jpe?g|png|webp|tiff?|bmp|gif)$/i; // a folder also holds Thumbs.db and the like
const OUTCOMES = ["new", "updated", "same", "conflict", "duplicate", "failed"];

function Counts({ counts }) {
  return html`<div class="chips" data-testid="import-counts">${OUTCOMES.filter((name) => counts?.[name]).map((name) => html`<span class=${`chip outcome-${name}`} data-testid=${`count-${name}`}>${t(`import.${name}`)} <b>${counts[name]}</b></span>`)}</div>`;
}

const photoName = ({ number, name, digest }) => [number, name].filter(Boolean).join(" ") || digest.slice(0, 8);
const noticeText = (notice) => (typeof notice === "string" ? notice : (notice.message ?? notice.code));

function PlanTable({ plan }) {
  return html`<div class="scroll"><table class="list" data-testid="plan-table"><thead><tr><th class="num">${t("import.row")}</th><th>${t("import.number")}</th><th>${t("import.name")}</th><th>${t("import.outcome")}</th><th>${t("import.photos")}</th><th>${t("import.reason")}</th></tr></thead>
    <tbody>${plan.rows.map((row) => html`<tr key=${row.position} data-testid="plan-row" data-outcome=${row.outcome}><td class="num">${row.row ?? row.position + 1}</td><td>${row.number}</td><td>${row.title}</td><td><span class=${`state ${row.outcome === "failed" || row.outcome === "conflict" ? "returned" : row.outcome === "new" ? "approved" : ""}`}>${t(`import.${row.outcome}`)}</span></td>
      <td>${row.photos.map((photo) => html`<div class=${photo.state === "found" ? "" : "error small"}>${photo.name}${photo.state === "found" ? "" : ` – ${t(`import.photo.${photo.state}`)}`}</div>`)}</td>
      <td>${row.reason}${row.notices.map((notice) => html`<div class="quiet small">${noticeText(notice)}</div>`)}</td></tr>`)}</tbody></table></div>
    ${plan.rows.length < plan.total && html`<p class="quiet">${t("import.some", { n: plan.rows.length, total: plan.total })}</p>`}
    ${plan.unmatched.length > 0 && html`<details><summary>${t("import.unmatched", { n: plan.unmatched.length })}</summary><p class="quiet">${plan.unmatched.join("、")}</p></details>`}
    ${plan.pairs.length > 0 && html`<details open><summary>${t("import.pairs", { n: plan.pairs.length })}</summary><ul>${plan.pairs.slice(0, 100).map((pair) => html`<li class="small" data-testid="pair">${t(`import.pair.${pair.kind}`, { a: photoName(pair), b: photoName(pair.other) })}${pair.other.in_store && html` <a href=${address(`/images/${pair.other.digest}`)} target="_blank" rel="noopener">${t("import.pair.stored")}</a>`}</li>`)}</ul></details>`}`;
}

function Plan({ planned, onRun, job }) {
  const { plan } = planned;
  return html`<section class="box" data-testid="import-plan"><h2>${t("import.plan", { file: plan.file, n: plan.total })}</h2><${Counts} counts=${plan.counts} />
    <${PlanTable} plan=${plan} />
    ${job ? html`<p data-testid="import-job" data-state=${job.state}>${t(`job.${job.state}`)} <${Progress} done=${job.done} total=${job.total} /> ${job.message}</p>` : html`<div class="row end"><button type="button" class="primary big" onClick=${onRun} data-testid="import-run">${t("import.run")}</button></div>`}</section>`;
}

function Rows({ item, onClose }) {
  const [rows, setRows] = useState([]);
  const [next, setNext] = useState(null);
  const load = (cursor) => get(`/imports/${item.id}/rows`, { cursor, limit: 100 }).then((page) => {
    setRows((now) => (cursor ? [...now, ...page.items] : page.items));
    setNext(page.next);
  }).catch(sayError);
  useEffect(() => void load(null), []);
  return html`<${Dialog} title=${`${item.file} · ${time(item.created_at)}`} onClose=${onClose} testid="import-rows" wide=${true}><table class="list"><tbody>${rows.map((row) => html`<tr key=${row.position}><td class="num">${row.row ?? row.position + 1}</td><td>${row.record ? html`<a href=${`/records/${row.record}`}>${row.number}</a>` : row.number}</td><td>${t(`import.${row.outcome}`)}</td><td>${row.reason}${row.notices.map((notice) => html`<div class="quiet small">${noticeText(notice)}</div>`)}</td></tr>`)}</tbody></table>
    ${next && html`<button type="button" onClick=${() => load(next)}>${t("more")}</button>`}</${Dialog}>`;
}

function RollBack({ item, onClose, onDone }) {
  const [force, setForce] = useState(false);
  const [error, setError] = useState("");
  const go = async (event) => {
    event.preventDefault();
    try {
      const done = await post(`/imports/${item.id}/rollback`, { force });
      say(t("import.rolledback", { removed: done.removed, reverted: done.reverted, kept: done.kept }), "good");
      onDone();
    } catch (failure) {
      setError(failure.words ?? String(failure));
    }
  };
  return html`<${Dialog} title=${t("import.rollback")} onClose=${onClose} testid="rollback-dialog"><form class="stack" onSubmit=${go}><p>${t("import.rollback.note", { file: item.file })}</p>
    <label class="inline"><input type="checkbox" checked=${force} onChange=${(event) => setForce(event.target.checked)} data-testid="rollback-force" /> ${t("import.rollback.force")}</label>
    ${error && html`<p class="error" role="alert" data-testid="rollback-error">${error}</p>`}
    <div class="row end"><button type="button" onClick=${onClose}>${t("cancel")}</button><button class="primary" data-testid="rollback-confirm">${t("import.rollback")}</button></div></form></${Dialog}>`;
}

function Imports({ items, reload, onContinue }) {
  const [shown, setShown] = useState(null);
  return html`<section class="box"><h2>${t("import.list")}</h2><table class="list" data-testid="imports"><thead><tr><th>${t("import.file")}</th><th>${t("state")}</th><th>${t("import.outcome")}</th><th>${t("museum")}</th><th>${t("by.head")}</th><th></th></tr></thead>
    <tbody>${items.map((item) => html`<tr key=${item.id} data-testid="import-item" data-import=${item.id} data-state=${item.state}><td>${item.file}</td><td>${t(`import.state.${item.state}`)}</td><td><${Counts} counts=${item.state === "planned" ? item.planned : item.counts} /></td><td>${item.museum}</td><td class="quiet">${item.created_by}<br />${time(item.created_at)}</td>
      <td><div class="row end"><button type="button" onClick=${() => setShown({ kind: "rows", item })} data-testid="import-show">${t("import.rows")}</button>
        ${["planned", "stopped"].includes(item.state) && html`<button type="button" class="primary" onClick=${() => onContinue(item)} data-testid="import-continue">${t(item.state === "planned" ? "import.run" : "import.continue")}</button>`}
        ${["done", "stopped"].includes(item.state) && may("reviewer") && html`<button type="button" onClick=${() => setShown({ kind: "back", item })} data-testid="import-rollback">${t("import.rollback")}</button>`}</div></td></tr>`)}</tbody></table>
    ${items.length === 0 && html`<p class="empty">${t("import.none")}</p>`}
    ${shown?.kind === "rows" && html`<${Rows} item=${shown.item} onClose=${() => setShown(null)} />`}
    ${shown?.kind === "back" && html`<${RollBack} item=${shown.item} onClose=${() => setShown(null)} onDone=${() => { setShown(null); reload(); }} />`}</section>`;
}

function Import() {
  const [items, setItems] = useState([]);
  const [planned, setPlanned] = useState(null);
  const [busy, setBusy] = useState(false);
  const [jobId, setJobId] = useState(null);
  const reload = () => get("/imports", { limit: 50 }).then((answer) => setItems(answer.items)).catch(sayError);
  useEffect(() => void reload(), []);
  const job = useJob(jobId, (ended) => {
    say(`${t(`job.${ended.state}`)} ${ended.message ?? ""}`, ended.state === "done" ? "good" : "bad");
    reload();
  });
  const plan = async (event) => {
    event.preventDefault();
    setBusy(true);
    setPlanned(null);
    setJobId(null);
    try {
      const form = new FormData(event.target);
      form.set("update", form.has("update") ? "true" : "false");
      const photos = [...form.getAll("photos").filter((file) => file.name), ...form.getAll("folder").filter((file) => PICTURE.test(file.name))];
      form.delete("photos");
      form.delete("folder");
      for (const photo of photos) form.append("photos", photo, photo.webkitRelativePath || photo.name);
      setPlanned(await call("POST", "/imports", { form }));
      reload();
    } catch (error) {
      sayError(error);
    } finally {
      setBusy(false);
    }
  };
  const run = (id) => post(`/imports/${id}/run`).then((made) => setJobId(made.id)).catch(sayError);
  return html`<div class="page"><h1>${t("import.title")}</h1>
    <form class="box" onSubmit=${plan} data-testid="import-form"><p class="quiet">${t("import.note")}</p>
      <div class="row"><label>${t("import.choose.list")}<br /><input type="file" name="file" required accept=".csv,.xlsx,.jsonl,.tsv,.txt" data-testid="import-file" /></label>
        <label>${t("import.choose.photos")}<br /><input type="file" name="photos" multiple accept="image/*" data-testid="import-photos" /></label>
        <label>${t("import.choose.folder")}<br /><input type="file" name="folder" multiple webkitdirectory=${true} data-testid="import-folder" /></label></div>
      <div class="row" style="margin-top:.7rem"><label>${t("museum")}<br /><input name="museum" maxlength="200" data-testid="import-museum" /></label><label>${t("collection")}<br /><input name="collection" maxlength="200" data-testid="import-collection" /></label>
        <label class="inline"><input type="checkbox" name="update" data-testid="import-update" /> ${t("import.update")}</label><span class="grow"></span><button class="primary big" disabled=${busy} data-testid="import-plan-button">${busy ? t("import.planning") : t("import.try")}</button></div></form>
    ${planned && html`<${Plan} planned=${planned} onRun=${() => run(planned.id)} job=${job} />`}
    ${!planned && job && html`<p class="box" data-testid="import-job" data-state=${job.state}>${t(`job.${job.state}`)} <${Progress} done=${job.done} total=${job.total} /> ${job.message}</p>`}
    <${Imports} items=${items} reload=${reload} onContinue=${(item) => run(item.id)} /></div>`;
}

await show(Import);
