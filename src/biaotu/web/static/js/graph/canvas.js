/**
 * A neighbourhood drawn with Cytoscape.js. A picture beside the list, which holds the same and is the way for the keyboard and for
 * screen readers; a click on a node does what Enter does in the list. Dashed lines are what the machine alone says.
 */
import { html, useEffect, useRef } from "../../vendor/ui.js";
import cytoscape from "../../vendor/graph.js";
import { t } from "../i18n.js";
import { LOOKS, nodeName } from "./nodes.js";

const LETTERS = 12; // of a name under its node; the list tells it whole
const A_RING = 32; // nodes that one ring around the middle holds
const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;

const STYLE = [
  { selector: "node", style: {
    shape: "data(shape)", "background-color": "data(colour)", width: 22, height: 22, label: "data(label)", color: "#23211f", "font-size": 12, "font-family": "Noto Sans CJK SC, Noto Sans SC, Microsoft YaHei, PingFang SC, sans-serif",
    "text-valign": "bottom", "text-margin-y": 4, "text-background-color": "#fff", "text-background-opacity": 0.85, "text-background-padding": 2, "text-background-shape": "roundrectangle", "min-zoomed-font-size": 5, "border-width": 1.5, "border-color": "#fff" } },
  { selector: "node.centre", style: { width: 34, height: 34, "font-size": 14, "font-weight": "bold", "z-index": 10, "border-width": 4, "border-color": "#1a63c7" } },
  { selector: "node.near", style: { "border-width": 3, "border-color": "#23211f" } },
  { selector: "node.open", style: { width: 28, height: 28 } },
  { selector: "node.unlinked", style: { "background-opacity": 0.55 } },
  { selector: "edge", style: { width: "data(width)", "line-color": "#a79d92", "curve-style": "bezier", "target-arrow-shape": "vee", "target-arrow-color": "#a79d92", "arrow-scale": 0.8 } },
  { selector: "edge.machine", style: { "line-style": "dashed", "line-dash-pattern": [6, 4], "line-color": "#c3b9ad" } },
  { selector: "edge.near, edge.path", style: { "line-color": "#1a63c7", "target-arrow-color": "#1a63c7", label: "data(label)", "font-size": 11, color: "#1a4480", "text-background-color": "#fff", "text-background-opacity": 0.9, "text-background-padding": 2, "text-rotation": "autorotate", "min-zoomed-font-size": 7 } },
];

function shortName(node) {
  const letters = [...nodeName(node)];
  return letters.length > LETTERS ? `${letters.slice(0, LETTERS).join("")}…` : letters.join("");
}

function elements({ nodes, edges, centre, open }) {
  const drawn = [...nodes.values()].map((node) => {
    const [shape, colour] = LOOKS[node.kind] ?? ["ellipse", "#666"];
    const classes = [node.id === centre && "centre", open.has(node.id) && "open", node.linked === false && node.kind !== "relic" && "unlinked"].filter(Boolean).join(" ");
    return { group: "nodes", data: { id: node.id, label: shortName(node), shape, colour }, classes };
  });
  const lines = [...edges.values()].map((edge) => ({ group: "edges", data: { id: edge.key, source: edge.from, target: edge.to, label: edge.words, width: Math.min(4, 1 + Math.log2(edge.count || 1)) }, classes: `${edge.confirmed ? "" : "machine"} ${edge.path ? "path" : ""}` }));
  return [...drawn, ...lines];
}

/** Puts new nodes near one they are tied to, so that the picture grows from where it was. */
function seat(made, fresh) {
  fresh.forEach((node, at) => {
    const anchor = node.neighborhood("node").filter((other) => !fresh.contains(other)).first();
    const { x, y } = anchor.nonempty() ? anchor.position() : { x: 0, y: 0 };
    const turned = at * 2.4; // radians of the golden angle: no two lie on each other
    node.position({ x: x + (70 + 9 * at) * Math.cos(turned), y: y + (70 + 9 * at) * Math.sin(turned) });
  });
}

/** Ways in steps from top to bottom; one neighbourhood as a ring; several as they pull at each other. */
function layoutOf({ nodes, open, centre, steps }, all, room) {
  const apart = Math.max(60, (2.3 * room) / Math.max(1, nodes.size - 1) - 22); // the ring fills the picture
  if (steps) return { name: "breadthfirst", roots: [centre], spacingFactor: 1.25, animate: false };
  if (open.size <= 1 && nodes.size <= A_RING) return { name: "concentric", concentric: (node) => (node.hasClass("centre") ? 2 : 1), levelWidth: () => 1, minNodeSpacing: apart, startAngle: -Math.PI / 2, animate: !calm, animationDuration: 300 };
  return { name: "cose", randomize: all, animate: !calm && nodes.size < 90, animationDuration: 350, nodeRepulsion: () => 40000, idealEdgeLength: () => 110, nodeOverlap: 40, componentSpacing: 60, gravity: 0.9, numIter: 700, animationThreshold: 400 };
}

