/** Names of items in front of people. */
import { t, termName } from "../i18n.js";
import { slicePoints } from "../offsets.js";
import { parseKey, textOf } from "../review.js";

/** What an item is called in front of people. @param {string} key */
export function itemName(key, view) {
  const part = parseKey(key);
  if (part.kind === "label") return termName(part.system, part.term, part.term);
  if (part.kind === "tag") return `“${part.tag}”`;
  if (part.kind === "span") return `“${slicePoints(textOf(view, part.field), part.start, part.end)}” ${termName("attribute", part.type)}`;
  if (part.kind === "link") return t("item.link", { what: itemName(part.span, view), entry: part.entry === "none" ? t("link.none") : part.entry });
  return t("item.state");
}
