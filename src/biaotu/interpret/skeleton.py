"""A text with its values folded to one sign each, so that patterns read the sentence and not the names in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from biaotu.records import Span, SpanField

SIGNS: Final[Mapping[str, str]] = {
    "人物": "\ue000",
    "组织": "\ue001",
    "时间": "\ue002",
    "地点": "\ue003",
    "事件": "\ue004",
    "书名": "\ue005",
}
PERSON, BODY, TIME, PLACE, EVENT, TITLE = SIGNS.values()
QUOTE: Final = "\ue006"
"""Stands for quoted words, which are an inscription or a name and tell nothing of the relic's way."""

_QUOTED = re.compile(r"“[^”]*”|‘[^’]*’|「[^」]*」")
_BRACKETED = re.compile(r"（[^（）]*）|\([^()]*\)|【[^【】]*】|〔[^〔〕]*〕")
_CUT_KIN = re.compile("之[子女孙妻弟兄妹姐侄媳母父嫂甥]")
"""What taggers cut off a name (郑某|之子); it is no name of its own."""
_SENTENCE = re.compile(r"[^。！？!?；;\n]+")
_CLAUSE = re.compile(r"[^，,：:]+")


@dataclass(frozen=True, slots=True)
class Skeleton:
    """A folded text.

    Attributes:
        field: whose text it is.
        source: the text itself.
        text: the folded text: a sign for each value of ``SIGNS`` and each quotation, nothing for white space and
            brackets, everything else as it stands.
        places: where each sign or character stands in ``source``.
        spans: the value behind each sign, None elsewhere.
        covered: places of characters that belong to a value of another attribute (美制 as a make).
    """

    field: SpanField
    source: str
    text: str
    places: tuple[tuple[int, int], ...]
    spans: tuple[Span | None, ...]
    covered: frozenset[int]

    def stretch(self, start: int, end: int) -> tuple[int, int]:
        """Where a piece of the folded text (not empty) stands in the source."""
        return self.places[start][0], self.places[end - 1][1]

    def sentences(self) -> Iterable[tuple[int, int]]:
        """The sentences, as places in the folded text."""
        return (match.span() for match in _SENTENCE.finditer(self.text))

    def clauses(self, start: int, end: int) -> Iterable[tuple[int, int]]:
        """The clauses of a sentence, as places in the folded text."""
        return (match.span() for match in _CLAUSE.finditer(self.text, start, end))


def fold(field: SpanField, source: str, spans: Sequence[Span]) -> Skeleton:
    """Fold one text; ``spans`` of other fields and of attributes without a sign are left out."""
    values: dict[int, Span] = {}
    last = 0
    for value in sorted((one for one in spans if one.field == field and one.type in SIGNS), key=lambda one: one.start):
        if value.start >= last and not (last == value.start > 0 and _CUT_KIN.fullmatch(value.value)):
            values[value.start] = value
            last = value.end
    others = {place for one in spans if one.field == field for place in range(one.start, one.end)}
    left_out = [match.span() for match in _BRACKETED.finditer(source)]
    quoted = [match.span() for match in _QUOTED.finditer(source)]
    text: list[str] = []
    places: list[tuple[int, int]] = []
    held: list[Span | None] = []
    place = 0
    while place < len(source):
        span = values.get(place)
        hidden = next((one for one in left_out if one[0] == place), None)
        quote = next((one for one in quoted if one[0] == place), None)
        if span is not None:
            end, sign = span.end, SIGNS[span.type]
        elif hidden is not None:
            end, sign = hidden[1], ""
        elif quote is not None:
            end, sign = quote[1], QUOTE
        else:
            end, sign = place + 1, "" if source[place].isspace() and source[place] != "\n" else source[place]
        if sign:
            text.append(sign)
            places.append((place, end))
            held.append(span)
        place = end
    covered = frozenset(at for at, (start, _) in enumerate(places) if held[at] is None and start in others)
    return Skeleton(field, source, "".join(text), tuple(places), tuple(held), covered)
