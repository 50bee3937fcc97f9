import { html } from "../../vendor/ui.js";
import { boot } from "../boot.js";
import { t } from "../i18n.js";
import { show } from "../ui/frame.js";
import { KEYS } from "../workbench/keytable.js";
import { keyLabel } from "../ui/keyhelp.js";

const TOPICS = ["queue", "decide", "text", "tags", "evidence", "approve", "saved", "mentions"];

const Help = () => html`<div class="page narrow" data-testid="help">
  <h1>${t("help.title")}</h1>
  ${TOPICS.map((topic) => html`<section><h2>${t(`help.${topic}.title`)}</h2><p>${t(`help.${topic}.text`)}</p></section>`)}
  <h2>${t("help.keys")}</h2>
  <dl class="keys">${Object.entries(KEYS).map(([name, keys]) => html`<div><dt>${keys.map((key) => html`<kbd>${keyLabel(key)}</kbd> `)}</dt><dd>${t(`key.${name}`)}</dd></div>`)}</dl>
  <p class="quiet">biaotu ${boot.version} · <a href="/static/vendor/LICENSES.txt">${t("help.licences")}</a></p>
</div>`;

await show(Help);
