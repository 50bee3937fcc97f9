/**
 * What decisions do to a record on the screen, before the server has answered. Pure: a RecordView in, a new one out. The
 * server's own view replaces it as soon as it comes, so small differences heal themselves.
 * @typedef {{item: string, verdict: string}} Change
 */
import { slicePoints } from "./offsets.js";

/** The fields of text that hold values, in reading order; `ocr` is what was read on the photos. */
export const FIELDS = ["title", "description", "ocr"];

/** The text of a field, as offsets count in it. @param {string} field */
export function textOf(view, field) {
  return (field === "ocr" ? view?.ocr?.text : view?.[field]) ?? "";
}

/** The parts of an item key. @param {string} key */
export function parseKey(key) {
  const link = /^link:(.+?):(span:.+)$/u.exec(key); // ids of entries hold colons themselves
  if (link) return { kind: "link", entry: link[1], span: link[2] };
  const at = key.indexOf(":");
  const kind = at < 0 ? key : key.slice(0, at);
  const rest = key.slice(at + 1);
  if (kind === "label") {
    const [system, term] = rest.split(":");
    return { kind, system, term };
  }
  if (kind === "tag") return { kind, tag: rest };
  if (kind === "span") {
    const [place, start, end, type] = rest.split(":");
    const [field, mark] = place.split("-"); // words of a photo name the reading they count in
    return { kind, field, ...(mark && { mark }), start: Number(start), end: Number(end), type };
  }
  return { kind };
}

/** @param {{field: string, start: number, end: number, type: string}} span @param {object} [view] needed for words of a photo */
export function spanKey({ field, start, end, type }, view = null) {
  return `span:${field === "ocr" ? `ocr-${view.ocr.mark}` : field}:${start}:${end}:${type}`;
}

/** The key that says which entry a value names; "none" for none of those there are. @param {string} span @param {string} entry */
export function linkKey(span, entry) {
  return `link:${entry}:${span}`;
}

/** Whether two spans share a character. */
export function overlap(a, b) {
  return a.field === b.field && a.start < b.end && b.start < a.end;
}

/** The row of an item in a view, or undefined. */
export function rowOf(view, key) {
  const part = parseKey(key);
  if (part.kind === "label") return view.labels[part.system]?.find((row) => row.item === key);
  if (part.kind === "tag") return view.tags.find((row) => row.item === key);
  if (part.kind === "link") return undefined;
  return view.attributes.find((row) => row.item === key);
}

/** Whether the record takes decisions on its items now. */
export function open(view) {
  return view.state !== "submitted" && view.state !== "approved";
}

const AFTER = { accept: "accepted", reject: "rejected" };
const STATES = { submit: "submitted", approve: "approved", return: "returned", reopen: "in_review" };

function judged(row, verdict, who, bare) {
  if (verdict === "withdraw") return { ...row, status: row.suggested ? "suggested" : bare, by: null, at: null };
  return { ...row, status: AFTER[verdict] ?? "accepted", by: who, at: new Date().toISOString() };
}

function withTag(view, key, tag, verdict, who) {
  const fresh = { item: key, tag, confidence: null, label: null, suggested: null, status: "none", place: null, by: null, at: null };
  const known = view.tags.some((row) => row.item === key);
  const tags = (known ? view.tags : [...view.tags, fresh]).map((row) => {
    if (row.item !== key) return row;
    const next = judged(row, verdict, who, "none");
    const place = verdict === "primary" || verdict === "secondary" ? verdict : verdict === "withdraw" ? row.suggested : row.place;
    return { ...next, place };
  });
  return { ...view, tags: tags.filter((row) => row.status !== "none") };
}

function withSpan(view, key, part, verdict, who) {
  const fresh = {
    item: key, type: part.type, type_id: part.type, value: slicePoints(textOf(view, part.field), part.start, part.end),
    field: part.field, start: part.start, end: part.end, confidence: null, suggested: false, status: "none", by: null, at: null,
  };
  const known = view.attributes.some((row) => row.item === key);
  let rows = (known ? view.attributes : [...view.attributes, fresh]).map((row) => (row.item === key ? judged(row, verdict, who, "none") : row));
  if (verdict === "accept") rows = rows.filter((row) => row.item === key || row.status !== "suggested" || !overlap(row, part));
  return { ...view, attributes: rows.filter((row) => row.status !== "none") };
}

/** Who says what a value names says that it is a value. */
function withLink(view, span, verdict, who) {
  const rows = view.attributes.map((row) => (verdict === "accept" && row.item === span && row.status === "suggested" ? judged(row, "accept", who, "none") : row));
  return { ...view, attributes: rows };
}

/** The view after some changes by a person. @param {Change[]} changes @param {string} who @param {number|null} [id] of that person */
export function applied(view, changes, who, id = null) {
  let next = view;
  for (const { item, verdict } of changes) {
    const part = parseKey(item);
    if (part.kind === "label") {
      const rows = next.labels[part.system].map((row) => (row.item === item ? judged(row, verdict, who, "none") : row));
      next = { ...next, labels: { ...next.labels, [part.system]: rows } };
    } else if (part.kind === "tag") next = withTag(next, item, part.tag, verdict, who);
    else if (part.kind === "span") next = withSpan(next, item, part, verdict, who);
    else if (part.kind === "link") next = withLink(next, part.span, verdict, who); // the link itself is kept beside the view: workbench/links.js
    else next = { ...next, state: STATES[verdict] ?? next.state, submitter: verdict === "submit" ? { id, name: who } : (next.submitter ?? null) };
  }
  return next;
}

/** What accepts a row: a tag goes to the place the model saw for it. */
export function acceptance(row) {
  return row.tag === undefined ? "accept" : (row.place ?? row.suggested ?? "primary");
}

/** Accepted spans a new span would lie over; they must be rejected in the same act. */
export function inTheWay(view, span, except = "") {
  return view.attributes.filter((row) => row.item !== except && row.status === "accepted" && overlap(row, span));
}

/** Spans in reading order. */
export function inOrder(rows) {
  return [...rows].sort((a, b) => FIELDS.indexOf(a.field) - FIELDS.indexOf(b.field) || a.start - b.start || a.end - b.end);
}

/** A row nobody needs to see: rejected, and never proposed by a model. */
export function discarded(row) {
  return row.status === "rejected" && !row.suggested;
}

/**
 * The batches that undo and redo would name, from the history (newest first). A person takes back only what is their own.
 * @param {Array<{batch: string, undoes: string|null, mine: boolean}>} acts
 */
export function undoing(acts) {
  const done = [];
  const undone = [];
  const take = (list, batch) => {
    const at = list.findIndex((one) => one.covers.includes(batch));
    return at < 0 ? null : list.splice(at, 1)[0];
  };
  for (const { batch, undoes } of [...acts].reverse().filter((act) => act.mine)) {
    if (!undoes) {
      done.push({ batch, covers: [batch] });
      undone.length = 0;
      continue;
    }
    const back = take(done, undoes);
    if (back) undone.push({ batch, covers: [...back.covers, batch] });
    else {
      const again = take(undone, undoes);
      if (again) done.push({ batch, covers: [...again.covers, batch] });
    }
  }
  return { undo: done.at(-1)?.batch ?? null, redo: undone.at(-1)?.batch ?? null };
}
