/** Nodes of the graph in front of people: what they are, how they look, where their own pages are. */
import { html } from "../../vendor/ui.js";
import { lang, t } from "../i18n.js";
import { pageAddress } from "../ui/address.js";
import { dateIn, entryAddress, years } from "../ui/entry.js";

/** Shape (as Cytoscape calls it) and colour of each kind: never told by colour alone. */
export const LOOKS = {
  relic: ["round-rectangle", "#b3261e"], person: ["ellipse", "#3f7cac"], body: ["hexagon", "#a8403d"], place: ["triangle", "#3f7566"], event: ["diamond", "#7a57ad"], period: ["barrel", "#a86a1f"],
  date: ["barrel", "#c98a3d"], material: ["rectangle", "#6f6144"], use: ["pentagon", "#557a1f"], work: ["tag", "#5d7d2a"], model: ["cut-rectangle", "#94500f"],
};
export const KINDS = Object.keys(LOOKS);

const DATE = "urn:biaotu:date:";

/** What a node is called in the language shown. */
export function nodeName(node) {
  if (node.id.startsWith(DATE)) return dateIn(decodeURIComponent(node.id.slice(DATE.length)));
  return (lang === "en" && node.label_en) || node.label || t("untitled");
}

export const graphAddress = (id, machine = false) => pageAddress("/graph", { node: id, machine });

/** The node's own page: the record of a relic, the entry of a name; null for others. */
export function ownAddress(node) {
  if (node.record !== null && node.record !== undefined) return `/records/${node.record}`;
  return node.entry ? entryAddress(node.entry) : null;
}

/** What a node is, in a badge with the outline of its shape. */
export function KindBadge({ kind }) {
  return html`<span class="kind-badge" data-kind=${kind} style=${{ "--kind": LOOKS[kind]?.[1] ?? "#666" }}>${t(`node.${kind}`)}</span>`;
}

/** So many relics. @param {number} n */
export const relics = (n) => (n === 1 ? t("node.records.one") : t("node.records", { n }));

/** A node in one line. @param {{node: object, onPick?: (id: string) => void, machine?: boolean}} props */
export function NodeLine({ node, onPick, machine = false }) {
  const pick = (event) => {
    if (!onPick || event.ctrlKey || event.metaKey || event.shiftKey || event.button > 0) return;
    event.preventDefault();
    onPick(node.id);
  };
  const more = [node.number, node.kind === "date" ? "" : years(node), node.linked === false && !node.record && ["person", "body", "place", "event"].includes(node.kind) ? t("node.unlinked") : ""].filter(Boolean).join(" · ");
  return html`<span class="node-line"><${KindBadge} kind=${node.kind} /> <a href=${graphAddress(node.id, machine)} onClick=${pick} data-testid="node" data-node=${node.id}>${nodeName(node)}</a>${more && html` <small class="quiet">${more}</small>`}</span>`;
}
