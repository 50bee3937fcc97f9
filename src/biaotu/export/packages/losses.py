"""What a format cannot hold: a table of facts by format, and how much of each a record has, so that losses are told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from biaotu.export.exchange import Holding
from biaotu.export.measures import measures

Count = Callable[[Holding], int]

_MENTIONED: Final = frozenset(["人物", "组织", "地点", "事件", "时间", "书名", "颜色", "形状", "型号", "材质"])


def _confidences(holding: Holding) -> int:
    annotation = holding.annotation
    rated = [label.confidence for label in (*annotation.material, *annotation.use)]
    rated += [tag.confidence for tag in (*annotation.primary, *annotation.secondary)]
    rated += [span.confidence for span in annotation.attributes]
    return sum(0 < confidence < 1 for confidence in rated)


def _refused(holding: Holding) -> int:
    return sum(not label.accepted for label in (*holding.annotation.material, *holding.annotation.use))


def _names(holding: Holding) -> int:
    told = {span.type for span in holding.annotation.attributes}
    return sum(name.name not in told for name in holding.annotation.attribute_names)


def _columns(holding: Holding) -> int:
    return sum(value not in ("", None) for value in holding.annotation.extra.values())


def _in(field: str) -> Count:
    return lambda holding: sum(span.field == field for span in holding.annotation.attributes)


def _others(holding: Holding) -> int:
    """Numbers, sums, times and measures of other things: values that are no subject and no size of the object."""
    own = sum(1 for _ in measures(holding.annotation))
    return max(0, sum(span.type not in _MENTIONED for span in holding.annotation.attributes) - own)


FACTS: Final[Mapping[str, tuple[str, Count]]] = MappingProxyType(
    {
        "confidences": ("置信度", _confidences),
        "refused-labels": ("未采纳的标签", _refused),
        "names-without-value": ("没有值的属性名", _names),
        "normals": ("规范值", lambda holding: sum(each is not None for each in holding.annotation.normals)),
        "places": ("值在文中的位置", lambda holding: len(holding.annotation.attributes)),
        "other-values": ("数字、货币、时长等值", _others),
        "title-values": ("名称里的值", _in("title")),
        "ocr": ("照片上识读的文字", lambda holding: len(holding.annotation.ocr.lines) if holding.annotation.ocr else 0),
        "columns": ("馆方其他栏目", _columns),
        "labels": ("标签", lambda holding: len(holding.annotation.material) + len(holding.annotation.use)),
        "tags": ("标签词", lambda holding: len(holding.annotation.primary) + len(holding.annotation.secondary)),
        "ranks": ("标签词的主次", lambda holding: len(holding.annotation.primary)),
        "warnings": ("警告", lambda holding: len(holding.annotation.warnings)),
    }
)
"""Fact -> what it is called in Chinese, and how many of it a record has."""

_ALL: Final = ("confidences", "refused-labels", "names-without-value", "warnings")
_GOLD: Final = (*_ALL, "normals", "ranks", "ocr")

LOST: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "iiif": _ALL,
        "linked-art": (*_ALL, "places", "other-values", "columns", "ranks"),
        "lido": (*_ALL, "places", "other-values", "columns", "ranks"),
        "skos": (),
        "census": (*_ALL, "places", "normals", "labels", "tags", "ranks", "ocr"),
        "conll": (*_GOLD, "columns"),
        "corpus": _GOLD,
        "label-studio": _GOLD,
        "doccano": (*_GOLD, "title-values"),
        "bag": (),
    }
)
"""Format -> the facts that it has no place for."""


def lost(form: str, holding: Holding) -> dict[str, int]:
    """The facts of a record that a format does not hold, with how many of each; without zeros."""
    found = {fact: FACTS[fact][1](holding) for fact in LOST[form]}
    return {fact: count for fact, count in found.items() if count}
