"""The embedded triple store that holds the graph: opened in a folder or in memory, changed relic by relic.

Safe against a crash at any point: a relic's mark (``seen``) is empty while its quads are written, so what is half
written is known and written again.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad, Store

from biaotu.authorities import Entry
from biaotu.errors import StoreError
from biaotu.graph import names, quads
from biaotu.graph.facts import RelicFacts

LAYOUT: Final = f"1 {version('biaotu')}"
"""How facts become quads, and by which biaotu, whose rules may have changed: another's graph is built anew."""
_MANY: Final = 50
"""Relics from which on new files are written past the write-ahead log, which is faster and smaller."""
_PIECE: Final = 200
_ITSELF: Final = NamedNode(f"{names.BASE}graph")
_LAYOUT: Final = NamedNode(f"{names.BASE}layout")
_AUTHORITIES: Final = NamedNode(f"{names.BASE}authorities")


class Locked(StoreError):  # noqa: N818 - the name says it
    """Another process holds the graph's folder."""


class Dataset:
    """A triple store of our quads.

    Args:
        folder: where it lives; None keeps it in memory.

    Raises:
        Locked: if another process has it open.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder
        self.store = _open(folder)
        if self._told(_LAYOUT) != LAYOUT:
            self.store.clear()
            self.store.extend(quads.concept_quads())
            self._tell(_LAYOUT, LAYOUT)

    def close(self) -> None:
        """Let go of the folder; the dataset must not be used afterwards."""
        del self.store

    def seen(self) -> dict[str, str]:
        """The marks of the relics, by record; "" for one that is half written or is to be written anew."""
        found = self.store.quads_for_pattern(None, quads.SEEN, None, quads.STATE)
        return {names.record_of(_text(quad.subject)): _text(quad.object) for quad in found}

    def put(self, facts: Sequence[RelicFacts], marks: Mapping[str, str]) -> None:
        """Write relics in the place of what was told of them; ``marks`` by record say which state of them that is."""
        self.remove([one.record for one in facts])
        self._mark({one.record: "" for one in facts})
        made = (quad for one in facts for quad in quads.relic_quads(one))
        if len(facts) >= _MANY and self.folder is not None:
            self.store.bulk_extend(made)
        else:
            self.store.extend(made)
        self._mark({one.record: marks[one.record] for one in facts})

    def remove(self, records: Sequence[str]) -> None:
        """Take relics out, and the nodes that no other relic names; unknown ones are passed over."""
        for start in range(0, len(records), _PIECE):
            relics = [NamedNode(names.relic_iri(record)) for record in records[start : start + _PIECE]]
            known = [relic for relic in relics if self._any(relic)]
            if known:
                self.store.update(_removal(known, self._orphans(known)))

    def forget(self, records: Iterable[str]) -> None:
        """Let relics be written anew."""
        self._mark(dict.fromkeys(records, ""))

    def entries(self) -> dict[str, Entry]:
        """The authority entries that the graph was linked against."""
        found = self.store.quads_for_pattern(None, quads.DOCUMENT, None, quads.STATE)
        documents = (Entry.from_dict(json.loads(_text(quad.object))) for quad in found)
        return {entry.id: entry for entry in documents}

    @property
    def authorities(self) -> str:
        """The mark of those entries; "" if there are none yet."""
        return self._told(_AUTHORITIES)

    def put_entries(self, entries: Mapping[str, Entry], mark: str, stale: Iterable[str] = ()) -> None:
        """Write the authority file; ``stale`` relics, which it may link otherwise, are forgotten before."""
        self.forget(stale)
        old = self.entries()
        for entry_id in [one for one, entry in old.items() if entries.get(one) != entry]:
            node = NamedNode(names.entry_iri(entry_id))
            self.store.update(
                f"DELETE WHERE {{ GRAPH <{names.REFERENCE}> {{ {node} ?p ?o }} }} ; "
                f"DELETE WHERE {{ GRAPH <{names.STATE}> {{ {node} ?p ?o }} }}"
            )
        new = [entry for one, entry in entries.items() if old.get(one) != entry]
        self.store.extend([*quads.entry_quads(new), *quads.entry_documents(new)])
        self._tell(_AUTHORITIES, mark)

    def namings(self) -> Iterator[tuple[str, str, bool]]:
        """Every mention with a node that it names, and whether that is confirmed."""
        for graph, confirmed in ((quads.CONFIRMED, True), (quads.MACHINE, False)):
            for quad in self.store.quads_for_pattern(None, quads.NAMES, None, graph):
                yield _text(quad.subject), _text(quad.object), confirmed

    def values(self) -> Iterator[tuple[str, str, str, str | None]]:
        """Every mention of a value that names something: record, attribute id, words, the entry named if it is one."""
        for mention, node, confirmed in self.namings():
            key = names.mention_key(mention)
            if not key.startswith(("label:", "role:")):
                graph = quads.CONFIRMED if confirmed else quads.MACHINE
                words = self.one(mention, quads.VALUE, graph) or ""
                yield names.record_of(mention), key.rsplit(":", 1)[1], words, names.entry_of(node)

    def texts(self, node: str, predicate: NamedNode) -> list[str]:
        """The texts of a node's property in any graph, each once, in order."""
        found = self.store.quads_for_pattern(NamedNode(node), predicate, None, None)
        return sorted({quad.object.value for quad in found if isinstance(quad.object, Literal)})

    def joined(self, node: str, predicate: NamedNode) -> list[tuple[str, bool]]:
        """The nodes that a predicate joins to one in any graph; True where the edge leads there from this one."""
        one = NamedNode(node)
        out = {_text(quad.object) for quad in self.store.quads_for_pattern(one, predicate, None, None)}
        inward = {_text(quad.subject) for quad in self.store.quads_for_pattern(None, predicate, one, None)}
        return [(other, True) for other in sorted(out)] + [(other, False) for other in sorted(inward)]

    def one(self, subject: str, predicate: NamedNode, graph: NamedNode | None) -> str | None:
        """The value of a property in a graph, or in any; None if it is not told."""
        for quad in self.store.quads_for_pattern(NamedNode(subject), predicate, None, graph):
            return _text(quad.object)
        return None

    def assumed(self, node: str) -> bool:
        """Whether a convention had a part in every reading of a date."""
        for quad in self.store.quads_for_pattern(None, quads.NAMES, NamedNode(node), None):
            if self.one(_text(quad.subject), quads.SURE, None) is None:
                return False
        return True

    def mentions(self, record: str) -> list[tuple[str, str, bool]]:
        """The mentions of a record with what they name, and whether that is confirmed, in the order of their keys."""
        relic, found = NamedNode(names.relic_iri(record)), list[tuple[str, str, bool]]()
        for graph, confirmed in ((quads.CONFIRMED, True), (quads.MACHINE, False)):
            for quad in self.store.quads_for_pattern(relic, quads.MENTIONS, None, graph):
                place = NamedNode(_text(quad.object))
                for naming in self.store.quads_for_pattern(place, quads.NAMES, None, graph):
                    found.append((place.value, _text(naming.object), confirmed))
        return sorted(found, key=lambda one: (names.mention_key(one[0]), not one[2]))

    def _mark(self, marks: Mapping[str, str]) -> None:
        for record in marks:
            relic = NamedNode(names.relic_iri(record))
            for quad in list(self.store.quads_for_pattern(relic, quads.SEEN, None, quads.STATE)):
                self.store.remove(quad)
        self.store.extend(
            Quad(NamedNode(names.relic_iri(record)), quads.SEEN, quads.literal(mark), quads.STATE)
            for record, mark in marks.items()
        )

    def _any(self, relic: NamedNode) -> bool:
        return next(self.store.quads_for_pattern(relic, None, None, None), None) is not None

    def _orphans(self, relics: Iterable[NamedNode]) -> list[tuple[NamedNode, NamedNode]]:
        """Words and dates that nothing but these relics names, each with the graph where that is so."""
        told = [one for relic in relics for one in self.mentions(names.record_of(relic.value))]
        going = {mention for mention, _, _ in told}
        found = []
        for node, confirmed in {(node, confirmed) for _, node, confirmed in told}:
            if names.entry_of(node) is None and names.kind_of(node) not in ("material", "use"):
                graph = quads.CONFIRMED if confirmed else quads.MACHINE
                namings = self.store.quads_for_pattern(None, quads.NAMES, NamedNode(node), graph)
                if all(_text(quad.subject) in going for quad in namings):
                    found.append((NamedNode(node), graph))
        return found

    def _told(self, name: NamedNode) -> str:
        return self.one(_ITSELF.value, name, quads.STATE) or ""

    def _tell(self, name: NamedNode, value: str) -> None:
        for quad in list(self.store.quads_for_pattern(_ITSELF, name, None, quads.STATE)):
            self.store.remove(quad)
        self.store.extend([Quad(_ITSELF, name, quads.literal(value), quads.STATE)])


