import { html } from "../../vendor/ui.js";
import { boot } from "../boot.js";
import { t } from "../i18n.js";
import { show } from "../ui/frame.js";
import { KEYS } from "../workbench/keytable.js";
import { keyLabel } from "../ui/keyhelp.js";
import { KNOWLEDGE_KEYS } from "../ui/knowledgekeys.js";

const TOPICS = ["queue", "decide", "text", "tags", "evidence", "approve", "saved", "mentions", "knowledge"];

const Table = ({ keys: table }) => html`<dl class="keys">${Object.entries(table).map(([name, keys]) => html`<div><dt>${keys.map((key) => html`<kbd>${keyLabel(key)}</kbd> `)}</dt><dd>${t(`key.${name}`)}</dd></div>`)}</dl>`;

const Help = () => html`<div class="page narrow" data-testid="help">
  <h1>${t("help.title")}</h1>
  ${TOPICS.map((topic) => html`<section><h2>${t(`help.${topic}.title`)}</h2><p>${t(`help.${topic}.text`)}</p></section>`)}
  <h2>${t("help.keys")}</h2>
  <${Table} keys=${KEYS} />
  <h2>${t("help.knowledge.keys")}</h2>
  <${Table} keys=${KNOWLEDGE_KEYS} />
  <p class="quiet">biaotu ${boot.version} · <a href="/static/vendor/LICENSES.txt">${t("help.licences")}</a></p>
</div>`;

await show(Help);
