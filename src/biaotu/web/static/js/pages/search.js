import { html, useEffect, useLayoutEffect, useRef, useState } from "../../vendor/ui.js";
import { call, get, loadTerms } from "../api.js";
import { t, termName } from "../i18n.js";
import { focusSoon, pushKeys } from "../keys.js";
import { Marked, State, Thumb } from "../ui/bits.js";
import { show } from "../ui/frame.js";
import { sayError } from "../ui/toasts.js";

const FACETS = ["material", "use", "attribute_type", "attribute", "era", "museum", "state"];
const MODES = ["words", "meaning", "photo"];

/** The question as the address bar holds it. */
function asked() {
  const query = new URLSearchParams(location.search);
  const filters = Object.fromEntries(FACETS.map((name) => [name, query.getAll(name)]));
  const mode = MODES.find((one) => one === query.get("mode")) ?? "words"; // an address may hold anything
  return { q: query.get("q") ?? "", mode, similar: query.get("similar") ?? "", by: query.get("by") ?? "", filters };
}

function addressOf({ q, mode, similar, by, filters }) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ q, mode: mode === "words" ? "" : mode, similar, by })) if (value) query.set(name, value);
  for (const [name, values] of Object.entries(filters)) for (const value of values) query.append(name, value);
  return `/search?${query}`;
}

async function find(question, photo, cursor, signal) {
  const query = { ...question.filters, cursor, limit: 20 };
  if (photo) {
    const form = new FormData();
    form.append("photo", photo);
    return call("POST", "/search/photo", { query, form, signal });
  }
  if (question.similar) {
    const { items } = await get(`/records/${question.similar}/similar`, { by: question.by, limit: 40 }, signal);
    return { items, total: items.length, facets: {}, next: null, took_ms: null };
  }
  return get("/search", { ...query, q: question.q, mode: question.mode }, signal);
}

function Facet({ name, counts, chosen, onToggle }) {
  const [all, setAll] = useState(false);
  const known = new Map(counts.map((one) => [one.value, one]));
  const rows = [...chosen.filter((value) => !known.has(value)).map((value) => ({ value, name: value, count: 0 })), ...counts];
  if (rows.length === 0) return null;
  const label = (row) => (name === "material" || name === "use" ? termName(name, row.value, row.name) : name === "state" ? t(`state.${row.value}`) : name === "attribute_type" ? termName("attribute", row.value, row.name) : row.name || row.value);
  return html`<fieldset class="facet" style="border:0;padding:0" data-testid=${`facet-${name}`}><legend><h3>${t(`facet.${name}`)}</h3></legend><ul>${(all ? rows : rows.slice(0, 8)).map((row) => html`<li key=${row.value}><label><input type="checkbox" checked=${chosen.includes(row.value)} onChange=${() => onToggle(name, row.value)} data-testid="facet-value" data-value=${row.value} /><span title=${label(row)}>${label(row)}</span><small>${row.count}</small></label></li>`)}</ul>
    ${!all && rows.length > 8 && html`<button type="button" class="plain small" onClick=${() => setAll(true)}>${t("facet.more", { n: rows.length - 8 })}</button>`}</fieldset>`;
}

function Hit({ hit, current }) {
  return html`<article class=${`hit ${current ? "current" : ""}`} data-testid="hit" data-record=${hit.id}><a href=${`/records/${hit.id}`} tabindex="-1" aria-hidden="true"><${Thumb} src=${hit.thumbnail} title="" /></a>
    <div><h3><a href=${`/records/${hit.id}`}><${Marked} text=${hit.title || t("untitled")} marks=${hit.title ? hit.highlights?.title : []} /></a></h3>
      <p class="quiet small">${hit.number}${hit.museum ? ` · ${hit.museum}` : ""} <${State} state=${hit.state} /> ${hit.score !== undefined && hit.score !== null && html`<span title=${t("score")}>${hit.score.toFixed(2)}</span>`} · <a href=${`/search?similar=${hit.id}`} data-testid="hit-similar">${t("similar")}</a></p>
      <p class="description"><${Marked} text=${hit.description ?? ""} marks=${hit.highlights?.description} /></p></div></article>`;
}

