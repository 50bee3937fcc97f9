from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biaotu.text import core


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("铁壶", "铁壶"),
        (" 铁\u3000壶\n", "铁\u3000壶"),
        ("会剿”", "会剿"),
        ("“会剿”", "“会剿”"),
        ("《柳河快讯", "柳河快讯"),
        ("”", ""),
        ("柳河”中学", "柳河”中学"),
        ("（甲）乙）", "（甲）乙"),
        (" \t", ""),
        ("", ""),
    ],
)
def test_what_is_worth_keeping(value: str, wanted: str) -> None:
    start, end = core(value)
    assert value[start:end] == wanted


@given(st.text("铁壶 “”（）《》\n", max_size=10))
def test_the_core_of_a_core_is_itself(value: str) -> None:
    start, end = core(value)
    assert 0 <= start <= end <= len(value)
    kept = value[start:end]
    assert core(kept) == (0, len(kept))
    assert [char for char in value if char in "铁壶"] == [char for char in kept if char in "铁壶"]
