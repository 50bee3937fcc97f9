/**
 * Which entry of the authority file a value names: what the machine thinks, what people said. Kept beside the record's view, for
 * the server works it out anew after each decision.
 */
import { ApiError, get } from "../api.js";
import { linksApplied, NONE } from "../linked.js";
import { linkKey } from "../review.js";
import * as outbox from "../outbox.js";

/** Loads the links of the open record; a server without authorities leaves the page as it was. @param {import("./bench.js").Bench} bench */
export async function loadLinks(bench) {
  const { id } = bench.state;
  try {
    const { items } = await get(`/records/${id}/links`);
    if (bench.state.id !== id) return;
    const unsaved = outbox.unsaved(id).flatMap((entry) => entry.decisions);
    bench.set({ links: linksApplied(new Map(items.map((one) => [one.span, one])), unsaved) });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (bench.state.id === id && bench.state.links === null) bench.set({ links: new Map() });
  }
}

/** The link of a value, if it is one that can name an entry. @returns {import("../linked.js").Link|undefined} */
export function linkOf(bench, span) {
  return bench.state.links?.get(span);
}

/** Says which entry a value names; null: none of those there are. @param {import("./bench.js").Bench} bench */
export function choose(bench, span, entry, verdict = "accept") {
  bench.decide([{ item: linkKey(span, entry ?? NONE), verdict }]);
}

/** Takes back what a person said of a value. */
export function withdraw(bench, link) {
  if (link.status === "accepted") choose(bench, link.span, link.entry?.id ?? null, "withdraw");
}

/** Opens the choice of an entry for the focused value. */
export function askLink(bench) {
  const row = bench.row();
  if (row?.field && linkOf(bench, row.item)) bench.set({ dialog: { kind: "link", span: row.item } });
  return Boolean(row?.field && linkOf(bench, row.item));
}

/** Accepts what the machine thinks the focused value names. */
export function acceptLink(bench) {
  const row = bench.row();
  const link = row && linkOf(bench, row.item);
  if (link?.status === "suggested" && link.entry) choose(bench, link.span, link.entry.id);
}
