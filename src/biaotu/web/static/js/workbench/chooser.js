/** The dialogs of the workbench: type of a span, change of state, identical mentions, a new tag. */
import { html, useState } from "../../vendor/ui.js";
import { colourOf } from "../colours.js";
import { t, termsOf } from "../i18n.js";
import { slicePoints } from "../offsets.js";
import { textOf } from "../review.js";
import { Dialog } from "../ui/dialog.js";
import { useBench } from "./hooks.js";
import { decideMentions } from "./mentions.js";

const TYPE_KEYS = "123456789abcdef"; // fifteen types, fifteen keys

export function TypeDialog({ ask }) {
  const bench = useBench();
  const types = termsOf("attribute");
  const [at, setAt] = useState(0);
  const close = () => bench.set({ dialog: null });
  const pick = (type) => type && bench.addSpan(ask.field, ask.start, ask.end, type.id, ask.replacing);
  const keys = () => [
    ...types.map((type, index) => ({ keys: [TYPE_KEYS[index]], run: () => pick(type) })),
    { keys: ["ArrowDown", "ArrowRight", "j"], repeat: true, run: () => setAt((now) => (now + 1) % types.length) },
    { keys: ["ArrowUp", "ArrowLeft", "k"], repeat: true, run: () => setAt((now) => (now + types.length - 1) % types.length) },
    { keys: ["Enter"], run: () => pick(types[at]) },
  ];
  return html`<${Dialog} title=${t("type.title", { text: slicePoints(textOf(bench.state.view, ask.field), ask.start, ask.end) })} onClose=${close} keys=${keys} testid="type-chooser">
    <div class="types" role="listbox" aria-label=${t("type.list")}>${types.map((type, index) => html`<button type="button" tabindex="-1" role="option" aria-selected=${index === at} class=${index === at ? "on" : ""} style=${{ "--type": colourOf(type.id) }} title=${type.note} onClick=${() => pick(type)} onMouseEnter=${() => setAt(index)} data-testid=${`type-${type.id}`}><kbd>${TYPE_KEYS[index]}</kbd><i></i>${document.documentElement.lang === "en" ? type.en : type.zh}</button>`)}</div>
    <p class="quiet">${types[at]?.note ?? ""}</p>
  </${Dialog}>`;
}

export function StateDialog({ ask }) {
  const bench = useBench();
  const open = bench.items().filter((row) => row.status === "suggested").length;
  const close = () => bench.set({ dialog: null });
  const go = (event) => {
    event?.preventDefault();
    bench.changeState(ask.verdict, document.getElementById("state-note")?.value);
  };
  const needsNote = ask.verdict === "return";
  return html`<${Dialog} title=${t(`act.${ask.verdict}`)} onClose=${close} keys=${() => [{ keys: ["Enter"], run: go }]} testid="state-dialog">
    <form onSubmit=${go} class="stack">
      <p>${t(`act.${ask.verdict}.note`)}</p>
      ${ask.verdict === "submit" && open > 0 && html`<p class="notice" data-testid="submit-open">${t("act.submit.open", { n: open })}</p>`}
      <label>${t("note")}<input id="state-note" maxlength="500" autofocus=${needsNote} data-testid="state-note" /></label>
      <div class="row end"><button type="button" onClick=${close}>${t("cancel")} <kbd>Esc</kbd></button><button class="primary" data-testid="state-confirm">${t(`act.${ask.verdict}`)} <kbd>⏎</kbd></button></div>
    </form>
  </${Dialog}>`;
}

export function MentionsDialog() {
  const bench = useBench();
  const { row, verdict, items, name, total } = bench.state.mentions;
  const [left, setLeft] = useState(new Set());
  const [at, setAt] = useState(0);
  const chosen = items.filter((_, index) => !left.has(index));
  const toggle = (index) => {
    const next = new Set(left);
    if (!next.delete(index)) next.add(index);
    setLeft(next);
  };
  const go = () => chosen.length > 0 && decideMentions(bench, chosen);
  const keys = () => [
    { keys: ["j", "ArrowDown"], repeat: true, run: () => setAt((now) => Math.min(now + 1, items.length - 1)) },
    { keys: ["k", "ArrowUp"], repeat: true, run: () => setAt((now) => Math.max(now - 1, 0)) },
    { keys: ["Space"], run: () => toggle(at) },
    { keys: ["Enter"], run: go },
  ];
  return html`<${Dialog} title=${t(`mentions.title.${verdict}`, { text: row.value, type: name })} onClose=${() => bench.set({ dialog: null })} keys=${keys} testid="mentions-dialog" wide=${true}>
    ${(typeof total === "string" || total > items.length) && html`<p class="quiet">${t("mentions.first", { n: items.length, total })}</p>`}
    <ul class="mentions">${items.map((one, index) => html`<li key=${`${one.record.id} ${one.item}`} class=${index === at ? "current" : ""} data-testid="mention"><label><input type="checkbox" checked=${!left.has(index)} onChange=${() => toggle(index)} />
      <span class="quiet">${one.record.number}</span> <span class="snippet">${one.before}<mark>${one.value}</mark>${one.after}</span></label></li>`)}</ul>
    <div class="row end"><button type="button" onClick=${() => bench.set({ dialog: null })}>${t("cancel")}</button><button type="button" class="primary" onClick=${go} data-testid="mentions-confirm">${t(`mentions.confirm.${verdict}`, { n: chosen.length })} <kbd>⏎</kbd></button></div>
  </${Dialog}>`;
}

export function TagDialog() {
  const bench = useBench();
  const close = () => bench.set({ dialog: null });
  const save = (event) => {
    event.preventDefault();
    const form = new FormData(event.target);
    close();
    bench.addTag(String(form.get("tag")), String(form.get("place")));
  };
  return html`<${Dialog} title=${t("tag.add")} onClose=${close} testid="tag-dialog">
    <form onSubmit=${save} class="stack"><label>${t("tag")}<input name="tag" required maxlength="100" autofocus data-testid="tag-input" /></label>
      <label>${t("tag.place")}<select name="place" data-testid="tag-place"><option value="primary">${t("place.primary")}</option><option value="secondary">${t("place.secondary")}</option></select></label>
      <div class="row end"><button class="primary" data-testid="tag-save">${t("add")} <kbd>⏎</kbd></button></div></form>
  </${Dialog}>`;
}
