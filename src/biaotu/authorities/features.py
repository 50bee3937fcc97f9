"""What speaks for and against an entry as the meaning of a mention, as numbers for the model and words for people."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Final

from biaotu.authorities.context import RecordContext
from biaotu.authorities.dates import first_year, last_year
from biaotu.authorities.entries import Entry
from biaotu.authorities.index import Index, Match
from biaotu.authorities.spelling import key
from biaotu.authorities.words import ORDINARY
from biaotu.records import Span

NAMES: Final = (
    "bias",
    "own_name",
    "firm_variant",
    "short_variant",
    "former_or_later",
    "by_rule",
    "weaker_form",
    "ambiguous",
    "ambiguous_alone",
    "rivals",
    "chained",
    "person",
    "short_person_name",
    "place",
    "minor_place",
    "minor_place_alone",
    "elsewhere",
    "event",
    "time_inside",
    "unborn",
    "before_begin",
    "after_end",
    "remembered_after",
    "related",
    "related_far",
    "full_name_beside",
    "rival_related",
    "ordinary_person",
)
"""The features in the order of the weights; 0 or 1, but ``rivals`` and ``related`` count (up to 3 and 2)."""

_FIRM = frozenset({"full", "original", "office", "art", "courtesy", "pen", "alias", "reign", "temple", "nickname"})
_LARGE = frozenset({"country", "province", "region", "base-area", "city", "river", "railway", "road"})
_REMEMBERED = frozenset({"person", "event"})  # spoken of long after their end; a body or a place's name less so


@dataclass(frozen=True, slots=True)
class Evidence:
    """The features of one candidate (by name) and the reasons in words, Chinese."""

    features: Mapping[str, float]
    reasons: tuple[str, ...]


def evidence(
    match: Match, rivals: tuple[Match, ...], span: Span, context: RecordContext, anchors: Set[str], index: Index
) -> Evidence:
    """Weigh one match of a mention.

    Args:
        match: the entry and the form met.
        rivals: the other entries that the same mention can name.
        span: the mention.
        context: the record around it.
        anchors: ids of the entries that other mentions of the record name beyond doubt.
        index: gives the neighbours of entries.
    """
    entry = match.entry
    features: dict[str, float] = {"bias": 1.0}
    reasons = [_form(match, features)]
    if rivals:
        features["rivals"] = float(min(3, len(rivals)))
        reasons.append(f"另有{len(rivals)}个同名条目")
    if entry.type in ("person", "place", "event"):
        features[entry.type] = 1.0
    if any(_order(rival) < _order(match) for rival in rivals):
        features["weaker_form"] = 1.0
    _time(entry, context.years, features, reasons)
    beside = anchors - {entry.id}
    related = beside & index.near(entry.id)
    if related:
        features["related"] = float(min(2, len(related)))
        reasons.append("同文出现" + "、".join(sorted(index.entries[one].name for one in related)[:3]))
    elif beside & index.far(entry.id):
        features["related_far"] = 1.0
        reasons.append("同文有相关条目")
    if not related and any(beside & index.near(rival.entry.id) for rival in rivals):
        features["rival_related"] = 1.0
        reasons.append("同文词语指向另一同名条目")
    if entry.type == "person":
        _person(match, span, context, features, reasons)
    if entry.type == "place":
        _place(entry, bool(related) or match.chained, beside, index, features, reasons)
    if match.kind not in ("name", "full") and entry.id in anchors and _named_elsewhere(entry, span, context):
        features["full_name_beside"] = 1.0
        reasons.append("同文有全称")
    if match.ambiguous and not ({"related", "full_name_beside"} & set(features)):
        features["ambiguous_alone"] = 1.0
    return Evidence(features, tuple(reasons))


def _order(match: Match) -> int:
    """0 own name, 1 a variant, 2 what it was called before or after, when another entry may stand for it."""
    return 0 if match.kind == "name" else 2 if match.kind in ("former", "later") else 1


def _form(match: Match, features: dict[str, float]) -> str:
    if match.chained:
        features["chained"] = 1.0
    if match.ambiguous:
        features["ambiguous"] = 1.0
    if match.kind == "name":
        features["own_name"] = 1.0
        return "与正名相同"
    if match.kind == "rule":
        features["by_rule"] = 1.0
        return f"按规则与“{match.form}”同形"
    group = "firm_variant" if match.kind in _FIRM else "short_variant"
    features["former_or_later" if match.kind in ("former", "later") else group] = 1.0
    return f"异名“{match.form}”"


def _person(match: Match, span: Span, context: RecordContext, features: dict[str, float], reasons: list[str]) -> None:
    if match.kind in ("name", "original", "courtesy") and len(key(match.form)) == 2:
        features["short_person_name"] = 1.0
    same = [other for other in context.spans if other.type == span.type and other.value == span.value]
    around = " ".join(f"{context.before(one)} {context.after(one)}" for one in (same or [span]))
    if "related" not in features and any(word in around for word in ORDINARY):
        features["ordinary_person"] = 1.0
        reasons.append("上下文像普通人物")


def _place(
    entry: Entry, placed: bool, beside: Set[str], index: Index, features: dict[str, float], reasons: list[str]
) -> None:
    """Hills, towns and houses share their names; a record that speaks of other provinces means another one."""
    if entry.kind not in _LARGE:
        features["minor_place"] = 1.0
        if not placed:
            features["minor_place_alone"] = 1.0
    province = index.province(entry.id)
    told = {index.province(one) for one in beside} - {None}
    if province is not None and told and province not in told:
        features["elsewhere"] = 1.0
        reasons.append("同文地名属别省")


def _time(entry: Entry, years: tuple[int, ...], features: dict[str, float], reasons: list[str]) -> None:
    if not years or not (entry.begin or entry.end):
        return
    begin = first_year(entry.begin) if entry.begin else None
    end = last_year(entry.end) if entry.end else None
    if end is None and entry.type == "event" and begin is not None:
        end = last_year(entry.begin)  # an event of one date
    if begin is not None and all(year < begin for year in years):
        features["unborn" if entry.type == "person" else "before_begin"] = 1.0
        reasons.append(f"文中年代早于{begin}年")
    elif end is not None and all(year > end for year in years):
        features["remembered_after" if entry.type in _REMEMBERED else "after_end"] = 1.0
        reasons.append(f"文中年代晚于{end}年")
    elif any((begin is None or year >= begin) and (end is None or year <= end) for year in years):
        features["time_inside"] = 1.0
        reasons.append("年代相合")


def _named_elsewhere(entry: Entry, span: Span, context: RecordContext) -> bool:
    """Whether the record names an entry in full somewhere else."""
    full = {key(entry.name), *(key(v.form) for v in entry.variants if v.kind == "full")}
    return any(other != span and key(other.value) in full for other in context.spans)
