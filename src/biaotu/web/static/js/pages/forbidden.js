import { html } from "../../vendor/ui.js";
import { t } from "../i18n.js";
import { show } from "../ui/frame.js";

const Forbidden = () => html`<div class="card" data-testid="forbidden"><h1>${t("forbidden.title")}</h1><p>${t("forbidden.note")}</p><p><a href="/">${t("forbidden.back")}</a></p></div>`;

await show(Forbidden);
