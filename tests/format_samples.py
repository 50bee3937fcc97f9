"""The shipped examples as annotated once by the shipped bundle, with photos: what every format is tried on."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote

from PIL import Image

from biaotu.batch.naming import Namer
from biaotu.export.exchange import Holding, Photo, Region, Site
from biaotu.records import Annotation

ROOT = Path(__file__).parent.parent
DATA = Path(__file__).parent / "data" / "formats"
SITE = Site("https://museum.example/collection")
MUSEUM = "示例革命纪念馆"


@lru_cache(maxsize=1)
def annotated() -> tuple[Annotation, ...]:
    """``examples/records.jsonl`` as annotated; made by ``biaotu annotate``, see ``tests/data/formats/README.md``."""
    lines = (DATA / "annotations.jsonl").read_text(encoding="utf-8").splitlines()
    return tuple(Annotation.from_dict(json.loads(line)) for line in lines)


def photos_of(annotation: Annotation) -> tuple[Photo, ...]:
    """The example photos of a record, measured."""
    out = []
    for name in annotation.images:
        with Image.open(ROOT / "examples" / name) as image:
            out.append(Photo(name, f"https://museum.example/{quote(name)}", image.width, image.height))
    return tuple(out)


def holding_of(
    annotation: Annotation, *, photos: tuple[Photo, ...] | None = None, regions: tuple[Region, ...] = ()
) -> Holding:
    """A record to be published; with its example photos unless others are given."""
    return Holding(annotation, photos_of(annotation) if photos is None else photos, MUSEUM, regions)


@lru_cache(maxsize=1)
def _namer() -> Namer:
    return Namer()


def linked(holding: Holding) -> Holding:
    """The same with what its values name, as ``biaotu export`` finds it."""
    return replace(holding, links=_namer().links(holding.annotation))


@lru_cache(maxsize=1)
def examples() -> tuple[Holding, ...]:
    """All example records with their photos."""
    return tuple(holding_of(annotation) for annotation in annotated())
