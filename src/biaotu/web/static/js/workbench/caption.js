/** The caption for the show case (说明牌): three forms, two languages; to copy or to print. */
import { html, useState } from "../../vendor/ui.js";
import { has, lang, t } from "../i18n.js";
import { copyText } from "../ui/clipboard.js";
import { MachineMark } from "../ui/machine.js";
import { say } from "../ui/toasts.js";
import { useBench } from "./hooks.js";
import { passage, prove, useTold } from "./telling.js";

const FORMS = ["short", "label", "panel"];

function remembered() {
  const kept = JSON.parse(localStorage.getItem("biaotu_caption") ?? "{}");
  return { form: FORMS.includes(kept.form) ? kept.form : "label", language: ["zh", "en"].includes(kept.language) ? kept.language : lang, marks: kept.marks !== false };
}

export function CaptionPanel() {
  const bench = useBench();
  const [choice, setChoice] = useState(remembered());
  const { form, language, marks } = choice;
  const { answer, error } = useTold(bench.state.view, "/caption", { form, lang: language, marks });
  const change = (part) => {
    const next = { ...choice, ...part };
    localStorage.setItem("biaotu_caption", JSON.stringify(next));
    setChoice(next);
  };
  const copy = async () => ((await copyText(answer.text)) ? say(t("caption.copied"), "good") : say(t("caption.uncopied"), "bad"));
  const machine = (answer?.parts ?? []).some((part) => !part.confirmed);
  return html`<section class="panel caption" aria-label=${t("caption.title")} data-testid="caption"><header><h2>${t("caption.title")}</h2>
      <span class="row"><label class="inline small">${t("caption.form")} <select value=${form} onChange=${(event) => change({ form: event.target.value })} data-testid="caption-form">${FORMS.map((one) => html`<option value=${one}>${t(`caption.form.${one}`)}</option>`)}</select></label>
      <label class="inline small">${t("caption.language")} <select value=${language} onChange=${(event) => change({ language: event.target.value })} data-testid="caption-language"><option value="zh" lang="zh-CN">中文</option><option value="en" lang="en">English</option></select></label></span></header>
    ${error && html`<p class="error">${error}</p>`}
    ${!answer && !error && html`<p class="quiet">${t("loading")}</p>`}
    ${answer && html`<div class="caption-sheet" lang=${language === "en" ? "en" : "zh-CN"} data-testid="caption-text">${answer.text}</div>
      <ul class="slots" aria-label=${t("caption.parts")}>${answer.parts.filter((part) => part.spans.length > 0).map((part) => html`<li><button type="button" class="chip small" title=${t("proof.show")} onClick=${() => prove(bench, part.spans.map(passage))} data-testid="caption-part" data-slot=${part.slot}>${has(`slot.${part.slot}`) ? t(`slot.${part.slot}`) : part.slot}${!part.confirmed && html` <${MachineMark} />`}</button></li>`)}</ul>
      <div class="row">${machine && html`<label class="inline small"><input type="checkbox" checked=${marks} onChange=${(event) => change({ marks: event.target.checked })} data-testid="caption-marks" /> ${t("caption.marks")}</label>`}<span class="grow"></span>
        <button type="button" onClick=${() => print()} data-testid="caption-print">${t("caption.print")}</button> <button type="button" class="primary" onClick=${copy} data-testid="caption-copy">${t("caption.copy")}</button></div>`}
  </section>`;
}
