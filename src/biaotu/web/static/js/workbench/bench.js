/**
 * The workbench's memory: one record, what the person did to it, which item has the focus. Components read `state` and call the
 * methods; nobody else talks to the API about the open record.
 */
import { ApiError, get, post } from "../api.js";
import { boot, may } from "../boot.js";
import { t } from "../i18n.js";
import { linksApplied } from "../linked.js";
import { lengthOf, trimmed } from "../offsets.js";
import * as outbox from "../outbox.js";
import { acceptance, applied, discarded, inOrder, inTheWay, open, parseKey, rowOf, spanKey, textOf } from "../review.js";
import { say, sayError } from "../ui/toasts.js";
import { heard } from "./answers.js";
import { loadLinks } from "./links.js";
import { lookSoon } from "./mentions.js";
import { nextOf, rememberedQueue, skip, trail, visit } from "./route.js";
import { showTelling } from "./telling.js";

const WORTH_SHOWING = 0.15; // labels below this confidence that nobody touched are folded away

/** What belongs to one record and goes when another one is opened. */
const FRESH = {
  focus: null, acts: null, historyOpen: false, mentions: null, dialog: null, edit: null, caret: null, region: null, showRegion: null, marking: false, hover: null, photo: 0,
  links: null, line: null, proof: null,
};

export class Bench {
  constructor() {
    this.listeners = new Set();
    this.state = {
      ...FRESH, id: null, view: null, missing: null, all: false, busy: false, evidenceOn: localStorage.getItem("biaotu_evidence") !== "off",
      telling: location.hash === "#knowledge", boxesOn: localStorage.getItem("biaotu_boxes") !== "off",
    };
    outbox.listen((event) => heard(this, event));
  }

  listen(listener) {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  set(part) {
    this.state = { ...this.state, ...part };
    for (const listener of [...this.listeners]) listener(this.state);
  }

  // -- opening records ------------------------------------------------------------------------------------------------

  /** Opens a record by its id. @param {number} id */
  async open(id, push = true) {
    if (push && location.pathname !== `/records/${id}`) history.pushState({ record: id }, "", this.#address(id));
    this.set({ ...FRESH, id, view: null, missing: null });
    try {
      const view = await get(`/records/${id}`);
      if (this.state.id === id) this.#arrived(view);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (this.state.id === id) this.set({ missing: error.words });
    }
  }

  #address(id) {
    return `/records/${id}${this.state.telling ? "#knowledge" : ""}`;
  }

  #arrived(view) {
    visit(view.id);
    const shown = this.withUnsaved(view);
    document.title = `${view.number || view.id} ${view.title ?? ""} · biaotu 标图`;
    this.set({ id: view.id, view: shown });
    this.set({ focus: this.items().find((row) => row.status === "suggested")?.item ?? this.items()[0]?.item ?? null });
    void loadLinks(this);
  }

