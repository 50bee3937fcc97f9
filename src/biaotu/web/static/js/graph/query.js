/** Questions in SPARQL, for those who write it: read only, with a limit of time and rows. */
import { html, useEffect, useRef, useState } from "../../vendor/ui.js";
import { post } from "../api.js";
import { lang, t } from "../i18n.js";
import { useAnswer } from "../ui/answer.js";
import { graphAddress } from "./nodes.js";

function Term({ term, machine }) {
  if (!term) return "";
  if (term.type === "uri" && /^urn:biaotu:(relic|entry|value|date|material|use):/.test(term.value)) return html`<a href=${graphAddress(term.value, machine)}>${term.label ?? term.value}</a>`;
  return html`<span title=${term.datatype ?? undefined}>${term.label ?? term.value}</span>`;
}

function Result({ result, machine }) {
  if (result.kind === "ask") return html`<p class="box" data-testid="sparql-ask">${t(result.answer ? "query.yes" : "query.no")}</p>`;
  const graph = result.kind === "graph";
  const rows = graph ? result.triples : result.rows.map((row) => result.variables.map((name) => row[name]));
  const heads = graph ? ["s", "p", "o"] : result.variables;
  return html`<p class="quiet small" role="status">${t("query.rows", { n: rows.length })}${result.more ? ` ${t("query.more")}` : ""}${result.took_ms ? ` · ${Math.round(result.took_ms)} ms` : ""}</p>
    <div class="scroll"><table class="list" data-testid="sparql-rows"><thead><tr>${heads.map((name) => html`<th>${name}</th>`)}</tr></thead><tbody>${rows.map((row) => html`<tr>${row.map((term) => html`<td><${Term} term=${term} machine=${machine} /></td>`)}</tr>`)}</tbody></table></div>`;
}

export function Query({ address, go, machine }) {
  const [state, setState] = useState({ result: null, error: null, busy: false });
  const box = useRef(null);
  const { answer: help } = useAnswer("/graph/prefixes");
  const run = async (text) => {
    if (!text.trim()) return;
    setState({ result: null, error: null, busy: true });
    try {
      setState({ result: await post("/graph/sparql", { query: text, machine }), error: null, busy: false });
    } catch (error) {
      setState({ result: null, error: error.words ?? String(error), busy: false });
    }
  };
  useEffect(() => void (address.q && run(address.q)), [address.q, machine]);
  const submit = (event) => {
    event?.preventDefault();
    if (box.current.value === address.q) void run(address.q);
    else go({ q: box.current.value });
  };
  return html`<form class="stack sparql" onSubmit=${submit}><label>SPARQL<textarea ref=${box} rows="9" spellcheck="false" defaultValue=${address.q} key=${address.q} onKeyDown=${(event) => event.key === "Enter" && (event.ctrlKey || event.metaKey) && submit(event)} data-testid="sparql-text"></textarea></label>
      <div class="row"><button class="primary" disabled=${state.busy} data-testid="sparql-run">${t("query.run")} <kbd>Ctrl ⏎</kbd></button> <span class="quiet small">${t("query.note")}</span></div></form>
    ${help?.examples?.length > 0 && html`<div class="chips" role="group" aria-label=${t("query.examples")}>${t("query.examples")} ${help.examples.map((one) => html`<button type="button" class="chip small" onClick=${() => go({ q: one.query })} data-testid="sparql-example">${one[lang]}</button>`)}</div>`}
    ${state.error && html`<p class="error" role="alert" data-testid="sparql-error">${state.error}</p>`}
    ${state.busy && html`<p class="quiet">${t("loading")}</p>`}
    ${state.result && html`<${Result} result=${state.result} machine=${machine} />`}`;
}