function draw(made, shown) {
  const wanted = elements(shown);
  const ids = new Set(wanted.map((one) => one.data.id));
  let fresh = made.collection();
  made.batch(() => {
    made.elements().filter((one) => !ids.has(one.id())).remove();
    for (const one of wanted) {
      const there = made.getElementById(one.data.id);
      if (there.nonempty()) there.data(one.data).classes(one.classes);
      else fresh = fresh.union(made.add(one));
    }
  });
  const nodes = fresh.nodes();
  seat(made, nodes);
  if (fresh.empty()) return;
  const all = nodes.length === made.nodes().length;
  settle(made);
  const layout = made.layout({ ...layoutOf(shown, all, Math.min(made.width(), made.height())), fit: true, padding: 36 });
  made.scratch("running", layout);
  layout.run();
}

/** Ends what moves: nothing may move any more once the picture is gone. */
function settle(made) {
  made.scratch("running")?.stop();
  made.nodes().stop(true);
  made.stop(true);
}

/** Lights what touches a node. */
function point(made, id) {
  made.elements().removeClass("near");
  if (id === null) return;
  const node = made.getElementById(id);
  node.addClass("near");
  node.connectedEdges().addClass("near");
}

/** Zooming and keys come through here. */
export const turning = new EventTarget();
export const turn = (factor) => turning.dispatchEvent(new CustomEvent("turn", { detail: factor }));

/**
 * @param {{shown: {nodes: Map<string, object>, edges: Map<string, object>, centre: string|null, open: Set<string>, steps?: boolean}, near: string|null, onPick: (id: string) => void, onPoint: (id: string|null) => void}} props
 */
export function Canvas({ shown, near, onPick, onPoint }) {
  const box = useRef(null);
  const made = useRef(null);
  const latest = useRef({ onPick, onPoint });
  latest.current = { onPick, onPoint };
  useEffect(() => {
    const one = cytoscape({ container: box.current, style: STYLE, minZoom: 0.15, maxZoom: 3, boxSelectionEnabled: false, autounselectify: true });
    one.on("tap", "node", ({ target }) => latest.current.onPick(target.id()));
    one.on("mouseover", "node", ({ target }) => latest.current.onPoint(target.id()));
    one.on("mouseout", "node", () => latest.current.onPoint(null));
    one.on("layoutstop", () => void (box.current && (box.current.dataset.drawn = String(one.nodes().length))));
    const hear = ({ detail }) => (detail === null ? one.fit(undefined, 36) : one.zoom({ level: one.zoom() * detail, renderedPosition: { x: one.width() / 2, y: one.height() / 2 } }));
    turning.addEventListener("turn", hear);
    const watch = new ResizeObserver(() => one.resize());
    watch.observe(box.current);
    made.current = one;
    return () => {
      watch.disconnect();
      turning.removeEventListener("turn", hear);
      settle(one);
      requestAnimationFrame(() => one.destroy()); // a layout that was stopped still draws its last frame
    };
  }, []);
  useEffect(() => draw(made.current, shown), [shown]);
  useEffect(() => point(made.current, near), [near, shown]);
  const button = (key, sign, factor, label) => html`<button type="button" title=${`${label} (${key})`} aria-label=${label} onClick=${() => turn(factor)}>${sign}</button>`;
  return html`<div class="canvas-frame"><div class="canvas" ref=${box} role="img" aria-label=${t("graph.picture", { nodes: shown.nodes.size, edges: shown.edges.size })} data-testid="graph-canvas" data-nodes=${shown.nodes.size} data-edges=${shown.edges.size}></div>
    <div class="tools">${button("+", "＋", 1.3, t("key.zoom_in"))}${button("-", "－", 1 / 1.3, t("key.zoom_out"))}${button("0", "⤢", null, t("graph.fit"))}</div></div>`;
}

/** What shapes, colours and lines mean. */
export function CanvasLegend({ kinds }) {
  return html`<ul class="graph-legend" aria-label=${t("legend")}>${kinds.map((kind) => html`<li><svg viewBox="-10 -10 20 20" width="15" height="15" aria-hidden="true"><path d=${OUTLINES[LOOKS[kind][0]]} fill=${LOOKS[kind][1]} /></svg> ${t(`node.${kind}`)}</li>`)}
    <li><svg viewBox="0 0 28 8" width="28" height="8" aria-hidden="true"><path d="M0 4H28" stroke="#6b655f" stroke-width="2" /></svg> ${t("graph.confirmed")}</li><li><svg viewBox="0 0 28 8" width="28" height="8" aria-hidden="true"><path d="M0 4H28" stroke="#6b655f" stroke-width="2" stroke-dasharray="6 4" /></svg> ${t("graph.unconfirmed")}</li></ul>`;
}

const OUTLINES = {
  "round-rectangle": "M-8-5q0-2 2-2h12q2 0 2 2v10q0 2-2 2h-12q-2 0-2-2z", ellipse: "M-8 0a8 8 0 1 0 16 0a8 8 0 1 0-16 0", hexagon: "M-9 0-4.5-8h9L9 0 4.500 8h-9z", triangle: "M0-8 9 8H-9z", diamond: "M0-9 9 0 0 9-9 0z",
  barrel: "M-7-8q7-3 14 0q3 8 0 16q-7 3-14 0q-3-8 0-16z", rectangle: "M-8-6H8V6H-8z", pentagon: "M0-9 9-2 5.500 8h-11L-9-2z", tag: "M-9-6H3L9 0 3 6H-9z", "cut-rectangle": "M-5-7H5L8-4V4L5 7H-5L-8 4V-4z",
};
