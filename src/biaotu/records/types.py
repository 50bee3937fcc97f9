"""What goes in and what comes out: frozen classes with no behaviour beyond their own shape.

Every offset counts Unicode code points of the text *as it came in*; ``text[span.start:span.end] == span.value``.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as default
from pathlib import Path
from typing import Any, Literal

FieldName = Literal["title", "description"]


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
    field: FieldName
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
