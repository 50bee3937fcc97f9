/** The overlay of `?`: every key that works on this page now. */
import { html, useState } from "../../vendor/ui.js";
import { t } from "../i18n.js";
import { explained } from "../keys.js";
import { Dialog } from "./dialog.js";

const SHOWN = { ArrowUp: "↑", ArrowDown: "↓", ArrowLeft: "←", ArrowRight: "→", Enter: "⏎", Space: "␣", "Shift+Enter": "⇧⏎", Delete: "Del", Backspace: "⌫", "Shift+?": "" };

/** A key as people see it on the keyboard. @param {string} key */
export function keyLabel(key) {
  return SHOWN[key] ?? (/^[A-Z]$/.test(key) ? `⇧${key}` : key);
}

export function KeyHelp({ onClose }) {
  const [bindings] = useState(explained);
  return html`<${Dialog} title=${t("keys.title")} onClose=${onClose} testid="key-help" wide=${true}>
    <dl class="keys">${bindings.map((binding) => html`<div><dt>${binding.keys.map(keyLabel).filter(Boolean).map((key) => html`<kbd>${key}</kbd> `)}</dt><dd>${t(binding.help)}</dd></div>`)}</dl>
  </${Dialog}>`;
}
