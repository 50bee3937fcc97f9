/**
 * What a value means, in words of the language shown: 民国三十二年 is 1943年, 三斤六两 is 1.8 千克. Takes the normalised values of the
 * API (docs/normal.md) and words for what they hold, so that it can be used and tested without the page.
 * @typedef {{kind: string, sure: "exact"|"assumed"|"ambiguous", notes?: string[]} & Record<string, any>} Normal
 */

const MOST = 4; // readings told when several are lawful
const SIGNS = { "?": "unsure", "~": "about", "%": "both" }; // of EDTF

/**
 * @typedef {{t: (key: string, values?: object) => string, has: (key: string) => boolean, term: (vocabulary: string, id: string) => string, en: boolean}} Say
 * @param {Normal|null|undefined} normal
 * @param {Say} say
 * @returns {{text: string, sure: string, notes: string[]}|null} null where nothing is to be said
 */
export function meaningOf(normal, say) {
  if (!normal) return null;
  const { t, has } = say;
  const text = (WORDS[normal.kind] ?? (() => ""))(normal, say);
  if (!text) return null;
  return { text, sure: normal.sure, notes: (normal.notes ?? []).map((code) => (has(`note.${code}`) ? t(`note.${code}`) : code)) };
}

const about = (normal, text, { t }) => (normal.about ? t(`meaning.${normal.about}`, { text }) : text);
const range = (low, high, { t }) => (high ? t("meaning.range", { low, high }) : low);
const several = (readings) => `${readings.slice(0, MOST).join(" / ")}${readings.length > MOST ? " …" : ""}`;

/** A figure as people write it: not more than four places after the point. */
function figure(text) {
  const value = Number(text);
  return Number.isFinite(value) && /\.\d{5,}/.test(text) ? String(Math.round(value * 1e4) / 1e4) : text;
}

/** A day, month or year of EDTF. @param {string} text @param {Say} say */
function day(text, { t, en }) {
  const found = /^(-?[\dX]{4})(?:-([\dX]{2}))?(?:-([\dX]{2}))?([?~%])?$/.exec(text);
  if (!found) return text;
  const [, year, month, date, sign] = found;
  if (Number(month) > 24 || (Number(month) > 12 && Number(month) < 21)) return text;
  let words;
  if (year === "XXXX") words = t("meaning.noyear", { month: monthName(month, en), day: Number(date) || "?" });
  else if (/X/.test(year)) words = /^\d{3}X$/.test(year) ? t("meaning.decade", { year: `${year.slice(0, 3)}0` }) : t("meaning.century", { n: Number(year.slice(0, 2)) + 1 });
  else if (month === undefined || month === "XX") words = t("meaning.year", { year: Number(year) });
  else if (Number(month) > 20) words = t(`meaning.season.${month}`, { year: Number(year) });
  else if (date === undefined || date === "XX") words = t("meaning.month", { year: Number(year), month: monthName(month, en) });
  else words = t("meaning.day", { year: Number(year), month: monthName(month, en), day: Number(date) });
  return sign ? t(`meaning.sign.${SIGNS[sign]}`, { text: words }) : words;
}

function monthName(month, en) {
  return en ? new Date(2000, Number(month) - 1, 1).toLocaleString("en-GB", { month: "long" }) : String(Number(month));
}

/** A date of EDTF in words: a day, an interval, several years. @param {string} text @param {Say} say */
export function dateWords(text, say) {
  const { t } = say;
  const set = /^\[(.+)\]$/.exec(text);
  if (set) return several(set[1].split(",").map((one) => day(one.trim(), say)));
  const [begin, end] = text.split("/");
  if (end === undefined) return day(begin, say);
  if (begin === ".." || begin === "") return t("meaning.until", { text: day(end, say) });
  if (end === ".." || end === "") return t("meaning.from", { text: day(begin, say) });
  return t("meaning.range", { low: day(begin, say), high: day(end, say) });
}

function date(normal, say) {
  const { t } = say;
  const part = normal.part ? ` ${t(`part.${normal.part}`)}` : "";
  return `${dateWords(normal.edtf ?? "", say)}${part}${normal.time ? ` ${normal.time}` : ""}`;
}

function clock(normal, { t }) {
  return normal.time ? `${normal.part ? `${t(`part.${normal.part}`)} ` : ""}${normal.time}` : several(normal.candidates ?? []);
}

const UNITS = ["years", "months", "weeks", "days", "hours", "minutes", "seconds"];

/** An ISO 8601 duration in words. @param {string} iso @param {Say} say */
function length(iso, { t, en }) {
  const found = /^P(?:([\d.]+)Y)?(?:([\d.]+)M)?(?:([\d.]+)W)?(?:([\d.]+)D)?(?:T(?:([\d.]+)H)?(?:([\d.]+)M)?(?:([\d.]+)S)?)?$/.exec(iso);
  if (!found) return iso;
  return found.slice(1).map((n, at) => n && t(`long.${UNITS[at]}`, { n })).filter(Boolean).join(en ? " " : "");
}

function quantity(normal, say) {
  const { t, has } = say;
  const one = ({ values, unit, max }) => `${values.map((value, at) => range(figure(value), max?.[at] && figure(max[at]), say)).join(" × ")} ${t(`unit.${unit}`)}`;
  const system = (reading) => (reading.system && has(`measure.${reading.system}`) ? ` (${t(`measure.${reading.system}`)})` : "");
  if (normal.candidates) return several(normal.candidates.map((reading) => `${one(reading)}${system(reading)}`));
  return normal.values ? `${about(normal, one(normal), say)}${system(normal)}` : "";
}

function money(normal, say) {
  const amount = normal.amount ? about(normal, `${range(figure(normal.amount), normal.max, say)} ${normal.unit ?? ""}`.trim(), say) : "";
  const name = (id) => say.term("currency", id);
  return [amount, normal.currency ? name(normal.currency) : several((normal.candidates ?? []).map(name))].filter(Boolean).join(" · ");
}

function number(normal, say) {
  const { t } = say;
  if (normal.form === "serial") return t("meaning.serial", { value: normal.value });
  const value = about(normal, `${range(figure(normal.value), normal.max, say)}${normal.form === "percent" ? "%" : ""}`, say);
  const counted = `${value}${normal.measure ? ` ${normal.measure}` : ""}`;
  return normal.form === "ordinal" ? t("meaning.ordinal", { value: counted }) : counted;
}

function term(normal, say) {
  const { t, en } = say;
  const names = (normal.ids ?? []).map((id) => say.term(normal.vocabulary, id));
  const tone = normal.tone ?? normal.form;
  const classes = (normal.classes ?? []).map((id) => say.term("class", id));
  return `${names.join(en ? " + " : "＋")}${tone ? ` (${t(`tone.${tone}`)})` : ""}${classes.length ? ` · ${classes.join(" / ")}` : ""}`;
}

function make(normal) {
  return [normal.maker, normal.brand, normal.model].filter(Boolean).join(" ") || several(normal.candidates ?? []);
}

function sheet(normal, { t }) {
  return t("meaning.fold", { n: normal.fold, size: normal.large ? t("meaning.large") : "" });
}

const WORDS = {
  date, time: clock, quantity, money, number, term, model: make, "sheet-format": sheet,
  duration: (normal, say) => about(normal, range(length(normal.iso, say), normal.max && length(normal.max, say), say), say),
};
