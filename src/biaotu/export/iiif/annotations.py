"""Web Annotations: labels, tags and regions on the photos, words read on them, attribute values on the texts.

A value's place is told twice: as a fragment that counts characters (RFC 5147; Unicode code points, as in our own
format), and by its own words. IIIF's validator knows no other selectors for texts than fragments.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from biaotu import normal
from biaotu.export.exchange import CHECKED, UNCHECKED, Holding, Link, Site, accepted
from biaotu.export.meaning import meanings
from biaotu.records import OcrLine, SpanField
from biaotu.taxonomy import ATTRIBUTES, MATERIALS, USES

FIELDS: Final[tuple[SpanField, ...]] = ("title", "description", "ocr")
TEXT_FRAGMENT: Final = "http://tools.ietf.org/rfc/rfc5147"
MEDIA_FRAGMENT: Final = "http://www.w3.org/TR/media-frags/"

Node = dict[str, Any]


def manifest_uri(holding: Holding, site: Site) -> str:
    """The address of a record's manifest."""
    return site.uri("iiif", holding.id, "manifest.json")


def canvas_uri(holding: Holding, site: Site, place: int) -> str:
    """The address of the canvas of a photo; photos count from 1 in addresses."""
    return site.uri("iiif", holding.id, "canvas", str(place + 1))


def text_uri(holding: Holding, site: Site, field: SpanField) -> str:
    """The address of a field's plain text, the resource that text selectors point into."""
    return site.uri("iiif", holding.id, f"{field}.txt")


def canvas_page(holding: Holding, site: Site, place: int) -> Node | None:
    """What is said of the photo of one canvas; labels and tags stand on the first. None if nothing is."""
    bodies = [*_labels(holding, site)] if place == 0 else []
    bodies += _regions(holding, site, place)
    bodies += _words(holding, site, place)
    return _page(f"{canvas_uri(holding, site, place)}/annotations", bodies)


def text_page(holding: Holding, site: Site) -> Node | None:
    """The attribute values in their places in the texts; None if there are none."""
    return _page(site.uri("iiif", holding.id, "values"), [*_values(holding, site)])


def _page(where: str, bodies: list[Node]) -> Node | None:
    items = [{"id": f"{where}/{number}", "type": "Annotation", **body} for number, body in enumerate(bodies, 1)]
    return {"id": where, "type": "AnnotationPage", "items": items} if items else None


def _labels(holding: Holding, site: Site) -> Iterator[Node]:
    annotation = holding.annotation
    target = canvas_uri(holding, site, 0)
    for vocabulary, labels in ((MATERIALS, annotation.material), (USES, annotation.use)):
        for label in accepted(labels):
            term = site.term(vocabulary.name, vocabulary.named(label.name).id)
            yield _said(holding, "tagging", [_text(label.name), {"id": term, "type": "Dataset"}], target)
    for tag in (*annotation.primary, *annotation.secondary):
        yield _said(holding, "tagging", _text(tag.tag), target)


def _values(holding: Holding, site: Site) -> Iterator[Node]:
    """Each value as what it is and means; whom or what it names follows as an annotation of its own."""
    annotation = holding.annotation
    for place, (span, meaning) in enumerate(zip(annotation.attributes, meanings(annotation), strict=True)):
        fragment = {
            "type": "FragmentSelector",
            "conformsTo": TEXT_FRAGMENT,
            "value": f"char={span.start},{span.end}",
            "refinedBy": {"type": "TextQuoteSelector", "exact": span.value},
        }
        source = {"id": text_uri(holding, site, span.field), "type": "Text", "format": "text/plain"}
        target = {"type": "SpecificResource", "source": source, "selector": fragment}
        kind = site.term("attribute", ATTRIBUTES.named(span.type).id)
        bodies = [_text(span.type), {"id": kind, "type": "Dataset"}]
        if meaning is not None:
            bodies.append({"type": "TextualBody", "value": normal.short(meaning), "format": "text/plain"})
        yield _said(holding, "identifying", bodies, target)
        if link := holding.link(place):
            yield _linked(holding, site, link, target)


def _linked(holding: Holding, site: Site, link: Link, target: Node) -> Node:
    """Whom or what a value names; said by the program as long as no person has, whatever else people have settled."""
    entry = {"id": site.entry(link.named), "type": "Dataset"}
    mark = CHECKED if link.confirmed else f"{UNCHECKED}，{link.confidence:.0%}"
    creator = {"type": "Software", "name": f"{holding.program}（{mark}）"}
    return {"motivation": "linking", "creator": creator, "body": [_text(link.named.name), entry], "target": target}


def _regions(holding: Holding, site: Site, place: int) -> Iterator[Node]:
    for region in holding.regions:
        if region.photo != place:
            continue
        fragment = {
            "type": "FragmentSelector",
            "conformsTo": MEDIA_FRAGMENT,
            "value": f"xywh={region.x},{region.y},{region.width},{region.height}",
        }
        yield _said(holding, "tagging", _text(region.label), _part(holding, site, place, fragment))


def _words(holding: Holding, site: Site, place: int) -> Iterator[Node]:
    """The lines read on a photo, each round its own four corners; read by a program, whoever settled the rest."""
    reading = holding.annotation.ocr
    for line in reading.lines if reading else ():
        if holding.shows(line.photo) != place:
            continue
        selector = {"type": "SvgSelector", "value": _outline(line)}
        creator = {
            "type": "Software",
            "name": f"{reading.engine}（{UNCHECKED}，{line.confidence:.0%}）" if reading else "",
        }
        yield {
            "motivation": "supplementing",
            "creator": creator,
            "body": _text(line.text),
            "target": _part(holding, site, place, selector),
        }


def _outline(line: OcrLine) -> str:
    points = " ".join(f"{x:g},{y:g}" for x, y in line.box)
    return f'<svg xmlns="http://www.w3.org/2000/svg"><polygon points="{points}"/></svg>'


def _part(holding: Holding, site: Site, place: int, selector: Node) -> Node:
    source = {"id": canvas_uri(holding, site, place), "type": "Canvas"}
    return {"type": "SpecificResource", "source": source, "selector": selector}


def _said(holding: Holding, motivation: str, body: Node | list[Node], target: str | Node) -> Node:
    creator = {"type": "Software", "name": holding.said_by}
    return {"motivation": motivation, "creator": creator, "body": body, "target": target}


def _text(value: str) -> Node:
    return {"type": "TextualBody", "value": value, "language": "zh", "format": "text/plain"}
