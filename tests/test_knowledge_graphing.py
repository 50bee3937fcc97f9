"""The graph follows the store: what people and models say, what is taken back, what is merged, what crashed."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from biaotu.authorities import Entry
from biaotu.errors import NotFound, StoreError
from biaotu.graph import Graph, RelicFacts, neighbours, node
from biaotu.knowledge import graphing
from biaotu.knowledge.graphing import GraphKeeper
from biaotu.knowledge.relating import related_records
from biaotu.records import Annotation
from biaotu.store import Actor, NewRecord, Store, StorePlace
from graph_samples import RELICS, relic
from store_fixtures import changes

pytest_plugins = ("store_fixtures",)
ME = Actor.system("test")
ZUNYI = "urn:biaotu:entry:event:zunyi-conf"


def fill(store: Store, relics: tuple[Annotation, ...] = RELICS) -> list[int]:
    with store.writing(ME) as unit:
        ids = unit.records.add_many([NewRecord(one.id, one.title, one.description, "某馆") for one in relics])
        for record_id, one in zip(ids, relics, strict=True):
            unit.annotations.add(record_id, one)
    return ids


def decide(store: Store, record_id: int, *texts: str, key: str = "") -> None:
    with store.writing(ME) as unit:
        record = unit.records.get(record_id)
        unit.decisions.decide(
            record_id, changes(*texts), base=record.revision, key=key or f"{record.revision}-{record_id}"
        )


def told(keeper: GraphKeeper, iri: str, *, machine: bool = False) -> set[tuple[str, str, bool]]:
    with keeper.graph() as graph:
        edges = neighbours(graph, iri, machine=machine)["edges"]
    return {(edge["predicate"], edge["node"]["id"], edge["confirmed"]) for edge in edges}


def fresh(store: Store, tmp_path: Path) -> list[str]:
    """What a graph that is made from nothing holds."""
    copy = StorePlace(tmp_path / "elsewhere", store.place.database)
    keeper = GraphKeeper(store)
    keeper._folder = copy.folder
    with keeper, keeper.graph() as graph:
        return contents(graph)


def contents(graph: Graph) -> list[str]:
    return sorted(str(quad) for quad in graph.dataset.store)


def test_what_people_accept_is_confirmed_and_what_they_reject_is_gone(store: Store) -> None:
    """On both databases: the marks of records follow whatever is decided."""
    first, *_ = fill(store)
    iri = f"urn:biaotu:relic:{first}"
    with GraphKeeper(store) as keeper:
        assert told(keeper, iri) == set()
        assert ("event", ZUNYI, False) in told(keeper, iri, machine=True)
        decide(store, first, "span:description:16:20:event accept", "label:material:metal accept")
        bare = "urn:biaotu:value:event:%E9%81%B5%E4%B9%89%E4%BC%9A%E8%AE%AE"
        assert told(keeper, iri) == {("event", bare, True), ("material", "urn:biaotu:material:metal", True)}
        assert ("event", ZUNYI, False) in told(keeper, iri, machine=True)
        decide(store, first, "link:event:zunyi-conf:span:description:16:20:event accept")
        assert ("event", ZUNYI, True) in told(keeper, iri)
        assert bare not in {one for _, one, _ in told(keeper, iri, machine=True)}
        decide(store, first, "span:description:16:20:event reject", "label:material:metal withdraw")
        assert told(keeper, iri) == set()
        assert ZUNYI not in {one for _, one, _ in told(keeper, iri, machine=True)}
        with store.writing(ME) as unit:
            unit.decisions.undo(first, key="undo-it")
        assert ("event", ZUNYI, True) in told(keeper, iri)


def test_a_graph_that_followed_is_the_same_as_one_made_anew(sqlite_store: Store, tmp_path: Path) -> None:
    ids = fill(sqlite_store)
    with GraphKeeper(sqlite_store) as keeper:
        told(keeper, ZUNYI)
        decide(sqlite_store, ids[1], "span:description:0:4:event accept")
        told(keeper, ZUNYI)
        with sqlite_store.writing(ME) as unit:
            unit.annotations.add(ids[0], relic("1", RELICS[0].title, RELICS[0].description))
            unit.authorities.merge("event:zunyi-battle", "event:zunyi-conf", "为测试")
            unit.authorities.add(Entry("person:own-laoshuan", "person", "王老栓", kind="other", source="测试"))
        told(keeper, ZUNYI)
        with keeper.graph() as graph:
            followed = contents(graph)
    assert followed == fresh(sqlite_store, tmp_path)


def test_new_words_of_a_record_are_read_and_a_removed_record_leaves(sqlite_store: Store) -> None:
    ids = fill(sqlite_store)
    with GraphKeeper(sqlite_store) as keeper:
        assert told(keeper, f"urn:biaotu:relic:{ids[3]}", machine=True)
        with sqlite_store.writing(ME) as unit:
            unit.records.remove([ids[3]])
        with keeper.graph() as graph, pytest.raises(NotFound):
            node(graph, f"urn:biaotu:relic:{ids[3]}")
        with keeper.graph() as graph:
            assert not [quad for quad in graph.dataset.store if "布告" in str(quad)]


def test_a_new_entry_takes_the_place_of_bare_words_at_once(sqlite_store: Store) -> None:
    ids = fill(sqlite_store)
    iri = f"urn:biaotu:relic:{ids[1]}"
    with GraphKeeper(sqlite_store) as keeper:
        people = {one for name, one, _ in told(keeper, iri, machine=True) if name == "person"}
        assert "urn:biaotu:value:person:%E7%8E%8B%E8%80%81%E6%A0%93" in people
        read = count_reads(keeper)
        with sqlite_store.writing(ME) as unit:
            unit.authorities.add(Entry("person:own-laoshuan", "person", "王老栓", kind="other", source="测试"))
        people = {one for name, one, _ in told(keeper, iri, machine=True) if name == "person"}
        assert "urn:biaotu:entry:person:own-laoshuan" in people
        assert read() == {str(ids[1]), str(ids[2])}  # those that name him, no others


def count_reads(keeper: GraphKeeper) -> Any:
    """Tells which records have been read since."""
    with keeper.graph() as graph:
        put, seen = graph.put, set[str]()

        def counted(facts: list[RelicFacts], marks: dict[str, str]) -> None:
            seen.update(one.record for one in facts)
            put(facts, marks)

        graph.put = counted  # type: ignore[method-assign, assignment]
    return lambda: seen


def test_only_what_has_changed_is_read_again_also_by_another_process_later(sqlite_store: Store) -> None:
    ids = fill(sqlite_store)
    with GraphKeeper(sqlite_store) as keeper:
        read = count_reads(keeper)
        told(keeper, ZUNYI)
        assert read() == set()
        decide(sqlite_store, ids[2], "label:material:metal accept")
        told(keeper, ZUNYI)
        assert read() == {str(ids[2])}
    with GraphKeeper(sqlite_store) as later:
        read = count_reads(later)
        decide(sqlite_store, ids[4], "label:material:textile accept")
        told(later, ZUNYI)
        assert read() == {str(ids[4])}


def test_an_entry_that_was_merged_is_followed_also_where_a_person_linked_it(sqlite_store: Store) -> None:
    ids = fill(sqlite_store)
    iri = f"urn:biaotu:relic:{ids[0]}"
    decide(
        sqlite_store,
        ids[0],
        "span:description:16:20:event accept",
        "link:event:zunyi-battle:span:description:16:20:event accept",
    )
    with GraphKeeper(sqlite_store) as keeper:
        assert ("event", "urn:biaotu:entry:event:zunyi-battle", True) in told(keeper, iri)
        with sqlite_store.writing(ME) as unit:
            unit.authorities.merge("event:zunyi-battle", "event:zunyi-conf", "为测试")
        assert ("event", ZUNYI, True) in told(keeper, iri)
        with keeper.graph() as graph:
            assert node(graph, "urn:biaotu:entry:event:zunyi-battle")["node"]["id"] == ZUNYI


def test_a_process_beside_another_works_on_a_copy(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graphing, "MANY", 5)  # so that the first leaves a snapshot
    ids = fill(sqlite_store)
    with GraphKeeper(sqlite_store) as first:
        told(first, ZUNYI)
        decide(sqlite_store, ids[0], "label:material:metal accept")
        with GraphKeeper(sqlite_store) as beside:
            read = count_reads(beside)
            with beside.graph() as copy:
                assert copy.dataset.folder is not None
                assert sqlite_store.place.folder not in copy.dataset.folder.parents
                place = copy.dataset.folder
            assert ("material", "urn:biaotu:material:metal", True) in told(beside, f"urn:biaotu:relic:{ids[0]}")
            assert read() == set()
        assert not place.exists()
        assert ("material", "urn:biaotu:material:metal", True) in told(first, f"urn:biaotu:relic:{ids[0]}")


def test_sparql_sees_every_change_and_leaves_no_snapshots_behind(sqlite_store: Store) -> None:
    ids = fill(sqlite_store)
    query = "SELECT ?m WHERE { ?r bt:material ?m }"
    with GraphKeeper(sqlite_store) as keeper:
        nothing = keeper.ask(query)
        assert (nothing["rows"], nothing["note"]["code"]) == ([], "nothing-confirmed")
        decide(sqlite_store, ids[0], "label:material:metal accept")
        for _ in range(2):
            found = keeper.ask(query)
            assert [row["m"]["label"] for row in found["rows"]] == ["金属制品"] and found["note"] is None
            assert len(list((sqlite_store.place.folder / "graph").glob("snapshot-*"))) == 1
    assert list((sqlite_store.place.folder / "graph").glob("snapshot-*")) == []


def test_a_question_that_may_not_wait_is_told_what_is_missing(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(graphing, "BATCH", 2)
    fill(sqlite_store)
    with GraphKeeper(sqlite_store) as keeper:
        with keeper.graph(0.0) as graph:
            note = keeper.note()
            assert (len(graph.ties), keeper.behind) == (2, 4)
            assert note is not None and note.code == "catching-up" and "4" in note.en and "4" in note.zh
        for _ in range(200):
            with keeper.graph(0.0) as graph:
                if not keeper.behind:
                    break
            time.sleep(0.02)
        with keeper.graph(0.0) as graph:
            assert (len(graph.ties), keeper.note()) == (6, None)


KILLED = """
import os, signal, sys
from pathlib import Path
from biaotu.graph.dataset import Dataset
from biaotu.knowledge import graphing
from biaotu.store import Store, StorePlace

