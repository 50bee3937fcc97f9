"""Whom and what the values of an annotation name: links to the authority file, for exports that identify them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from biaotu.authorities import Candidate, Entry, Linker, RecordContext, shipped_entries
from biaotu.export.exchange import Link, Named
from biaotu.export.meaning import meanings, stretch
from biaotu.records import Annotation, Record

_LONGEST: Final = 3
"""Years that a date may last and still place a record in time."""


class Namer:
    """Links the values of annotations to entries; only what is likelier than all else together counts.

    Args:
        entries: the authority file; the shipped one by default.
    """

    def __init__(self, entries: Iterable[Entry] | None = None) -> None:
        self._entries = {entry.id: entry for entry in (shipped_entries() if entries is None else entries)}
        self._linker = Linker(self._entries.values())

    def links(self, annotation: Annotation) -> tuple[Link | None, ...]:
        """One place for each value, in their order; nobody has confirmed any of them."""
        record = Record(annotation.id, annotation.title, annotation.description)
        context = RecordContext.of(record, annotation.attributes, _years(annotation))
        best = {span: links.best for span, links in self._linker.link_record(context)}
        return tuple(self._link(best.get(span)) for span in annotation.attributes)

    def _link(self, best: Candidate | None) -> Link | None:
        return Link(named(self._entries[best.entry_id]), False, best.confidence) if best else None


def named(entry: Entry) -> Named:
    """What an export tells of an entry: its names, and whether a registrar has checked it."""
    others = tuple(dict.fromkeys(variant.form for variant in entry.variants if not variant.ambiguous))
    return Named(entry.id, entry.type, entry.name, others, entry.checked)


def _years(annotation: Annotation) -> list[int]:
    """The years that the record's own dates begin and end in; of an era (抗战时期) neither says when something was."""
    days = [found for meaning in meanings(annotation) if (found := stretch(meaning))]
    ends = [(int(each.begin[:4]), int(each.end[:4])) for each in days if each.begin and each.end and not each.assumed]
    return sorted({year for first, last in ends if last - first <= _LONGEST for year in (first, last)})
