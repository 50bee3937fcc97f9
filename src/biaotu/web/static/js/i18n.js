/** Words of the interface, Chinese first, English by a switch; and the names of labels and attribute types in either. */
import { boot } from "./boot.js";

let words = {};
let terms = {};

/** The language shown now. @type {"zh"|"en"} */
export const lang = (localStorage.getItem("biaotu_lang") ?? boot.lang) === "en" ? "en" : "zh";

/** Loads the words; every page waits for it before it draws. */
export async function loadWords() {
  document.documentElement.lang = lang === "en" ? "en" : "zh-CN";
  const answer = await fetch(`/static/locale/${lang}.json`);
  words = await answer.json();
}

/** Keeps the choice (also in a cookie, for the page titles made by the server) and draws the page anew. @param {"zh"|"en"} choice */
export function setLang(choice) {
  localStorage.setItem("biaotu_lang", choice);
  document.cookie = `biaotu_lang=${choice}; path=/; max-age=31536000; samesite=strict`;
  location.reload();
}

/** The words for a key, with `{name}` filled in; a key that is not there shows itself. @param {string} key @param {Record<string, unknown>} [values] */
export function t(key, values = {}) {
  const text = words[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** Whether there are words for a key. @param {string} key */
export function has(key) {
  return key in words;
}

/** Remembers the vocabularies (from `GET /vocabularies`) for `termName`. */
export function keepTerms(schemes) {
  terms = {};
  for (const [scheme, list] of Object.entries(schemes)) terms[scheme] = new Map(list.map((term) => [term.id, term]));
}

/** The name of a vocabulary term in the language shown. @param {string} scheme @param {string} id @param {string} [otherwise] */
export function termName(scheme, id, otherwise = id) {
  const term = terms[scheme]?.get(id);
  return term ? term[lang] : otherwise;
}

/** All terms of a scheme, in vocabulary order. @returns {Array<{id: string, zh: string, en: string, note: string}>} */
export function termsOf(scheme) {
  return [...(terms[scheme]?.values() ?? [])];
}

/** A time of the API (ISO, UTC) as people here read it. @param {string|null} iso */
export function time(iso) {
  if (!iso) return "";
  return new Date(iso).toLocaleString(lang === "en" ? "en-GB" : "zh-CN", { dateStyle: "short", timeStyle: "short" });
}

/** A share 0..1 as whole per cent. @param {number|null} value */
export function percent(value) {
  return value === null || value === undefined ? "–" : `${Math.round(value * 100)}%`;
}
