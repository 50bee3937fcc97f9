"""Which column is what: headers and JSON keys, Chinese or English, matched to the parts of a record (design 2).

A header is compared in a plain form: no white space, no full-width letters, no case, no brackets (``名称（必填）``), no
stars or colons. Each part of a record takes the best-ranked header; every other column stays what it is. The headers
stand in ``headers.toml``.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Final, Literal

Role = Literal["id", "title", "description", "images"]

_ROLES: Final[tuple[Role, ...]] = ("id", "title", "description", "images")


def _load() -> tuple[dict[Role, dict[str, int]], frozenset[str]]:
    """For each part of a record its headers with their ranks, and the headers of running numbers."""
    document = tomllib.loads(files("biaotu.records").joinpath("headers.toml").read_text(encoding="utf-8"))
    ranks: dict[Role, dict[str, int]] = {}
    for role in _ROLES:
        ranks[role] = {}
        for entry in document[role]:
            word = entry.removeprefix("~")
            for thing in ("", *document["things"]) if entry.startswith("~") else ("",):
                ranks[role].setdefault(thing + word, len(ranks[role]))
    return ranks, frozenset(document["running"])


_RANKS, _RUNNING_NUMBERS = _load()
_HALF_MATCH: Final = 10_000

_BRACKETS = re.compile(
    r"\([^()]*\)|\[[^\[\]]*\]|\{[^{}]*\}|<[^<>]*>|【[^【】]*】|〔[^〔〕]*〕|《[^《》]*》|〈[^〈〉]*〉"
)
_NOISE = re.compile(r"[\s*★☆※▲△●◆■#:;,.。、·•_\-—'\"“”‘’\ufeff\u200b-\u200f\u2060]+")
_NUMBERING = re.compile(r"(?<=\D)\d{1,3}$|[一二三四五六七八九十]$")
_PARTS = re.compile(r"[/|\\\n]|(?<=[㐀-鿿])(?=[a-z])|(?<=[a-z])(?=[㐀-鿿])")


@dataclass(frozen=True, slots=True)
class Roles:
    """The headers that hold the parts of a record, spelled as they came in.

    ``numbers`` are all columns that could number an object, the one of ``id`` first, running numbers left out unless
    they are the id: photos are named after any of them.
    """

    id: str | None = None
    title: str | None = None
    description: str | None = None
    images: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many parts of a record were recognised, 0 to 4."""
        return sum(part is not None for part in (self.id, self.title, self.description)) + bool(self.images)

    @property
    def used(self) -> frozenset[str]:
        """The headers that make up the record; all others are extra."""
        return frozenset(name for name in (self.id, self.title, self.description, *self.images) if name is not None)


def plain(header: str) -> str:
    """The form in which headers are compared; empty if nothing but signs is left."""
    text = unicodedata.normalize("NFKC", header).casefold()
    bare = text
    while (shorter := _BRACKETS.sub("", bare)) != bare:
        bare = shorter
    bare = _NOISE.sub("", bare) if "\n" not in bare else "\n".join(_NOISE.sub("", line) for line in bare.split("\n"))
    return bare.strip("\n") or _NOISE.sub("", text).strip("()[]{}<>【】〔〕《》〈〉")


@lru_cache(maxsize=4096)
def role_of(header: str) -> tuple[Role, int] | None:
    """What a header stands for, with its rank (0 is best); None if it is none of ours.

    Bilingual headers (``名称/Title``, ``名称Title``) match when their halves do not contradict each other.
    """
    text = plain(header)
    if not text:
        return None
    whole = _ranked(text.replace("\n", ""))
    if whole:
        return whole
    parts = [_ranked(part) for part in _PARTS.split(text) if part]
    found = [part for part in parts if part]
    if len({role for role, _ in found}) != 1:
        return None
    role, rank = min(found, key=lambda part: part[1])
    return role, rank + _HALF_MATCH


def match_headers(headers: Iterable[str]) -> Roles:
    """Give each part of a record its header.

    Args:
        headers: all headers or keys, each once.
    """
    return _match(tuple(headers))


@lru_cache(maxsize=1024)
def _match(headers: tuple[str, ...]) -> Roles:
    best: dict[Role, tuple[int, str]] = {}
    numbers: list[tuple[int, str]] = []
    images: list[str] = []
    for header in headers:
        match = role_of(header)
        if match is None:
            continue
        role, rank = match
        if role == "images":
            images.append(header)
        elif role not in best or rank < best[role][0]:
            best[role] = (rank, header)
        if role == "id" and plain(header) not in _RUNNING_NUMBERS:
            numbers.append((rank, header))
    names: dict[Role, str] = {role: header for role, (_, header) in best.items()}
    chosen = names.get("id")
    others = tuple(header for _, header in sorted(numbers, key=lambda number: number[0]) if header != chosen)
    return Roles(
        id=chosen,
        title=names.get("title"),
        description=names.get("description"),
        images=tuple(images),
        numbers=((chosen,) if chosen is not None else ()) + others,
    )


def _ranked(text: str) -> tuple[Role, int] | None:
    for role, ranks in _RANKS.items():
        rank = ranks.get(text)
        if rank is not None:
            return role, rank
    # 图片1, 照片二, image2: only photos come in numbered columns.
    stem = _NUMBERING.sub("", text)
    if stem != text and stem in _RANKS["images"]:
        return "images", _RANKS["images"][stem]
    return None
