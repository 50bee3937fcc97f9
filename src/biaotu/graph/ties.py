"""Who names what, in memory: the relics of a node and the nodes of a relic, in both views.

The two views are what people confirmed, and everything. In the second a confirmed value whose entry the machine found
counts as that entry, not as bare words beside it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from biaotu.graph import names
from biaotu.graph.dataset import Dataset
from biaotu.graph.facts import RelicFacts

_PREDICATES: Final = names.FACTS
_NUMBER: Final = {predicate: number for number, predicate in enumerate(_PREDICATES)}
_CONFIRMED, _EVERYTHING = 1, 2
_WORDS: Final = f"{names.BASE}value:"
_SHIFT: Final = 7  # two bits of flags, five for the predicate


@dataclass(frozen=True, slots=True)
class Tie:
    """An edge from a relic to a node."""

    node: str
    predicate: str
    confirmed: bool


class Ties:
    """The edges between relics and nodes.

    ``machine`` in its methods chooses the view: everything, or what is confirmed alone.
    """

    def __init__(self) -> None:
        self._nodes: list[str] = []
        self._plain: list[int] = []  # the predicate of each node where no role is told
        self._ids: dict[str, int] = {}
        self._of_relic: dict[str, tuple[int, ...]] = {}
        self._relics: tuple[defaultdict[int, set[str]], defaultdict[int, set[str]]] = (
            defaultdict(set),
            defaultdict(set),
        )

    @classmethod
    def of(cls, dataset: Dataset) -> Ties:
        """The edges that a dataset holds."""
        ties, packed = cls(), defaultdict[str, dict[int, int]](dict)
        for record in dataset.seen():
            packed[record] = {}
        bare: dict[str, tuple[str, int]] = {}
        for mention, node, confirmed in dataset.namings():
            record, key = names.record_of(mention), names.mention_key(mention)
            edge = ties._edge(key, node)
            edges = packed[record]
            if confirmed and node.startswith(_WORDS):
                edges[edge] = _CONFIRMED | edges.get(edge, 0)
                bare[mention] = record, edge
            elif confirmed:
                edges[edge] = _CONFIRMED | _EVERYTHING
            else:
                edges[edge] = _EVERYTHING | edges.get(edge, 0)
                if names.entry_of(node) is not None:  # confirmed mentions come first
                    bare.pop(mention, None)
        for record, edge in bare.values():
            packed[record][edge] |= _EVERYTHING
        for record, edges in packed.items():
            ties._set(record, edges)
        return ties

    def put(self, facts: RelicFacts) -> None:
        """Take a relic's edges, in the place of those it had."""
        edges: dict[int, int] = {}
        for mention in facts.mentions:
            found = any(not one.confirmed and names.entry_of(one.node) is not None for one in mention.targets)
            for target in mention.targets:
                flags = (_CONFIRMED | _EVERYTHING) if target.confirmed else _EVERYTHING
                if found and target.confirmed and target.node.startswith(_WORDS):
                    flags = _CONFIRMED
                edge = self._edge(mention.key, target.node)
                edges[edge] = edges.get(edge, 0) | flags
        self.remove(facts.record)
        self._set(facts.record, edges)

    def remove(self, record: str) -> None:
        """Forget a relic."""
        for packed in self._of_relic.pop(record, ()):
            for view in self._relics:
                if (relics := view.get(packed >> _SHIFT)) is not None:
                    relics.discard(record)
                    if not relics:
                        del view[packed >> _SHIFT]

    def __contains__(self, record: object) -> bool:
        return record in self._of_relic

    def __len__(self) -> int:
        return len(self._of_relic)

    def records(self) -> Iterable[str]:
        """All relics."""
        return self._of_relic

    def edges(self) -> tuple[int, int]:
        """How many edges are confirmed, and how many there are in all."""
        confirmed = everything = 0
        for edges in self._of_relic.values():
            for packed in edges:
                confirmed += bool(packed & _CONFIRMED)
                everything += bool(packed & _EVERYTHING)
        return confirmed, everything

    def anything(self, machine: bool) -> bool:
        """Whether a view holds any edge."""
        return bool(self._relics[machine])

    def told(self, record: str, machine: bool) -> Iterator[Tie]:
        """The edges of a relic; none if it is unknown."""
        wanted = _EVERYTHING if machine else _CONFIRMED
        for packed in self._of_relic.get(record, ()):
            if packed & wanted:
                predicate = _PREDICATES[(packed >> 2) & 31]
                yield Tie(self._nodes[packed >> _SHIFT], predicate, bool(packed & _CONFIRMED))

    def relics(self, node: str, machine: bool) -> set[str] | frozenset[str]:
        """The relics that name a node. Not to be changed."""
        number = self._ids.get(node)
        return frozenset() if number is None else self._relics[machine].get(number, frozenset())

    def toward(self, node: str, machine: bool) -> Iterator[tuple[str, Tie]]:
        """The edges that lead to a node, each with its relic."""
        number, wanted = self._ids.get(node), _EVERYTHING if machine else _CONFIRMED
        for record in self.relics(node, machine):
            for packed in self._of_relic[record]:
                if packed >> _SHIFT == number and packed & wanted:
                    yield record, Tie(node, _PREDICATES[(packed >> 2) & 31], bool(packed & _CONFIRMED))

    def said(self, node: str, machine: bool) -> dict[str, bool]:
        """The relics that name a node otherwise than inscribed, and for each whether that is confirmed."""
        found: dict[str, bool] = {}
        for record, tie in self.toward(node, machine):
            if tie.predicate != names.INSCRIBED:
                found[record] = found.get(record, False) or tie.confirmed
        return found

    def count(self, node: str, machine: bool) -> int:
        """How many relics name a node."""
        return len(self.relics(node, machine))

    def nodes(self, machine: bool) -> Iterator[tuple[str, int]]:
        """The nodes that relics name, each with how many do."""
        for number, relics in self._relics[machine].items():
            yield self._nodes[number], len(relics)

    def pairs(
        self, first: str, second: str, machine: bool, among: Iterable[str] | None = None
    ) -> Iterator[tuple[str, list[str], list[str]]]:
        """For each relic the nodes of two kinds that it names; relics that lack either are left out."""
        wanted = _EVERYTHING if machine else _CONFIRMED
        kinds = [names.kind_of(node) for node in self._nodes]
        inscribed = _NUMBER[names.INSCRIBED]
        for record in self._of_relic if among is None else among:
            found: tuple[dict[int, None], dict[int, None]] = ({}, {})
            for packed in self._of_relic.get(record, ()):
                if packed & wanted and (packed >> 2) & 31 != inscribed:
                    node = packed >> _SHIFT
                    for place, kind in enumerate((first, second)):
                        if kinds[node] == kind:
                            found[place][node] = None
            if found[0] and found[1]:
                yield record, [self._nodes[one] for one in found[0]], [self._nodes[one] for one in found[1]]

    def _edge(self, key: str, node: str) -> int:
        number = self._ids.get(node)
        if number is None:
            number = self._ids[node] = len(self._nodes)
            self._nodes.append(node)
            self._plain.append(_NUMBER[names.predicate_of("", node)])
        if key.startswith(("ocr-", "role:")):
            return number << _SHIFT | _NUMBER[names.predicate_of(key, node)] << 2
        return number << _SHIFT | self._plain[number] << 2

    def _set(self, record: str, edges: dict[int, int]) -> None:
        self._of_relic[record] = tuple(edge | flags for edge, flags in edges.items() if flags)
        for edge, flags in edges.items():
            for view, flag in enumerate((_CONFIRMED, _EVERYTHING)):
                if flags & flag:
                    self._relics[view][edge >> _SHIFT].add(record)
