"""What goes in and what comes out: frozen classes with no behaviour beyond their own shape.

Every offset counts Unicode code points of the text *as it came in*; ``text[span.start:span.end] == span.value``.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as default
from pathlib import Path
from typing import Any, Final, Literal

FieldName = Literal["title", "description"]
"""The text fields that a museum hands in."""
SpanField = Literal["title", "description", "ocr"]
"""Where an attribute value can stand: ``ocr`` is what was read on the photos (``Annotation.ocr``)."""
WITH_OCR: Final = "+ocr"
"""Ends the model version of annotations for which words on photos were read too."""


def readable(name: str) -> str:
    """A file name as it can be written out.

    Names that are not UTF-8 on disk (an archive packed on a Chinese Windows, unpacked on Linux) reach Python with lone
    surrogates; they open the file but cannot be written. They are read as GB18030 here.
    """
    try:
        name.encode()
    except UnicodeEncodeError:
        pass
    else:
        return name
    try:
        return os.fsencode(name).decode("gb18030", "replace")
    except UnicodeEncodeError:
        return name.encode("utf-8", "replace").decode()


@dataclass(frozen=True, slots=True)
class Notice:
    """A named warning on one record: something was wrong, the rest was still annotated.

    ``code`` is stable and ASCII (``image-missing``, ``text-empty`` ...); ``message`` tells a person what to do.
    """

    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a record was read: ``file`` as the user named it, ``row`` counted from 1 as an editor or Excel shows it."""

    file: str
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """One relic as the museum handed it in.

    ``images`` are names as given; ``image_root`` is the folder they are relative to. ``extra`` holds every other
    column or key untouched.
    """

    id: str
    title: str = ""
    description: str = ""
    images: tuple[str, ...] = ()
    image_root: Path = default(default_factory=Path)
    extra: Mapping[str, Any] = default(default_factory=dict)
    source: Source | None = None
    notices: tuple[Notice, ...] = ()

    def image_paths(self) -> tuple[Path, ...]:
        """The photos' places on disk, in the order of ``images``; whether they exist is for the image step to see."""
        return tuple(self.image_root / name for name in self.images)

    def text(self, name: FieldName) -> str:
        """The text of one field."""
        return self.title if name == "title" else self.description


@dataclass(frozen=True, slots=True)
class Failure:
    """A row that could not become a record or a record that could not be annotated; written to ``OUT.errors.jsonl``."""

    source: Source
    reason: str
    id: str | None = None
    raw: Any = None


@dataclass(frozen=True, slots=True)
class Span:
    """An attribute value in its place: ``type`` is the attribute's Chinese name, offsets are in ``field``'s text."""

    type: str
    value: str
    field: SpanField
    start: int
    end: int
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Label:
    """A picture label with its probability; ``accepted`` says whether it passed the label's own threshold."""

    name: str
    confidence: float
    accepted: bool


@dataclass(frozen=True, slots=True)
class TextTag:
    """A tag that stands word for word in the text, with its TF-IWF score (paper section 4.2)."""

    tag: str
    score: float


@dataclass(frozen=True, slots=True)
class RankedTag:
    """A text tag ordered by its likeness to the picture labels (paper eq. 5); ``label`` is the one it leans on."""

    tag: str
    confidence: float
    label: str | None


@dataclass(frozen=True, slots=True)
class AttributeName:
    """An attribute that the record is predicted to have (paper eq. 8)."""

    name: str
    confidence: float


Corner = tuple[float, float]
"""A point of a photo in its pixels: x to the right, y downward, the photo upright as it is shown."""


@dataclass(frozen=True, slots=True)
class OcrLine:
    """One line of words read on a photo.

    Attributes:
        photo: place of the photo in ``Annotation.images``, from 0.
        text: the words.
        box: the four corners, clockwise from the line's own beginning.
        confidence: how sure the reader is, 0 to 1.
    """

    photo: int
    text: str
    box: tuple[Corner, Corner, Corner, Corner]
    confidence: float


