"""A view as plain JSON types: the contract of the API and of exports in full."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from biaotu.normal import short
from biaotu.records import OcrReading
from biaotu.review.items import ocr_mark
from biaotu.review.meaning import Meaning, normals_of
from biaotu.review.photos import GONE

if TYPE_CHECKING:
    from biaotu.review.view import ImageFacts, LabelView, LinkView, RecordView, SpanView, TagView


def document_of(view: RecordView) -> dict[str, Any]:
    """The view, keys in the order of the contract; confidences to four places."""
    facts, meanings = view.facts, normals_of(view)
    return {
        "id": facts.id,
        "number": facts.number,
        "museum": facts.museum,
        "title": facts.title,
        "description": facts.description,
        "extra": dict(facts.extra),
        "text_version": facts.text_version,
        "state": view.state,
        "revision": view.revision,
        "images": [_image(image) for image in facts.images],
        "ocr": None if facts.ocr is None else _reading(facts.ocr),
        "labels": {"material": [_label(one) for one in view.material], "use": [_label(one) for one in view.use]},
        "tags": [_tag(tag) for tag in view.tags],
        "attributes": [_span(span, meanings.get(span.item.key)) for span in view.attributes],
        "links": [_link(link) for link in view.links],
        "attribute_names": [
            {"name": name.name, "confidence": _rounded(name.confidence)} for name in view.attribute_names
        ],
        "model": None if view.model is None else {"name": view.model[0], "version": view.model[1]},
        "proposal": view.proposal,
        "submitter": {"id": view.submitter, "name": view.submitter_name} if view.submitter_name else None,
        "warnings": [{"code": notice.code, "message": notice.message} for notice in view.warnings],
        "uncertainty": _rounded(view.uncertainty),
        "updated_at": _moment(facts.updated_at),
    }


def _image(image: ImageFacts) -> dict[str, Any]:
    url = f"/api/v1/images/{image.digest}"
    return {
        "digest": image.digest,
        "name": image.name,
        "width": image.width,
        "height": image.height,
        "url": url,
        "thumbnail": f"{url}/thumbnail",
    }


def _label(label: LabelView) -> dict[str, Any]:
    return {
        "item": label.item.key,
        "id": label.item.term,
        "name": label.item.name,
        "confidence": _rounded(label.confidence),
        "suggested": label.suggested,
        "status": label.status,
        "by": label.by,
        "at": _moment(label.at),
    }


def _tag(tag: TagView) -> dict[str, Any]:
    return {
        "item": tag.item.key,
        "tag": tag.item.tag,
        "confidence": _rounded(tag.confidence),
        "label": tag.label,
        "suggested": tag.suggested,
        "status": tag.status,
        "place": tag.place,
        "by": tag.by,
        "at": _moment(tag.at),
    }


def _span(span: SpanView, meaning: Meaning | None) -> dict[str, Any]:
    return {
        "item": span.item.key,
        "type": span.item.name,
        "type_id": span.item.type,
        "value": span.value,
        "field": span.item.field,
        "start": span.item.start,
        "end": span.item.end,
        "confidence": _rounded(span.confidence),
        "suggested": span.suggested,
        "status": span.status,
        "by": span.by,
        "at": _moment(span.at),
        "normal": None if meaning is None else dict(meaning),
        "meaning": None if meaning is None else short(meaning),
    }


def _link(link: LinkView) -> dict[str, Any]:
    return {
        "item": link.item.key,
        "span": link.item.span.key,
        "entry": None if link.item.is_none else link.item.entry,
        "status": link.status,
        "by": link.by,
        "at": _moment(link.at),
    }


def _reading(reading: OcrReading) -> dict[str, Any]:
    document = reading.to_dict()
    for line in document["lines"]:
        line["photo"] = None if line["photo"] == GONE else line["photo"]
    return {"text": document["text"], "mark": ocr_mark(reading.text)} | document


def _rounded(confidence: float | None) -> float | None:
    return None if confidence is None else round(confidence, 4)


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
