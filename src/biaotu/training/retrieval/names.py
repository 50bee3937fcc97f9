"""Chinese names of the things in the photos: of the photo sets' classes, and of an image classifier's.

Both tables are ours (CC0). A class may have several names; the first is the plainest.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Final

_HAN = re.compile(r"[㐀-䶿一-鿿]")
_ANY: Final = "*"
_NO_THING: Final = frozenset({"其他", "未分类", "名人遗物"})
"""Classes of the museum set that say nothing of what is seen."""


def class_names(photo_set: str, name: str) -> tuple[str, ...]:
    """Chinese names of a class of a photo set; a Chinese class is its own name; empty if there is none."""
    known = _sets()
    for key in ((photo_set, name), (photo_set, _ANY)):
        if key in known:
            return known[key]
    if name in _NO_THING:
        return ()
    if _HAN.search(name):
        return (name,)
    return _outputs_by_name().get(name, ())


@cache
def classifier_names() -> dict[int, tuple[str, ...]]:
    """Output of an ImageNet classifier -> its Chinese names. Animals, food and landscapes are left out."""
    return {int(place): tuple(names.split("、")) for place, _, names in _rows("imagenet.tsv")}


@cache
def _outputs_by_name() -> dict[str, tuple[str, ...]]:
    return {name: tuple(names.split("、")) for _, name, names in _rows("imagenet.tsv")}


@cache
def _sets() -> dict[tuple[str, str], tuple[str, ...]]:
    return {(photo_set, name): tuple(names.split("、")) for photo_set, name, names in _rows("classes.tsv")}


def _rows(file: str) -> list[tuple[str, str, str]]:
    text = (files("biaotu.training.retrieval") / file).read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    return [(first, second, third) for first, second, third in rows]
