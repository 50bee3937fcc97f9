"""Photos of a record by names of their own, and the words read on them laid on the photos that the record has now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from biaotu.records import OcrReading

GONE: Final = -1
"""The place of a photo that the record no longer has."""


def own_names(names: Iterable[str]) -> tuple[str, ...]:
    """Names of photos, each once: of several that came under one name the second is called ``NAME (2)``."""
    found: dict[str, None] = {}
    for given in names:
        name, count = given, 1
        while name in found:
            count += 1
            name = f"{given} ({count})"
        found[name] = None
    return tuple(found)


def laid_on(reading: OcrReading, read: Sequence[str], photos: Iterable[str]) -> OcrReading:
    """A reading whose lines name the places of a record's photos as they are now; ``GONE`` where one was taken away.

    Args:
        reading: what was read; its lines name places in ``read``.
        read: the photos' names when they were read.
        photos: the names of the photos that the record has now, as they came.
    """
    now = own_names(photos)
    if tuple(read) == now:
        return reading
    places: Mapping[str, int] = {name: place for place, name in enumerate(now)}
    moved = [places.get(read[line.photo], GONE) if 0 <= line.photo < len(read) else GONE for line in reading.lines]
    return replace(
        reading,
        lines=tuple(replace(line, photo=place) for line, place in zip(reading.lines, moved, strict=True)),
    )
