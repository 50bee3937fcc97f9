/**
 * The words of the record with coloured spans. Spans are real elements of the text (focus, titles, test ids), which is why this is
 * our own painter: @recogito/text-annotator, tried first, paints on a layer above a frozen text, binds keys on the whole page,
 * counts UTF-16 units and wants a pointer to finish a selection. All text becomes text nodes.
 */
import { html, useEffect, useRef } from "../../vendor/ui.js";
import { colourOf } from "../colours.js";
import { percent, t, termName } from "../i18n.js";
import { lengthOf, toPoints } from "../offsets.js";
import { FIELDS, overlap, textOf } from "../review.js";
import { useBench } from "./hooks.js";
import { litLines } from "./lines.js";
import { segments } from "./segments.js";

/** The code point offset of a place in the DOM inside a field's element. */
export function offsetIn(element, node, unit) {
  const range = document.createRange();
  range.setStart(element, 0);
  range.setEnd(node, unit);
  return toPoints(element.textContent, range.toString().length);
}

/** What the person selected with the mouse: the part of it that lies in the field where it begins. */
function selected(root) {
  const selection = document.getSelection();
  if (!selection || selection.isCollapsed || selection.rangeCount === 0) return null;
  const range = selection.getRangeAt(0);
  const element = (range.startContainer.nodeType === Node.TEXT_NODE ? range.startContainer.parentElement : range.startContainer).closest("[data-field]");
  if (!element || !root.contains(element)) return null;
  const start = offsetIn(element, range.startContainer, range.startOffset);
  const end = element.contains(range.endContainer) ? offsetIn(element, range.endContainer, range.endOffset) : lengthOf(element.textContent);
  return start < end ? { field: element.dataset.field, start, end } : null;
}

/** Spans to paint: all shown ones, the one being edited with its new borders. */
function painted(bench) {
  const { edit } = bench.state;
  const rows = bench.attributes().filter((row) => row.status !== "rejected");
  if (!edit) return rows;
  return rows.filter((row) => row.item === edit.item || !overlap(row, edit)).map((row) => (row.item === edit.item ? { ...row, start: edit.start, end: edit.end } : row));
}

function tint(weight, top) {
  const share = top > 0 ? Math.min(1, Math.abs(weight) / top) : 0;
  return share < 0.05 ? undefined : weight > 0 ? `rgba(203, 36, 28, ${0.08 + 0.5 * share})` : `rgba(30, 90, 180, ${0.06 + 0.32 * share})`;
}

function Piece({ piece, top, caret, line }) {
  const before = caret === piece.start ? html`<i class="caret"></i>` : null;
  const marks = [piece.selected && "chosen", piece.proof && "proof", line?.lit && "lit"].filter(Boolean).join(" ");
  return html`${before}<span class=${marks} onMouseEnter=${line?.point} data-line=${line?.index} style=${{ background: piece.selected ? undefined : tint(piece.weight, top) }} data-testid=${piece.weight ? "evidence-word" : piece.proof ? "proof" : undefined} data-weight=${piece.weight || undefined}>${piece.text}</span>`;
}

function Span({ part, bench, children }) {
  const { span } = part;
  const name = termName("attribute", span.type_id, span.type);
  const focused = bench.state.focus === span.item;
  const point = (item) => bench.set({ hover: item });
  return html`<mark class=${`span ${span.status} ${focused ? "focused" : ""}`} style=${{ "--type": colourOf(span.type_id) }} title=${`${name} ${percent(span.confidence)} · ${t(`status.${span.status}`)}`}
    data-testid="span" data-item=${span.item} data-type=${span.type_id} data-status=${span.status}
    onClick=${() => document.getSelection()?.isCollapsed && bench.focus(span.item)} onMouseEnter=${() => point(span.item)} onMouseLeave=${() => point(null)}>${children}</mark>`;
}

