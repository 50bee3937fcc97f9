"""Ranking: fields weigh, ties are stable, pages follow each other."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from biaotu.search.columns import FRESH, Columns, Row
from biaotu.search.cursor import Cursor
from biaotu.search.ranking import Places, best, occurrences, scores, statistics


def columns_of(ids: list[int], title_end: int = 10, length: int = 100) -> Columns:
    columns = Columns()
    columns.put([Row(number, FRESH, title_end, 60, 80, length, ("state:new",)) for number in ids])
    return columns


def test_fields_weigh_in_the_order_title_tags_description() -> None:
    columns = columns_of([1, 2, 3, 4])
    found = {"军帽": occurrences(columns, Places(np.array([0, 1, 2, 3]), np.array([5, 30, 70, 90])))}
    title, description, tag, value = scores(columns, found, statistics(columns, found)).tolist()
    assert title > tag > description == value > 0


def test_rare_terms_and_more_occurrences_weigh_more() -> None:
    columns = columns_of(list(range(10)))
    often = occurrences(columns, Places(np.array([0, 0, 1, 2, 3, 4]), np.array([20, 30, 20, 20, 20, 20])))
    rare = occurrences(columns, Places(np.array([5]), np.array([20])))
    found = {"often": often, "rare": rare}
    score = scores(columns, found, statistics(columns, found))
    assert score[5] > score[0] > score[1] > score[6] == 0


def test_a_term_that_no_record_holds_changes_nothing() -> None:
    columns = columns_of([1, 2])
    none = occurrences(columns, Places(np.zeros(0, np.int64), np.zeros(0, np.int64)))
    assert scores(columns, {"x": none}, statistics(columns, {"x": none})).tolist() == [0, 0]
    empty = Columns()
    assert statistics(empty, {}).records == 0


@given(st.lists(st.integers(0, 3), min_size=1, max_size=120), st.integers(1, 7))
def test_pages_are_the_whole_list_in_order(values: list[int], limit: int) -> None:
    ids = [number * 7 % 1009 for number in range(1, len(values) + 1)]
    columns = columns_of(ids)
    score = np.array(values, np.float64)
    everything = np.ones(len(ids), np.bool_)
    expected = [number for _, number in sorted(zip([-value for value in values], ids, strict=True))]
    found: list[int] = []
    after: Cursor | None = None
    while True:
        slots = best(columns, everything, score, after, limit)
        page = columns.ids[slots].tolist()
        found += page[:limit]
        if len(page) <= limit:
            break
        after = Cursor(float(score[slots[limit - 1]]), page[limit - 1])
    assert found == expected
