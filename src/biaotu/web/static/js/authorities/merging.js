/** Merging an entry into another one that means the same: its names go over, its id stays valid. */
import { html, useState } from "../../vendor/ui.js";
import { post } from "../api.js";
import { t } from "../i18n.js";
import { Dialog } from "../ui/dialog.js";
import { EntryLine } from "../ui/entry.js";
import { say } from "../ui/toasts.js";
import { EntryPicker } from "./picker.js";

export function MergeDialog({ entry, onClose, onMerged }) {
  const [into, setInto] = useState(null);
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  const go = async (event) => {
    event.preventDefault();
    if (!into) return;
    setBusy(true);
    try {
      const kept = await post(`/authorities/${encodeURIComponent(entry.id)}/merge`, { into: into.id, note: String(new FormData(event.target).get("note") ?? "").trim() });
      say(t("entry.merged", { name: entry.name, into: into.name }), "good");
      onMerged(kept);
    } catch (failure) {
      setBusy(false);
      setError(failure.words ?? String(failure));
    }
  };
  return html`<${Dialog} title=${t("entry.merge.title", { name: entry.name })} onClose=${onClose} testid="merge-dialog" wide=${true}>
    <form class="stack" onSubmit=${go}><p>${t("entry.merge.note", { name: entry.name })}</p>
      ${into ? html`<p class="row"><${EntryLine} entry=${into} /> <button type="button" class="plain" aria-label=${t("delete")} onClick=${() => setInto(null)}>✕</button></p>` : html`<${EntryPicker} label=${t("entry.merge.into")} type=${entry.type} except=${[entry.id]} onPick=${setInto} testid="merge-into" autofocus=${true} />`}
      <label>${t("note")}<input name="note" maxlength="500" data-testid="merge-note" /></label>
      ${error && html`<p class="error" role="alert" data-testid="merge-error">${error}</p>`}
      <div class="row end"><button type="button" onClick=${onClose}>${t("cancel")} <kbd>Esc</kbd></button><button class="primary" disabled=${!into || busy} data-testid="merge-confirm">${t("entry.merge")}</button></div></form>
  </${Dialog}>`;
}
