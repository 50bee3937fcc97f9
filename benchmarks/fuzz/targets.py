"""Every reader of what a user can hand in, by name; the group of a target is made only when it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from typing import Final

from fuzz import readers, requests, words
from fuzz.running import Target

GROUPS: Final[dict[Callable[[], dict[str, Target]], tuple[str, ...]]] = {
    readers.lists: (
        *("xlsx", "csv", "jsonl", "json", "parquet", "gold", "annotations", "loaded", "predictions", "journal"),
        "leftovers",
    ),
    readers.interchange: ("label-studio", "doccano", "conll", "iiif", "census"),
    readers.resources: (
        *("lexicon", "authorities", "authorities-csv", "statistics", "cilin", "vectors", "space", "terms", "manifest"),
        *("signature", "network"),
    ),
    readers.photos: ("photo", "photo-ocr", "photo-import", "photo-bare", "photo-jpeg", "thumbnail"),
    words.texts: ("query", "normal", "era", "question", "cursor", "sparql"),
    requests.requests: ("api-asking", "api-telling", "api-upload"),
}


def names() -> tuple[str, ...]:
    """The names of all targets that can be made here: ``parquet`` needs pyarrow (the extra ``cluster``)."""
    left_out = () if find_spec("pyarrow") else ("parquet",)
    return tuple(name for group in GROUPS.values() for name in group if name not in left_out)


def target(name: str) -> Target:
    """A target.

    Raises:
        KeyError: if there is none of that name, or what it needs is not installed.
    """
    for make, listed in GROUPS.items():
        if name in listed:
            return make()[name]
    raise KeyError(name)
