/** Writing an entry: a new one, or one that there is. */
import { html, useState } from "../../vendor/ui.js";
import { call, post } from "../api.js";
import { boot } from "../boot.js";
import { t } from "../i18n.js";
import { Dialog } from "../ui/dialog.js";
import { entryAddress } from "../ui/entry.js";
import { say } from "../ui/toasts.js";
import { KINDS, TYPES, VARIANT_KINDS } from "./kinds.js";
import { EntryPicker } from "./picker.js";

const DATE = "-?[0-9X]{4}(-[0-9X]{2}){0,2}[?~%]?"; // EDTF as far as entries need it; the server looks again
const BLANK = { form: "", kind: "other", begin: "", end: "", ambiguous: false };

function Variants({ rows, onChange }) {
  const change = (at, part) => onChange(rows.map((row, index) => (index === at ? { ...row, ...part } : row)));
  return html`<fieldset class="variants"><legend>${t("entry.variants")}</legend>
    <table><thead><tr><th>${t("entry.form")}</th><th>${t("entry.kind")}</th><th>${t("entry.begin")}</th><th>${t("entry.end")}</th><th title=${t("entry.ambiguous.note")}>${t("entry.ambiguous")}</th><th></th></tr></thead>
      <tbody>${rows.map((row, at) => html`<tr key=${at} data-testid="variant-row"><td><input value=${row.form} required maxlength="100" aria-label=${t("entry.form")} onInput=${(event) => change(at, { form: event.target.value })} data-testid="variant-form" /></td>
        <td><select value=${row.kind} aria-label=${t("entry.kind")} onChange=${(event) => change(at, { kind: event.target.value })}>${VARIANT_KINDS.map((kind) => html`<option value=${kind}>${t(`variant.${kind}`)}</option>`)}</select></td>
        <td><input value=${row.begin} pattern=${DATE} size="7" aria-label=${t("entry.begin")} onInput=${(event) => change(at, { begin: event.target.value })} /></td><td><input value=${row.end} pattern=${DATE} size="7" aria-label=${t("entry.end")} onInput=${(event) => change(at, { end: event.target.value })} /></td>
        <td><input type="checkbox" checked=${row.ambiguous} aria-label=${t("entry.ambiguous")} onChange=${(event) => change(at, { ambiguous: event.target.checked })} /></td>
        <td><button type="button" class="plain" aria-label=${`${t("delete")} ${row.form}`} onClick=${() => onChange(rows.filter((_, index) => index !== at))}>✕</button></td></tr>`)}</tbody></table>
    <button type="button" class="small" onClick=${() => onChange([...rows, { ...BLANK }])} data-testid="variant-add">＋ ${t("entry.variant.add")}</button></fieldset>`;
}

