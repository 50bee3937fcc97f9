/** An entry of the authority file in one line: name, what it is, years, what tells it from its namesakes. */
import { html } from "../../vendor/ui.js";
import { has, lang, t } from "../i18n.js";
import { dateWords } from "../meaning.js";

const SAY = { t, has, term: (_, id) => id, en: lang === "en" };

/** A date of EDTF in the language shown. @param {string} edtf */
export const dateIn = (edtf) => dateWords(edtf, SAY);

/** Years of an entry or of a node of the graph, in words. */
export function years({ type, kind, begin, end }) {
  const what = type ?? kind;
  if (!begin && !end) return "";
  if (begin && end && begin !== end) return dateIn(`${begin}/${end}`);
  if (!begin) return dateIn(`../${end}`);
  if (end || !["person", "body", "place"].includes(what)) return dateIn(begin);
  return what === "person" ? t("entry.born", { text: dateIn(begin) }) : dateIn(`${begin}/..`);
}

/** What an entry is, in the language shown. */
export function kindName(entry) {
  return entry.kind && entry.kind !== "other" && entry.kind !== entry.type && has(`entry.kind.${entry.kind}`) ? t(`entry.kind.${entry.kind}`) : t(`entry.type.${entry.type}`);
}

/** The address of an entry's page. @param {string} id */
export const entryAddress = (id) => `/authorities/${encodeURIComponent(id)}`;

export function EntryLine({ entry }) {
  return html`<span class="entry-line"><b>${entry.name}</b> <span class="quiet small">${[kindName(entry), years(entry), entry.note].filter(Boolean).join(" · ")}</span>${entry.checked && html` <span class="checked" title=${t("entry.checked.note")}>✓ ${t("entry.checked")}</span>`}</span>`;
}
