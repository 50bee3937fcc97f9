"""Which entries a mention can name: lookup by key, whole, or as a chain of places (江西瑞金叶坪, 湖南省汝城县)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from biaotu.authorities.entries import ATTRIBUTE_TYPES, Entry
from biaotu.authorities.forms import forms
from biaotu.authorities.spelling import key

_STRENGTH = ("name", "full", "original", "office", "art", "courtesy", "pen", "alias", "reign", "temple", "nickname")

_HUB = 12  # an entry with more neighbours than this says nothing about those neighbours' belonging together


@dataclass(frozen=True, slots=True)
class Match:
    """An entry that a mention can name.

    ``form`` and ``kind`` are those of the name met, ``ambiguous`` whether it needs more in its favour, ``chained``
    whether the names of wider places stood before it.
    """

    entry: Entry
    form: str
    kind: str
    ambiguous: bool
    chained: bool = False


class Index:
    """Entries by the keys of their forms.

    Entries that were merged into others are left out; the entry that replaced them carries their forms.
    """

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries = {entry.id: entry for entry in entries if not entry.replaced_by}
        self._matches: dict[tuple[str, str], dict[str, Match]] = defaultdict(dict)
        for entry in self.entries.values():
            for form in forms(entry, self.entries):
                found = self._matches[entry.type, key(form.form)]
                match = Match(entry, form.form, form.kind, form.ambiguous)
                if entry.id not in found or _rank(match) < _rank(found[entry.id]):
                    found[entry.id] = match
        self._near = self._neighbours()

    def matches(self, value: str, attribute: str) -> tuple[Match, ...]:
        """The entries that a value of an attribute (Chinese name) can name; other attributes' values name none."""
        plain = key(value)
        if not plain:
            return ()
        found: dict[str, Match] = {}
        for kind in ATTRIBUTE_TYPES.get(attribute, ()):
            found.update(self._matches.get((kind, plain), {}))
        if not found and attribute == "地点":
            found = {match.entry.id: match for match in self._chained(plain)}
        return tuple(found.values())

    def within(self, value: str, attribute: str) -> Entry | None:
        """The entry whose name a value begins with, if one alone fits best: 红四军 of 红四军军械处, 兴国 of 兴国莲塘.

        Bodies and places only; a name that begins like another person's is no part of that person.
        """
        if attribute not in ("组织", "地点"):
            return None
        plain = key(value)
        for length in range(len(plain) - 1, 1, -1):
            before, rest = plain[:length], plain[length:]
            for kind in ATTRIBUTE_TYPES.get(attribute, ()):
                found = [m.entry for m in self._matches.get((kind, before), {}).values() if not m.ambiguous]
                if len(found) == 1 and _holds(found[0], rest):
                    return found[0]
        return None

    def ancestors(self, entry: Entry) -> tuple[str, ...]:
        """Ids of the entries above one, the nearest first."""
        found: list[str] = []
        while (above := self.entries.get(entry.broader)) is not None and above.id not in found:
            found.append(above.id)
            entry = above
        return tuple(found)

    def near(self, entry_id: str) -> frozenset[str]:
        """Ids of the entries that speak for one: those above and directly below it, and those either points to."""
        return self._near[entry_id]

    def far(self, entry_id: str) -> frozenset[str]:
        """Ids of the entries two steps away, where the step between is no hub such as a province or 红军."""
        found: set[str] = set()
        for one in self._near[entry_id]:
            if len(self._near[one]) <= _HUB:
                found |= self._near[one]
        return frozenset(found - self._near[entry_id] - {entry_id})

    def province(self, entry_id: str) -> str | None:
        """The province (or city of that rank) that a place lies in; None if it is wider or the list does not tell."""
        entry = self.entries[entry_id]
        if entry.type != "place":
            return None
        for one in (entry_id, *self.ancestors(entry)):
            above = self.entries.get(self.entries[one].broader)
            if self.entries[one].kind in ("province", "city") and above is not None and above.kind == "country":
                return one
        return None

    def _chained(self, plain: str) -> Iterable[Match]:
        """Places whose wider places' names stand before their own; the longest last part wins."""
        for cut in range(2, len(plain) - 1):
            tail = self._matches.get(("place", plain[cut:]), {})
            found = [m for m in tail.values() if self._leads(plain[:cut], m.entry)]
            if found:
                return [Match(m.entry, m.form, m.kind, m.ambiguous, chained=True) for m in found]
        return ()

    def _leads(self, before: str, entry: Entry) -> bool:
        """Whether a text names one or more of the places above an entry, widest first."""
        above = set(self.ancestors(entry))
        if not before:
            return True
        return any(
            m.entry.id in above and self._leads(before[:cut], m.entry)
            for cut in range(len(before))
            for m in self._matches.get(("place", before[cut:]), {}).values()
        )

    def _neighbours(self) -> dict[str, frozenset[str]]:
        near: dict[str, set[str]] = {entry_id: set() for entry_id in self.entries}
        for entry in self.entries.values():
            near[entry.id].update(self.ancestors(entry))
            for other in (entry.broader, *entry.see):
                if other in near:
                    near[entry.id].add(other)
                    near[other].add(entry.id)
        countries = {entry.id for entry in self.entries.values() if entry.kind == "country"}
        return {entry_id: frozenset(others - countries - {entry_id}) for entry_id, others in near.items()}


def _rank(match: Match) -> tuple[bool, int]:
    """Smaller is stronger: clear before ambiguous, the entry's own name before variants, those before rules."""
    return match.ambiguous, _STRENGTH.index(match.kind) if match.kind in _STRENGTH else len(_STRENGTH)


def _holds(entry: Entry, rest: str) -> bool:
    """Whether the rest of a name can be a part: 国民党军第三十四师 is no part of the party, 大庾岭 none of 大庾."""
    if entry.kind == "party":
        return "军" not in rest and "部队" not in rest
    return entry.type != "place" or len(rest) > 1