graphing.BATCH = 2
after, steps = int(sys.argv[2]), 0
def counted(name):
    real = getattr(Dataset, name)
    def step(self, *given, **named):
        global steps
        steps += 1
        if steps == after:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(self, *given, **named)
    setattr(Dataset, name, step)
for name in ("_mark", "remove", "put_entries", "_tell"):
    counted(name)
with Store.open(StorePlace(Path(sys.argv[1]))) as store, graphing.GraphKeeper(store) as keeper, keeper.graph():
    pass
print(steps)
"""


def test_a_kill_at_any_step_is_made_good_by_the_next_question(sqlite_store: Store, tmp_path: Path) -> None:
    ids = fill(sqlite_store)
    decide(sqlite_store, ids[1], "span:description:0:4:event accept")
    expected = fresh(sqlite_store, tmp_path)
    for after in (4, 9):  # while relics are written; while more are
        command = [sys.executable, "-c", KILLED, str(sqlite_store.place.folder), str(after)]
        assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    with GraphKeeper(sqlite_store) as keeper, keeper.graph() as graph:
        assert contents(graph) == expected


def test_a_place_where_no_graph_can_be_kept_is_told(sqlite_store: Store) -> None:
    (sqlite_store.place.folder / "graph").write_text("no folder")
    with GraphKeeper(sqlite_store) as keeper, pytest.raises(StoreError, match="cannot be kept"), keeper.graph():
        pass


def test_a_lost_folder_is_made_anew(sqlite_store: Store) -> None:
    ids = fill(sqlite_store)
    with GraphKeeper(sqlite_store) as keeper:
        told(keeper, ZUNYI)
    shutil.rmtree(sqlite_store.place.folder / "graph")
    with GraphKeeper(sqlite_store) as keeper:
        assert told(keeper, f"urn:biaotu:relic:{ids[0]}", machine=True)


def test_related_records_are_told_with_vectors_and_without(sqlite_store: Store) -> None:
    ids = fill(sqlite_store)
    with GraphKeeper(sqlite_store) as keeper:
        found = related_records(sqlite_store, keeper, ids[0], machine=True)
        assert {one["record"] for one in found["items"]} == {ids[1], ids[2]}
        near, far = np.array([1.0, 0.1], np.float32), np.array([-1.0, 0.0], np.float32)
        with sqlite_store.writing(ME) as unit:
            unit.vectors.put("text", "m", [(ids[0], None, near), (ids[5], None, near), (ids[3], None, far)])
        found = related_records(sqlite_store, keeper, ids[0], machine=True)
        reasons = {one["record"]: [reason["code"] for reason in one["reasons"]] for one in found["items"]}
        assert reasons[ids[5]][0] == "alike_words"
        assert ids[3] not in reasons
        with pytest.raises(NotFound, match="no record 99"):
            related_records(sqlite_store, keeper, 99)