@dataclass(frozen=True, slots=True)
class OcrReading:
    """The words on a record's photos, line by line in reading order; ``engine`` names program, version and model.

    ``text`` is the field in which spans with the field ``ocr`` count: the lines joined by line feeds.
    """

    lines: tuple[OcrLine, ...]
    engine: str

    @property
    def text(self) -> str:
        """The lines as one text."""
        return "\n".join(line.text for line in self.lines)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types; ``start`` and ``end`` of a line are its place in ``text``, boxes to one place."""
        lines, start = [], 0
        for line in self.lines:
            end = start + len(line.text)
            box = [[round(x, 1), round(y, 1)] for x, y in line.box]
            lines.append(
                {"photo": line.photo, "start": start, "end": end, "box": box, "confidence": round(line.confidence, 4)}
            )
            start = end + 1
        return {"text": self.text, "lines": lines, "engine": self.engine}

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> OcrReading:
        """Read back what ``to_dict`` wrote; KeyError, TypeError or ValueError if it is not of that shape."""
        text = document["text"]
        lines = []
        for line in document["lines"]:
            a, b, c, d = ((float(x), float(y)) for x, y in line["box"])
            lines.append(OcrLine(line["photo"], text[line["start"] : line["end"]], (a, b, c, d), line["confidence"]))
        return cls(tuple(lines), document["engine"])


@dataclass(frozen=True, slots=True)
class Annotation:
    """All that biaotu says about one record. ``to_dict`` is the contract of the JSON Lines output."""

    id: str
    title: str
    description: str
    images: tuple[str, ...]
    material: tuple[Label, ...]
    use: tuple[Label, ...]
    text_tags: tuple[TextTag, ...]
    primary: tuple[RankedTag, ...]
    secondary: tuple[RankedTag, ...]
    attribute_names: tuple[AttributeName, ...]
    attributes: tuple[Span, ...]
    model_name: str
    model_version: str
    warnings: tuple[Notice, ...] = ()
    extra: Mapping[str, Any] = default(default_factory=dict)
    normals: tuple[Mapping[str, Any] | None, ...] = ()
    """What each of ``attributes`` means (docs/normal.md), in their order; None where nothing lawful can be said.

    Empty in annotations that were made before there was any.
    """
    ocr: OcrReading | None = None
    """The words read on the photos; None if nobody looked for any."""

    def text(self, name: SpanField) -> str:
        """The text in which a span's offsets count."""
        if name == "ocr":
            return self.ocr.text if self.ocr else ""
        return self.title if name == "title" else self.description

    def to_dict(self) -> dict[str, Any]:
        """The annotation as plain JSON types, keys in the order of the contract; confidences to four places."""
        document: dict[str, Any] = {
            "id": self.id,
            "title": self.title,
            "description": self.description,
            "images": [readable(name) for name in self.images],
            "labels": {
                "material": [_label(label) for label in self.material],
                "use": [_label(label) for label in self.use],
            },
            "text_tags": [{"tag": tag.tag, "score": round(tag.score, 4)} for tag in self.text_tags],
            "tags": {
                "primary": [_ranked(tag) for tag in self.primary],
                "secondary": [_ranked(tag) for tag in self.secondary],
            },
            "attribute_names": [
                {"name": name.name, "confidence": round(name.confidence, 4)} for name in self.attribute_names
            ],
            "attributes": [
                _span(span, normal)
                for span, normal in zip(self.attributes, self.normals or (None,) * len(self.attributes), strict=True)
            ],
            "model": {"name": self.model_name, "version": self.model_version},
            "warnings": [{"code": notice.code, "message": notice.message} for notice in self.warnings],
        }
        if self.ocr is not None:
            document["ocr"] = self.ocr.to_dict()
        if self.extra:
            document["extra"] = dict(self.extra)
        return document

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> Annotation:
        """Read back what ``to_dict`` wrote; KeyError or TypeError if it is not of that shape."""
        labels, tags, model = document["labels"], document["tags"], document["model"]
        spans = [dict(span) for span in document["attributes"]]
        normals = tuple(span.pop("normal", None) for span in spans)
        return cls(
            id=document["id"],
            title=document["title"],
            description=document["description"],
            images=tuple(document["images"]),
            material=tuple(Label(**label) for label in labels["material"]),
            use=tuple(Label(**label) for label in labels["use"]),
            text_tags=tuple(TextTag(**tag) for tag in document["text_tags"]),
            primary=tuple(RankedTag(**tag) for tag in tags["primary"]),
            secondary=tuple(RankedTag(**tag) for tag in tags["secondary"]),
            attribute_names=tuple(AttributeName(**name) for name in document["attribute_names"]),
            attributes=tuple(Span(**span) for span in spans),
            model_name=model["name"],
            model_version=model["version"],
            warnings=tuple(Notice(**notice) for notice in document["warnings"]),
            extra=document.get("extra", {}),
            normals=normals if any(normals) else (),
            ocr=OcrReading.from_dict(document["ocr"]) if document.get("ocr") else None,
        )


def _label(label: Label) -> dict[str, Any]:
    return {"name": label.name, "confidence": round(label.confidence, 4), "accepted": label.accepted}


def _span(span: Span, normal: Mapping[str, Any] | None) -> dict[str, Any]:
    document: dict[str, Any] = {
        "type": span.type,
        "value": span.value,
        "field": span.field,
        "start": span.start,
        "end": span.end,
        "confidence": round(span.confidence, 4),
    }
    return document if normal is None else document | {"normal": dict(normal)}


def _ranked(tag: RankedTag) -> dict[str, Any]:
    return {"tag": tag.tag, "confidence": round(tag.confidence, 4), "label": tag.label}
