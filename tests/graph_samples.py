"""Invented relics for the tests of the graph: texts with their values marked, made into annotations and views."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from biaotu.authorities import Entry, by_id, shipped_entries
from biaotu.graph import Graph
from biaotu.records import Annotation, Label, Span

_MARK = re.compile(r"\[([^|\]]+)\|([^\]]+)\]")


def relic(
    number: str, title: str, text: str, material: Sequence[str] = ("金属制品",), use: Sequence[str] = ("武器装备",)
) -> Annotation:
    """An annotation of marked texts: ``[遵义会议|事件]``."""
    plain: dict[str, str] = {}
    spans: list[Span] = []
    for field, marked in (("title", title), ("description", text)):
        told, start = "", 0
        for found in _MARK.finditer(marked):
            told += marked[start : found.start()]
            spans.append(Span(found[2], found[1], field, len(told), len(told) + len(found[1]), 0.9))  # type: ignore[arg-type]
            told, start = told + found[1], found.end()
        plain[field] = told + marked[start:]
    return Annotation(
        id=number,
        title=plain["title"],
        description=plain["description"],
        images=(),
        material=tuple(Label(name, 0.95, True) for name in material),
        use=tuple(Label(name, 0.9, True) for name in use),
        text_tags=(),
        primary=(),
        secondary=(),
        attribute_names=(),
        attributes=tuple(spans),
        model_name="invented",
        model_version="1",
    )


RELICS = (
    relic("1", "[红军|组织]的手榴弹", "[1935年1月|时间]，[毛泽东|人物]在[遵义|地点]出席[遵义会议|事件]。"),
    relic(
        "2", "会议用的油灯", "[遵义会议|事件]期间[朱德|人物]用过，[遵义|地点]人[王老栓|人物]保存。", use=("家具炊具",)
    ),
    relic("3", "步枪", "[1935年|时间][红军|组织]过[遵义|地点]时，[朱德|人物]留给[王老栓|人物]的。"),
    relic("4", "布告", "[抗日战争时期|时间][八路军|组织]在[延安|地点]印发。", ("其他材质",), ("图书宣传品",)),
    relic("5", "军毯", "[1937年9月25日|时间][平型关大捷|事件]缴获，[八路军|组织]第[115师|组织]。", ("纤维织物",)),
    relic("6", "水壶", "[红|颜色]色，高[20厘米|长度]，[同年|时间]购得。"),
)
"""Six relics: 1 to 3 of 遵义, 4 and 5 of 八路军, 6 that names nobody."""


def graph() -> Graph:
    """A graph of ``RELICS``, all of it the machine's."""
    return Graph.of(RELICS)


def few_entries() -> list[Entry]:
    """The entries that ``RELICS`` name, with those above them: a hundredth of what comes with the package."""
    every = by_id(shipped_entries())
    kept: dict[str, Entry] = {}
    for entry_id in (
        "event:zunyi-conf", "event:pingxingguan", "person:mao-zedong", "person:zhu-de", "place:zunyi", "place:yanan",
        "body:red-army", "body:8ra", "body:8ra-115", "period:anti-japanese",
    ):  # fmt: skip
        while entry_id and entry_id not in kept:
            kept[entry_id] = every[entry_id]
            entry_id = every[entry_id].broader
    return [replace(entry, see=tuple(one for one in entry.see if one in kept)) for entry in kept.values()]
