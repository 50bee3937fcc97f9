/** One node and what it is tied to: the picture, and the list that says the same. */
import { html, useEffect, useLayoutEffect, useMemo, useRef, useState } from "../../vendor/ui.js";
import { lang, t } from "../i18n.js";
import { focusSoon, pushKeys } from "../keys.js";
import { behind, useAnswer } from "../ui/answer.js";
import { years } from "../ui/entry.js";
import { AnswerNote, NothingYet } from "../ui/knowledge.js";
import { bound } from "../ui/knowledgekeys.js";
import { sayError } from "../ui/toasts.js";
import { Canvas, CanvasLegend, turn } from "./canvas.js";
import { forget, moreOf, MOST_OPEN, neighboursOf, together } from "./gathering.js";
import { KindBadge, KINDS, NodeLine, nodeName, ownAddress, relics } from "./nodes.js";
import { Proofs, Standing } from "./proofs.js";

function openOf(address) {
  const ids = address.open ? address.open.split(" ") : [];
  return address.node ? [...ids.filter((id) => id !== address.node), address.node].slice(-MOST_OPEN) : [];
}

/** The neighbourhoods of all open nodes. */
function useGathered(open, machine, turnOf) {
  const [state, setState] = useState({ gathered: [], error: null, busy: true });
  const asked = open.join(" ");
  useEffect(() => {
    let live = true;
    setState((now) => ({ ...now, busy: true, error: null }));
    Promise.all(open.map((id) => neighboursOf(id, machine))).then(
      (gathered) => live && setState({ gathered, error: null, busy: false }),
      (error) => live && setState({ gathered: [], error: error.words ?? String(error), status: error.status, busy: false }),
    );
    return () => void (live = false);
  }, [asked, machine, turnOf]);
  return state;
}

function Edge({ edge, current, onPick, onPoint, machine, index }) {
  return html`<li class=${`edge ${current ? "current" : ""} ${edge.confirmed ? "" : "machine"}`} data-testid="edge" data-predicate=${edge.predicate} data-node=${edge.node.id} data-confirmed=${edge.confirmed ? "yes" : "no"} data-index=${index} onMouseEnter=${() => onPoint(edge.node.id)} onMouseLeave=${() => onPoint(null)}>
    <span class="says">${edge.direction === "in" ? "←" : "→"} ${edge.label[lang]}</span> <span class="what"><${NodeLine} node=${edge.node} onPick=${onPick} machine=${machine} /> <${Standing} edge=${edge} /> <${Proofs} edge=${edge} /></span></li>`;
}

function Card({ node, about }) {
  const own = ownAddress(node);
  const relic = node.kind === "relic";
  const names = about?.variants ?? [];
  return html`<div class="node-card" data-testid="node-card" data-node=${node.id}><h2><${KindBadge} kind=${node.kind} /> ${nodeName(node)}</h2>
    <p class="quiet small">${[node.number, node.museum, years(node), node.text, !relic && relics(node.records ?? 0)].filter(Boolean).join(" · ")}</p>
    ${names.length > 0 && html`<p class="small">${t("entry.variants")}：${names.slice(0, 8).join(lang === "en" ? ", " : "、")}${names.length > 8 ? " …" : ""}</p>`}
    <p class="row">${own && html`<a class="button" href=${own} data-testid="node-own">${relic ? t("graph.open.record") : t("graph.open.entry")} <kbd>o</kbd></a>`}
      ${!relic && node.linked === false && html`<span class="quiet small">${t("node.unlinked.note")}</span>`}</p></div>`;
}

