"""What a search is asked and what it answers: frozen values, and the one error of a wrong question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from biaotu.errors import InputError

Floats = npt.NDArray[np.float32]
Mode = Literal["words", "meaning", "photo", "similar"]
VectorKind = Literal["text", "photo", "shared_text", "shared_photo"]

MODES: Final[tuple[Mode, ...]] = ("words", "meaning", "photo", "similar")
VECTOR_KINDS: Final[tuple[VectorKind, ...]] = ("text", "photo", "shared_text", "shared_photo")
FACETS: Final = ("material", "use", "attribute_type", "attribute", "era", "museum", "state")
MAX_LIMIT: Final = 200


class QueryError(InputError):
    """A search that cannot be carried out as asked: unknown mode or facet, a cursor of another search, no vector.

    The words of a query are never the cause.
    """


@dataclass(frozen=True, slots=True, eq=False)
class SearchQuery:
    """One search.

    Attributes:
        text: what was typed; see ``query.parse``.
        filters: facet -> values; one of the values of every facet must be met. ``attribute`` values are written
            ``组织:红军``; attribute types and eras by id or Chinese name.
        mode: ``words`` ranks by words; ``meaning`` and ``photo`` by ``vector``; ``similar`` by the vectors of
            ``record``.
        vector: the query's vector, any length but zero.
        record: id of the record that others are to be like.
        against: kind of stored vectors that ``vector`` is compared with; ``text`` for ``meaning``, ``photo`` for
            ``photo`` if not given. ``shared_photo`` finds pictures by words, ``shared_text`` finds words by a picture.
        by: kinds of vectors that ``similar`` compares.
        cursor: ``SearchPage.cursor`` of the page before.
        limit: hits a page, 1 to ``MAX_LIMIT``.
    """

    text: str = ""
    filters: Mapping[str, tuple[str, ...] | list[str]] = field(default_factory=dict)
    mode: Mode = "words"
    vector: Floats | None = None
    record: int | None = None
    against: VectorKind | None = None
    by: tuple[VectorKind, ...] = ("text", "photo")
    cursor: str | None = None
    limit: int = 20

    def check(self) -> None:
        """Raise QueryError if the question is wrong in itself."""
        if self.mode not in MODES:
            raise QueryError(f"unknown search mode {self.mode!r}; use one of {', '.join(MODES)}")
        for name in self.filters:
            if name not in FACETS:
                raise QueryError(f"unknown facet {name!r}; use one of {', '.join(FACETS)}")
        for kind in (*self.by, *((self.against,) if self.against else ())):
            if kind not in VECTOR_KINDS:
                raise QueryError(f"unknown kind of vectors {kind!r}; use one of {', '.join(VECTOR_KINDS)}")
        if not 1 <= self.limit <= MAX_LIMIT:
            raise QueryError(f"limit is {self.limit}; give 1 to {MAX_LIMIT}")
        if self.mode == "similar" and (self.record is None or not self.by):
            raise QueryError("a search for similar relics needs the record they are to be like")
        if self.mode in ("meaning", "photo"):
            if self.vector is None:
                raise QueryError(f"a search by {self.mode} needs a vector")
            if self.vector.ndim != 1 or not np.all(np.isfinite(self.vector)) or not np.any(self.vector):
                raise QueryError("the vector to search by must be one row of finite numbers, not all zero")


@dataclass(frozen=True, slots=True)
class Hit:
    """A record found: ``highlights`` holds ``(start, end)`` code points of the original by field."""

    record_id: int
    score: float
    highlights: Mapping[str, tuple[tuple[int, int], ...]]


@dataclass(frozen=True, slots=True)
class FacetCount:
    """How many of the records found have a value; ``value`` goes into a filter, ``name`` is for people (Chinese)."""

    value: str
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class SearchPage:
    """One page of an answer; ``total`` and ``facets`` count all of it, ``cursor`` is None on the last page."""

    hits: tuple[Hit, ...]
    total: int
    facets: Mapping[str, tuple[FacetCount, ...]]
    cursor: str | None
