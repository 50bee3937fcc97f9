"""The triple store: relics put in, changed, taken out; nothing left behind, nothing lost in a crash."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import NamedNode, Quad

from biaotu.authorities import by_id, shipped_entries
from biaotu.graph import Graph, Locked, Mention, Period, RelicFacts, Target, names, quads
from biaotu.graph.dataset import Dataset
from biaotu.graph.ties import Ties

ENTRIES = by_id(shipped_entries())
NODES = (
    "urn:biaotu:entry:event:zunyi-conf",
    "urn:biaotu:value:event:a",
    "urn:biaotu:value:person:b",
    "urn:biaotu:date:1935-01",
    "urn:biaotu:date:1935",
    "urn:biaotu:material:metal",
)
PERIODS = {
    "urn:biaotu:date:1935-01": Period("1935-01", "1935-01-01", "1935-01-31"),
    "urn:biaotu:date:1935": Period("1935", "1935-01-01", "1935-12-31"),
}


def facts(record: str, *mentions: tuple[str, tuple[Target, ...]]) -> RelicFacts:
    named = [target.node for _, targets in mentions for target in targets]
    return RelicFacts(
        record,
        f"N{record}",
        "一件文物",
        "某馆",
        tuple(Mention(key, "词", targets) for key, targets in mentions),
        tuple(dict.fromkeys(PERIODS[node] for node in named if node in PERIODS)),
        tuple(dict.fromkeys((node, "词") for node in named if ":value:" in node)),
    )


def target(node: str, confirmed: bool) -> Target:
    return Target(node, confirmed, None if confirmed else 0.5)


targets = st.builds(target, st.sampled_from(NODES), st.booleans())
keys = st.sampled_from(["title:0:1:event", "title:2:3:event", "title:4:5:time", "ocr-0a1b2c3d:0:1:event"])
mentions = st.dictionaries(keys, st.lists(targets, min_size=1, max_size=2, unique_by=lambda one: one.node), max_size=3)
steps = st.lists(st.tuples(st.sampled_from("123"), st.none() | mentions), max_size=8)


def told(dataset: Dataset) -> set[str]:
    """All quads but those of the year that a month lies in, which stay."""
    return {
        str(quad)
        for quad in dataset.store
        if "date:1935>" not in str(quad.subject) or quad.graph_name != quads.REFERENCE
    }


def edges(ties: Ties) -> dict[str, list[Any]]:
    views = {record: (set(ties.told(record, False)), set(ties.told(record, True))) for record in ties.records()}
    relics = {(node, machine): set(ties.relics(node, machine)) for node in NODES for machine in (False, True)}
    return {"views": [views], "relics": [relics]}


@settings(max_examples=60, deadline=None)
@given(steps)
def test_whatever_comes_and_goes_the_store_is_as_if_made_anew(changes: list[tuple[str, Any]]) -> None:
    dataset, ties, standing = Dataset(), Ties(), dict[str, RelicFacts]()
    for record, found in changes:
        if found is None:
            dataset.remove([record])
            ties.remove(record)
            standing.pop(record, None)
        else:
            one = facts(record, *((key, tuple(some)) for key, some in found.items()))
            dataset.put([one], {record: "1"})
            ties.put(one)
            standing[record] = one
    fresh = Dataset()
    fresh.put(list(standing.values()), dict.fromkeys(standing, "1"))
    assert told(dataset) == told(fresh)
    assert dataset.seen() == dict.fromkeys(standing, "1")
    assert edges(ties) == edges(Ties.of(dataset)) == edges(Ties.of(fresh))


def test_what_only_one_relic_said_goes_with_it() -> None:
    dataset = Dataset()
    one = facts("1", ("title:0:1:event", (target("urn:biaotu:value:event:a", False),)))
    dataset.put(
        [one, facts("2", ("title:0:1:event", (target("urn:biaotu:value:event:a", False),)))], {"1": "x", "2": "x"}
    )
    dataset.remove(["1"])
    assert dataset.texts("urn:biaotu:value:event:a", quads.LABEL) == ["词"]
    dataset.remove(["2", "77"])
    assert dataset.texts("urn:biaotu:value:event:a", quads.LABEL) == []
    assert not [quad for quad in dataset.store if "relic" in str(quad)]


def test_what_the_machine_read_stays_out_of_the_confirmed_graph() -> None:
    dataset = Dataset()
    dataset.put([facts("1", ("title:0:1:event", (target("urn:biaotu:value:event:a", False),)))], {"1": "x"})
    for graph in (quads.CONFIRMED, quads.REFERENCE):
        assert not [quad for quad in dataset.store.quads_for_pattern(None, None, None, graph) if "value" in str(quad)]


def test_a_folder_is_opened_again_with_all_it_holds(tmp_path: Path) -> None:
    dataset = Dataset(tmp_path / "live")
    dataset.put_entries(ENTRIES, "mark")
    dataset.put([facts("1", ("title:0:1:event", (target(NODES[0], True),)))], {"1": "3.2.1"})
    before = told(dataset)
    dataset.close()
    again = Dataset(tmp_path / "live")
    assert told(again) == before
    assert (again.seen(), again.authorities, again.entries()) == ({"1": "3.2.1"}, "mark", ENTRIES)


def test_a_crash_while_a_relic_is_written_leaves_it_to_be_written_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = Dataset(tmp_path / "live")
    one = facts("1", ("title:0:1:event", (target(NODES[1], True),)), ("title:2:3:event", (target(NODES[2], False),)))
    dataset.put([one], {"1": "1"})
    whole: Callable[[RelicFacts], Any] = quads.relic_quads

    def broken(one: RelicFacts) -> Any:
        for place, quad in enumerate(whole(one)):
            if place == 5:
                raise KeyboardInterrupt
            dataset.store.add(quad)
            yield quad

    monkeypatch.setattr("biaotu.graph.quads.relic_quads", broken)
    with pytest.raises(KeyboardInterrupt):
        dataset.put([one], {"1": "2"})
    monkeypatch.undo()
    assert dataset.seen() == {"1": ""}
    dataset.put([one], {"1": "2"})
    fresh = Dataset()
    fresh.put([one], {"1": "2"})
    assert told(dataset) == told(fresh)


def test_two_at_once_are_told_so(tmp_path: Path) -> None:
    first = Dataset(tmp_path / "live")
    with pytest.raises(Locked, match="in use by another process"):
        Dataset(tmp_path / "live")
    first.close()
    Dataset(tmp_path / "live")


def test_a_damaged_folder_is_made_anew(tmp_path: Path) -> None:
    dataset = Dataset(tmp_path / "live")
    dataset.put([facts("1")], {"1": "x"})
    dataset.close()
    for file in (tmp_path / "live").iterdir():
        if file.name.startswith(("MANIFEST", "CURRENT")):
            file.write_bytes(b"no longer what it was")
    assert Dataset(tmp_path / "live").seen() == {}


def test_a_graph_of_another_version_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dataset = Dataset(tmp_path / "live")
    dataset.put([facts("1")], {"1": "x"})
    dataset.close()
    monkeypatch.setattr("biaotu.graph.dataset.LAYOUT", "another")
    again = Dataset(tmp_path / "live")
    assert again.seen() == {}
    assert not [quad for quad in again.store if "relic" in str(quad.subject)]


def test_entries_that_change_are_written_anew_and_those_that_go_are_gone() -> None:
    graph = Graph()
    graph.put_entries({one: ENTRIES[one] for one in ("event:zunyi-conf", "event:long-march")}, "1")
    graph.put_entries({"event:long-march": ENTRIES["event:long-march"]}, "2")
    assert list(graph.dataset.entries()) == ["event:long-march"]
    assert not [quad for quad in graph.dataset.store if "zunyi" in str(quad.subject)]
    assert graph.dataset.authorities == "2"


def test_texts_that_are_no_lawful_unicode_are_told_with_question_marks() -> None:
    dataset = Dataset()
    dataset.put([RelicFacts("\ud800", "\ud800", "半\ud800个")], {"\ud800": "1"})
    [title] = [quad for quad in dataset.store.quads_for_pattern(None, quads.LABEL, None, None) if "半" in str(quad)]
    assert isinstance(title, Quad)
    assert "半?个" in str(title.object)
    assert NamedNode(names.relic_iri("\ud800")) == title.subject
