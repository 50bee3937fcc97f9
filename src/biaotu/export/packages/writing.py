"""What every whole export has in common: holdings go in one by one, a draft grows, closing it makes it whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from biaotu.export.exchange import Holding, Photo
from biaotu.export.packages.forms import Form
from biaotu.export.packages.site import WebSite


@dataclass(frozen=True, slots=True)
class Shot:
    """A photo that goes along.

    Attributes:
        photo: as it is published: its name in the record, its address and size.
        file: name of its file under ``photos/``.
        content: what is published: the file itself, or a JPEG made of one that browsers do not show.
    """

    photo: Photo
    file: str
    content: Path | bytes


@dataclass(frozen=True, slots=True)
class Target:
    """Where and how an export is written.

    Attributes:
        draft: the file or folder in the making; does not exist yet.
        suffix: the ending of the output, which tells variants of a format apart.
        site: where it will be published; None for formats without addresses.
        museum: the holder of all records, empty if they have several or none is known.
        tiles: whether photos are cut into IIIF tiles.
        day: the day of the export.
    """

    draft: Path
    suffix: str
    site: WebSite | None
    museum: str
    tiles: bool
    day: date


class Package(Protocol):
    """Writes holdings to a draft; every method may raise OSError where the disk does."""

    def __init__(self, target: Target) -> None: ...

    def add(self, holding: Holding, shots: Sequence[Shot]) -> list[str]:
        """Write one record; ``shots`` are its photos, in the order of ``holding.photos``.

        Returns:
            What went wrong with single photos; the record is written all the same.

        Raises:
            InputError: if the record does not fit the format; nothing of it is written then.
        """

    def finish(self) -> None:
        """Make the draft whole."""

    def close(self) -> None:
        """Let go of open files, whole or not; the draft itself is the caller's."""


def package_for(form: Form) -> type[Package]:
    """The class that writes a format."""
    module, _, name = form.place.partition(":")
    return cast("type[Package]", getattr(import_module(module), name))
