/** What the machine alone says is marked wherever it is shown, and shown only to those who ask for it. */
import { html } from "../../vendor/ui.js";
import { t } from "../i18n.js";

/** The mark beside a fact that no person has confirmed. */
export function MachineMark() {
  return html`<span class="machine-mark" title=${t("machine.mark.note")} data-testid="machine-mark">${t("machine.mark")}</span>`;
}

/** @param {{on: boolean, onChange: (on: boolean) => void}} props */
export function MachineSwitch({ on, onChange }) {
  return html`<label class="inline machine-switch" title=${t("machine.mark.note")}><input type="checkbox" checked=${on} onChange=${(event) => onChange(event.target.checked)} data-testid="machine-switch" /> ${t("machine.switch")}</label>`;
}
