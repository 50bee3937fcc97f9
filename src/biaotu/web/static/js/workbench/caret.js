/** Selecting text by keyboard: a caret that the arrows move, Shift that selects, Enter or a type's key that makes a span. */
import { termsOf } from "../i18n.js";
import { lengthOf } from "../offsets.js";
import { FIELDS, textOf } from "../review.js";
import { offsetIn } from "./text.js";

/** Puts the caret into the text: before the focused span, else at the beginning. */
export function enter(bench) {
  const row = bench.row();
  const field = row?.field ?? FIELDS.find((name) => textOf(bench.state.view, name)) ?? "title";
  bench.set({ caret: { field, at: row?.field ? row.start : 0, anchor: null }, edit: null });
}

function to(bench, at, extend) {
  const { caret, view } = bench.state;
  const kept = Math.max(0, Math.min(at, lengthOf(textOf(view, caret.field))));
  bench.set({ caret: { ...caret, at: kept, anchor: extend ? (caret.anchor ?? caret.at) : null } });
}

function hop(bench, step) {
  const { caret, view } = bench.state;
  const fields = FIELDS.filter((name) => textOf(view, name) || name === caret.field);
  const field = fields[fields.indexOf(caret.field) + step];
  if (field) bench.set({ caret: { field, at: step > 0 ? 0 : lengthOf(textOf(view, field)), anchor: null } });
}

/** On to the next field, from the last back to the first. */
function turn(bench) {
  const { caret, view } = bench.state;
  const fields = FIELDS.filter((name) => textOf(view, name) || name === caret.field);
  bench.set({ caret: { field: fields[(fields.indexOf(caret.field) + 1) % fields.length], at: 0, anchor: null } });
}

function placeAt(x, y) {
  if (document.caretPositionFromPoint) {
    const place = document.caretPositionFromPoint(x, y);
    return place && { node: place.offsetNode, unit: place.offset };
  }
  const range = document.caretRangeFromPoint(x, y);
  return range && { node: range.startContainer, unit: range.startOffset };
}

/** One line up or down; past the field's edge to the other field. */
function line(bench, step, extend) {
  const element = document.querySelector(`[data-field="${bench.state.caret.field}"]`);
  const box = element.querySelector(".caret").getBoundingClientRect();
  const place = placeAt(box.left + 1, box.top + box.height / 2 + step * Number.parseFloat(getComputedStyle(element).lineHeight));
  if (place && element.contains(place.node)) to(bench, offsetIn(element, place.node, place.unit), extend);
  else if (extend) to(bench, step > 0 ? Infinity : 0, true);
  else hop(bench, step);
}

/** The keys while the caret is in the text. @param {import("./bench.js").Bench} bench @returns {import("../keys.js").Binding[]} */
export function caretKeys(bench) {
  const { caret, view } = bench.state;
  const part = () => caret.anchor !== null && caret.anchor !== caret.at && { start: Math.min(caret.anchor, caret.at), end: Math.max(caret.anchor, caret.at) };
  const choose = () => part() && bench.choose(caret.field, part().start, part().end);
  const pair = (name, run, help) => [{ keys: [name], repeat: true, run: () => run(false), help }, { keys: [`Shift+${name}`], repeat: true, run: () => run(true) }];
  return [
    ...pair("ArrowLeft", (extend) => to(bench, caret.at - 1, extend), "key.caret.move"),
    ...pair("ArrowRight", (extend) => to(bench, caret.at + 1, extend), "key.caret.move"),
    ...pair("ArrowUp", (extend) => line(bench, -1, extend)),
    ...pair("ArrowDown", (extend) => line(bench, 1, extend)),
    ...pair("Home", (extend) => to(bench, 0, extend)),
    ...pair("End", (extend) => to(bench, lengthOf(textOf(view, caret.field)), extend)),
    { keys: ["Tab"], run: () => turn(bench), help: "key.caret.field" },
    { keys: ["Enter", "Space"], run: choose, help: "key.caret.choose" },
    { keys: [..."123456789"], when: () => bench.writable && Boolean(part()), run: ({ key }) => bench.addSpan(caret.field, part().start, part().end, termsOf("attribute")[Number(key) - 1].id), help: "key.caret.type" },
    { keys: ["Escape", "c"], run: () => bench.set({ caret: null }), help: "key.caret.leave" },
  ];
}
