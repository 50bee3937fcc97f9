"""One record as a IIIF Presentation 3 manifest, many as a collection.

What IIIF has no place for (the number, the photos' names, the user's own columns) travels in one property of our own
namespace, ``biaotu:record``, which every reader of IIIF passes over; ``records.interchange`` reads it back.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

from biaotu.export.exchange import Holding, Photo, Site, accepted, values
from biaotu.export.iiif.annotations import FIELDS, Node, canvas_page, canvas_uri, manifest_uri, text_page, text_uri
from biaotu.records import readable
from biaotu.taxonomy import ATTRIBUTES

PRESENTATION: Final = "http://iiif.io/api/presentation/3/context.json"
OWN_TERMS: Final = {"biaotu": "urn:biaotu:terms:", "biaotu:record": {"@type": "@json"}}
CONTEXT: Final = [OWN_TERMS, PRESENTATION]
"""The contexts of every document: our own property first, IIIF's last, as the specification asks."""

BLANK: Final = 1000
"""Pixels of the blank canvas of a record without photos: a manifest must have a canvas."""


def manifest(holding: Holding, site: Site) -> Node:
    """The manifest of one record; plain JSON types.

    The canvases are the photos in their order. Labels, tags and regions are annotations of the canvases, values those
    of the texts, which the manifest links to as ``rendering`` (see ``texts``).
    """
    annotation = holding.annotation
    document: Node = {
        "@context": CONTEXT,
        "id": manifest_uri(holding, site),
        "type": "Manifest",
        "label": {"zh": [annotation.title]} if annotation.title else {"none": [holding.id]},
    }
    if annotation.description:
        document["summary"] = {"zh": [annotation.description]}
    document["metadata"] = list(_metadata(holding))
    document["rendering"] = [
        {"id": text_uri(holding, site, field), "type": "Text", "label": label, "format": "text/plain"}
        for field, label in zip(FIELDS, (_both("名称", "Title"), _both("描述", "Description")), strict=True)
    ]
    document["items"] = [_canvas(holding, site, place, photo) for place, photo in enumerate(holding.photos)] or [
        _blank(holding, site)
    ]
    page = text_page(holding, site)
    if page:
        document["annotations"] = [page]
    # Through JSON, so that what a caller's own columns hold (dates, tuples) is what a reader will see.
    own = {"id": holding.id, "images": [readable(name) for name in annotation.images], "extra": dict(annotation.extra)}
    document["biaotu:record"] = json.loads(json.dumps(own, ensure_ascii=False, default=str))
    return document


def collection(holdings: Iterable[Holding], site: Site, *, name: str, title: str) -> Node:
    """The collection that lists the manifests of many records.

    Args:
        holdings: the records, in the order in which they are listed.
        site: where they are published.
        name: the collection's step in its address, such as ``all``.
        title: what to show.
    """
    items = [
        {"id": manifest_uri(holding, site), "type": "Manifest", "label": {"zh": [holding.name]}} for holding in holdings
    ]
    return {
        "@context": PRESENTATION,
        "id": site.uri("iiif", "collection", f"{name}.json"),
        "type": "Collection",
        "label": {"zh": [title]},
        "items": items,
    }


def texts(holding: Holding) -> dict[str, bytes]:
    """The plain texts that a manifest's annotations point into, as file name -> bytes; to be published beside it."""
    annotation = holding.annotation
    return {"title.txt": _plain(annotation.title), "description.txt": _plain(annotation.description)}


def _metadata(holding: Holding) -> Iterator[Node]:
    annotation = holding.annotation
    yield _pair("编号", "Registration number", [holding.id])
    if holding.museum:
        yield _pair("收藏单位", "Holding museum", [holding.museum])
    for zh, en, labels in (("材质标签", "Materials", annotation.material), ("用途标签", "Uses", annotation.use)):
        if names := [label.name for label in accepted(labels)]:
            yield _pair(zh, en, names)
    for zh, en, tags in (
        ("图文对标签", "Tags seen and told", annotation.primary),
        ("次要标签", "Other tags", annotation.secondary),
    ):
        if tags:
            yield _pair(zh, en, [tag.tag for tag in tags])
    for term in ATTRIBUTES:
        if found := values(annotation.attributes, term.zh):
            yield _pair(term.zh, term.en.capitalize(), found)
    yield _pair("标注", "Annotated by", [holding.said_by])


def _canvas(holding: Holding, site: Site, place: int, photo: Photo) -> Node:
    where = canvas_uri(holding, site, place)
    body: Node = {
        "id": photo.url,
        "type": "Image",
        "format": photo.media_type,
        "width": photo.width,
        "height": photo.height,
    }
    if photo.service:
        body["service"] = [{"id": photo.service, "type": "ImageService3", "profile": f"level{photo.level}"}]
    painting: Node = {
        "id": f"{where}/page/painting",
        "type": "Annotation",
        "motivation": "painting",
        "body": body,
        "target": where,
    }
    canvas: Node = {
        "id": where,
        "type": "Canvas",
        "label": {"none": [readable(photo.name)]},
        "width": photo.width,
        "height": photo.height,
        "items": [{"id": f"{where}/page", "type": "AnnotationPage", "items": [painting]}],
    }
    return _annotated(canvas, holding, site, place)


def _blank(holding: Holding, site: Site) -> Node:
    label = _both("没有照片", "No photo")
    where = canvas_uri(holding, site, 0)
    canvas: Node = {"id": where, "type": "Canvas", "label": label, "width": BLANK, "height": BLANK, "items": []}
    return _annotated(canvas, holding, site, 0)


def _annotated(canvas: Node, holding: Holding, site: Site, place: int) -> Node:
    page = canvas_page(holding, site, place)
    return {**canvas, "annotations": [page]} if page else canvas


def _pair(zh: str, en: str, found: list[str]) -> Node:
    return {"label": _both(zh, en), "value": {"zh": found}}


def _both(zh: str, en: str) -> dict[str, Any]:
    return {"zh": [zh], "en": [en]}


def _plain(text: str) -> bytes:
    """UTF-8; half of a surrogate pair becomes one question mark, so offsets stay."""
    return text.encode("utf-8", "replace")
