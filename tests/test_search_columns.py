"""Columns: selecting and counting agree with plain sets, whatever changes came in between."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from biaotu.search.columns import FRESH, GONE, Columns, Row

FACETS = st.lists(
    st.sampled_from(["material:metal", "material:stone", "use:craft", "attribute:组织:红军", "era:x", "state:new"]),
    unique=True,
)
CHANGES = st.lists(st.tuples(st.integers(1, 9), FACETS, st.booleans()), max_size=40)


def row(record_id: int, facets: list[str], living: bool = True) -> Row:
    return Row(record_id, FRESH if living else GONE, 1, 2, 3, 4, tuple(facets))


@given(CHANGES, st.integers(1, 9))
def test_counts_and_selections_are_those_of_the_last_rows(
    changes: list[tuple[int, list[str], bool]], chosen: int
) -> None:
    columns, truth = Columns(), dict[int, list[str]]()
    for record_id, facets, living in changes:
        columns.put([row(record_id, facets, living)])
        truth[record_id] = facets if living else []
    everything = np.ones(len(columns), np.bool_)
    expected = Counter(value for facets in truth.values() for value in facets)
    counted = columns.count(everything, ["material", "use", "attribute", "era", "state"], {}, {})
    assert {f"{facet}:{value}": n for facet, values in counted.items() for value, n in values.items()} == expected
    only = columns.ids == chosen
    alone = columns.count(only, ["material"], {}, {})["material"]
    assert alone == Counter(v.partition(":")[2] for v in truth.get(chosen, []) if v.startswith("material:"))
    selected = columns.ids[columns.select(["material:metal", "era:x"])]
    assert set(selected.tolist()) == {n for n, facets in truth.items() if {"material:metal", "era:x"} & set(facets)}


def test_many_changes_are_swept_up() -> None:
    columns = Columns()
    for turn in range(40):
        columns.put([row(number, [f"museum:{number % 3}", f"state:{turn}"]) for number in range(100)])
    everything = np.ones(len(columns), np.bool_)
    assert columns.count(everything, ["state", "museum"], {}, {}) == {
        "state": {"39": 100},
        "museum": {"0": 34, "1": 33, "2": 33},
    }
    few = columns.ids < 4  # goes the other way: entry by entry
    assert columns.count(few, ["museum"], {}, {}) == {"museum": {"0": 2, "1": 1, "2": 1}}


def test_long_facets_are_cut_the_same_way_everywhere_and_keep_what_is_chosen() -> None:
    forward, backward = Columns(), Columns()
    rows = [row(number, [f"attribute:数字:{number}", "attribute:组织:红军"]) for number in range(50)]
    forward.put(rows)
    backward.put(rows[::-1])
    everything = np.ones(50, np.bool_)
    chosen = {"attribute": ["attribute:数字:33"]}
    first = forward.count(everything, ["attribute"], {"attribute": 5}, chosen)["attribute"]
    assert first == backward.count(everything, ["attribute"], {"attribute": 5}, chosen)["attribute"]
    assert first["组织:红军"] == 50
    assert first["数字:33"] == 1
    assert len(first) in (5, 6)


def test_unknown_values_select_nothing() -> None:
    columns = Columns()
    assert not columns.select(["material:metal"]).any()
    columns.put([row(1, ["state:new"])])
    assert not columns.select(["", "material:metal"]).any()