/** @param {{address: object, go: (part: object, replace?: boolean) => void, machine: boolean, onMachine: (on: boolean) => void}} props */
export function Neighbours({ address, go, machine, onMachine }) {
  const open = openOf(address);
  const [count, setCount] = useState(0);
  const [near, setNear] = useState(null);
  const [at, setAt] = useState(0);
  const [listed, setListed] = useState(null);
  const { gathered, error, status, busy } = useGathered(open, machine, count);
  const { answer: about } = useAnswer(address.node ? "/graph/node" : null, { id: address.node, machine });
  const kind = address.kind;
  const late = behind(about);
  const wasLate = useRef(false);
  useEffect(() => {
    if (wasLate.current && !late) {
      forget(); // gathered before the graph had all records
      setCount((now) => now + 1);
    }
    wasLate.current = late;
  }, [late]);
  useEffect(() => {
    let live = true;
    setAt(0);
    setListed(null);
    if (address.node) neighboursOf(address.node, machine, kind).then((one) => live && setListed(one), () => undefined); // the picture tells what is wrong
    return () => void (live = false);
  }, [address.node, machine, kind, late]);
  const shown = useMemo(() => together(gathered, address.node), [gathered, address.node]);
  const pick = (id) => {
    setNear(null);
    go({ node: id, kind: "", open: open.filter((one) => one !== id).slice(1 - MOST_OPEN).join(" ") });
  };
  const more = async () => {
    try {
      setListed(await moreOf(address.node, machine, kind));
      if (!kind) setCount((now) => now + 1);
    } catch (failure) {
      sayError(failure);
    }
  };
  const edges = listed?.edges ?? [];
  const step = (by) => {
    const next = Math.max(0, Math.min(at + by, edges.length - 1));
    setAt(next);
    if (edges[next]) setNear(edges[next].node.id);
    focusSoon(".edge.current [data-testid=node]");
  };
  const own = about && ownAddress(about.node);
  useLayoutEffect(() => pushKeys(() => [
    bound("next.row", () => step(1)),
    bound("previous.row", () => step(-1)),
    bound("graph.go", () => pick(edges[at].node.id), () => Boolean(edges[at])),
    bound("graph.own", () => location.assign(own), () => Boolean(own)),
    bound("graph.back", () => history.back()),
    bound("more", more, () => Boolean(listed?.next)),
    bound("machine", () => onMachine(!machine)),
    { keys: ["+", "="], repeat: true, run: () => turn(1.3), help: "key.zoom_in" },
    { keys: ["-"], repeat: true, run: () => turn(1 / 1.3), help: "key.zoom_out" },
    { keys: ["0"], run: () => turn(null), help: "graph.fit" },
  ]), [edges, at, machine, own, listed]);
  if (!address.node) return html`<${Start} machine=${machine} onMachine=${onMachine} onPick=${pick} />`;
  if (error) return html`<div class="empty" data-testid="graph-error"><p class="error">${status === 404 ? t(machine ? "graph.unknown.machine" : "graph.unknown") : error}</p>${status === 404 && !machine && html`<p><button type="button" onClick=${() => onMachine(true)} data-testid="show-machine">${t("machine.show")}</button></p>`}<p><a href="/graph">${t("graph.start")}</a></p></div>`;
  const kinds = Object.entries(about?.kinds ?? {});
  const drawnKinds = KINDS.filter((one) => [...shown.nodes.values()].some((node) => node.kind === one));
  return html`<div class="graph" aria-busy=${busy}>
    <div class="graph-picture"><${Canvas} shown=${shown} near=${near} onPick=${pick} onPoint=${setNear} /><${CanvasLegend} kinds=${drawnKinds} />
      ${open.length > 1 && html`<p class="small"><button type="button" class="small" onClick=${() => go({ open: "" })} data-testid="graph-only">${t("graph.only")}</button> <span class="quiet">${t("graph.open.count", { n: open.length })}</span></p>`}</div>
    <div class="graph-list"><${AnswerNote} answer=${about} />${about && html`<${Card} node=${about.node} about=${about} />`}
      ${kinds.length > 1 && html`<div class="chips" role="group" aria-label=${t("graph.kinds")}><button type="button" class=${`chip small ${kind === "" ? "on" : ""}`} aria-pressed=${kind === ""} onClick=${() => go({ kind: "" })}>${t("queue.all")}</button>${kinds.map(([one, n]) => html`<button type="button" class=${`chip small ${kind === one ? "on" : ""}`} aria-pressed=${kind === one} onClick=${() => go({ kind: kind === one ? "" : one })} data-testid="graph-kind" data-kind=${one}>${t(`node.${one}`)}<b>${n}</b></button>`)}</div>`}
      <p class="quiet small" role="status" data-testid="edge-total">${listed && t("graph.total", { n: listed.total, shown: edges.length })}</p>
      <ul class="edges" aria-label=${t("graph.list")}>${edges.map((edge, index) => html`<${Edge} key=${`${edge.predicate} ${edge.direction} ${edge.node.id}`} index=${index} edge=${edge} current=${index === at} onPick=${pick} onPoint=${setNear} machine=${machine} />`)}</ul>
      ${listed && edges.length === 0 && html`<p class="quiet" data-testid="edge-none">${t(machine ? "graph.alone.machine" : "graph.alone")} ${!machine && html`<button type="button" class="plain small" onClick=${() => onMachine(true)}>${t("machine.show")}</button>`}</p>`}
      ${listed?.next && html`<p><button type="button" onClick=${more} data-testid="edge-more">${t("more")} <kbd>.</kbd></button></p>`}</div></div>`;
}

/** Where to begin: a box to find a node, and those that most records name. */
function Start({ machine, onMachine, onPick }) {
  useEffect(() => forget(), []);
  const { answer, error } = useAnswer("/graph/nodes", { machine, limit: 24 });
  if (error) return html`<p class="error" role="alert">${error}</p>`;
  if (!answer) return html`<p class="empty">${t("loading")}</p>`;
  if (answer.items.length === 0) return html`<${AnswerNote} answer=${answer} />${!behind(answer) && html`<${NothingYet} machine=${machine} onMachine=${onMachine} />`}`;
  return html`<${AnswerNote} answer=${answer} /><section class="box"><h2>${t("graph.most")}</h2><ul class="start" data-testid="graph-start">${answer.items.map((node) => html`<li key=${node.id}><${NodeLine} node=${node} onPick=${onPick} machine=${machine} /> <small class="quiet">${node.records ? relics(node.records) : ""}</small></li>`)}</ul></section>`;
}
