/** The record's past: its history, undo and redo, back to what it was at a time. */
import { ApiError, get, post } from "../api.js";
import { boot } from "../boot.js";
import { uuid } from "../ids.js";
import { t } from "../i18n.js";
import * as outbox from "../outbox.js";
import { undoing } from "../review.js";
import { say, sayError } from "../ui/toasts.js";

/** The record's acts, newest first, each with whether it is the person's own. @param {import("./bench.js").Bench} bench */
export async function loadHistory(bench) {
  const { id } = bench.state;
  const { items } = await get(`/records/${id}/history`);
  const mine = (act) => (act.user_id !== undefined ? act.user_id === boot.user.id : [boot.user.name, boot.user.display].includes(act.user?.name ?? act.user));
  const acts = items.map((act) => ({ ...act, mine: mine(act) }));
  if (bench.state.id === id) bench.set({ acts });
  return acts;
}

export async function showHistory(bench, openNow = !bench.state.historyOpen) {
  bench.set({ historyOpen: openNow });
  if (openNow) await loadHistory(bench).catch(sayError);
}

/** Undo or redo: the person's own last act (or the named one). */
export async function takeBack(bench, which, batch = null) {
  if (bench.state.busy) return;
  if (bench.state.edit) return void bench.set({ edit: null });
  bench.set({ busy: true });
  try {
    if (!(await outbox.settled())) return void say(t("saving.first"), "bad");
    const named = batch ?? undoing(await loadHistory(bench))[which];
    if (!named) return void say(t(`${which}.nothing`));
    await replace(bench, () => post(`/records/${bench.state.id}/undo`, { key: uuid(), batch: named }));
    say(t(`${which}.done`), "good");
  } catch (error) {
    answerTo(bench, error);
  } finally {
    bench.set({ busy: false });
  }
}

/** Brings the record back to what it was at a time. @param {string} at ISO time */
export async function restore(bench, at) {
  try {
    if (!(await outbox.settled())) return void say(t("saving.first"), "bad");
    await replace(bench, () => post(`/records/${bench.state.id}/restore`, { key: uuid(), at }));
    say(t("restore.done"), "good");
  } catch (error) {
    answerTo(bench, error);
  }
}

async function replace(bench, ask) {
  const view = await ask();
  if (view.id === bench.state.id) bench.set({ view, acts: null });
  if (bench.state.historyOpen) await loadHistory(bench);
}

function answerTo(bench, error) {
  sayError(error);
  if (error instanceof ApiError && error.status === 409) void bench.refresh().catch(sayError);
}
