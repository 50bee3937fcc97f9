"""What the texts speak of, as subjects of the record: persons, bodies, places, events, dates and concepts.

A value that names an entry of the authority file carries the entry's address; where no person has said so, the source
of that identifier says that a program did.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from xml.etree import ElementTree as ET

from biaotu.export.exchange import Holding, Link, Site
from biaotu.export.lido.elements import URI, add, dates
from biaotu.export.meaning import Meaning, meanings, stretch
from biaotu.taxonomy import ATTRIBUTES

_NAMED: Final = {
    "地点": ("subjectPlace", "place", "placeID", "namePlaceSet"),
    "事件": ("subjectEvent", "event", "eventID", "eventName"),
    "人物": ("subjectActor", "actor", "actorID", "nameActorSet"),
    "组织": ("subjectActor", "actor", "actorID", "nameActorSet"),
}
_CONCEPTS: Final = ("颜色", "材质", "形状", "型号", "书名")
_ACTORS: Final = {"人物": "person", "组织": "corporation"}

_Mention = tuple[str, str, Link | None, Meaning | None]


def subjects(parent: ET.Element, holding: Holding, site: Site) -> None:
    """All that the texts speak of, kind by kind, each thing once."""
    mentioned = list(_mentioned(holding))
    if not mentioned:
        return
    wrap = add(add(parent, "objectRelationWrap"), "subjectWrap")
    for kind, value, link, meaning in mentioned:
        entry = add(wrap, "subjectSet")
        add(entry, "displaySubject", f"{kind}：{value}", lang="zh")
        subject = add(entry, "subject", type=kind)
        if kind in _NAMED:
            _named(subject, kind, value, link, site)
        elif kind == "时间":
            dates(add(subject, "subjectDate"), value, stretch(meaning))
        else:
            _concept(subject, kind, value, meaning, site)


def _mentioned(holding: Holding) -> Iterator[_Mention]:
    annotation = holding.annotation
    told = meanings(annotation)
    for kind in ATTRIBUTES.names:
        if kind not in {*_NAMED, *_CONCEPTS, "时间"}:
            continue
        seen: dict[object, _Mention] = {}
        for place, span in enumerate(annotation.attributes):
            if span.type == kind:
                link = holding.link(place)
                # One word may stand for two entries, or for two dates (同年).
                mark = (span.value, link.named.id if link else "", (told[place] or {}).get("edtf"))
                seen.setdefault(mark, (kind, span.value, link, told[place]))
        yield from seen.values()


def _named(parent: ET.Element, kind: str, value: str, link: Link | None, site: Site) -> None:
    outer, inner, number, name = _NAMED[kind]
    attributes = {"type": _ACTORS[kind]} if kind in _ACTORS else {}
    node = add(add(parent, outer), inner, **attributes)
    if link is not None:
        source = "标图规范档" if link.confirmed else f"标图规范档（机器关联，待核，{link.confidence:.0%}）"
        add(node, number, site.entry(link.named), type=URI, source=source)
    if kind == "事件":  # an event must have a type
        add(add(node, "eventType"), "term", "事件", lang="zh")
    names = add(node, name)
    if link is not None and link.named.name != value:
        add(names, "appellationValue", link.named.name, lang="zh", pref="preferred")
        add(names, "appellationValue", value, lang="zh", pref="alternative")
    else:
        add(names, "appellationValue", value, lang="zh")


def _concept(parent: ET.Element, kind: str, value: str, meaning: Meaning | None, site: Site) -> None:
    node = add(parent, "subjectConcept")
    if meaning is not None and meaning["kind"] == "term":
        for term in meaning["ids"]:
            add(node, "conceptID", site.term(f"{meaning['vocabulary']}-word", term), type=URI, label=kind)
    add(node, "term", value, lang="zh", label=kind)
