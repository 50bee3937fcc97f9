"""One record as a IIIF Presentation 3 manifest, many as a collection.

What IIIF has no place for (the number, the photos' names, the user's own columns) stands in a file beside the manifest,
``record.json``, to which it refers as ``seeAlso``; ``records.interchange`` reads it back. IIIF's validator refuses
properties that it does not know, so nothing of ours stands in the manifest itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

from biaotu.export.exchange import Holding, Photo, Site, accepted, values
from biaotu.export.iiif.annotations import FIELDS, Node, canvas_page, canvas_uri, manifest_uri, text_page, text_uri
from biaotu.records import readable
from biaotu.records.interchange.iiif import RECORD_FILE, RECORD_PROFILE
from biaotu.taxonomy import ATTRIBUTES

PRESENTATION: Final = "http://iiif.io/api/presentation/3/context.json"
CONTEXT: Final = PRESENTATION

BLANK: Final = 1000
"""Pixels of the blank canvas of a record without photos: a manifest must have a canvas."""


def manifest(holding: Holding, site: Site) -> Node:
    """The manifest of one record; plain JSON types.

    The canvases are the photos in their order. Labels, tags and regions are annotations of the canvases, values those
    of the texts, which the manifest links to as ``rendering`` (see ``texts``).
    """
    annotation = holding.annotation
    document: Node = {
        "@context": PRESENTATION,
        "id": manifest_uri(holding, site),
        "type": "Manifest",
        "label": {"zh": [annotation.title]} if annotation.title else {"none": [holding.id]},
    }
    if annotation.description:
        document["summary"] = {"zh": [annotation.description]}
    document["metadata"] = list(_metadata(holding))
    document["rendering"] = [
        {"id": text_uri(holding, site, field), "type": "Text", "label": label, "format": "text/plain"}
        for field, label in zip(FIELDS, _LABELS, strict=True)
        if field != "ocr" or annotation.ocr
    ]
    document["seeAlso"] = [
        {
            "id": site.uri("iiif", holding.id, RECORD_FILE),
            "type": "Dataset",
            "label": _both("记录原文", "The record as it came in"),
            "format": "application/json",
            "profile": RECORD_PROFILE,
        }
    ]
    document["items"] = [_canvas(holding, site, place, photo) for place, photo in enumerate(holding.photos)] or [
        _blank(holding, site)
    ]
    page = text_page(holding, site)
    if page:
        document["annotations"] = [page]
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


def files(holding: Holding) -> dict[str, bytes]:
    """What is published beside a manifest, as file name -> bytes.

    The texts that its annotations point into, and ``record.json`` with what IIIF has no place for.
    """
    annotation = holding.annotation
    own = {"id": holding.id, "images": [readable(name) for name in annotation.images], "extra": dict(annotation.extra)}
    record = {"title": annotation.title, "description": annotation.description, **own}
    if annotation.ocr:
        record["ocr"] = annotation.ocr.to_dict()
    found = {f"{field}.txt": _plain(annotation.text(field)) for field in FIELDS if field != "ocr" or annotation.ocr}
    # Lone surrogates cannot be written as UTF-8; JSON's own escapes can hold them.
    return {**found, RECORD_FILE: json.dumps(record, default=str).encode()}


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


_LABELS: Final = (_both("名称", "Title"), _both("描述", "Description"), _both("照片上的文字", "Words on the photos"))


def _plain(text: str) -> bytes:
    """UTF-8; half of a surrogate pair becomes one question mark, so offsets stay."""
    return text.encode("utf-8", "replace")
