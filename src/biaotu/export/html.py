"""One self-contained HTML page: photos, the text with its spans coloured, labels with bars, tags, warnings.

The page runs no script and loads nothing: its content security policy allows data-URI pictures and the page's own style
sheet (by hash) and nothing else. It is written card by card, so memory stays flat however long it grows.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, Self

import jinja2

from biaotu.export.meaning import beside, meanings
from biaotu.export.thumbnails import Picture, picture
from biaotu.export.writers import Entry, Overview
from biaotu.records import Annotation, Label, OcrLine, RankedTag, Span, SpanField
from biaotu.taxonomy import ATTRIBUTES

MAX_PICTURES: Final = 8
_TEMPLATES = files("biaotu.export").joinpath("templates")
_UNSHOWN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text and the span that covers it, if any; ``slug`` is the attribute's ASCII id."""

    text: str
    span: Span | None = None
    slug: str = ""


@dataclass(frozen=True, slots=True)
class AttributeRow:
    """One attribute's distinct values, each with its highest confidence and what it means, where that says more."""

    name: str
    slug: str
    values: tuple[tuple[str, float, str], ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """One photo with the boxes of the words on it, each as the points of an SVG polygon in the photo's pixels."""

    picture: Picture
    boxes: tuple[tuple[str, str], ...] = ()


def pieces(text: str, spans: Iterable[Span]) -> list[Piece]:
    """Cut a text at its spans; joined again the pieces are the text.

    Of spans that overlap the first is coloured; the others stay in the card's list of attributes.
    """
    out: list[Piece] = []
    last = 0
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        if span.start < last or not span.start < span.end <= len(text):
            continue
        if span.start > last:
            out.append(Piece(text[last : span.start]))
        out.append(Piece(text[span.start : span.end], span, _slug(span.type)))
        last = span.end
    if last < len(text):
        out.append(Piece(text[last:]))
    return out


class HtmlWriter:
    """Writes entries as cards of one page."""

    def __init__(self, path: Path, overview: Overview) -> None:
        self._overview = overview
        self._count = 0
        self._card = _environment().get_template("card.html")
        self._file = path.open("w", encoding="utf-8", newline="\n")
        style = _TEMPLATES.joinpath("style.html").read_text(encoding="utf-8")
        inner = style.partition("<style>")[2].rpartition("</style>")[0]
        digest = base64.b64encode(hashlib.sha256(inner.encode()).digest()).decode("ascii")
        head = _environment().get_template("head.html")
        self._file.write(
            head.render(style=style, digest=digest, overview=overview, attributes=ATTRIBUTES.terms, shown=shown)
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *exc: object) -> None:
        if kind is None:
            self._file.write(_environment().get_template("foot.html").render(overview=self._overview))
        self._file.close()

    def write(self, entry: Entry) -> None:
        """Write one card."""
        self._count += 1
        self._file.write(self._card.render(**_card(entry, self._count)))


def shown(text: str) -> str:
    """Text as a page can show it: controls, half surrogates and direction overrides as U+FFFD, one to one."""
    return _UNSHOWN.sub("\ufffd", text)


def _card(entry: Entry, number: int) -> dict[str, Any]:
    annotation = entry.annotation
    return {
        "number": number,
        "annotation": annotation,
        "title": pieces(annotation.title, _in_field(annotation, "title")),
        "description": pieces(annotation.description, _in_field(annotation, "description")),
        "inscribed": pieces(annotation.text("ocr"), _in_field(annotation, "ocr")),
        "systems": [
            (name, _worth_showing(labels))
            for name, labels in (("材质", annotation.material), ("用途", annotation.use))
            if labels
        ],
        "tag_groups": _tag_groups(annotation),
        "attributes": _rows(annotation),
        "pictures": _pictures(entry),
        "more_pictures": max(0, len(annotation.images) - MAX_PICTURES),
    }


def _in_field(annotation: Annotation, name: SpanField) -> list[Span]:
    return [span for span in annotation.attributes if span.field == name]


def _worth_showing(labels: Sequence[Label]) -> list[Label]:
    """The accepted labels, or the best one where none was; best first."""
    ordered = sorted(labels, key=lambda label: -label.confidence)
    return [label for label in ordered if label.accepted] or ordered[:1]


def _tag_groups(annotation: Annotation) -> list[tuple[str, str, Sequence[RankedTag]]]:
    groups = (
        ("图文对标签", "primary", annotation.primary),
        ("次要标签", "secondary", annotation.secondary),
    )
    return [group for group in groups if group[2]]


def _rows(annotation: Annotation) -> list[AttributeRow]:
    found: dict[str, dict[tuple[str, str], float]] = {}
    for span, meaning in zip(annotation.attributes, meanings(annotation), strict=True):
        if span.field != "ocr":  # those stand beside the photos' words
            values = found.setdefault(span.type, {})
            told = span.value, beside(span.value, meaning)
            values[told] = max(values.get(told, 0.0), span.confidence)
    order = {name: place for place, name in enumerate(ATTRIBUTES.names)}
    return [
        AttributeRow(name, _slug(name), tuple((value, sure, meant) for (value, meant), sure in found[name].items()))
        for name in sorted(found, key=lambda name: order.get(name, len(order)))
    ]


def _pictures(entry: Entry) -> list[Shown]:
    lines = entry.annotation.ocr.lines if entry.annotation.ocr else ()
    return [
        Shown(picture(name, entry.image_root / name), tuple(_box(line) for line in lines if line.photo == place))
        for place, name in enumerate(entry.annotation.images[:MAX_PICTURES])
    ]


def _box(line: OcrLine) -> tuple[str, str]:
    return " ".join(f"{x:.0f},{y:.0f}" for x, y in line.box), line.text


def _slug(name: str) -> str:
    return ATTRIBUTES.named(name).id if name in ATTRIBUTES else "unknown"


@lru_cache(maxsize=1)
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("biaotu.export"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: shown(value) if type(value) is str else value,
    )
    environment.filters["percent"] = lambda value: f"{100 * value:.0f}"
    return environment
