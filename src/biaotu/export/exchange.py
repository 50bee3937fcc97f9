"""What the museum world's formats need beside the annotation: where things live, who holds them, the photos' sizes.

Everything is handed in by the caller; nothing here reads a file or a store.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import quote, urlsplit

from biaotu.errors import InputError, UsageError
from biaotu.records import Annotation, Label, Span

NamedKind = Literal["person", "body", "place", "event", "period"]

ENTRY_STEPS: Final[dict[NamedKind, str]] = {
    "person": "person",
    "body": "group",
    "place": "place",
    "event": "event",
    "period": "period",
}
"""Kind of an authority entry -> step of its address under a site's base."""

VOCABULARY: Final = "terms"
"""Path of our own concepts under a site's base: ``BASE/terms/material/metal``."""

UNCHECKED: Final = "机器标注，待核"
CHECKED: Final = "人工核定"


@dataclass(frozen=True, slots=True)
class Named:
    """An entry of the authority file, as far as an export speaks of it: its names, and whether a registrar checked it.

    What else the file says of it (years, kind, notes) is its own matter and no fact of a record.
    """

    id: str
    kind: NamedKind
    name: str
    others: tuple[str, ...] = ()
    checked: bool = False


@dataclass(frozen=True, slots=True)
class Site:
    """The base under which a museum publishes; every identifier in an export is built on it.

    Raises:
        UsageError: if the base is no absolute ``http`` or ``https`` address.
    """

    base: str

    def __post_init__(self) -> None:
        parts = urlsplit(self.base)
        if parts.scheme not in {"http", "https"} or not parts.netloc or parts.query or parts.fragment:
            raise UsageError(
                f"{self.base!r} is no base for identifiers; give one like https://museum.example/collection"
            )

    def uri(self, *steps: str) -> str:
        """The address of a thing: each step percent-encoded, slashes too, so that any number makes a valid one."""
        return "/".join([self.base.rstrip("/"), *(step_name(step) for step in steps)])

    def entry(self, named: Named) -> str:
        """The address of an entry of the authority file: ``BASE/person/…``, ``BASE/group/…`` ..."""
        return self.uri(ENTRY_STEPS[named.kind], named.id)

    def term(self, scheme: str, term_id: str) -> str:
        """The address of one of our own concepts."""
        return self.uri(VOCABULARY, scheme, term_id)


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo as it is published: its name in the record, address, size in pixels and media type.

    ``service`` is the base of its IIIF image service, where there is one; ``level`` is that service's.
    """

    name: str
    url: str
    width: int
    height: int
    media_type: str = "image/jpeg"
    service: str = ""
    level: int = 0

    def __post_init__(self) -> None:
        if self.width < 1 or self.height < 1:
            raise InputError(f"photo {self.name}: its size {self.width}×{self.height} is none; measure it first")


@dataclass(frozen=True, slots=True)
class Region:
    """A part of a photo that bears out a label or a tag; ``photo`` counts from 0, the rest is in its pixels."""

    photo: int
    x: int
    y: int
    width: int
    height: int
    label: str


@dataclass(frozen=True, slots=True)
class Link:
    """Whom or what a value names. ``confirmed`` if a person said so, else a program did, that sure (0 to 1)."""

    named: Named
    confirmed: bool = False
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Holding:
    """One relic to be published: the annotation with what the caller knows beside it.

    ``confirmed`` says that people have settled the annotation; without it every document says that a program wrote it
    and that it is to be checked (待核). ``links`` stand in the order of ``annotation.attributes``, None for values that
    name nobody known; empty if nobody looked.

    Raises:
        InputError: if a region lies outside of its photo, or there are links, but not one place for each value.
    """

    annotation: Annotation
    photos: tuple[Photo, ...] = ()
    museum: str = ""
    regions: tuple[Region, ...] = ()
    confirmed: bool = False
    links: tuple[Link | None, ...] = ()

    def __post_init__(self) -> None:
        if self.links and len(self.links) != len(self.annotation.attributes):
            raise InputError(f"record {self.id}: {len(self.links)} links for {len(self.annotation.attributes)} values")
        for region in self.regions:
            if not 0 <= region.photo < len(self.photos):
                raise InputError(f"record {self.id}: region {region.label!r} names photo {region.photo}, there is none")
            photo = self.photos[region.photo]
            inside = region.x >= 0 and region.y >= 0 and region.width > 0 and region.height > 0
            if not inside or region.x + region.width > photo.width or region.y + region.height > photo.height:
                raise InputError(f"record {self.id}: region {region.label!r} lies outside of photo {photo.name}")

    @property
    def id(self) -> str:
        """The record's number."""
        return self.annotation.id

    @property
    def name(self) -> str:
        """What to call it: the title, or the number where there is none."""
        return self.annotation.title.strip() or self.annotation.id

    @property
    def said_by(self) -> str:
        """Who says it: the program and whether people have checked it."""
        return f"{self.program}（{CHECKED if self.confirmed else UNCHECKED}）"

    @property
    def program(self) -> str:
        """Name and version of the program and its models."""
        return " ".join(part for part in ("biaotu", self.annotation.model_name, self.annotation.model_version) if part)

    def shows(self, image: int) -> int | None:
        """The place in ``photos`` of a photo of ``annotation.images``; None if it could not be used."""
        if not 0 <= image < len(self.annotation.images):
            return None
        name = self.annotation.images[image]
        return next((place for place, photo in enumerate(self.photos) if photo.name == name), None)

    def link(self, place: int) -> Link | None:
        """Whom or what the value in that place of ``annotation.attributes`` names."""
        return self.links[place] if self.links else None


def accepted(labels: Iterable[Label]) -> list[Label]:
    """The labels that passed their thresholds, best first."""
    return sorted((label for label in labels if label.accepted), key=lambda label: -label.confidence)


def values(spans: Iterable[Span], kind: str) -> list[str]:
    """The distinct values of one attribute in the museum's text, in its order.

    Words on a photo are left out: what is printed on a banknote is no statement about its material, time or place.
    """
    return list(dict.fromkeys(span.value for span in spans if span.type == kind and span.field != "ocr"))


def step_name(step: str) -> str:
    """One step of a path, percent-encoded; different steps have different names.

    The names ``.`` and ``..`` would vanish from an address, and ``%2E`` with them (WHATWG URL, "single-dot URL path
    segment"): they get a ``~`` in front, and so do the names that this makes.
    """
    text = quote(step.encode("utf-8", "replace"), safe="")
    return "~" + text if text.lstrip("~") in {".", ".."} else text