  /** The next record of the queue. @param {boolean} [done] whether this one has just been submitted, approved or returned */
  async next(done = false) {
    this.commitEdit();
    if (!done && this.state.id !== null) skip(this.state.id);
    try {
      const view = await nextOf(post, rememberedQueue());
      if (!view) return say(t("queue.empty"));
      history.pushState({ record: view.id }, "", this.#address(view.id));
      this.set(FRESH);
      return this.#arrived(view);
    } catch (error) {
      return sayError(error);
    }
  }

  back() {
    this.commitEdit();
    const seen = trail();
    const at = seen.indexOf(this.state.id);
    if (at > 0) void this.open(seen[at - 1]);
    else location.assign("/");
  }

  // -- what is shown --------------------------------------------------------------------------------------------------

  /** Whether the person may decide here now. */
  get writable() {
    return this.state.view !== null && may("annotator") && open(this.state.view);
  }

  labels(system) {
    const rows = this.state.view?.labels[system] ?? [];
    return this.state.all ? rows : rows.filter((row) => row.status !== "none" || (row.confidence ?? 0) >= WORTH_SHOWING || row.item === this.state.focus);
  }

  tags(place) {
    const rows = (this.state.view?.tags ?? []).filter((row) => !discarded(row));
    if (place === "rejected") return rows.filter((row) => row.status === "rejected");
    return rows.filter((row) => row.status !== "rejected" && (row.place ?? "secondary") === place);
  }

  attributes() {
    return inOrder((this.state.view?.attributes ?? []).filter((row) => !discarded(row)));
  }

  /** All rows the focus walks over, in order of the page. */
  items() {
    if (!this.state.view) return [];
    return [...this.labels("material"), ...this.labels("use"), ...this.tags("primary"), ...this.tags("secondary"), ...this.tags("rejected"), ...this.attributes()];
  }

  /** The row that has the focus. */
  row() {
    return this.state.focus && this.state.view ? rowOf(this.state.view, this.state.focus) : undefined;
  }

  /** Shows the knowledge side, or the values. */
  tell(telling) {
    showTelling(this, telling);
  }

  // -- moving ---------------------------------------------------------------------------------------------------------

  focus(item) {
    if (this.state.telling) this.tell(false); // the row is on the other side
    if (this.state.edit && this.state.edit.item !== item) this.commitEdit();
    this.set({ focus: item });
  }

  move(step, undecided = false) {
    const items = this.items();
    const at = items.findIndex((row) => row.item === this.state.focus);
    for (let to = at + step; to >= 0 && to < items.length; to += step) {
      if (!undecided || items[to].status === "suggested") return this.focus(items[to].item);
    }
    return undefined;
  }

  jump(kind) {
    const rows = { material: () => this.labels("material"), use: () => this.labels("use"), tag: () => [...this.tags("primary"), ...this.tags("secondary")], span: () => this.attributes() }[kind]();
    const row = rows.find((one) => one.status === "suggested") ?? rows[0];
    if (row) this.focus(row.item);
  }

  // -- deciding -------------------------------------------------------------------------------------------------------

  /**
   * Writes changes: on the screen at once, to the server through the outbox.
   * @param {Array<{item: string, verdict: string}>} changes
   * @returns {import("../outbox.js").Entry|undefined} nothing if the person may not
   */
  decide(changes, note = null) {
    if (!may("annotator")) return say(t("refused.role"), "bad");
    const { view } = this.state;
    const about = changes.some(({ item }) => item === "state");
    if (!about && !open(view)) return say(t("refused.closed"), "bad");
    const entry = outbox.put(view.id, view.revision, changes, note, about ? view.proposal : null);
    this.set({ view: applied(view, changes, boot.user.name, boot.user.id), links: linksApplied(this.state.links, changes), acts: null });
    return entry;
  }

  /** A verdict on the focused row, then on to the next one. */
  judge(verdict) {
    const row = this.row();
    if (!row) return;
    this.commitEdit();
    const part = parseKey(row.item);
    if ((verdict === "primary" || verdict === "secondary") && part.kind !== "tag") return say(t("refused.tags"));
    const said = verdict === "accept" ? acceptance(row) : verdict;
    const following = this.#after(row.item, verdict);
    const changes = [{ item: row.item, verdict: said }];
    if (verdict === "accept" && part.kind === "span") for (const other of inTheWay(this.state.view, part, row.item)) changes.push({ item: other.item, verdict: "reject" });
    const note = this.state.region ? `xywh=pixel:${this.state.region.box.join(",")} ${this.state.region.digest}` : null;
    this.decide(changes, note);
    if (note) this.set({ region: null });
    if (following && verdict !== "withdraw") this.focus(following);
    if (part.kind === "span" && (verdict === "accept" || verdict === "reject")) lookSoon(this, row, verdict);
  }

  #after(item, verdict) {
    const items = this.items();
    const at = items.findIndex((row) => row.item === item);
    return (items[at + 1] ?? (discarded({ ...items[at], status: verdict === "reject" ? "rejected" : "" }) ? items[at - 1] : items[at]))?.item ?? null;
  }

  addTag(word, place = "primary") {
    const tag = word.trim();
    if (!tag) return;
    this.decide([{ item: `tag:${tag}`, verdict: place }]);
    this.focus(`tag:${tag}`);
  }

