"""The index keeps in step with every change, in every process, whatever stands in blocks and what does not."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from biaotu.review import Item, LabelItem, StateItem, TagItem, Verdict, parse_item
from biaotu.search import SearchQuery
from biaotu.store import Store, StorePlace
from biaotu.store.index import keeping
from biaotu.store.index.tables import search_blocks, search_documents, search_parts
from search_samples import CORPUS, ME, add_records, annotate, annotation, fill

pytest_plugins = ("store_fixtures",)


def found(store: Store, text: str, **filters: list[str]) -> list[int]:
    return sorted(hit.record_id for hit in store.search(SearchQuery(text, filters, limit=200)).hits)


def counted(store: Store, facet: str) -> dict[str, int]:
    return {one.value: one.count for one in store.search(SearchQuery()).facets[facet]}


def block_sizes(store: Store) -> list[int]:
    with store.reading() as unit:
        return list(unit.connection.execute(sa.select(search_blocks.c.size).order_by(search_blocks.c.id)).scalars())


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "SEAL_AT", 5)
    monkeypatch.setattr(keeping, "FULL", 20)


@pytest.mark.parametrize("tended", [False, True])
def test_decisions_change_what_is_counted_and_found(store: Store, tended: bool) -> None:
    ids = fill(store)
    if tended:
        with store.writing(ME) as unit:
            assert unit.search.tend() == len(ids)
    cap = ids[0]
    assert counted(store, "material")["textile"] == 1
    with store.writing(ME) as unit:
        changes: list[tuple[Item, Verdict]] = [
            (LabelItem("material", "textile"), "reject"),
            (LabelItem("material", "leather"), "accept"),
            (TagItem("帽徽缺失"), "secondary"),
        ]
        unit.decisions.decide(cap, changes, base=0, key="1")
    assert "textile" not in counted(store, "material")
    assert found(store, "", material=["leather"]) == [cap]
    assert found(store, "帽徽缺失") == [cap]
    assert found(store, "军帽") == [cap]
    assert counted(store, "state")["in_review"] == 1
    with store.reading() as unit:
        (span,) = [one for one in unit.decisions.view(cap).attributes if one.value == "红军"]
    with store.writing(ME) as unit:
        unit.decisions.decide(cap, [(parse_item(span.item.key), "reject")], base=10**6, key="2")
        unit.decisions.decide(cap, [(StateItem(), "submit")], base=10**6, key="3")
    assert cap not in found(store, "", attribute=["组织:红军"])
    assert found(store, "", state=["submitted"]) == [cap]
    with store.writing(ME) as unit:
        unit.decisions.undo(cap, key="4")
    assert found(store, "", state=["submitted"]) == []


def test_records_leave_with_their_removal_and_change_with_their_words(store: Store) -> None:
    ids = fill(store)
    with store.writing(ME) as unit:
        unit.search.tend()
    assert found(store, "草鞋") == [ids[10]]
    with store.writing(ME) as unit:
        unit.records.revise(ids[10], "布鞋", "换了名称", {})
        unit.records.remove([ids[0]])
    assert found(store, "草鞋") == []
    assert found(store, "布鞋") == [ids[10]]
    assert found(store, "军帽") == []
    assert store.search(SearchQuery()).total == len(ids) - 1
    assert "textile" not in counted(store, "material")
    with store.writing(ME) as unit:
        unit.search.index(ids)  # nothing has changed: nothing is written
        stamps = unit.connection.execute(sa.select(search_documents.c.stamp)).scalars().all()
        unit.search.index(ids)
        assert unit.connection.execute(sa.select(search_documents.c.stamp)).scalars().all() == stamps


@pytest.mark.usefixtures("small_blocks")
def test_blocks_fill_thin_out_and_grow_together(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("biaotu.store.search._BULK", 1)
    everything: list[int] = []
    for start in range(0, 44, 4):
        everything += add_records(
            store, [(f"军帽{number}号", "红军长征") for number in range(start, start + 4)], first=start
        )
        assert found(store, "军帽") == everything
    assert max(block_sizes(store)) == 20, "small blocks were brought together"
    assert found(store, "军帽17号") == [everything[17]]
    with store.writing(ME) as unit:
        for record_id in everything[:15]:
            unit.records.revise(record_id, "草鞋", "", {})
        unit.search.tend()
        living = unit.connection.execute(sa.select(search_documents.c.block).distinct()).scalars().all()
        assert set(living) == set(unit.connection.execute(sa.select(search_blocks.c.id)).scalars())
        parts = unit.connection.execute(sa.select(search_parts.c.id)).scalars()
        assert {part >> 20 for part in parts} == set(living), "parts of melted blocks are gone"
    assert found(store, "草鞋") == everything[:15]
    assert found(store, "军帽") == everything[15:]


@pytest.fixture
def postgres_store(postgres_place: StorePlace) -> Iterator[Store]:
    """An empty store on PostgreSQL, where several may write at once."""
    with Store.open(postgres_place) as opened:
        yield opened


@contextmanager
def second(store: Store) -> Iterator[Store]:
    """The same store, opened by another process, as it were."""
    with Store.open(store.place) as other:
        yield other


@pytest.mark.usefixtures("small_blocks")
def test_what_one_process_writes_the_other_finds(store: Store) -> None:
    with second(store) as other:
        ids = fill(store)
        assert found(other, "军帽") == [ids[0]]
        with store.writing(ME) as unit:
            unit.search.tend()
        assert found(other, "军帽") == [ids[0]]
        annotate(other, [(ids[10], annotation(*CORPUS[10], material=["竹木制品"], primary=["草鞋"]))])
        assert found(store, "", material=["wood-bamboo"]) == [ids[1], ids[10]]
        with other.writing(ME) as unit:
            assert unit.search.rebuild() == len(ids)
        assert found(store, "军帽") == [ids[0]]
        assert found(store, "") == ids
        with store.writing(ME) as unit:
            unit.records.remove(ids[:3])
        assert found(other, "") == ids[3:]


def test_rebuilding_gives_the_same_answers(store: Store) -> None:
    fill(store)
    queries = [SearchQuery(text, limit=50) for text in ("", "红军", "制 OR 年", "军 -帽")]
    before = [store.search(query) for query in queries]
    with store.writing(ME) as unit:
        unit.search.rebuild()
    assert [store.search(query) for query in queries] == before


def test_a_failed_transaction_leaves_no_trace(store: Store) -> None:
    ids = fill(store)
    with pytest.raises(RuntimeError), store.writing(ME) as unit:
        unit.records.revise(ids[10], "布鞋", "", {})
        unit.search.tend()
        raise RuntimeError
    assert found(store, "布鞋") == []
    assert found(store, "草鞋") == [ids[10]]


def test_transactions_that_end_in_another_order_are_seen(postgres_store: Store) -> None:
    """On PostgreSQL a transaction may begin before another and end after it; the change must not be overlooked."""
    store = postgres_store
    ids = fill(store)
    with second(store) as other:
        with store.writing(ME) as early:
            early.records.revise(ids[10], "布鞋", "", {})
            early.search.index([ids[10]])  # now, not at the end of the unit
            with other.writing(ME) as late:
                late.records.revise(ids[9], "电台", "", {})
            assert found(other, "电台") == [ids[9]]
            assert found(other, "布鞋") == []
        assert found(other, "布鞋") == [ids[10]]


def test_texts_that_somebody_is_writing_wait_for_the_next_block(postgres_store: Store) -> None:
    store = postgres_store
    ids = fill(store)
    with second(store) as other:
        with store.writing(ME) as slow:
            slow.records.revise(ids[10], "布鞋", "", {})
            slow.search.index([ids[10]])  # now, not at the end of the unit
            with other.writing(ME) as unit:
                assert unit.search.tend() == len(ids) - 1
            with other.writing(ME) as unit, store.writing(ME) as third:
                unit.search.tend()
                assert third.search.tend() == 0, "one at a time"
        assert found(other, "布鞋") == [ids[10]]
        assert found(other, "军帽") == [ids[0]]


def test_threads_search_while_others_write(store: Store) -> None:
    ids = fill(store)
    wrong: list[object] = []
    done = threading.Event()

    def ask() -> None:
        last = len(ids)
        try:
            while not done.is_set():
                page = store.search(SearchQuery("红军 OR 军帽", limit=200))
                total = store.search(SearchQuery()).total
                if total < last or page.total != len(page.hits):
                    wrong.append((total, last, page))
                last = total
        except Exception as error:
            wrong.append(error)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(8):
        add_records(store, [("红军军帽", "新来的")] * 3, museum=f"馆{number}")
        with store.writing(ME) as unit:
            unit.search.tend()
    done.set()
    for thread in threads:
        thread.join()
    assert not wrong
    assert store.search(SearchQuery("新来的")).total == 24
