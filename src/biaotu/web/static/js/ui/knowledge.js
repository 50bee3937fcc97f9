/** The head of the knowledge pages: the way between them, and whether machine facts are shown. */
import { html } from "../../vendor/ui.js";
import { boot } from "../boot.js";
import { lang, t } from "../i18n.js";
import { pageAddress } from "./address.js";
import { MachineSwitch } from "./machine.js";

export const KNOWLEDGE = [["graph", "/graph"], ["timeline", "/timeline"], ["places", "/places"], ["authorities", "/authorities"]];

/** @param {{title: string, note?: string, machine?: boolean, onMachine?: (on: boolean) => void, children?: unknown}} props */
export function KnowledgeHead({ title, note, machine, onMachine, children }) {
  return html`<div class="knowledge-head"><nav class="subnav" aria-label=${t("nav.knowledge")}>${KNOWLEDGE.map(([name, path]) => html`<a href=${pageAddress(path, { machine })} aria-current=${boot.page === name || (name === "authorities" && boot.page === "authority") ? "page" : undefined} data-testid=${`subnav-${name}`}>${t(`nav.${name}`)}</a>`)}</nav>
    <div class="row spread"><div><h1>${title}</h1>${note && html`<p class="quiet small">${note}</p>`}</div><div class="row">${children}${onMachine && html`<${MachineSwitch} on=${machine} onChange=${onMachine} />`}</div></div></div>`;
}

/** What the server says of its answer, where people should know: the graph may still be catching up with the records. */
export function AnswerNote({ answer }) {
  const note = answer?.note;
  return note && note.code !== "nothing-confirmed" ? html`<p class="notice" role="status" data-testid="answer-note" data-code=${note.code}>${note[lang]}</p>` : null;
}

/** Nothing to show: why, and what to do. */
export function NothingYet({ machine, onMachine, words }) {
  return html`<div class="empty" data-testid="nothing-yet"><p>${words ?? t(machine ? "knowledge.empty.machine" : "knowledge.empty")}</p>
    <p><a class="button primary" href="/">${t("knowledge.empty.review")}</a> ${!machine && html`<button type="button" onClick=${() => onMachine(true)} data-testid="show-machine">${t("machine.show")}</button>`} ${machine && html`<a class="button" href="/jobs">${t("knowledge.empty.annotate")}</a>`}</p></div>`;
}
