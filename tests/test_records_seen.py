from __future__ import annotations

import tracemalloc

from hypothesis import given
from hypothesis import strategies as st

from biaotu.records.seen import SeenNumbers

_ANY_TEXT = st.text(st.characters(codec=None), max_size=6)


@given(st.lists(st.tuples(_ANY_TEXT, st.integers(0, 2**40) | st.text("ab/.", max_size=3))))
def test_it_answers_as_a_dictionary_does(rows: list[tuple[str, int | str]]) -> None:
    seen, plain = SeenNumbers(), dict[str, int | str]()
    for number, place in rows:
        assert seen.first(number, place) == plain.get(number)
        plain.setdefault(number, place)
    assert len(seen) == len(plain)


def test_it_grows_and_forgets_nothing() -> None:
    seen = SeenNumbers()
    for row in range(20_000):
        assert seen.first(f"G{row}", row) is None
    assert [seen.first(f"G{row}", 0) for row in range(20_000)] == list(range(20_000))


def test_a_number_takes_less_than_a_hundred_bytes() -> None:
    count = 100_000
    tracemalloc.start()
    try:
        seen = SeenNumbers()
        for row in range(count):
            seen.first(f"总登记号{row:012}", row)
        held = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert held / count < 100
