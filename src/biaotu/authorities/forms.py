"""The names under which an entry can be met: its own, its variants, and those that follow from them by rule.

What a rule gives is not stored with the entry. A form is ambiguous when it does not tell by itself who is meant: 一师,
the given name alone, a variant that the entry marks so. Ambiguous forms need a word of the record in their favour.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from biaotu.authorities.entries import Entry
from biaotu.authorities.spelling import key
from biaotu.authorities.words import COMMON

_COMMON = frozenset(map(key, COMMON))
_QUALIFIER = re.compile(r"[（(][^（()）]*[）)]$")
_UNIT = re.compile(r"\d{1,2}(?:军团|军|师|旅|团|营|连|排|班|纵队|支队|纵|兵团|大队|中队|分校|队|野|方面军|路军)")
_TAIL = re.compile(r"(?P<tail>第?[\d〇零一二三四五六七八九十百]+(?:军|师|旅|团|纵队|兵团|支队|大队|分校))$")
_SUFFIXES = {
    "county": ("县", "市"),
    "city": ("市", "县"),
    "province": ("省",),
    "town": ("镇", "乡"),
    "village": ("村",),
    "mountain": ("山",),
    "river": ("江", "河"),
}
_DROPPABLE = {"county": "县", "town": "镇", "village": "村", "city": "市"}
_LETTERED = frozenset({"country", "province", "city"})
_BATTLE = re.compile(r"(?:战役|战斗|之战|大捷|会战|阻击战|伏击战|保卫战)$")
_BATTLES = ("战役", "战斗", "之战", "大捷")


@dataclass(frozen=True, slots=True)
class Form:
    """A form of an entry: ``kind`` is ``name``, a variant's kind or ``rule``."""

    form: str
    kind: str
    ambiguous: bool


def stands_alone(form: str) -> bool:
    """Whether a form tells by itself who is meant: no small unit number (一师), single character or common noun."""
    plain = key(form)
    return len(plain) > 1 and not _UNIT.fullmatch(plain) and plain not in _COMMON


def bare(name: str) -> str:
    """A name without its qualifier in brackets: 李达 of 李达（哲学家）."""
    return _QUALIFIER.sub("", name) or name


def forms(entry: Entry, entries: Mapping[str, Entry]) -> Iterator[Form]:
    """All forms of an entry, the strongest first; ``entries`` (id -> entry) gives the wider body for unit names.

    A qualifier in brackets is there because the bare name means several: it makes that name ambiguous.
    """
    name = bare(entry.name)
    doubtful = name != entry.name or not stands_alone(name)
    yield Form(entry.name, "name", doubtful)
    for variant in entry.variants:
        letter = len(variant.form) == 1 and entry.kind in _LETTERED  # 川, 沪: one place, where a place is meant
        ambiguous = variant.ambiguous or not (letter or stands_alone(variant.form))
        yield Form(variant.form, variant.kind, ambiguous or (doubtful and key(variant.form) == key(name)))
    rules = {"person": _person, "place": _place, "event": _event}
    plain = replace(entry, name=name)
    made = _body(plain, entries) if entry.type == "body" else rules.get(entry.type, _none)(plain)
    for form, ambiguous in made:
        if key(form) != key(name):
            yield Form(form, "rule", ambiguous or not stands_alone(form))


def _none(_: Entry) -> Iterator[tuple[str, bool]]:
    return iter(())


def _person(entry: Entry) -> Iterator[tuple[str, bool]]:
    """斯特朗 of 安娜·路易斯·斯特朗; 代英 of 恽代英, which needs the full name beside it."""
    *_, last = entry.name.split("·")
    if last != entry.name:
        yield last, False
    elif len(entry.name) == 3 and entry.kind not in ("foreign", "group"):
        yield entry.name[1:], True


def _place(entry: Entry) -> Iterator[tuple[str, bool]]:
    """瑞金县 of 瑞金 and 博生 of 博生县."""
    for name in (entry.name, *(v.form for v in entry.variants if v.kind in ("former", "later") and len(v.form) > 1)):
        for suffix in _SUFFIXES.get(entry.kind, ()):
            if name[-1] not in "省市县镇乡村山江河区岛":
                yield name + suffix, entry.kind in ("mountain", "river")
        end = _DROPPABLE.get(entry.kind)
        if end and name.endswith(end) and len(name) > 2:
            yield name[:-1], False


def _event(entry: Entry) -> Iterator[tuple[str, bool]]:
    """平型关战斗 of 平型关战役; 香港海员罢工 of 香港海员大罢工; 大生产 needs no rule, it is a variant."""
    if entry.kind in ("battle", "campaign"):
        base = _BATTLE.sub("", entry.name)
        if base != entry.name and len(base) > 1:
            yield from ((base + end, False) for end in _BATTLES if base + end != entry.name)
    if entry.name.endswith("大罢工"):
        yield entry.name.removesuffix("大罢工") + "罢工", False
    if entry.name.endswith("运动") and len(entry.name) > 5:
        yield entry.name.removesuffix("运动"), False


def _body(entry: Entry, entries: Mapping[str, Entry]) -> Iterator[tuple[str, bool]]:
    """六八六团 and 一一五师六八六团 of 八路军第115师第686团: the unit alone, and after every name of the body above."""
    names = [entry.name, *(v.form for v in entry.variants if not v.ambiguous)]
    above = entries.get(entry.broader)
    tail = _TAIL.search(entry.name)
    if above is not None and tail and len(tail["tail"]) < len(entry.name):
        yield tail["tail"], not stands_alone(tail["tail"])
        while above is not None:
            for name in (above.name, *(v.form for v in above.variants if not v.ambiguous)):
                yield name + tail["tail"], False
            above = entries.get(above.broader)
    for name in names:
        if name.startswith(("中共", "中国共产党")) and name.endswith(
            ("省委", "省委员会", "特委", "县委", "地委", "市委")
        ):
            yield name.removeprefix("中国共产党").removeprefix("中共"), False
