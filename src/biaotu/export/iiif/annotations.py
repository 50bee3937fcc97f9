"""Web Annotations: labels and tags on the photos, attribute values on the texts, regions in a photo.

Text offsets count Unicode code points, as the Web Annotation model asks; each value carries its quotation too, so that
a reader that counts otherwise still finds it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from biaotu.export.exchange import Holding, Site, accepted
from biaotu.records import FieldName
from biaotu.taxonomy import ATTRIBUTES, MATERIALS, USES

FIELDS: Final[tuple[FieldName, FieldName]] = ("title", "description")
_AROUND: Final = 16
"""Characters of context that a quotation carries on each side."""

Node = dict[str, Any]


def manifest_uri(holding: Holding, site: Site) -> str:
    """The address of a record's manifest."""
    return site.uri("iiif", holding.id, "manifest.json")


def canvas_uri(holding: Holding, site: Site, place: int) -> str:
    """The address of the canvas of a photo; photos count from 1 in addresses."""
    return site.uri("iiif", holding.id, "canvas", str(place + 1))


def text_uri(holding: Holding, site: Site, field: FieldName) -> str:
    """The address of a field's plain text, the resource that text selectors point into."""
    return site.uri("iiif", holding.id, f"{field}.txt")


def canvas_page(holding: Holding, site: Site, place: int) -> Node | None:
    """What is said of the photo of one canvas; labels and tags stand on the first. None if nothing is."""
    bodies = [*_labels(holding, site)] if place == 0 else []
    bodies += _regions(holding, site, place)
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
    for span in holding.annotation.attributes:
        text = holding.annotation.title if span.field == "title" else holding.annotation.description
        position = {"type": "TextPositionSelector", "start": span.start, "end": span.end}
        quotation = {
            "type": "TextQuoteSelector",
            "exact": span.value,
            "prefix": text[max(0, span.start - _AROUND) : span.start],
            "suffix": text[span.end : span.end + _AROUND],
        }
        target = {
            "type": "SpecificResource",
            "source": {"id": text_uri(holding, site, span.field), "type": "Text", "format": "text/plain"},
            "selector": [position, quotation],
        }
        kind = site.term("attribute", ATTRIBUTES.named(span.type).id)
        yield _said(holding, "identifying", [_text(span.type), {"id": kind, "type": "Dataset"}], target)


def _regions(holding: Holding, site: Site, place: int) -> Iterator[Node]:
    for region in holding.regions:
        if region.photo != place:
            continue
        fragment = {
            "type": "FragmentSelector",
            "conformsTo": "http://www.w3.org/TR/media-frags/",
            "value": f"xywh={region.x},{region.y},{region.width},{region.height}",
        }
        source = {"id": canvas_uri(holding, site, place), "type": "Canvas"}
        target = {"type": "SpecificResource", "source": source, "selector": fragment}
        yield _said(holding, "tagging", _text(region.label), target)


def _said(holding: Holding, motivation: str, body: Node | list[Node], target: str | Node) -> Node:
    creator = {"type": "Software", "name": holding.said_by}
    return {"motivation": motivation, "creator": creator, "body": body, "target": target}


def _text(value: str) -> Node:
    return {"type": "TextualBody", "value": value, "language": "zh", "format": "text/plain"}
