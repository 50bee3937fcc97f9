/** What the workbench does with the server's answers to decisions. */
import { t } from "../i18n.js";
import { parseKey, rowOf } from "../review.js";
import { say, sayError } from "../ui/toasts.js";
import { linkOf, loadLinks } from "./links.js";
import { itemName } from "./names.js";
import { loadHistory } from "./past.js";

/** What becomes of decisions, as it concerns the open record. @param {import("./bench.js").Bench} bench */
export function heard(bench, event) {
  if (event.kind === "change" || event.kind === "login") return bench.set({});
  if (event.entry.record !== bench.state.id) {
    if (event.kind !== "saved") say(t("conflict.elsewhere", { record: event.entry.record, why: event.error.words }), "bad");
    return undefined;
  }
  if (event.kind === "saved") {
    bench.set({ view: bench.withUnsaved(event.view) });
    void loadLinks(bench); // what a mention names depends on the values beside it
    if (bench.state.historyOpen) void loadHistory(bench).catch(sayError);
  } else if (event.kind === "conflict") {
    void showConflict(bench, event).catch(sayError);
  } else {
    say(event.error.words, "bad");
    void bench.refresh().catch(sayError);
  }
  return undefined;
}

/** Shows what stands there now; the answer brings it, but a record may have moved on since. */
async function showConflict(bench, { entry }) {
  await bench.refresh();
  const { id, view } = bench.state;
  const anew = entry.decisions[0].verdict === "submit" && entry.proposal && entry.proposal !== view.proposal;
  if (entry.decisions.some(({ item }) => parseKey(item).kind === "link")) await loadLinks(bench);
  if (id === entry.record) say(t(anew ? "conflict.proposal" : "conflict.title"), "bad", entry.decisions.map(({ item }) => conflictLine(bench, view, item)));
}

function conflictLine(bench, view, item) {
  const { kind, span } = parseKey(item);
  const link = kind === "link" ? linkOf(bench, span) : undefined;
  if (link?.status === "accepted") return t("conflict.line", { item: itemName(item, view), status: link.entry?.name ?? t("link.none"), who: link.by ?? "" });
  const row = item === "state" ? null : rowOf(view, item);
  const status = item === "state" ? t(`state.${view.state}`) : t(`status.${row?.status ?? "none"}`);
  return t("conflict.line", { item: itemName(item, view), status, who: row?.by ?? "" });
}
