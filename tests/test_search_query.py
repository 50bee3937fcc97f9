"""Queries as typed: words, phrases, exclusions, alternatives; and nothing ever raises."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biaotu.search.query import MAX_LENGTH, MAX_TERMS, ParsedQuery, parse


@pytest.mark.parametrize(
    ("text", "clauses", "excluded"),
    [
        ("", (), ()),
        ("軍帽", (("军帽",),), ()),
        ("红军 军帽", (("红军",), ("军帽",)), ()),
        ("红军　军帽", (("红军",), ("军帽",)), ()),
        ("红军，长征、军帽。", (("红军",), ("长征",), ("军帽",)), ()),
        ("，", (), ()),
        ("“参军，帽子”", (("参军,帽子",),), ()),
        ("1,000", (("1,000",),), ()),
        ('"红军 军帽"', (("红军军帽",),), ()),
        ("“红军 军帽” 布", (("红军军帽",), ("布",)), ()),
        ("红军 -长征", (("红军",),), ("长征",)),
        ("红军 －长征", (("红军",),), ("长征",)),
        ('红军 -"长 征"', (("红军",),), ("长征",)),
        ("-长征", (), ("长征",)),
        ("红军 OR 八路军 步枪", (("红军", "八路军"), ("步枪",)), ()),
        ("a | b OR c", (("a", "b", "c"),), ()),
        ("OR 红军 OR", (("红军",),), ()),
        ("115-师", (("115师",),), ()),
        ("- 红军", (("红军",),), ()),
        ('红军"', (("红军",),), ()),
        ('""', (), ()),
        ("《》", (), ()),
        ("Red or Army", (("red",), ("or",), ("army",)), ()),
        ("红军 红军", (("红军",),), ()),
        ("a -b OR c", (("a", "c"),), ("b",)),
    ],
)
def test_parsed(text: str, clauses: tuple[tuple[str, ...], ...], excluded: tuple[str, ...]) -> None:
    assert parse(text) == ParsedQuery(clauses, excluded)


def test_long_queries_are_cut_and_say_so() -> None:
    assert not parse("军" * MAX_LENGTH).cut
    assert parse("军" * (MAX_LENGTH + 1)).cut
    many = parse(" ".join(f"w{number}" for number in range(MAX_TERMS + 1)))
    assert many.cut
    assert len(many.clauses) == MAX_TERMS


HOSTILE = st.text(st.one_of(st.characters(), st.sampled_from("\"“”-OR| \x00\ud800\u200b'%_*();\\")), max_size=400)


@given(HOSTILE)
def test_no_query_raises_and_no_term_is_empty(text: str) -> None:
    parsed = parse(text)
    assert all(term for term in (*parsed.wanted, *parsed.excluded))
    assert sum(map(len, parsed.clauses)) + len(parsed.excluded) <= MAX_TERMS
