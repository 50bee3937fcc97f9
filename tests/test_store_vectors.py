"""Vectors in a real store, on both databases: the nearest are found, filtered, counted, and follow every change."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import sqlalchemy as sa

from biaotu.errors import StoreError
from biaotu.search import QueryError, SearchQuery
from biaotu.search.types import VectorKind
from biaotu.store import NewImage, NewRecord, Store, StorePlace, Unit
from biaotu.store.index import answering, nearest
from search_samples import ME, add_records, annotate, annotation
from store_fixtures import PostgresServer

pytest_plugins = ("store_fixtures",)
Floats = npt.NDArray[np.float32]
WIDTH = 32


def vectors(count: int, seed: int = 0, width: int = WIDTH) -> Floats:
    found = np.random.default_rng(seed).standard_normal((count, width)).astype(np.float32)
    found /= np.linalg.norm(found, axis=1, keepdims=True)
    return found


def put(store: Store, ids: Sequence[int], rows: Floats, kind: VectorKind = "text", model: str = "m 1") -> None:
    with store.writing(ME) as unit:
        unit.vectors.put(kind, model, [(record_id, None, row) for record_id, row in zip(ids, rows, strict=True)])


def make(store: Store, count: int) -> tuple[list[int], Floats]:
    """Records with text vectors; every third of stone."""
    ids = add_records(store, [(f"标语{number}", "石刻") for number in range(count)])
    annotate(store, [(ids[n], annotation(f"标语{n}", "石刻", material=["石制品"])) for n in range(0, count, 3)])
    rows = vectors(count)
    put(store, ids, rows)
    return ids, rows


def expected(ids: Sequence[int], rows: Floats, vector: Floats, count: int) -> list[int]:
    one, many = (half.astype(np.float16).astype(np.float64) for half in (vector / np.linalg.norm(vector), rows))
    cosines = (many @ one) / (np.linalg.norm(many, axis=1) * np.linalg.norm(one))
    order = np.argsort(-np.round(cosines, 5), kind="stable")
    return [ids[place] for place in order[:count]]


def found(store: Store, **query: object) -> list[int]:
    page = store.search(SearchQuery(limit=200, **query))  # type: ignore[arg-type]
    assert page.total == len(page.hits)
    return [hit.record_id for hit in page.hits]


def add_photos(store: Store, links: Sequence[tuple[int, str]], rows: Floats) -> None:
    digests = [digest * 64 for _, digest in links]
    with store.writing(ME) as unit:
        unit.images.add_many([NewImage(digest, ".jpg", "image/jpeg", 1, 2, 3) for digest in digests])
        unit.images.attach(
            [
                (record, digest, "a.jpg", place)
                for place, ((record, _), digest) in enumerate(zip(links, digests, strict=True))
            ]
        )
        photos = [(record, digest, row) for (record, _), digest, row in zip(links, digests, rows, strict=True)]
        unit.vectors.put("photo", "m 1", photos)


@pytest.mark.parametrize("exact", [2_000_000, 0])
def test_the_nearest_are_found(store: Store, exact: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nearest, "_EXACT", exact)  # 0: PostgreSQL walks its index even for few records
    monkeypatch.setattr(answering, "NEAREST", 40)
    ids, rows = make(store, 300)
    query = vectors(1, seed=5)[0] * 7
    assert found(store, mode="meaning", vector=query) == expected(ids, rows, query, 40)
    page = store.search(SearchQuery(mode="meaning", vector=query, limit=1))
    assert page.hits[0].score == pytest.approx(float(np.max(rows @ query)) / 7, abs=2e-3)
    stone = found(store, mode="meaning", vector=query, filters={"material": ["stone"]})
    assert stone == expected(ids[::3], rows[::3], query, 40)
    assert sum(one.count for one in page.facets["state"]) == 40


def test_pages_of_the_nearest(store: Store) -> None:
    ids, rows = make(store, 30)
    query = vectors(1, seed=5)[0]
    first = store.search(SearchQuery("标语", mode="meaning", vector=query, limit=7))
    second = store.search(SearchQuery("标语", mode="meaning", vector=query, limit=7, cursor=first.cursor))
    assert [hit.record_id for hit in (*first.hits, *second.hits)] == expected(ids, rows, query, 14)
    assert first.total == second.total == 30
    assert first.hits[0].highlights["title"] == ((0, 2),)


def test_photos_find_their_record_as_long_as_they_show_it(store: Store) -> None:
    ids, _ = make(store, 4)
    rows = vectors(4, seed=9, width=48)
    add_photos(store, [(ids[0], "a"), (ids[0], "b"), (ids[1], "c"), (ids[2], "d")], rows)
    order = found(store, mode="photo", vector=rows[1])
    assert order[0] == ids[0]
    assert sorted(order) == sorted(ids[:3])
    with store.writing(ME) as unit:
        assert [one.digest for one in unit.vectors.get("photo", ids[0])] == ["a" * 64, "b" * 64]
        unit.connection.execute(sa.text("DELETE FROM record_images WHERE digest = :d"), {"d": "d" * 64})
    assert sorted(found(store, mode="photo", vector=rows[3])) == sorted(ids[:2])


def test_similar_relics(store: Store) -> None:
    ids, rows = make(store, 12)
    photos = vectors(12, seed=9, width=48)
    add_photos(store, list(zip(ids, "abcdef0123456789"[:12], strict=True)), photos)
    others = [place for place in range(12) if place != 3]
    by_text = expected([ids[n] for n in others], rows[others], rows[3], 11)
    by_photo = expected([ids[n] for n in others], photos[others], photos[3], 11)
    assert found(store, mode="similar", record=ids[3], by=("text",)) == by_text
    assert found(store, mode="similar", record=ids[3], by=("photo",)) == by_photo
    both = found(store, mode="similar", record=ids[3])
    ranks = {one: 1 / (61 + by_text.index(one)) + 1 / (61 + by_photo.index(one)) for one in by_text}
    assert both == sorted(ranks, key=lambda one: (-round(ranks[one], 6), one))


def test_pictures_by_words_and_words_by_a_picture(store: Store) -> None:
    ids, _ = make(store, 5)
    shared = vectors(5, seed=3, width=16)
    put(store, ids, shared, "shared_text")
    with store.writing(ME) as unit:
        unit.images.add_many([NewImage("e" * 64, ".jpg", "image/jpeg", 1, 2, 3)])
        unit.images.attach([(ids[4], "e" * 64, "e.jpg", 0)])
        unit.vectors.put("shared_photo", "m 1", [(ids[4], "e" * 64, shared[1])])
    assert found(store, mode="photo", against="shared_photo", vector=shared[1]) == [ids[4]]
    assert found(store, mode="photo", against="shared_text", vector=shared[1])[0] == ids[1]


def test_changed_vectors_new_models_and_removed_records(store: Store) -> None:
    ids, rows = make(store, 20)
    query = vectors(1, seed=5)[0]
    with Store.open(store.place) as other:
        best = expected(ids, rows, query, 1)[0]
        assert found(other, mode="meaning", vector=query)[0] == best
        put(store, [ids[7]], query[None])
        assert found(other, mode="meaning", vector=query)[:2] == [ids[7], best]
        with store.writing(ME) as unit:
            unit.records.remove([ids[7]])
        assert found(other, mode="meaning", vector=query)[0] == best
        put(store, [ids[2]], vectors(1, width=24), model="m 2")
        assert found(other, mode="meaning", vector=vectors(1, width=24)[0]) == [ids[2]], "the newest model counts"
        with pytest.raises(QueryError, match="another model"):
            other.search(SearchQuery(mode="meaning", vector=query))
        with store.writing(ME) as unit:
            assert unit.vectors.missing("text", "m 2", 3) == [ids[0], ids[1], ids[3]]
            assert unit.vectors.missing("text", "m 2", 3, after=ids[17]) == [ids[18], ids[19]]
            unit.vectors.forget("text", "m 2")
            unit.vectors.forget("text", "m 3")
        assert found(other, mode="meaning", vector=query)[0] == best


def test_vectors_of_records_that_are_indexed_later_or_anew(store: Store) -> None:
    ids, _ = make(store, 6)
    query = vectors(1, seed=5)[0]
    with store.writing(ME) as unit:
        late = unit.records.add_many([NewRecord("late", "迟来", "", "馆"), NewRecord("later", "更迟", "", "馆")])
        unit.vectors.put("text", "m 1", [(record_id, None, query) for record_id in late])
    assert not set(late) & set(found(store, mode="meaning", vector=query))
    with store.writing(ME) as unit:
        unit.search.index(add_records_of(unit, "别的"))
    assert not set(late) & set(found(store, mode="meaning", vector=query))
    with store.writing(ME) as unit:
        unit.search.index(late[1:])
    assert found(store, mode="meaning", vector=query)[0] == late[1]
    with store.writing(ME) as unit:
        unit.search.rebuild()
    assert found(store, mode="meaning", vector=query)[:2] == late
    assert sorted(found(store, mode="meaning", vector=query)) == sorted([*ids, *late])


def add_records_of(unit: Unit, title: str) -> list[int]:
    return unit.records.add_many([NewRecord(title, title, "", "馆")])


def test_stored_vectors_come_back_as_unit_vectors(store: Store) -> None:
    (record,) = add_records(store, [("标语", "")])
    put(store, [record], np.array([[3, 4]], np.float32))
    with store.reading() as unit:
        (one,) = unit.vectors.get("text", record)
        assert one.vector == pytest.approx([0.6, 0.8], abs=1e-3)
        assert (one.record_id, one.digest, one.model) == (record, None, "m 1")
        assert unit.vectors.get("photo", record) == []


@pytest.mark.parametrize(
    "bad", [np.zeros(2), np.array([np.nan, 1]), np.array([np.inf, 1]), np.ones(3), np.ones((2, 2))], ids=str
)
def test_bad_vectors_are_refused(store: Store, bad: Floats) -> None:
    (record,) = add_records(store, [("标语", "")])
    put(store, [record], np.array([[3, 4]], np.float32))
    with pytest.raises(StoreError, match="finite numbers"), store.writing(ME) as unit:
        unit.vectors.put("text", "m 1", [(record, None, bad)])
    with pytest.raises(StoreError, match="kind"), store.writing(ME) as unit:
        unit.vectors.put("smell", "m 1", [(record, None, np.ones(2, np.float32))])  # type: ignore[arg-type]


def test_without_vectors_nothing_is_near(store: Store) -> None:
    (record,) = add_records(store, [("标语", "")])
    assert found(store, mode="meaning", vector=np.ones(4, np.float32)) == []
    assert found(store, mode="similar", record=record) == []


def test_postgresql_uses_its_index(store: Store) -> None:
    _, rows = make(store, 10)
    with store.reading() as unit:
        if not unit.postgresql:
            return
        space = unit.vectors.newest("text")
        assert space
        unit.connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        unit.connection.exec_driver_sql("SET LOCAL enable_sort = off")
        vector = "[" + ",".join(map(str, rows[0])) + "]"
        plan = unit.connection.execute(
            sa.text(
                f"EXPLAIN SELECT record_id FROM vectors WHERE space_id = {space.id} "
                f"ORDER BY (data::halfvec({WIDTH})) <=> CAST(:v AS halfvec({WIDTH})) LIMIT 5"
            ),
            {"v": vector},
        ).scalars()
        assert f"ix_vectors_near_{space.id}" in "\n".join(plan)


def test_postgresql_without_pgvector_is_refused_with_what_to_do(
    postgres_server: PostgresServer, tmp_path: Path
) -> None:
    postgres_server.run("CREATE ROLE tenant LOGIN")
    postgres_server.run("CREATE DATABASE without_pgvector OWNER tenant")  # who may not install extensions
    url = postgres_server.named("without_pgvector").set(drivername="postgresql+psycopg", username="tenant")
    try:
        with pytest.raises(StoreError, match="CREATE EXTENSION vector"):
            Store.open(StorePlace(tmp_path, url), create=True)
        postgres_server.run("CREATE EXTENSION vector", "without_pgvector")  # as an administrator
        Store.open(StorePlace(tmp_path, url), create=True).close()
    finally:
        postgres_server.run("DROP DATABASE without_pgvector WITH (FORCE)")
        postgres_server.run("DROP ROLE tenant")
