"""Search and vocabularies."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, Field

from biaotu.api.schemas.common import Strict, lawful
from biaotu.api.schemas.records import RecordSummary
from biaotu.taxonomy import ATTRIBUTES

SearchMode = Literal["words", "meaning", "photo"]
Ranges = list[tuple[int, int]]


class Highlights(BaseModel):
    """What was found, as ranges of code points `[start, end]` in each field."""

    title: Ranges
    description: Ranges


class SearchHit(RecordSummary):
    """A record that was found."""

    description: str
    score: float
    highlights: Highlights


class FacetCount(BaseModel):
    """One value of a facet with the records it would leave."""

    value: str
    name: str
    count: int


class SearchPage(BaseModel):
    """A page of what was found."""

    items: list[SearchHit]
    total: int
    facets: dict[str, list[FacetCount]]
    next: str | None
    took_ms: float


class Term(BaseModel):
    """One entry of a vocabulary."""

    id: str
    zh: str
    en: str
    note: str


class Schemes(BaseModel):
    """The three vocabularies."""

    material: list[Term]
    use: list[Term]
    attribute: list[Term]


class Vocabularies(BaseModel):
    """Everything that labels and attributes can be."""

    schemes: Schemes


class Word(BaseModel):
    """A word of the museum's own lexicon."""

    id: int
    word: str
    kind: str
    by: str | None
    at: datetime


class WordPage(BaseModel):
    """A page of the lexicon."""

    items: list[Word]
    next: str | None


KINDS: Final = ("", "objects", *(term.id for term in ATTRIBUTES))


def _known(kind: str) -> str:
    if kind not in KINDS:
        raise ValueError(f"is one of {', '.join(KINDS[1:])}, or empty")
    return kind


class NewWord(Strict):
    """A word to be known to the annotation from now on."""

    word: Annotated[str, Field(min_length=1, max_length=50), AfterValidator(lawful)]
    kind: Annotated[
        str,
        Field(
            description="An attribute's id, `objects` for what a relic is, or nothing.",
            json_schema_extra={"enum": [*KINDS]},
        ),
        AfterValidator(_known),
    ] = ""
