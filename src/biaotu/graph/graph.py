"""The graph: facts of relics and the authority file in one place, and the questions that it answers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from biaotu.authorities import Entry, Linker, by_id, resolve, shipped_entries
from biaotu.errors import NotFound
from biaotu.graph import names, quads
from biaotu.graph.dataset import Dataset
from biaotu.graph.dates import date_words
from biaotu.graph.facts import RelicFacts
from biaotu.graph.nodes import NOTHING_CONFIRMED, Edge, Node, Note, Proof
from biaotu.graph.reading import facts_of_annotation
from biaotu.graph.ties import Tie, Ties
from biaotu.records import Annotation
from biaotu.search.folding import fold
from biaotu.taxonomy import MATERIALS, USES

_TERMS: Final = {"material": MATERIALS, "use": USES}
_BATCH: Final = 500


class Graph:
    """A graph of relics. One thread at a time.

    Args:
        folder: where it is kept; None keeps it in memory.

    Raises:
        Locked: if another process has that folder open.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.dataset = Dataset(folder)
        self.ties = Ties.of(self.dataset)
        self._forms: dict[str, tuple[str, ...]] | None = None
        self._take_entries(self.dataset.entries())

    @classmethod
    def of(cls, annotations: Iterable[Annotation], entries: Iterable[Entry] | None = None) -> Graph:
        """A graph in memory of annotations as files hold them; all its facts are the machine's.

        Args:
            annotations: one for each relic; of two with the same number the later counts.
            entries: the authorities to link against; those that come with the package by default.
        """
        graph, known = cls(), by_id(shipped_entries() if entries is None else entries)
        graph.put_entries(known, "file")
        linker, batch = Linker(known.values()), dict[str, RelicFacts]()
        for annotation in annotations:
            batch[annotation.id] = facts_of_annotation(annotation, linker)
            if len(batch) >= _BATCH:
                graph.put(list(batch.values()), dict.fromkeys(batch, "file"))
                batch.clear()
        graph.put(list(batch.values()), dict.fromkeys(batch, "file"))
        return graph

    # ---- what it holds

    def put(self, facts: Sequence[RelicFacts], marks: Mapping[str, str]) -> None:
        """Take relics in, or anew; ``marks`` by record say which state of them it is."""
        if not facts:
            return
        self._forms = None
        self.dataset.put(facts, marks)
        for one in facts:
            self.ties.put(one)

    def remove(self, records: Sequence[str]) -> None:
        """Take relics out."""
        self._forms = None
        self.dataset.remove(records)
        for record in records:
            self.ties.remove(record)

    def put_entries(self, entries: Mapping[str, Entry], mark: str, stale: Iterable[str] = ()) -> None:
        """Take the authority file; ``stale`` are relics that have to be told anew because of it."""
        self.dataset.put_entries(entries, mark, stale)
        self._take_entries(entries)

    def _take_entries(self, entries: Mapping[str, Entry]) -> None:
        self._forms = None
        self.entries = dict(entries)
        self.below: dict[str, list[str]] = {}
        self.seen_by: dict[str, list[str]] = {}
        for entry in entries.values():
            if entry.replaced_by:
                continue
            if entry.broader:
                self.below.setdefault(entry.broader, []).append(entry.id)
            for other in entry.see:
                self.seen_by.setdefault(other, []).append(entry.id)

    # ---- nodes

    def canonical(self, iri: str) -> str:
        """The node that an IRI means today, through merges of entries.

        Raises:
            NotFound: if there is no such node.
        """
        kind = names.kind_of(iri)
        entry_id = names.entry_of(iri)
        if entry_id is not None:
            if entry_id in self.entries:
                return names.entry_iri(resolve(self.entries, entry_id).id)
        elif kind == "relic":
            if names.record_of(iri) in self.ties:
                return iri
        elif kind in _TERMS:
            if iri.rsplit(":", 1)[1] in {term.id for term in _TERMS[kind]}:
                return iri
        elif kind is not None and (self.ties.relics(iri, True) or self.ties.relics(iri, False) or self._told(iri)):
            return iri
        raise NotFound(f"the graph has no node {iri}; look for one by its name")

    def node(self, iri: str, machine: bool = False) -> Node:
        """A node as a view shows it.

        Raises:
            NotFound: if there is no such node.
        """
        iri = self.canonical(iri)
        kind = names.kind_of(iri)
        if kind is None:
            raise NotFound(f"the graph has no node {iri}")
        if kind == "relic":
            return self._relic(iri)
        records = self.ties.count(iri, machine)
        if (entry_id := names.entry_of(iri)) is not None:
            entry = self.entries[entry_id]
            return Node(
                iri, kind, entry.name, None, records, None, None, None, entry_id, True,
                entry.begin, entry.end, entry.note, entry.checked,
            )  # fmt: skip
        if kind in _TERMS:
            term = _TERMS[kind][iri.rsplit(":", 1)[1]]
            return Node(iri, kind, term.zh, term.en, records)
        if (edtf := names.edtf_of(iri)) is not None:
            return Node(iri, kind, date_words(edtf), None, records, begin=edtf, end=edtf)
        told = self.dataset.texts(iri, quads.LABEL)
        label = min(told, key=lambda one: (len(one), one)).replace("\n", "") if told else iri
        return Node(iri, kind, label, None, records, linked=False)

    def _relic(self, iri: str) -> Node:
        record = names.record_of(iri)
        title = self.dataset.texts(iri, quads.LABEL)
        number = self.dataset.texts(iri, quads.NUMBER)
        museum = self.dataset.texts(iri, quads.MUSEUM)
        return Node(
            iri, "relic", title[0] if title else record, None, None, record,
            number[0] if number else None, museum[0] if museum else None,
        )  # fmt: skip

    def forms(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Every node with its names folded, its own first: entries, words and dates, materials and uses, relics."""
        if self._forms is None:
            self._forms = dict(self._all_forms())
        return iter(self._forms.items())

    def _all_forms(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        for entry in self.entries.values():
            if not entry.replaced_by:
                yield names.entry_iri(entry.id), _folded(entry.name, *(one.form for one in entry.variants))
        for system, vocabulary in _TERMS.items():
            for term in vocabulary:
                yield names.concept_iri(system, term.id), _folded(term.zh, term.en)
        for iri in {iri for view in (True, False) for iri, _ in self.ties.nodes(view)}:
            if (edtf := names.edtf_of(iri)) is not None:
                yield iri, _folded(date_words(edtf), edtf)
            elif names.entry_of(iri) is None and names.kind_of(iri) not in _TERMS:
                yield iri, _folded(*self.dataset.texts(iri, quads.LABEL))
        for record in self.ties.records():
            iri = names.relic_iri(record)
            told = self.dataset.texts(iri, quads.LABEL) + self.dataset.texts(iri, quads.NUMBER)
            yield iri, _folded(*told)

    def _told(self, iri: str) -> bool:
        return bool(self.dataset.texts(iri, quads.EDTF))

    # ---- edges

    def around(self, iri: str, machine: bool) -> Iterator[str]:
        """The nodes next to one, some perhaps twice."""
        if names.kind_of(iri) == "relic":
            for tie in self.ties.told(names.record_of(iri), machine):
                yield tie.node
            return
        for record in self.ties.relics(iri, machine):
            yield names.relic_iri(record)
        for other, _, _ in self.beside(iri):
            yield other

    def beside(self, iri: str) -> Iterator[tuple[str, str, bool]]:
        """The nodes that reference joins to one: other node, predicate, whether the edge leads there from this one."""
        entry_id = names.entry_of(iri)
        if entry_id is not None:
            entry = self.entries.get(entry_id)
            if entry is None:
                return
            if entry.broader in self.entries:
                yield names.entry_iri(entry.broader), "broader", True
            for other in self.below.get(entry_id, ()):
                yield names.entry_iri(other), "broader", False
            for other in entry.see:
                if other in self.entries:
                    yield names.entry_iri(other), "see", True
            for other in self.seen_by.get(entry_id, ()):
                if other not in entry.see:
                    yield names.entry_iri(other), "see", False
        elif names.edtf_of(iri) is not None:
            for other, out in self.dataset.joined(iri, quads.predicate("within")):
                yield other, "within", out

    def degree(self, iri: str, machine: bool) -> int:
        """How many nodes are next to one."""
        if names.kind_of(iri) == "relic":
            return sum(1 for _ in self.ties.told(names.record_of(iri), machine))
        return self.ties.count(iri, machine) + sum(1 for _ in self.beside(iri))

    def tie_edge(self, record: str, tie: Tie, *, inward: bool = False, node: Node | None = None) -> Edge:
        """The edge of a relic with its proof."""
        proof = self.proof(record, tie)
        return Edge(tie.predicate, "in" if inward else "out", tie.confirmed, "record", node, proof)

    def reference_edge(self, iri: str, other: str, predicate: str, out: bool, node: Node | None = None) -> Edge:
        """The edge between two entries or dates; confirmed if a registrar checked the entry that says it."""
        says = self.entries.get(names.entry_of(iri if out else other) or "")
        confirmed = predicate == "within" or (says is not None and says.checked)
        return Edge(predicate, "out" if out else "in", confirmed, "authority", node)

    def proof(self, record: str, tie: Tie) -> tuple[Proof, ...]:
        """Where a record says what a tie tells, confirmed ones first."""
        found = []
        for mention, node, confirmed in self.dataset.mentions(record):
            key = names.mention_key(mention)
            if node != tie.node or names.predicate_of(key, node) != tie.predicate:
                continue
            graph = quads.CONFIRMED if confirmed else quads.MACHINE
            confidence = self.dataset.one(mention, quads.CONFIDENCE, graph)
            found.append(
                Proof(
                    record,
                    names.item_of(key),
                    *names.place_of(key),
                    self.dataset.one(mention, quads.VALUE, graph) or "",
                    confirmed,
                    None if confidence is None else float(confidence),
                )
            )
        return tuple(sorted(found, key=lambda one: not one.confirmed))

    def note(self, machine: bool) -> Note | None:
        """What has to be said to an answer of this view."""
        return NOTHING_CONFIRMED if not machine and not self.ties.anything(False) and len(self.ties) else None


def _folded(*forms: str) -> tuple[str, ...]:
    return tuple(fold(form) for form in forms) or ("",)


def mark_of(entries: Mapping[str, Entry]) -> str:
    """What names a state of the authority file."""
    digest = hashlib.sha256()
    for entry_id in sorted(entries):
        digest.update(repr(entries[entry_id]).encode("utf-8", "replace"))
    return digest.hexdigest()[:16]
