/** Questions about the relic, answered from its values, with the words that prove it marked in the text. */
import { html, useEffect, useRef, useState } from "../../vendor/ui.js";
import { get } from "../api.js";
import { lang, t } from "../i18n.js";
import { sayError } from "../ui/toasts.js";
import { useBench } from "./hooks.js";
import { passage, prove, useTold } from "./telling.js";

export function QuestionPanel() {
  const bench = useBench();
  const { view } = bench.state;
  const [answer, setAnswer] = useState(null);
  const [busy, setBusy] = useState(false);
  const box = useRef(null);
  const latest = useRef(0);
  const { answer: known } = useTold(view, "/questions", { lang });
  useEffect(() => () => bench.set({ proof: null }), []);
  const ask = async (question) => {
    const asked = question.trim();
    if (!asked) return;
    const turn = (latest.current += 1);
    box.current.value = asked;
    setBusy(true);
    try {
      const told = await get(`/records/${view.id}/answers`, { q: asked, lang });
      if (turn !== latest.current) return;
      setAnswer(told);
      bench.set({ proof: told.proofs.length ? told.proofs.map(passage) : null });
    } catch (error) {
      sayError(error);
    } finally {
      setBusy(false);
    }
  };
  const submit = (event) => {
    event.preventDefault();
    void ask(box.current.value);
  };
  const suggestions = known?.items ?? [];
  return html`<section class="panel question" aria-label=${t("question.title")} data-testid="question"><header><h2>${t("question.title")} <kbd>q</kbd></h2></header>
    <form class="row" onSubmit=${submit}><input ref=${box} class="grow" maxlength="200" placeholder=${t("question.placeholder")} aria-label=${t("question.title")} data-testid="ask-input" /><button class="primary" disabled=${busy} data-testid="ask-button">${t("question.ask")}</button></form>
    ${suggestions.length > 0 && html`<div class="chips suggestions" role="group" aria-label=${t("question.suggested")}>${suggestions.map((one) => html`<button type="button" class="chip small" onClick=${() => ask(one.question)} data-testid="ask-suggestion" data-intent=${one.intent}>${one.question}</button>`)}</div>`}
    <div role="status" aria-live="polite">${answer && html`<div class=${`answer ${answer.sure}`} data-testid="answer" data-sure=${answer.sure} data-intent=${answer.intent}>
      <p class="said">${answer.text}</p>
      <p class="small"><span class=${`sure-mark ${answer.sure}`}>${t(`answer.${answer.sure}`)}</span>
        ${answer.proofs.map((proof) => html` <button type="button" class="plain small proof-button" title=${t("proof.show")} onClick=${() => prove(bench, [passage(proof)])} data-testid="answer-proof">“${proof.text}” <span class="quiet">${t(`field.${proof.field}`)}</span></button>`)}</p></div>`}</div>
  </section>`;
}