/** @param {{entry: object, names: Record<string, object>, fresh: boolean, onClose: () => void, onSaved: (entry: object) => void}} props `fresh`: it is to be added */
export function EntryForm({ entry, names: given, fresh, onClose, onSaved }) {
  const [values, setValues] = useState({ kind: "other", begin: "", end: "", broader: "", see: [], note: "", source: "", checked: false, ...entry, variants: (entry.variants ?? []).map((one) => ({ ...BLANK, ...one })) });
  const [names, setNames] = useState(given);
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  const set = (part) => setValues((now) => ({ ...now, ...part }));
  const field = (name) => ({ value: values[name], onInput: (event) => set({ [name]: event.target.value }), "data-testid": `entry-${name}` });
  const nameOf = (id) => names[id]?.name ?? id;
  const point = (part) => (found) => {
    setNames((now) => ({ ...now, [found.id]: found }));
    set(part(found.id));
  };
  const save = async (event) => {
    event.preventDefault();
    setBusy(true);
    setError("");
    const { type, name, variants, begin, end, kind, broader, see, note, source, checked } = values;
    const body = { name: name.trim(), variants: variants.map((one) => ({ ...one, form: one.form.trim() })), begin, end, kind, broader, see, note: note.trim(), source: source.trim(), checked };
    try {
      const saved = fresh ? await post("/authorities", { type, ...body }) : await call("PUT", `/authorities/${encodeURIComponent(entry.id)}`, { json: { base: entry.version, ...body } });
      say(t(fresh ? "entry.added" : "saved"), "good");
      onSaved(saved);
    } catch (failure) {
      setBusy(false);
      setError(failure.words ?? String(failure));
    }
  };
  const kinds = KINDS[values.type] ?? [];
  return html`<${Dialog} title=${fresh ? t("authorities.add") : t("entry.edit.title", { name: entry.name })} onClose=${onClose} testid="entry-form" wide=${true}>
    <form class="stack entry-form" onSubmit=${save}>
      <div class="columns"><label>${t("entry.name")}<input required maxlength="100" autofocus ...${field("name")} /></label>
        ${fresh && html`<label>${t("entry.type")}<select value=${values.type} onChange=${(event) => set({ type: event.target.value, kind: KINDS[event.target.value].at(-1), broader: "" })} data-testid="entry-type">${TYPES.map((type) => html`<option value=${type}>${t(`entry.type.${type}`)}</option>`)}</select></label>`}
        <label>${t("entry.kind")}<select value=${values.kind} onChange=${(event) => set({ kind: event.target.value })} data-testid="entry-kind">${kinds.map((kind) => html`<option value=${kind}>${t(`entry.kind.${kind}`)}</option>`)}</select></label>
        <label>${t(`entry.begin.${values.type}`)}<input pattern=${DATE} title=${t("entry.date.note")} placeholder="1934-10" ...${field("begin")} /></label><label>${t(`entry.end.${values.type}`)}<input pattern=${DATE} title=${t("entry.date.note")} placeholder="1949" ...${field("end")} /></label></div>
      <${Variants} rows=${values.variants} onChange=${(variants) => set({ variants })} />
      <div class="columns"><div><span>${t("entry.broader")}</span> ${values.broader ? html`<span class="picked">${nameOf(values.broader)} <button type="button" class="plain" aria-label=${t("delete")} onClick=${() => set({ broader: "" })}>✕</button></span>` : html`<${EntryPicker} label=${t("authorities.find")} type=${values.type} except=${[entry.id]} onPick=${point((id) => ({ broader: id }))} testid="entry-broader" />`}</div>
        <div><span>${t("entry.see")}</span> ${values.see.map((id) => html`<span class="picked">${nameOf(id)} <button type="button" class="plain" aria-label=${t("delete")} onClick=${() => set({ see: values.see.filter((one) => one !== id) })}>✕</button></span>`)}<${EntryPicker} label=${t("authorities.find")} except=${[entry.id, ...values.see]} onPick=${point((id) => ({ see: [...values.see, id] }))} testid="entry-see" /></div></div>
      <label>${t("entry.note")}<input maxlength=${values.type === "person" ? 40 : 200} placeholder=${t("entry.note.placeholder")} ...${field("note")} /></label>
      <label>${t("entry.source")}<input required maxlength="300" placeholder=${t("entry.source.placeholder")} ...${field("source")} /></label>
      <label class="inline"><input type="checkbox" checked=${values.checked} onChange=${(event) => set({ checked: event.target.checked })} data-testid="entry-checked" /> ${t("entry.checked.by", { name: boot.user.display || boot.user.name })}</label>
      ${error && html`<p class="error" role="alert" data-testid="entry-error">${error}</p>`}
      <div class="row end"><button type="button" onClick=${onClose}>${t("cancel")} <kbd>Esc</kbd></button><button class="primary" disabled=${busy} data-testid="entry-save">${t("save")}</button></div>
    </form></${Dialog}>`;
}

/** Goes to the page of an entry. */
export const openEntry = (entry) => location.assign(entryAddress(entry.id));
