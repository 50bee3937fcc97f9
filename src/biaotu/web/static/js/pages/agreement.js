import { html, useEffect, useState } from "../../vendor/ui.js";
import { get } from "../api.js";
import { percent, t } from "../i18n.js";
import { show } from "../ui/frame.js";
import { sayError } from "../ui/toasts.js";

const kappa = (value) => (value === null || value === undefined ? "–" : value.toFixed(2));

function Row({ name, row, testid }) {
  return html`<tr data-testid=${testid}><td>${name}</td><td class="num">${row.pairs}</td><td class="num">${percent(row.agree)}</td><td class="num">${kappa(row.kappa)}</td><td class="num">${row.f1 === undefined ? "" : kappa(row.f1)}</td></tr>`;
}

function Agreement() {
  const [shown, setShown] = useState(null);
  useEffect(() => void get("/agreement").then(setShown).catch(sayError), []);
  const head = html`<thead><tr><th></th><th class="num">${t("agreement.pairs")}</th><th class="num">${t("agreement.agree")}</th><th class="num">κ</th><th class="num">F1</th></tr></thead>`;
  return html`<div class="page narrow"><h1>${t("agreement.title")}</h1><p class="quiet">${t("agreement.note")}</p>
    ${shown && html`<section class="box"><h2>${t("agreement.kinds")}</h2><table class="list" data-testid="agreement-kinds">${head}<tbody><${Row} name=${t("agreement.overall")} row=${shown.overall} testid="agreement-overall" />${["label", "tag", "span"].map((kind) => html`<${Row} name=${t(`kind.${kind}`)} row=${shown.kinds[kind]} testid=${`agreement-${kind}`} />`)}</tbody></table></section>
    <section class="box"><h2>${t("agreement.people")}</h2><table class="list" data-testid="agreement-people">${head}<tbody>${shown.people.map((row) => html`<${Row} name=${`${row.a} – ${row.b}`} row=${row} />`)}</tbody></table>${shown.people.length === 0 && html`<p class="empty" data-testid="agreement-empty">${t("agreement.none")}</p>`}</section>`}</div>`;
}

await show(Agreement);
