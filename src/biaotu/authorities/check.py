"""Whether entries are lawful together: what a file of entries must pass before it is linked against."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from biaotu.authorities.dates import first_year, last_year, lawful
from biaotu.authorities.entries import TYPES, Entry
from biaotu.authorities.spelling import key, simplified
from biaotu.authorities.words import KINDS, VARIANT_KINDS

LONGEST_ID: Final = 100
"""The most characters of an id."""
LONGEST_NAME: Final = 100
"""The most characters of a name or variant."""
LONGEST_ROLE: Final = 40
"""The most characters of a person's note: a role in a few words, no life."""

_ID = re.compile(r"(?P<type>[a-z]+):[a-z0-9][a-z0-9.-]*")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with which entry, and what to do about it."""

    entry_id: str
    message: str

    def __str__(self) -> str:
        return f"{self.entry_id}: {self.message}"


def check(entries: Iterable[Entry]) -> tuple[Problem, ...]:
    """All problems of a set of entries, in the order of the entries; empty if they are lawful.

    Ids are unique and of the form ``type:letters-and-digits``; names and variants are not empty, in simplified
    characters and told once; kinds are known; dates are EDTF and in order; ``broader``, ``see`` and ``replaced_by``
    lead to entries, ``broader`` and ``replaced_by`` never back to their start.
    """
    entries = tuple(entries)
    by_id = {entry.id: entry for entry in entries}
    counts = Counter(entry.id for entry in entries)
    names = Counter((entry.type, entry.name) for entry in entries if not entry.replaced_by)
    found = [
        Problem(entry_id, f"the id stands {count} times; give each entry its own")
        for entry_id, count in counts.items()
        if count > 1
    ]
    for entry in entries:
        if names[entry.type, entry.name] > 1 and not entry.replaced_by:
            found.append(Problem(entry.id, f"another {entry.type} is called {entry.name}; add a qualifier in brackets"))
        found.extend(Problem(entry.id, message) for message in _problems(entry, by_id))
    return tuple(found)


def _problems(entry: Entry, by_id: Mapping[str, Entry]) -> Iterator[str]:
    yield from _identity(entry)
    yield from _names(entry)
    yield from _dates("the entry", entry.begin, entry.end)
    for variant in entry.variants:
        yield from _dates(f"the variant {variant.form}", variant.begin, variant.end)
    yield from _ways(entry, by_id)


def _identity(entry: Entry) -> Iterator[str]:
    match = _ID.fullmatch(entry.id)
    if match is None or match["type"] not in TYPES or len(entry.id) > LONGEST_ID:
        yield f"the id must be type:name in small ASCII letters, digits, dots and hyphens, {LONGEST_ID} at most"
    elif match["type"] != entry.type:
        yield f"the id says {match['type']}, the type {entry.type}"
    if entry.kind not in KINDS[entry.type]:
        yield f"the kind {entry.kind!r} is none of {' '.join(sorted(KINDS[entry.type]))}"
    if entry.type == "person" and len(entry.note) > LONGEST_ROLE:
        yield f"the note has {len(entry.note)} characters; of a person it names the role, in {LONGEST_ROLE} at most"
    if not entry.source:
        yield "has no source; say where it was taken from"


def _names(entry: Entry) -> Iterator[str]:
    forms = (entry.name, *(variant.form for variant in entry.variants))
    for form in forms:
        if not form.strip() or not key(form):
            yield "a name or variant is empty"
        elif form != form.strip():
            yield f"{form!r} begins or ends with white space"
        elif len(form) > LONGEST_NAME or not form.isprintable():
            yield f"{form[:20]!r} is no name: it has {LONGEST_NAME} characters at most and no control characters"
        elif simplified(form) != form:
            yield f"{form} is not in simplified characters; write {simplified(form)}, traditional forms follow by rule"
    for form, count in Counter(forms).items():
        if count > 1:
            yield f"the form {form} stands {count} times"
    for variant in entry.variants:
        if variant.kind not in VARIANT_KINDS:
            yield f"the variant {variant.form} is of kind {variant.kind!r}, none of {' '.join(sorted(VARIANT_KINDS))}"


def _dates(what: str, begin: str, end: str) -> Iterator[str]:
    wrong = [date for date in (begin, end) if date and not lawful(date)]
    for date in wrong:
        yield f"{what} has the date {date!r}; EDTF is wanted: 1937, 1937-07, 1937-07-07, 193X, with ? or ~ if unsure"
    if begin and end and not wrong and first_year(begin) > last_year(end):
        yield f"{what} ends ({end}) before it begins ({begin})"


def _ways(entry: Entry, by_id: Mapping[str, Entry]) -> Iterator[str]:
    for field, others in (("broader", (entry.broader,)), ("see", entry.see), ("replaced_by", (entry.replaced_by,))):
        for other in others:
            if other and other not in by_id:
                yield f"{field} leads to {other}, which is no entry"
            if other == entry.id:
                yield f"{field} leads to the entry itself"
    if entry.broader in by_id and by_id[entry.broader].type != entry.type:
        yield f"broader leads to a {by_id[entry.broader].type}; a {entry.type} is part of a {entry.type}, use see"
    for field in ("broader", "replaced_by"):
        passed, at = {entry.id}, getattr(entry, field)
        while at in by_id and at not in passed:
            passed.add(at)
            at = getattr(by_id[at], field)
        if at == entry.id and getattr(entry, field) != entry.id:
            yield f"{field} leads in a circle back to the entry"
