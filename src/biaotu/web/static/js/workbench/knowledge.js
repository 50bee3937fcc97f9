/** The panels of the knowledge side: provenance, caption, questions, related relics. */
import { html, useState } from "../../vendor/ui.js";
import { t } from "../i18n.js";
import { MachineSwitch } from "../ui/machine.js";
import { CaptionPanel } from "./caption.js";
import { useBench } from "./hooks.js";
import { ProvenancePanel } from "./provenance.js";
import { QuestionPanel } from "./question.js";
import { RelatedPanel } from "./related.js";
import { keepMachine, machineWanted } from "./telling.js";

/** The two sides of the right half. */
export function Sides() {
  const bench = useBench();
  const side = (telling, name, key) => html`<button type="button" role="tab" id=${`side-${name}`} aria-selected=${bench.state.telling === telling} aria-controls="bench-side" tabindex=${bench.state.telling === telling ? 0 : -1} onClick=${() => bench.tell(telling)} data-testid=${`side-${name}`}>${t(`side.${name}`)}${key && html` <kbd>${key}</kbd>`}</button>`;
  const turn = (event) => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    event.preventDefault();
    event.stopPropagation();
    bench.tell(!bench.state.telling);
    requestAnimationFrame(() => document.querySelector(".sides [aria-selected=true]")?.focus());
  };
  return html`<div class="sides" role="tablist" aria-label=${t("sides")} onKeyDown=${turn}>${side(false, "values", null)}${side(true, "knowledge", "d")}</div>`;
}

export function Knowledge() {
  const bench = useBench();
  const { view } = bench.state;
  const [machine, setMachine] = useState(machineWanted());
  const change = (on) => {
    keepMachine(on);
    setMachine(on);
  };
  return html`<div class="row spread"><${MachineSwitch} on=${machine} onChange=${change} /><a href=${`/graph?node=${encodeURIComponent(`urn:biaotu:relic:${view.id}`)}`} data-testid="graph-link">${t("graph.show")} →</a></div>
    <${QuestionPanel} key=${`q${view.id}`} />
    <${ProvenancePanel} key=${`p${view.id}`} machine=${machine} onMachine=${change} />
    <${CaptionPanel} key=${`c${view.id}`} />
    <${RelatedPanel} key=${`r${view.id}`} machine=${machine} onMachine=${change} />`;
}