def _text(term: object) -> str:
    """The IRI or words of a term; ours are never blank nodes or triples."""
    if not isinstance(term, NamedNode | Literal):
        raise StoreError(f"the graph holds {term}, which is none of ours; delete its folder, it will be made anew")
    return term.value


def _removal(relics: Sequence[NamedNode], orphans: Sequence[tuple[NamedNode, NamedNode]]) -> str:
    """One update, so one transaction: the relics with their mentions and mark, then what nothing names any more."""
    listed = " ".join(map(str, relics))
    update = (
        f"DELETE {{ GRAPH ?g {{ ?m ?p ?o }} }} WHERE {{ VALUES ?r {{ {listed} }} "
        f"GRAPH ?g {{ ?r <{names.MENTIONS}> ?m . ?m ?p ?o }} }} ; "
        f"DELETE {{ GRAPH ?g {{ ?r ?p ?o }} }} WHERE {{ VALUES ?r {{ {listed} }} GRAPH ?g {{ ?r ?p ?o }} }}"
    )
    for graph in (quads.CONFIRMED, quads.MACHINE):
        nodes = " ".join(str(node) for node, where in orphans if where == graph)
        if nodes:
            update += (
                f" ; DELETE {{ GRAPH {graph} {{ ?n ?p ?o }} }} "
                f"WHERE {{ VALUES ?n {{ {nodes} }} GRAPH {graph} {{ ?n ?p ?o }} }}"
            )
    return update


def _open(folder: Path | None) -> Store:
    """Open the store; a folder that is no store, or a damaged one, is made anew: the graph follows from elsewhere."""
    if folder is None:
        return Store()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        return Store(str(folder))
    except (OSError, RuntimeError) as error:  # damaged files are either
        if "lock" in str(error).lower():
            raise Locked(f"the graph in {folder} is in use by another process") from error
    shutil.rmtree(folder)
    folder.mkdir(parents=True)
    try:
        return Store(str(folder))
    except (OSError, RuntimeError) as error:
        raise StoreError(f"the graph in {folder} cannot be made: {error}") from error