function Field({ bench, field, rows, words, top }) {
  const { view, caret, proof } = bench.state;
  const text = textOf(view, field);
  const here = caret?.field === field ? caret : null;
  const selection = here && here.anchor !== null ? { start: Math.min(here.anchor, here.at), end: Math.max(here.anchor, here.at) } : null;
  const lines = field === "ocr" ? view.ocr.lines : [];
  const mine = (list) => list.filter((one) => one.field === field);
  const parts = segments(text, mine(rows), mine(words), selection, here?.at ?? null, mine(proof ?? []), lines.map((line) => line.start));
  const lit = litLines(bench);
  const lineOf = (piece) => {
    const index = lines.findIndex((line) => piece.start >= line.start && piece.start <= line.end);
    return index < 0 ? undefined : { index, lit: lit.has(index), point: () => bench.state.line !== index && bench.set({ line: index }) };
  };
  const pieces = (part) => part.pieces.map((piece) => html`<${Piece} key=${piece.start} piece=${piece} top=${top} caret=${here?.at} line=${lineOf(piece)} />`);
  return html`<div class=${`field ${field}`} data-field=${field} data-testid=${`text-${field}`} lang="zh-CN" onMouseLeave=${field === "ocr" ? () => bench.set({ line: null }) : undefined}>${parts.map((part) => (part.span ? html`<${Span} key=${part.pieces[0].start} part=${part} bench=${bench}>${pieces(part)}</${Span}>` : pieces(part)))}${here?.at === lengthOf(text) && html`<i class="caret"></i>`}${text === "" && html`<span class="quiet none" aria-hidden="true"></span>`}</div>`;
}

/** What was read on the photos: a text like the others, with its own head. */
function Words({ bench, rows, words, top }) {
  const { ocr } = bench.state.view;
  if (!ocr) return null;
  const head = html`<h3 class="ocr-head" title=${ocr.engine}>${t("ocr.title")} <span class="quiet">${t("ocr.lines", { n: ocr.lines.length })}</span></h3>`;
  if (ocr.lines.length === 0) return html`${head}<p class="quiet small" data-testid="ocr-empty">${t("ocr.empty")}</p>`;
  return html`${head}<${Field} bench=${bench} field="ocr" rows=${rows} words=${words} top=${top} />`;
}

/** Names of the attribute types that occur here, with their colours. */
function Legend({ rows }) {
  const types = new Map(rows.map((row) => [row.type_id, row.type]));
  return html`<div class="legend" aria-label=${t("legend")} data-testid="legend">${[...types].map(([id, name]) => html`<span style=${{ "--type": colourOf(id) }}><i></i>${termName("attribute", id, name)}</span>`)}</div>`;
}

export function TextPane({ shown }) {
  const bench = useBench();
  const root = useRef(null);
  const rows = painted(bench);
  const words = shown.evidence?.words ?? [];
  const top = Math.max(0, ...words.map((word) => Math.abs(word.weight)));
  const choose = () => {
    const part = selected(root.current);
    if (part) bench.choose(part.field, part.start, part.end);
  };
  useEffect(() => root.current.querySelector(".focused, .caret")?.scrollIntoView({ block: "nearest" }), [bench.state.focus, bench.state.caret]);
  useEffect(() => root.current.querySelector(".proof")?.scrollIntoView({ block: "nearest" }), [bench.state.proof]);
  const { view } = bench.state;
  return html`<section class=${`text ${words.length ? "evident" : ""} ${bench.state.proof ? "proving" : ""} ${bench.state.caret ? "careting" : ""}`} ref=${root} onMouseUp=${choose} aria-label=${t("text")} data-testid="text-pane">
    ${FIELDS.filter((field) => field !== "ocr").map((field) => html`<${Field} key=${field} bench=${bench} field=${field} rows=${rows} words=${words} top=${top} />`)}
    <${Words} bench=${bench} rows=${rows} words=${words} top=${top} />
    <${Legend} rows=${rows} />
    ${bench.state.caret && html`<p class="hint" data-testid="caret-hint">${t("caret.hint")}</p>`}
    ${bench.state.edit && html`<p class="hint warn" data-testid="edit-hint">${t("edit.hint")}</p>`}
    ${Object.keys(view.extra ?? {}).length > 0 && html`<details class="extra"><summary>${t("extra")}</summary><dl>${Object.entries(view.extra).map(([name, value]) => html`<dt>${name}</dt><dd>${typeof value === "string" ? value : JSON.stringify(value)}</dd>`)}</dl></details>`}
  </section>`;
}
