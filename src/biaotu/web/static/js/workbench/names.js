/** Names of items in front of people. */
import { t, termName } from "../i18n.js";
import { slicePoints } from "../offsets.js";
import { parseKey } from "../review.js";

/** What an item is called in front of people. @param {string} key */
export function itemName(key, view) {
  const part = parseKey(key);
  if (part.kind === "label") return termName(part.system, part.term, part.term);
  if (part.kind === "tag") return `“${part.tag}”`;
  if (part.kind === "span") return `“${slicePoints(view?.[part.field] ?? "", part.start, part.end)}” ${termName("attribute", part.type)}`;
  return t("item.state");
}
