"""What a record says around a mention: its other attribute values, its years, its texts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from biaotu.authorities.dates import years_in
from biaotu.records import Record, Span

_AROUND = 8  # characters looked at on each side of a mention


@dataclass(frozen=True, slots=True)
class RecordContext:
    """A record as linking sees it: all its spans, the years that it names, and its texts by field name.

    Texts may be missing; then nothing is read between the spans. ``settled`` holds the ids of entries that people
    linked spans to, "" where they said that a span names none.
    """

    spans: tuple[Span, ...]
    years: tuple[int, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    settled: Mapping[Span, str] = field(default_factory=dict)

    @classmethod
    def of(cls, record: Record, spans: Iterable[Span], years: Iterable[int] | None = None) -> RecordContext:
        """The context of a record; years are read out of the 时间 spans unless they are given (normalised dates)."""
        spans = tuple(spans)
        if years is None:
            years = years_in(span.value for span in spans if span.type == "时间")
        return cls(spans, tuple(years), {"title": record.title, "description": record.description})

    def before(self, span: Span) -> str:
        """The few characters before a mention; "" without a text."""
        return self.texts.get(span.field, "")[max(0, span.start - _AROUND) : span.start]

    def after(self, span: Span) -> str:
        """The few characters after a mention; "" without a text."""
        return self.texts.get(span.field, "")[span.end : span.end + _AROUND]