  /** A new span over a text, or the focused span under another type. */
  addSpan(field, start, end, type, replacing = null) {
    const span = { field, start, end, type };
    const item = spanKey(span, this.state.view);
    if (item === replacing) return;
    const changes = [...(replacing ? [{ item: replacing, verdict: "reject" }] : []), ...inTheWay(this.state.view, span, replacing ?? "").map((row) => ({ item: row.item, verdict: "reject" })), { item, verdict: "accept" }];
    const moved = changes.length - 1 - (replacing ? 1 : 0);
    this.decide(changes);
    this.set({ focus: item, caret: null, dialog: null });
    if (moved > 0) say(t("span.replaced", { n: moved }));
    const row = rowOf(this.state.view, item);
    if (row) lookSoon(this, row, "accept");
  }

  /** Opens the choice of a type for a stretch of text. */
  choose(field, start, end, replacing = null) {
    if (!this.writable) return say(t(may("annotator") ? "refused.closed" : "refused.role"), "bad");
    const kept = trimmed(textOf(this.state.view, field), start, end);
    return kept && this.set({ dialog: { kind: "type", field, ...kept, replacing } });
  }

  retype() {
    const row = this.row();
    if (row?.field) this.choose(row.field, row.start, row.end, row.item);
  }

  /** Moves a border of the focused span on the screen; `commitEdit` writes it. */
  nudge(side, step) {
    const row = this.row();
    if (!row?.field || !this.writable || row.status === "rejected") return;
    const now = this.state.edit ?? { item: row.item, field: row.field, type: parseKey(row.item).type, start: row.start, end: row.end };
    const next = { ...now, [side]: now[side] + step };
    if (next.start < 0 || next.end > lengthOf(textOf(this.state.view, row.field)) || next.start >= next.end) return;
    this.set({ edit: next });
  }

  commitEdit() {
    const { edit } = this.state;
    if (!edit) return false;
    this.set({ edit: null });
    const kept = trimmed(textOf(this.state.view, edit.field), edit.start, edit.end);
    if (kept) this.addSpan(edit.field, kept.start, kept.end, edit.type, edit.item);
    return true;
  }

  // -- state of the record --------------------------------------------------------------------------------------------

  /** Whether the person may approve or return the record: a reviewer, and not of what they submitted themselves. */
  get mayJudge() {
    const { view } = this.state;
    return may("reviewer") && view?.state === "submitted" && view.submitter?.id !== boot.user.id;
  }

  /** What Enter does now: submit, approve, reopen or nothing. */
  mainAct() {
    const state = this.state.view?.state;
    if (["annotated", "in_review", "returned", "new"].includes(state)) return may("annotator") ? "submit" : null;
    if (state === "submitted") return this.mayJudge ? "approve" : null;
    return state === "approved" && may("reviewer") ? "reopen" : null;
  }

  askState(verdict) {
    this.commitEdit();
    if (verdict) this.set({ dialog: { kind: "state", verdict } });
  }

  async changeState(verdict, note) {
    this.set({ dialog: null });
    const entry = this.decide([{ item: "state", verdict }], note || null);
    if (verdict !== "reopen" && entry && (await outbox.taken(entry))) await this.next(true);
  }

  // -- anew ------------------------------------------------------------------------------------------------------------

  /**
   * A view of the server with what this person has not yet got acknowledged. One that was asked for before a decision was
   * saved may come after the answer to the decision: then the answer's, which is the newer, stays.
   */
  withUnsaved(came) {
    const known = this.state.view;
    const view = known?.id === came.id && known.revision > came.revision ? known : came;
    return outbox.unsaved(view.id).reduce((now, entry) => applied(now, entry.decisions, boot.user.name, boot.user.id), view);
  }

  async refresh() {
    const { id } = this.state;
    const view = await get(`/records/${id}`);
    if (this.state.id === id) this.set({ view: this.withUnsaved(view), acts: null });
    void loadLinks(this);
  }
}
