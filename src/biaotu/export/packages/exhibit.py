"""What an export is made of: an annotation with the files of its photos and what is known of it beside."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from biaotu.export.exchange import Link
from biaotu.records import Annotation, Source


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One record to be exported.

    Attributes:
        annotation: what counts of it.
        files: where its photos lie, in the order of ``annotation.images``; None for a name that leads out of the folder
            of the photos.
        museum: who holds it, empty if that is not known.
        confirmed: whether people have settled it.
        source: where it was read.
        links: whom and what its values name, in their order; empty if nobody looked.
    """

    annotation: Annotation
    files: tuple[Path | None, ...]
    museum: str
    confirmed: bool
    source: Source
    links: tuple[Link | None, ...] = ()
