"""All records of the index in columns, in memory: what ranking and counting need without asking the database.

A record has a slot for as long as the process lives; slots are given in the order records come. Facet values are
interned as numbers and kept in two long columns (slot, value); a record's old entries are blanked when it changes and
swept when there are many.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from biaotu.search.types import FACETS

Mask = npt.NDArray[np.bool_]
FRESH = 0
"""Block of a record that stands in none yet."""
GONE = -1
"""Block of a record that is no longer to be found."""
_BLANK = 0
_KEPT = 64
"""Masks of facet values that are kept until a record changes: the same few are chosen again and again."""


@dataclass(frozen=True, slots=True)
class Row:
    """A record as it is loaded; ``block`` is the block its text stands in, ``FRESH`` or ``GONE``."""

    record_id: int
    block: int
    title_end: int
    description_end: int
    tags_end: int
    length: int
    facets: tuple[str, ...]


class Columns:
    """The columns; ``size`` slots are in use. Not safe to change while another thread reads."""

    def __init__(self) -> None:
        self.size = 0
        self.slots: dict[int, int] = {}
        self._ids = np.zeros(0, np.int64)
        self._blocks = np.zeros(0, np.int64)
        self._ends = np.zeros((4, 0), np.int32)  # title, description, tags, whole
        self._values: dict[str, int] = {}
        self._names: list[str] = [""]
        self._keys = np.zeros(1, np.uint32)
        self._of_facet: dict[str, list[int]] = {facet: [] for facet in FACETS}
        self._arrays: dict[str, npt.NDArray[np.int64]] = {}
        self._entries = 0
        self._dead = 0
        self._entry_slot = np.zeros(0, np.int32)
        self._entry_value = np.zeros(0, np.int32)
        self._span = np.zeros((2, 0), np.int64)  # of each slot: first entry, entries
        self._masks: dict[tuple[int, ...], Mask] = {}
        self._living: Mask | None = None

    def __len__(self) -> int:
        """Slots in use, those of records that are gone included."""
        return self.size

    @property
    def ids(self) -> npt.NDArray[np.int64]:
        """Record id of every slot."""
        return self._ids[: self.size]

    @property
    def blocks(self) -> npt.NDArray[np.int64]:
        """Block of every slot."""
        return self._blocks[: self.size]

    @property
    def living(self) -> Mask:
        """Slots of records that can be found; not to be written to."""
        if self._living is None:
            self._living = np.not_equal(self.blocks, GONE)
            self._living.flags.writeable = False
        return self._living

    @property
    def lengths(self) -> npt.NDArray[np.int32]:
        """Length of the indexed text of every slot."""
        return self._ends[3, : self.size]

    def ends(self, slots: npt.NDArray[np.int64]) -> npt.NDArray[np.int32]:
        """Ends of title, description and tags [3, n] of slots."""
        return self._ends[:3, slots]

    def put(self, rows: Sequence[Row]) -> None:
        """Add records or replace them."""
        self._masks, self._living = {}, None
        self._make_room(len(rows))
        for row in rows:
            slot = self.slots.get(row.record_id)
            if slot is None:
                slot = self.slots[row.record_id] = self.size
                self.size += 1
                self._ids[slot] = row.record_id
            else:
                first, count = self._span[:, slot]
                self._entry_value[first : first + count] = _BLANK
                self._dead += int(count)
            self._blocks[slot] = row.block
            self._ends[:, slot] = (row.title_end, row.description_end, row.tags_end, row.length)
            self._add_entries(slot, [self._intern(value) for value in row.facets] if row.block != GONE else [])
        if self._dead > 1000 + self._entries // 2:
            self._sweep()

    def select(self, values: Iterable[str]) -> Mask:
        """Slots of records that have any of some facet values (``facet:value``); not to be written to."""
        numbers = tuple(number for value in values if (number := self._values.get(value)))
        mask = self._masks.get(numbers)
        if mask is None:
            mask = np.zeros(self.size, np.bool_)
            if numbers:
                live = self._entry_value[: self._entries]
                wanted = live == numbers[0] if len(numbers) == 1 else np.isin(live, np.array(numbers, np.int32))
                mask[self._entry_slot[: self._entries][wanted]] = True
            mask.flags.writeable = False
            if len(self._masks) >= _KEPT:
                self._masks.clear()
            self._masks[numbers] = mask
        return mask

    def count(
        self, mask: Mask, facets: Iterable[str], limits: Mapping[str, int], chosen: Mapping[str, Sequence[str]]
    ) -> dict[str, dict[str, int]]:
        """How many of the records of a mask have each value, by facet; values that none has are left out.

        Args:
            mask: the records.
            facets: the facets to count.
            limits: how many values of a facet are given at most, the most frequent ones.
            chosen: by facet, values (``facet:value``) that are given in any case, if a record has them.
        """
        counts = np.bincount(self._values_of(mask), minlength=len(self._names))
        answer: dict[str, dict[str, int]] = {}
        for facet in facets:
            numbers = self._numbers(facet)
            numbers = numbers[counts[numbers] > 0]
            limit = limits.get(facet, len(numbers))
            if len(numbers) > limit:  # equally frequent ones by a number that is the same in every process
                numbers = numbers[np.lexsort((self._keys[numbers], -counts[numbers]))[:limit]]
            more = [number for value in chosen.get(facet, ()) if (number := self._values.get(value)) and counts[number]]
            skip = len(facet) + 1
            answer[facet] = {self._names[number][skip:]: int(counts[number]) for number in [*numbers, *more]}
        return answer

    def _values_of(self, mask: Mask) -> npt.NDArray[np.int32]:
        """The facet values of the records of a mask, as often as they have them."""
        slots = np.flatnonzero(mask)
        if len(slots) * 8 < self.size:  # few records: go to their entries instead of through all
            first, count = self._span[:, slots]
            places = np.repeat(first - np.cumsum(count) + count, count) + np.arange(int(count.sum()))
            return self._entry_value[places]
        values = self._entry_value[: self._entries]
        return values if len(slots) == self.size else values[mask[self._entry_slot[: self._entries]]]

    def _numbers(self, facet: str) -> npt.NDArray[np.int64]:
        """The numbers of all values of a facet."""
        known = self._arrays.get(facet)
        if known is None or len(known) < len(self._of_facet[facet]):
            known = self._arrays[facet] = np.array(self._of_facet[facet], np.int64)
        return known

    def _intern(self, value: str) -> int:
        number = self._values.get(value)
        if number is None:
            of_facet = self._of_facet[value.partition(":")[0]]  # first: a value of no facet leaves nothing behind
            number = self._values[value] = len(self._names)
            self._names.append(value)
            if number >= len(self._keys):
                self._keys = _grown(self._keys, number + 1)
            self._keys[number] = zlib.crc32(value.encode())
            of_facet.append(number)
        return number

    def _add_entries(self, slot: int, values: list[int]) -> None:
        end = self._entries + len(values)
        if end > len(self._entry_slot):
            self._entry_slot = _grown(self._entry_slot, end)
            self._entry_value = _grown(self._entry_value, end)
        self._entry_slot[self._entries : end] = slot
        self._entry_value[self._entries : end] = values
        self._span[:, slot] = (self._entries, len(values))
        self._entries = end

    def _make_room(self, more: int) -> None:
        needed = self.size + more
        if needed > len(self._ids):
            self._ids, self._blocks = _grown(self._ids, needed), _grown(self._blocks, needed)
            self._ends, self._span = _grown(self._ends, needed), _grown(self._span, needed)

    def _sweep(self) -> None:
        """Leave out the blank entries; a slot's entries stay together."""
        kept = np.flatnonzero(self._entry_value[: self._entries] != _BLANK)
        self._entry_slot, self._entry_value = self._entry_slot[kept], self._entry_value[kept]
        self._entries, self._dead = len(kept), 0
        counts = np.bincount(self._entry_slot, minlength=self.size)
        first = np.full(self.size, 0, np.int64)
        begins = np.flatnonzero(np.diff(self._entry_slot, prepend=-1))
        first[self._entry_slot[begins]] = begins
        self._span[0, : self.size], self._span[1, : self.size] = first, counts


def _grown(array: npt.NDArray[Any], needed: int) -> npt.NDArray[Any]:
    """The array with room for at least ``needed`` in its last axis."""
    room = max(needed, array.shape[-1] * 3 // 2, 1024)
    grown = np.zeros((*array.shape[:-1], room), array.dtype)
    grown[..., : array.shape[-1]] = array
    return grown