function Search() {
  const [question, setQuestion] = useState(asked());
  const [photo, setPhoto] = useState(null);
  const [result, setResult] = useState(null);
  const [busy, setBusy] = useState(false);
  const [over, setOver] = useState(false);
  const [at, setAt] = useState(0);
  const words = useRef(null);
  const [preview, setPreview] = useState(null);
  const ask = (part, image = null) => {
    const next = { ...question, similar: "", by: "", ...part };
    history.pushState(null, "", addressOf(next));
    setPhoto(image);
    setQuestion(next);
  };
  useEffect(() => {
    const back = () => {
      setPhoto(null);
      setQuestion(asked());
    };
    addEventListener("popstate", back);
    return () => removeEventListener("popstate", back);
  }, []);
  useEffect(() => {
    const stop = new AbortController();
    setBusy(true);
    setAt(0);
    find(question, photo, null, stop.signal).then((answer) => {
      setResult(answer);
      setBusy(false);
    }).catch((error) => {
      if (error.name !== "AbortError") setBusy(false);
      sayError(error);
    });
    return () => stop.abort();
  }, [question, photo]);
  useEffect(() => {
    const address = photo ? URL.createObjectURL(photo) : null;
    setPreview(address);
    return () => address && URL.revokeObjectURL(address);
  }, [photo]);
  const more = async () => {
    try {
      const answer = await find(question, photo, result.next);
      setResult({ ...answer, items: [...result.items, ...answer.items], facets: result.facets, total: result.total });
    } catch (error) {
      sayError(error);
    }
  };
  const toggle = (name, value) => {
    const now = question.filters[name];
    ask({ ...question, filters: { ...question.filters, [name]: now.includes(value) ? now.filter((one) => one !== value) : [...now, value] } }, photo);
  };
  const take = (file) => file && ask({ q: "", mode: "photo" }, file);
  const hits = result?.items ?? [];
  const step = (by) => {
    setAt((now) => Math.max(0, Math.min(now + by, hits.length - 1)));
    focusSoon(".hit.current h3 a");
  };
  useLayoutEffect(() => pushKeys(() => [
    { keys: ["j", "ArrowDown"], repeat: true, run: () => step(1), help: "key.next.row" },
    { keys: ["k", "ArrowUp"], repeat: true, run: () => step(-1), help: "key.previous.row" },
    { keys: ["Enter"], run: () => hits[at] && location.assign(`/records/${hits[at].id}`), help: "key.open" },
    { keys: ["."], when: () => Boolean(result?.next), run: more, help: "key.more" },
  ]), [hits, at, result]);
  const submit = (event) => {
    event.preventDefault();
    words.current.blur();
    ask({ q: words.current.value.trim() });
  };
  const drop = (event) => {
    event.preventDefault();
    setOver(false);
    take([...event.dataTransfer.files].find((file) => file.type.startsWith("image/")));
  };
  return html`<div class="page" onDragOver=${(event) => { event.preventDefault(); setOver(true); }} onDragLeave=${(event) => event.relatedTarget === null && setOver(false)} onDrop=${drop}>
    <h1>${t("search.title")}</h1>
    <form class="searchbox" role="search" onSubmit=${submit}><input type="search" ref=${words} defaultValue=${question.q} key=${question.q} data-search placeholder=${t(`search.placeholder.${question.mode}`)} aria-label=${t("search.title")} data-testid="search-input" /><button class="primary" data-testid="search-submit">${t("search.button")}</button></form>
    <div class="modes" role="group" aria-label=${t("search.mode")}>${MODES.map((mode) => html`<button type="button" class=${`chip ${question.mode === mode && !question.similar && !photo ? "on" : ""}`} aria-pressed=${question.mode === mode} title=${t(`mode.${mode}.note`)} onClick=${() => ask({ mode, q: words.current.value.trim() })} data-testid=${`mode-${mode}`}>${t(`mode.${mode}`)}</button>`)}
      <label class=${`chip button ${photo ? "on" : ""}`}>${t("search.photo")}<input type="file" accept="image/*" hidden onChange=${(event) => take(event.target.files[0])} data-testid="search-photo" /></label><span class="quiet small">${over ? t("search.drop") : t("search.drop.hint")}</span></div>
    ${preview && html`<p class="row"><img class="query-photo" src=${preview} alt=${photo.name} /> ${t("search.byphoto")} <button type="button" onClick=${() => ask({ mode: "words" })}>✕</button></p>`}
    ${question.similar && html`<p class="row" data-testid="similar-head">${t("search.similar")} <a href=${`/records/${question.similar}`}>#${question.similar}</a> ${["", "text", "photo"].map((by) => html`<button type="button" class=${`chip ${question.by === by ? "on" : ""}`} onClick=${() => ask({ similar: question.similar, by })}>${t(`similar.by.${by || "both"}`)}</button>`)}</p>`}
    <div class="found" aria-busy=${busy}><aside aria-label=${t("facets")}>${FACETS.map((name) => html`<${Facet} key=${name} name=${name} counts=${result?.facets?.[name] ?? []} chosen=${question.filters[name]} onToggle=${toggle} />`)}</aside>
      <div><p class="quiet" role="status" data-testid="search-total">${result && t("search.total", { n: result.total })} ${result?.took_ms !== null && result?.took_ms !== undefined && html`· ${Math.round(result.took_ms)} ms`} ${busy && t("loading")}</p>
        ${hits.map((hit, index) => html`<${Hit} key=${hit.id} hit=${hit} current=${index === at} />`)}
        ${result && !busy && hits.length === 0 && html`<p class="empty" data-testid="search-empty">${t("search.empty")}</p>`}
        ${result?.next && html`<p><button type="button" onClick=${more} data-testid="search-more">${t("more")} <kbd>.</kbd></button></p>`}</div></div>
  </div>`;
}

function Page() {
  const [ready, setReady] = useState(false);
  useEffect(() => void loadTerms().catch(sayError).then(() => setReady(true)), []);
  return ready ? html`<${Search} />` : html`<p class="empty">${t("loading")}</p>`;
}

await show(Page);
