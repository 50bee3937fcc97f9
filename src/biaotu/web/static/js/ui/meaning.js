/** What a value means, beside the value: in a few words, with how sure it is and why. */
import { html } from "../../vendor/ui.js";
import { has, lang, t, termName } from "../i18n.js";
import { meaningOf } from "../meaning.js";

let names = {};

/** Loads the Chinese names of colours, materials, shapes and currencies; in English their ids are words already. */
export async function loadMeanings() {
  if (lang === "zh") names = await (await fetch("/static/locale/normal.json")).json();
}

function term(vocabulary, id) {
  if (vocabulary === "class") return termName("material", id);
  return names[vocabulary]?.[id] ?? (/^[a-z]{3}$/.test(id) && vocabulary === "currency" ? id.toUpperCase() : id.replaceAll("-", " "));
}

const SAY = { t, has, term, en: lang === "en" };
const SIGNS = { exact: "＝", assumed: "≈", ambiguous: "?" };

/** @param {{normal: object|null|undefined, value: string}} props the normalised value and the words it stands beside */
export function Meaning({ normal, value }) {
  const meaning = meaningOf(normal, SAY);
  if (!meaning || meaning.text === value) return null;
  const why = [t(`sure.${meaning.sure}`), ...meaning.notes].join(lang === "en" ? "; " : "；");
  return html` <small class=${`meaning ${meaning.sure}`} title=${`${meaning.text} — ${why}`} data-testid="meaning" data-sure=${meaning.sure}><span aria-hidden="true">${SIGNS[meaning.sure]}</span> ${meaning.text}</small>`;
}
