from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biaotu.training import counting
from biaotu.training.counting import SpillingCounter, merged

_KEYS = st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=4), max_size=12)


@given(st.lists(_KEYS, max_size=12), st.integers(0, 2000), st.integers(2, 5))
def test_it_counts_as_one_table_would(texts: list[list[str]], memory: int, fan_in: int) -> None:
    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        patch.setattr(counting, "FAN_IN", fan_in)
        counters = [SpillingCounter(Path(name), mark, memory) for mark in "ab"]
        for number, keys in enumerate(texts):
            counters[number % 2].add(keys)
        for counter in counters:
            counter.spill()
        found = list(merged([run for counter in counters for run in counter.runs], Path(name)))
    assert found == sorted(Counter(key for keys in texts for key in keys).items())


def test_the_table_stays_below_its_limit(tmp_path: Path) -> None:
    import tracemalloc

    limit = 2_000_000
    counter = SpillingCounter(tmp_path, "a", limit)
    tracemalloc.start()
    try:
        for number in range(60_000):
            counter.add([f"很少见的词{number}"])
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(counter.runs) > 3
    assert most < 1.5 * limit  # a run is sorted before it is written: a list of the keys, too


def test_many_runs_are_merged_in_rounds_and_used_up(tmp_path: Path) -> None:
    counter = SpillingCounter(tmp_path, "a", 0)
    for number in range(150):
        counter.add([f"w{number % 7}"])
    assert len(counter.runs) == 150
    assert sum(count for _, count in merged(counter.runs, tmp_path)) == 150
    assert len(list(tmp_path.iterdir())) < counting.FAN_IN


def test_nothing_counted_is_nothing_merged(tmp_path: Path) -> None:
    counter = SpillingCounter(tmp_path, "a", 0)
    counter.spill()
    assert counter.runs == [] and list(merged([], tmp_path)) == []
