"""The documents of a record's texts: their words, and whom and what they are about.

A value that names nobody known has the fragment ``#value-N`` of its text for an address, so that two persons of one
name in two records are never made one. A date has the address of its EDTF, for a date is the same date everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from biaotu.export.exchange import Holding, Site
from biaotu.export.linked_art.nodes import (
    CHINESE,
    CLASSES,
    CONTEXT,
    Node,
    aat,
    own,
    source_statement,
    text_uri,
)
from biaotu.export.meaning import Meaning, meanings, stretch
from biaotu.records import SpanField

FIELDS: Final[tuple[SpanField, ...]] = ("title", "description", "ocr")

_CLASSES: Final = {
    "人物": "Person",
    "组织": "Group",
    "地点": "Place",
    "事件": "Event",
    "时间": "Period",
    "书名": "LinguisticObject",
}
"""The class of what a text mentions; colours, materials, shapes and models are types. Numbers and sums are none."""
_TYPES: Final = ("颜色", "材质", "形状", "型号")


def fields_with_values(holding: Holding) -> Iterator[SpanField]:
    """The texts that have a document of their own: those that are about something, and the words on the photos."""
    told = {span.field for span in holding.annotation.attributes if span.type in _CLASSES or span.type in _TYPES}
    if holding.annotation.text("ocr"):
        told.add("ocr")
    return (field for field in FIELDS if field in told)


def text_document(holding: Holding, site: Site, field: SpanField) -> Node:
    """The document of one text; plain JSON types."""
    kinds = {
        "title": own(site, "title", "名称"),
        "description": aat("300435416", "Description"),
        "ocr": own(site, "ocr", "照片上识读的文字"),
    }
    reading = holding.annotation.ocr
    said = [source_statement(f"{reading.engine}（机器识读，待核）" if field == "ocr" and reading else holding.said_by)]
    if guessed := _guessed(holding, field):
        said.append(source_statement(f"{holding.program}（机器关联，待核）：{guessed}"))
    if assumed := _assumed(holding, field):
        said.append(source_statement(f"{holding.program}（年代按惯例或上下文推定）：{assumed}"))
    document: Node = {
        "@context": CONTEXT,
        "id": text_uri(holding, site, field),
        "type": "LinguisticObject",
        "_label": f"{holding.name}：{field}",
        "classified_as": [kinds[field]],
        "content": holding.annotation.text(field),
        "language": [CHINESE],
        "referred_to_by": said,
    }
    about = list(_about(holding, site, field))
    return {**document, "about": about} if about else document


def _about(holding: Holding, site: Site, field: SpanField) -> Iterator[Node]:
    """One reference for each thing, however often the text names it."""
    seen: set[str] = set()
    told: set[tuple[str, str]] = set()
    for place, (span, meaning) in enumerate(
        zip(holding.annotation.attributes, meanings(holding.annotation), strict=True)
    ):
        if span.field != field or not (span.type in _CLASSES or span.type in _TYPES):
            continue
        known = list(_known(holding, site, place, meaning))
        if not known and (span.type, span.value) not in told:
            told.add((span.type, span.value))
            here = f"{text_uri(holding, site, field)}#value-{place + 1}"
            known = [{"id": here, "type": _CLASSES.get(span.type, "Type"), "_label": span.value}]
        for node in known:
            if node["id"] not in seen:
                seen.add(node["id"])
                yield node


def _known(holding: Holding, site: Site, place: int, meaning: Meaning | None) -> Iterator[Node]:
    """What has an address beyond this record: an authority entry, a date, a term of a controlled list."""
    if link := holding.link(place):
        yield {"id": site.entry(link.named), "type": CLASSES[link.named.kind], "_label": link.named.name}
    if days := stretch(meaning):
        yield {"id": site.uri("period", days.edtf), "type": "Period", "_label": days.edtf}
    if meaning and meaning["kind"] == "term":
        value = holding.annotation.attributes[place].value
        for entry in meaning["ids"]:
            yield {"id": site.term(f"{meaning['vocabulary']}-word", entry), "type": "Type", "_label": value}


def _guessed(holding: Holding, field: SpanField) -> str:
    """The links of one text that nobody has confirmed, in words: 朱德 → person:zhu-de (93 %)."""
    spans = holding.annotation.attributes
    found = [
        f"{spans[place].value} → {link.named.id} ({link.confidence:.0%})"
        for place, link in enumerate(holding.links)
        if link is not None and not link.confirmed and spans[place].field == field
    ]
    return "；".join(dict.fromkeys(found))


def _assumed(holding: Holding, field: SpanField) -> str:
    """The dates of one text that a convention or the rest of the record fills in: 同年 → 1934."""
    pairs = zip(holding.annotation.attributes, meanings(holding.annotation), strict=True)
    found = [
        f"{span.value} → {days.edtf}"
        for span, meaning in pairs
        if span.field == field and (days := stretch(meaning)) and days.assumed
    ]
    return "；".join(dict.fromkeys(found))
