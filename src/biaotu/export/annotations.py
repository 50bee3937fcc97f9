"""Annotations that ``biaotu annotate`` wrote, read back from JSON Lines or Parquet and seen through."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, get_args

from biaotu.normal import is_normal
from biaotu.records import Annotation, SpanField
from biaotu.taxonomy import ATTRIBUTES, MATERIALS, USES


def annotation_in(document: Any) -> Annotation:
    """The annotation that a line holds, seen through: texts are texts, names ours, values stand where they say.

    Raises:
        ValueError: saying what is wrong.
    """
    foreign = "is no annotation that biaotu annotate wrote"
    try:
        annotation = Annotation.from_dict(document)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ValueError(f"{foreign} ({error!r})") from error
    try:
        _check(annotation)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{foreign} ({error!r})") from error
    return annotation


def document_of(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The document of a row of Parquet, where what has no fixed shape is JSON text (``export.parquet``).

    Raises:
        ValueError: if such a text is no JSON.
    """
    document = {name: value for name, value in fields.items() if value is not None}
    document |= {name: json.loads(document[name]) for name in ("extra", "ocr") if name in document}
    spans = document.get("attributes")
    if isinstance(spans, list) and all(isinstance(span, dict) for span in spans):
        document["attributes"] = [_span(span) for span in spans]
    return document


def _span(fields: Mapping[str, Any]) -> dict[str, Any]:
    span = {name: value for name, value in fields.items() if name != "normal"}
    return span if fields.get("normal") is None else {**span, "normal": json.loads(fields["normal"])}


def _check(annotation: Annotation) -> None:
    tags: list[Any] = [*annotation.text_tags, *annotation.primary, *annotation.secondary]
    texts: list[Any] = [annotation.id, annotation.title, annotation.description, *annotation.images]
    texts += [annotation.model_name, annotation.model_version, *(tag.tag for tag in tags)]
    if not all(isinstance(text, str) for text in texts):
        raise ValueError("has a number, a list or nothing where a text must stand (id, title, images, tags, model)")
    if not annotation.id.strip():
        raise ValueError("has an empty id; give it a number")
    if not isinstance(annotation.extra, dict):
        raise ValueError("extra is no object")
    for vocabulary, labels in ((MATERIALS, annotation.material), (USES, annotation.use)):
        for label in labels:
            if label.name not in vocabulary:
                raise ValueError(f"the {vocabulary.name} label {label.name!r} is not known to this version")
            if not isinstance(label.confidence, (int, float)) or not isinstance(label.accepted, bool):
                raise ValueError(f"the label {label.name!r} has no confidence as a number, or does not say if accepted")
    for span in annotation.attributes:
        if span.type not in ATTRIBUTES:
            raise ValueError(f"the attribute {span.type!r} is not known to this version")
        if span.field not in get_args(SpanField):
            raise ValueError(
                f"the value {span.value!r} stands in {span.field!r}, neither title nor description nor ocr"
            )
        text = annotation.text(span.field)
        lawful = type(span.start) is int and type(span.end) is int and 0 <= span.start < span.end <= len(text)
        if not lawful or text[span.start : span.end] != span.value:
            raise ValueError(f"the value {span.value!r} does not stand at {span.start} to {span.end} of the text")
    for span, meaning in zip(annotation.attributes, annotation.normals, strict=False):
        if meaning is not None and not is_normal(meaning):
            raise ValueError(f"what {span.value!r} means (normal) is nothing that this version writes; annotate anew")
