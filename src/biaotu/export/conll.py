"""CoNLL: one character a line with its BIO tag, a blank line after each text, what else is known in comments.

``records.interchange.conll`` reads it back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from biaotu.errors import InputError
from biaotu.records import FieldName, Span
from biaotu.records.gold import GoldRecord
from biaotu.records.interchange.escapes import escape

FIELDS: Final[tuple[FieldName, FieldName]] = ("title", "description")


def conll(records: Iterable[GoldRecord]) -> Iterator[str]:
    """The file's text, record by record.

    Raises:
        InputError: if spans of a record overlap: BIO has one layer.
    """
    for gold in records:
        yield "".join(_record(gold))


def _record(gold: GoldRecord) -> Iterator[str]:
    record = gold.record
    yield f"# id = {escape(record.id)}\n"
    yield f"# judged = {'no' if gold.spans is None else 'yes'}\n"
    if gold.object:
        yield f"# object = {escape(gold.object)}\n"
    lists = (("images", record.images), ("material", gold.material), ("use", gold.use), ("tags", gold.tags))
    for name, entries in lists:
        if entries:
            yield f"# {name} = {' '.join(map(escape, entries))}\n"
    for field in FIELDS:
        spans = [span for span in gold.spans or () if span.field == field]
        yield f"# field = {field}\n"
        tags = bio(record.text(field), spans, record.id)
        for char, tag in zip(record.text(field), tags, strict=True):
            yield f"{escape(char)}\t{tag}\n"
        yield "\n"


def bio(text: str, spans: Sequence[Span], number: str) -> list[str]:
    """The BIO tag of each character of one text.

    Raises:
        InputError: if two spans overlap, naming the record.
    """
    tags = ["O"] * len(text)
    for span in spans:
        if any(tag != "O" for tag in tags[span.start : span.end]):
            raise InputError(f"record {number}: {span.type} {span.value!r} overlaps another value; BIO has one layer")
        tags[span.start : span.end] = [f"B-{span.type}"] + [f"I-{span.type}"] * (span.end - span.start - 1)
    return tags
