/** Identical mentions elsewhere: looked for after a decision on a span, decided in one request. */
import { ApiError, get } from "../api.js";
import { may } from "../boot.js";
import { decideMany } from "../bulk.js";
import { t, termName } from "../i18n.js";
import { say, sayError } from "../ui/toasts.js";

const PATIENCE = 300; // ms; who decides span after span is offered the mentions of the last one
let timer = 0;

/** Looks for mentions once the person rests. @param {import("./bench.js").Bench} bench */
export function lookSoon(bench, row, verdict) {
  clearTimeout(timer);
  timer = setTimeout(() => void lookForMentions(bench, row, verdict), PATIENCE);
}

/** Looks for identical mentions after a verdict on a span; finding some makes an offer. @param {import("./bench.js").Bench} bench */
async function lookForMentions(bench, row, verdict) {
  if (!may("annotator")) return;
  const { id } = bench.state;
  try {
    const { items, total, complete } = await get(`/records/${id}/mentions`, { item: row.item });
    const useful = items.filter((one) => one.status === "suggested" || (verdict === "accept" && (one.status === null || one.status === "none")));
    if (bench.state.id === id && useful.length > 0) bench.set({ mentions: { row, verdict, items: useful, total: complete ? total : `${total}+`, name: termName("attribute", row.type_id, row.type) } });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error; // an offer that cannot be made is no fault to report
  }
}

/** The focused span's mentions, asked for by the person. */
export async function askMentions(bench) {
  const row = bench.row();
  if (!bench.state.mentions && row?.field) await lookForMentions(bench, row, row.status === "rejected" ? "reject" : "accept");
  if (bench.state.mentions) bench.set({ dialog: { kind: "mentions" } });
  else say(t("mentions.none"));
}

/** Decides mentions in one request. @param {object[]} chosen */
export async function decideMentions(bench, chosen) {
  const { id, mentions: offer } = bench.state;
  const { verdict } = offer;
  const changes = new Map();
  for (const { record, item } of chosen) {
    const change = changes.get(record.id) ?? { record: record.id, base: record.revision, decisions: [] };
    change.decisions.push({ item, verdict });
    changes.set(record.id, change);
  }
  bench.set({ dialog: null, mentions: null });
  try {
    const items = await decideMany([...changes.values()]);
    const done = items.filter((one) => one.outcome === "done").length;
    const rest = items.filter((one) => one.outcome !== "done").map((one) => `${one.record}: ${t(`outcome.${one.outcome}`)} ${one.detail ?? ""}`);
    say(t("mentions.done", { n: done }), rest.length ? "bad" : "good", rest);
    if (changes.has(bench.state.id)) await bench.refresh();
  } catch (error) {
    if (bench.state.id === id) bench.set({ mentions: offer }); // to be tried again
    sayError(error);
  }
}
