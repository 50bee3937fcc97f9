"""Cursors: opaque, only good for their own search, and clear when wrong."""

from __future__ import annotations

import base64
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from biaotu.search import QueryError, SearchQuery
from biaotu.search.cursor import Cursor, Statistics, decode, encode, fingerprint

QUERY = SearchQuery("红军 军帽", {"material": ["metal"]})


@given(st.floats(0, 1e6), st.integers(1, 2**62), st.integers(0, 10**9))
def test_a_cursor_comes_back(score: float, record_id: int, records: int) -> None:
    terms = ("红军", "军帽")
    cursor = Cursor(score, record_id, Statistics(records, 12.5, dict(zip(terms, (records, 0), strict=True))))
    assert decode(encode(cursor, QUERY), QUERY, terms) == cursor
    bare = Cursor(score, record_id)
    assert decode(encode(bare, QUERY), QUERY) == bare


def test_a_cursor_of_another_search_is_refused() -> None:
    text = encode(Cursor(1.0, 2), QUERY)
    for other in (SearchQuery("红军"), SearchQuery("红军 军帽"), SearchQuery("红军 军帽", {"material": ["stone"]})):
        with pytest.raises(QueryError, match="another search"):
            decode(text, other)
    decode(
        text, SearchQuery("红军 军帽", {"material": ["metal"], "use": []}, limit=3)
    )  # page size and empty filters do not matter


def test_vectors_tell_searches_apart() -> None:
    one, other = (SearchQuery(mode="meaning", vector=np.array([1, number], np.float32)) for number in (1, 2))
    assert fingerprint(one) != fingerprint(other)
    assert fingerprint(SearchQuery("\ud800")) != fingerprint(SearchQuery("\ud801"))


@given(st.one_of(st.text(max_size=60), st.binary(max_size=60).map(lambda raw: base64.urlsafe_b64encode(raw).decode())))
def test_nonsense_is_refused(text: str) -> None:
    with pytest.raises(QueryError):
        decode(text, QUERY)


@pytest.mark.parametrize(
    "rest",
    [
        [],
        [1.0],
        ["1", 2],
        [1.0, -1],
        [1.0, True],
        [1e400, 1],
        [1.0, 2**63],
        [1.0, 1, 1, 1.0],
        [1.0, 1, 1, 0.0, [1]],
        [1.0, 1, 1, 1.0, [2]],
        [1.0, 1, 1, 1.0, []],
        [1.0, 1, 1, 1.0, "1"],
    ],
)
def test_forged_cursors_are_refused(rest: list[object]) -> None:
    text = base64.urlsafe_b64encode(json.dumps([fingerprint(QUERY), *rest]).encode()).decode()
    with pytest.raises(QueryError, match="first page"):
        decode(text, QUERY, ("红军",))


def test_a_very_long_cursor_is_refused() -> None:
    with pytest.raises(QueryError):
        decode("A" * 100_000, QUERY)
