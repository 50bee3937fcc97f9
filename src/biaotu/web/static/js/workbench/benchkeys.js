/** What the keys of the workbench do. */
import { t } from "../i18n.js";
import { say } from "../ui/toasts.js";
import { caretKeys, enter } from "./caret.js";
import { KEYS } from "./keytable.js";
import { toggleBoxes } from "./lines.js";
import { acceptLink, askLink } from "./links.js";
import { askMentions, decideMentions } from "./mentions.js";
import { showHistory, takeBack } from "./past.js";
import { toggleEvidence, zoom } from "./photo.js";
import { showTelling } from "./telling.js";

const REPEATING = ["next", "previous", "next.open", "previous.open", "start.left", "start.right", "end.right", "end.left", "zoom_in", "zoom_out"];
/** Keys that act on the focused value: not while the knowledge side hides the values. */
const JUDGING = ["accept", "reject", "withdraw", "primary", "secondary", "mentions", "link", "link.accept", "retype", "start.left", "start.right", "end.right", "end.left", "all_labels"];

function actions(bench) {
  const nextPhoto = () => bench.set({ photo: (bench.state.photo + 1) % Math.max(1, bench.state.view.images.length) });
  return {
    next: () => bench.move(1),
    previous: () => bench.move(-1),
    "next.open": () => bench.move(1, true),
    "previous.open": () => bench.move(-1, true),
    accept: () => bench.judge("accept"),
    reject: () => bench.judge("reject"),
    withdraw: () => bench.judge("withdraw"),
    primary: () => bench.judge("primary"),
    secondary: () => bench.judge("secondary"),
    mentions: () => void askMentions(bench),
    "mentions.all": () => bench.state.mentions && void decideMentions(bench, bench.state.mentions.items),
    next_record: () => void bench.next(),
    back: () => bench.back(),
    undo: () => void takeBack(bench, "undo"),
    redo: () => void takeBack(bench, "redo"),
    submit: () => bench.commitEdit() || bench.askState(bench.mainAct()),
    return: () => bench.mayJudge && bench.askState("return"),
    evidence: () => toggleEvidence(bench),
    region: () => bench.writable && bench.set({ marking: !bench.state.marking }),
    materials: () => bench.jump("material"),
    uses: () => bench.jump("use"),
    tags: () => bench.jump("tag"),
    attributes: () => bench.jump("span"),
    all_labels: () => bench.set({ all: !bench.state.all }),
    add_tag: () => bench.writable && bench.set({ dialog: { kind: "tag" } }),
    caret: () => enter(bench),
    retype: () => bench.retype(),
    link: () => askLink(bench) || say(t("link.cannot")),
    "link.accept": () => acceptLink(bench),
    "start.left": () => bench.nudge("start", -1),
    "start.right": () => bench.nudge("start", 1),
    "end.right": () => bench.nudge("end", 1),
    "end.left": () => bench.nudge("end", -1),
    history: () => void showHistory(bench),
    knowledge: () => showTelling(bench, !bench.state.telling),
    ask: () => showTelling(bench, true, "[data-testid=ask-input]"),
    boxes: () => toggleBoxes(bench),
    zoom_in: () => zoom(1.4),
    zoom_out: () => zoom(1 / 1.4),
    zoom_home: () => zoom(null),
    photo: nextPhoto,
  };
}

/** @param {import("./bench.js").Bench} bench @returns {import("../keys.js").Binding[]} */
export function benchKeys(bench) {
  if (!bench.state.view) return [];
  const acts = actions(bench);
  const inForce = Object.entries(KEYS).filter(([name]) => !bench.state.telling || !JUDGING.includes(name));
  const rest = inForce.map(([name, keys]) => ({ keys, help: `key.${name}`, repeat: REPEATING.includes(name), run: acts[name] }));
  const escape = { keys: ["Escape"], when: () => Boolean(bench.state.edit || bench.state.marking || bench.state.mentions || bench.state.historyOpen || bench.state.proof), run: () => bench.set({ edit: null, marking: false, mentions: null, historyOpen: false, proof: null }) };
  return bench.state.caret ? [...caretKeys(bench), ...rest.filter(({ help }) => ["key.undo", "key.evidence", "key.zoom_in", "key.zoom_out"].includes(help))] : [...rest, escape];
}
