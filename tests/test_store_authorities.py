"""Entries of the authorities in the store: added, corrected, merged; links that lead to them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from uuid import uuid4

import pytest
import sqlalchemy as sa

from biaotu.authorities import Entry, Variant, shipped_entries
from biaotu.errors import Conflict, InputError, NotFound, Refused
from biaotu.store import Actor, Done, Store, StorePlace, check
from biaotu.store.migrations import HEAD, current_version
from biaotu.store.repos.authorities import AuthorityRepository
from store_fixtures import TEST, add_records, add_user, annotate, changes

pytest_plugins = ("store_fixtures",)

GROUP, PERSON = "span:title:0:6:organisation", "span:description:22:24:person"
TROOP = Entry(
    "body:qsg", "body", "青石沟游击队", (Variant("青游队", "short"),), "1938", kind="detachment", source="县志"
)
OTHER = Entry("body:qsg-2", "body", "青石沟支队", kind="detachment", source="口述")


def decide(store: Store, actor: Actor, record: int, *texts: str, base: int | None = None, key: str = "") -> Done:
    with store.writing(actor) as unit:
        seen = unit.decisions.view(record).revision if base is None else base
        return unit.decisions.decide(record, changes(*texts), base=seen, key=key or str(uuid4()))


def links(store: Store, record: int) -> dict[str, str]:
    with store.reading() as unit:
        return {link.item.key: link.status for link in unit.decisions.view(record).links}


@pytest.fixture
def record(store: Store) -> int:
    (record_id,) = add_records(store)
    annotate(store, [record_id])
    return record_id


def test_what_people_made_of_the_entries_overlays_those_of_the_package(store: Store) -> None:
    anna = add_user(store, "anna", "reviewer")
    with store.reading() as unit:
        assert (unit.authorities.version(), unit.authorities.overlay()) == (0, {})
        assert len(unit.authorities.all()) == len(shipped_entries())
        shipped = unit.authorities.get("person:zhu-de")
    with store.writing(anna) as unit:
        added = unit.authorities.add(TROOP)
        changed = unit.authorities.change(replace(shipped, checked=True, note="元帅"), "与辞典核对", base=0)
        before = unit.authorities.version()
    assert [(one.act, one.by) for one in added.history] == [("added", "anna")]
    assert (changed.history[0].act, changed.history[0].note) == ("changed", "note, checked. 与辞典核对")
    with store.reading() as unit:
        assert unit.authorities.version() == before == 2
        assert set(unit.authorities.overlay()) == {"body:qsg", "person:zhu-de"}
        assert unit.authorities.all()["person:zhu-de"] == unit.authorities.get("person:zhu-de") == changed
        assert unit.authorities.versions("body:qsg") == [added]
        rows = [(row.action, row.object, row.actor) for row in unit.audit.page().items]
    assert ("authority.change", "authority:person:zhu-de", "anna") in rows
    assert ("authority.add", "authority:body:qsg", "anna") in rows


def test_what_cannot_be_is_told_and_writes_nothing(sqlite_store: Store) -> None:
    with sqlite_store.writing(TEST) as unit:
        unit.authorities.add(TROOP)
    tries: dict[str, Callable[[AuthorityRepository], object]] = {
        "there is an entry body:qsg already": lambda repo: repo.add(TROOP),
        "no source": lambda repo: repo.add_many([OTHER, replace(OTHER, id="body:x", name="丙队", source="")]),
        "no entry body:none": lambda repo: repo.change(replace(TROOP, id="body:none")),
        "body:qsg is not as you saw it; added by test": lambda repo: repo.change(replace(TROOP, note="x"), base=0),
        "person:zhu-de is not as you saw it; look": lambda repo: repo.change(
            replace(repo.get("person:zhu-de"), note="x"), base=5
        ),
        "as it was": lambda repo: repo.change(TROOP, base=1),
        "no entry body:gone": lambda repo: repo.merge("body:gone", "body:qsg"),
        "two entries of one type": lambda repo: repo.merge("body:qsg", "person:zhu-de"),
        "40 at most": lambda repo: repo.add(Entry("person:x", "person", "某人", note="生平" * 30, source="x")),
    }
    for reason, attempt in tries.items():
        with pytest.raises((Conflict, InputError, NotFound), match=reason), sqlite_store.writing(TEST) as unit:
            attempt(unit.authorities)
    with sqlite_store.reading() as unit:
        assert unit.authorities.version() == 1


def test_a_merge_keeps_both_ids_and_leads_links_on(store: Store, record: int) -> None:
    anna, bo = add_user(store, "anna"), add_user(store, "bo")
    with store.writing(TEST) as unit:
        unit.authorities.add_many([TROOP, OTHER])
    decide(store, anna, record, f"link:body:qsg-2:{GROUP} accept")
    with store.writing(TEST) as unit:
        stays = unit.authorities.merge("body:qsg-2", "body:qsg", "同一支队伍")
        assert (stays.id, unit.authorities.resolve("body:qsg-2").id) == ("body:qsg", "body:qsg")
    assert links(store, record) == {f"link:body:qsg-2:{GROUP}": "accepted"}, "what was said is never rewritten"
    with pytest.raises(InputError, match="merged into body:qsg before"), store.writing(TEST) as unit:
        unit.authorities.change(replace(OTHER, note="x"))
    decide(store, bo, record, f"link:body:qsg-2:{GROUP} reject")
    assert links(store, record) == {f"link:body:qsg:{GROUP}": "rejected"}, "an old id is taken for what it means today"
    decide(store, anna, record, f"link:body:qsg-2:{GROUP} withdraw")
    assert links(store, record) == {}
    with store.reading() as unit:
        acts = unit.decisions.history(record)
    assert [row.text for row in acts[-1].rows] == ["组织：青石沟游击队", "组织：青石沟游击队 → 青石沟支队"]


def test_a_link_leads_to_an_entry_of_the_right_type(sqlite_store: Store) -> None:
    (record,) = add_records(sqlite_store)
    annotate(sqlite_store, [record])
    for key, reason in {
        f"link:body:none:{GROUP}": "no entry body:none; add it first",
        f"link:person:zhu-de:{GROUP}": "朱德 is a person; 组织 names a body",
        "link:none:span:title:9:10:material": "材质 names no entries",
    }.items():
        with pytest.raises(Refused, match=reason):
            decide(sqlite_store, TEST, record, f"{key} accept")
    decide(sqlite_store, TEST, record, f"link:person:zhu-de:{PERSON} accept")
    assert links(sqlite_store, record) == {f"link:person:zhu-de:{PERSON}": "accepted"}


def test_an_act_on_links_sent_twice_is_done_once_also_after_a_merge(sqlite_store: Store) -> None:
    (record,) = add_records(sqlite_store)
    annotate(sqlite_store, [record])
    with sqlite_store.writing(TEST) as unit:
        unit.authorities.add_many([TROOP, OTHER])
    first = decide(sqlite_store, TEST, record, f"link:body:qsg-2:{GROUP} accept", key="one-act")
    with sqlite_store.writing(TEST) as unit:
        unit.authorities.merge("body:qsg-2", "body:qsg")
    again = decide(sqlite_store, TEST, record, f"link:body:qsg-2:{GROUP} accept", key="one-act")
    assert again.repeated and again.decisions == first.decisions
    with pytest.raises(Refused, match="another act"):
        decide(sqlite_store, TEST, record, f"link:none:{GROUP} accept", key="one-act")


def test_undo_goes_over_links_in_the_store(store: Store, record: int) -> None:
    anna = add_user(store, "anna")
    with store.writing(TEST) as unit:
        unit.authorities.add_many([TROOP, OTHER])
    decide(store, anna, record, f"link:body:qsg:{GROUP} accept")
    decide(store, anna, record, f"link:none:{GROUP} accept")
    with store.writing(anna) as unit:
        unit.decisions.undo(record, key="undo-it")
    assert links(store, record) == {f"link:body:qsg:{GROUP}": "accepted"}
    assert list(check(store, deep=True)) == []


def test_check_tells_of_entries_and_links_that_are_not_sound(sqlite_store: Store) -> None:
    (record,) = add_records(sqlite_store)
    annotate(sqlite_store, [record])
    decide(sqlite_store, TEST, record, f"link:person:zhu-de:{PERSON} accept")
    insert = "INSERT INTO authority_entries (entry, document, actor, at) VALUES (:entry, :document, 'x', '2030-01-01')"

    def found(entry: str, document: str) -> list[tuple[str, str]]:
        with sqlite_store.writing(TEST) as unit:
            unit.connection.execute(sa.text(insert), {"entry": entry, "document": document})
        return [(finding.code, finding.object) for finding in check(sqlite_store)]

    with sqlite_store.writing(TEST) as unit:
        unit.connection.execute(
            sa.text("INSERT INTO decisions (batch, record_id, item, verdict) SELECT batch, record_id, :item, 'accept' "
                    "FROM decisions LIMIT 1"), {"item": f"link:body:lost:{GROUP}"},
        )  # fmt: skip
        number = unit.connection.execute(sa.text("SELECT max(id) FROM decisions")).scalar_one()
        unit.decisions.refresh([record])
    assert found("place:a", '{"id": "place:a", "type": "place", "name": "某村"}') == [
        ("authority", "place:a"),
        ("dangling", f"decision:{number}"),
    ]
    assert found("place:b", '{"id": "place:c", "type": "place", "name": "某村"}') == [("authority", "place:b")]


def test_a_store_of_the_version_before_is_brought_up_to_date(place: StorePlace) -> None:
    """As v0002 left it: that version knew everything but the entries' table."""
    with Store.open(place) as store:
        (record,) = add_records(store)
        annotate(store, [record])
        anna = add_user(store, "anna")
        decide(store, anna, record, f"{GROUP} accept")
        with store.writing(TEST) as unit:
            unit.connection.execute(sa.text("DROP TABLE authority_entries"))
            unit.connection.execute(sa.text("DROP TABLE attempts"))
            unit.connection.execute(sa.text("UPDATE alembic_version SET version_num = 'v0002'"))
    with Store.open(place) as store:
        with store.engine.connect() as connection:
            assert current_version(connection) == HEAD
        decide(store, anna, record, f"link:none:{GROUP} accept")
        with store.writing(TEST) as unit:
            unit.authorities.add(TROOP)
        assert links(store, record) == {f"link:none:{GROUP}": "accepted"}
        assert list(check(store, deep=True)) == []


def test_those_who_add_at_once_take_turns(store: Store) -> None:
    ready = threading.Barrier(4)

    def add(number: int) -> str:
        ready.wait()
        try:
            with store.writing(Actor.system(f"writer-{number}")) as unit:
                unit.authorities.add(replace(OTHER, id=f"body:own-{number}"))  # all of one name: one may stand
        except InputError as error:
            return str(error)
        return ""

    with ThreadPoolExecutor(4) as pool:
        outcomes = sorted(pool.map(add, range(4)))
    assert outcomes[0] == "" and all("another body is called 青石沟支队" in told for told in outcomes[1:])
    with store.reading() as unit:
        assert (unit.authorities.version(), len(unit.authorities.overlay())) == (1, 1)
