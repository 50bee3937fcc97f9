import { html } from "../../vendor/ui.js";
import { t } from "../i18n.js";
import { Finder } from "../graph/finder.js";
import { forget } from "../graph/gathering.js";
import { Neighbours } from "../graph/neighbours.js";
import { Pairs } from "../graph/pairs.js";
import { Paths } from "../graph/paths.js";
import { Query } from "../graph/query.js";
import { useAddress } from "../ui/address.js";
import { show } from "../ui/frame.js";
import { KnowledgeHead } from "../ui/knowledge.js";

const MODES = { "": Neighbours, paths: Paths, pairs: Pairs, query: Query };

function Graph() {
  const [address, go] = useAddress({ mode: "", node: "", open: "", kind: "", machine: "", from: "", to: "", with: "", order: "", q: "" });
  const machine = address.machine === "1";
  const onMachine = (on) => {
    forget();
    go({ machine: on ? "1" : "", kind: address.mode === "pairs" ? address.kind : "" }, true);
  };
  const mode = address.mode in MODES ? address.mode : ""; // an address may hold anything
  const Shown = MODES[mode];
  return html`<div class="page knowledge"><${KnowledgeHead} title=${t("graph.title")} note=${t("graph.note")} machine=${machine} onMachine=${onMachine} />
    <div class="row graph-head"><div class="modes" role="group" aria-label=${t("graph.modes")}>${Object.keys(MODES).map((one) => html`<button type="button" class=${`chip ${mode === one ? "on" : ""}`} aria-pressed=${mode === one} onClick=${() => go({ mode: one, kind: "" })} data-testid=${`graph-mode-${one || "neighbours"}`}>${t(`graph.mode.${one || "neighbours"}`)}</button>`)}</div>
      ${mode === "" && html`<${Finder} label=${t("graph.find")} machine=${machine} onPick=${(node) => go({ node: node.id, open: "", kind: "" })} testid="graph-find" search=${true} />`}</div>
    <${Shown} address=${address} go=${go} machine=${machine} onMachine=${onMachine} /></div>`;
}

await show(Graph);
