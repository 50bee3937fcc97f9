/** How two nodes hang together: the shortest ways, each step with its proof. */
import { html, useMemo, useState } from "../../vendor/ui.js";
import { lang, t } from "../i18n.js";
import { useAnswer } from "../ui/answer.js";
import { Canvas } from "./canvas.js";
import { Finder } from "./finder.js";
import { drawnEdge } from "./gathering.js";
import { NodeLine, nodeName } from "./nodes.js";
import { Proofs, Standing } from "./proofs.js";

function picture(answer) {
  const nodes = new Map();
  const edges = new Map();
  for (const path of answer?.paths ?? []) {
    for (const node of path.nodes) nodes.set(node.id, node);
    path.edges.forEach((edge, at) => {
      const drawn = drawnEdge(path.nodes[at].id, { ...edge, node: path.nodes[at + 1] }, true);
      edges.set(drawn.key, drawn);
    });
  }
  return { nodes, edges, centre: answer?.from.id ?? null, steps: true, open: new Set(answer ? [answer.from.id, answer.to.id] : []) };
}

export function Paths({ address, go, machine, onMachine }) {
  const [near, setNear] = useState(null);
  const { answer, error, status, busy } = useAnswer(address.from && address.to ? "/graph/paths" : null, { from: address.from, to: address.to, machine, longest: 4, limit: 5 });
  const { answer: from } = useAnswer(address.from ? "/graph/node" : null, { id: address.from, machine });
  const { answer: to } = useAnswer(address.to ? "/graph/node" : null, { id: address.to, machine });
  const shown = useMemo(() => picture(answer), [answer]);
  return html`<div class="row ends"><label>${t("paths.from")} <${Finder} label=${t("graph.find")} machine=${machine} value=${from ? nodeName(from.node) : ""} onPick=${(node) => go({ from: node.id })} testid="path-from" /></label>
      <label>${t("paths.to")} <${Finder} label=${t("graph.find")} machine=${machine} value=${to ? nodeName(to.node) : ""} onPick=${(node) => go({ to: node.id })} testid="path-to" /></label></div>
    ${error && html`<p class="error" role="alert">${status === 404 ? t("graph.unknown") : error}</p>`}
    ${busy && html`<p class="quiet">${t("loading")}</p>`}
    ${answer && answer.paths.length === 0 && html`<p class="empty" data-testid="paths-none">${t(answer.complete === false ? "paths.cut" : "paths.none")} ${!machine && html`<button type="button" onClick=${() => onMachine(true)}>${t("machine.show")}</button>`}</p>`}
    ${answer?.paths.length > 0 && html`<div class="graph"><div class="graph-picture"><${Canvas} shown=${shown} near=${near} onPick=${(id) => go({ mode: "", node: id, open: "" })} onPoint=${setNear} /></div>
      <ol class="graph-list paths">${answer.paths.map((path, index) => html`<li key=${index} class="box path" data-testid="path" data-confirmed=${path.confirmed ? "yes" : "no"}><${NodeLine} node=${path.nodes[0]} machine=${machine} />${path.edges.map((edge, at) => html`<div class="step"><span class="says">${edge.direction === "in" ? "↑" : "↓"} ${edge.label[lang]}</span> <${Standing} edge=${edge} /> <${Proofs} edge=${edge} /></div><${NodeLine} node=${path.nodes[at + 1]} machine=${machine} />`)}</li>`)}</ol></div>`}
    ${!(address.from && address.to) && html`<p class="quiet">${t("paths.note")}</p>`}`;
}
