"""Relics related to one: by the graph, and by the vectors of words and photos that the store has."""

from __future__ import annotations

from typing import Any, Final, Literal

from biaotu.graph import related
from biaotu.knowledge.graphing import GraphKeeper
from biaotu.search import SearchQuery
from biaotu.store import Store

LEAST: Final = {"photo": 0.7, "text": 0.4}
"""Cosines below which two records are not called alike.

Of relics picked by chance (80 of the dev sets) one pair of photos in a hundred is nearer than 0.72, one pair of texts
in a thousand nearer than 0.44.
"""
_FOUND: Final = 20


def related_records(
    store: Store, keeper: GraphKeeper, record_id: int, *, machine: bool = False, limit: int = 10,
    seconds: float | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Records related to one, each with its reasons (``graph.related``); each stands once, however many reasons.

    Raises:
        NotFound: if there is no such record.
    """
    with store.reading() as unit:
        unit.records.get(record_id)
    kinds: tuple[Literal["photo", "text"], ...] = ("photo", "text")
    alike: dict[str, list[tuple[str, float]]] = {by: _alike(store, record_id, by) for by in kinds}
    with keeper.graph(seconds) as graph:
        if str(record_id) not in graph.ties:  # it has not been read yet
            note = keeper.note() or graph.note(machine)
            return {"machine": machine, "note": None if note is None else note.to_dict(), "items": []}
        found = related(graph, str(record_id), machine=machine, alike=alike, limit=limit)
        note = keeper.note()
    return found if note is None else found | {"note": note.to_dict()}


def _alike(store: Store, record_id: int, by: Literal["photo", "text"]) -> list[tuple[str, float]]:
    page = store.search(SearchQuery(mode="similar", record=record_id, by=(by,), limit=_FOUND))
    return [(str(hit.record_id), hit.score) for hit in page.hits if hit.score >= LEAST[by]]
