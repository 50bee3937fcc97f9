/**
 * What decisions do to the links of a record on the screen, before the server has answered. Pure, as `review.js` is for the rest.
 * @typedef {{id: string, type: string, name: string, kind: string, begin: string, end: string, note: string, checked: boolean}} Entry
 * @typedef {{entry: Entry, confidence: number, reason: string, rejected: boolean}} Candidate
 * @typedef {{span: string, type: string, value: string, status: "suggested"|"accepted"|"none", entry: Entry|null, confidence: number|null, reason: string, candidates: Candidate[], none_of_these: number}} Link
 */
import { parseKey } from "./review.js";

/** Stands for an entry where a person said that it is none of them. */
export const NONE = "none";
const SURE = 0.5; // as the server has it: a candidate must be surer to be a suggestion

/** The links (by the key of their value) after some changes by a person. @param {Map<string, Link>|null} links */
export function linksApplied(links, changes) {
  if (links === null) return null;
  const next = new Map(links);
  for (const { item, verdict } of changes) {
    const { kind, entry, span } = parseKey(item);
    const link = kind === "link" && next.get(span);
    if (link) next.set(span, judged(link, entry, verdict));
  }
  return next;
}

function judged(link, entry, verdict) {
  const candidates = link.candidates.map((one) => (one.entry.id === entry ? { ...one, rejected: verdict === "reject" } : one));
  const known = candidates.find((one) => one.entry.id === entry)?.entry ?? (link.entry?.id === entry ? link.entry : { id: entry, name: entry });
  const its = entry === (link.entry?.id ?? NONE);
  if (verdict === "accept") return { ...link, candidates, status: "accepted", entry: entry === NONE ? null : known };
  if (!its) return { ...link, candidates };
  const best = candidates.find((one) => !one.rejected && one.confidence > SURE);
  return { ...link, candidates, status: best ? "suggested" : "none", entry: best?.entry ?? null, confidence: best?.confidence ?? null };
}
