from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biaotu.records import Span
from biaotu.review import (
    VERDICTS,
    Item,
    LabelItem,
    LinkItem,
    SpanItem,
    StateItem,
    TagItem,
    covers,
    label_named,
    lawful_verdict,
    ocr_mark,
    parse_item,
    span_item,
)
from biaotu.review.items import FIELDS, SYSTEMS
from biaotu.taxonomy import ATTRIBUTES, LABELS

labels = st.sampled_from([LabelItem(system, term.id) for system, terms in SYSTEMS.items() for term in terms])
tags = st.text(st.characters(), min_size=1).filter(lambda text: text.strip() != "").map(TagItem)
places = st.integers(0, 10**9 - 2)
spans = st.builds(
    lambda field, start, length, term: SpanItem(field, start, min(start + length, 10**9 - 1), term.id),
    st.sampled_from(FIELDS),
    places,
    st.integers(1, 10**6),
    st.sampled_from(ATTRIBUTES.terms),
)
marks = st.text(st.sampled_from("0123456789abcdef"), min_size=8, max_size=8)
inscribed = st.builds(lambda span, mark: SpanItem("ocr", span.start, span.end, span.type, mark), spans, marks)
entries = st.just("none") | st.from_regex(r"[a-z]{1,8}:[a-z0-9][a-z0-9.-]{0,40}", fullmatch=True)
links = st.builds(LinkItem, spans | inscribed, entries)
items = st.one_of(labels, tags, spans, inscribed, links, st.just(StateItem()))


@given(items)
def test_every_item_comes_back_from_its_key(item: Item) -> None:
    assert parse_item(item.key) == item


@given(items, items)
def test_two_items_never_share_a_key(one: Item, other: Item) -> None:
    assert (one.key == other.key) == (one == other)


@given(st.text() | st.from_regex(r"(label|tag|span|link|state)(:[a-z0-9:-]*)?", fullmatch=True))
def test_any_text_is_an_item_with_that_very_key_or_a_value_error(key: str) -> None:
    try:
        item = parse_item(key)
    except ValueError as error:
        assert str(error)
    else:
        assert item.key == key


def test_keys_are_those_of_the_contract() -> None:
    assert label_named("金属制品").key == "label:material:metal"
    assert label_named("武器装备").key == "label:use:weapon"
    assert TagItem("三:八 式").key == "tag:三:八 式"
    assert span_item(Span("组织", "红军", "title", 0, 2)).key == "span:title:0:2:organisation"
    assert StateItem().key == "state"
    read = SpanItem("ocr", 0, 5, "person", "1a2b3c4d")
    assert read.key == "span:ocr-1a2b3c4d:0:5:person"
    assert LinkItem(read, "body:8ra").key == "link:body:8ra:span:ocr-1a2b3c4d:0:5:person"
    assert LinkItem(SpanItem("title", 0, 2, "organisation"), "none").key == "link:none:span:title:0:2:organisation"
    assert ocr_mark("苏区") == "9980abed"
    assert span_item(Span("人物", "朱德", "ocr", 0, 2), "1a2b3c4d") == SpanItem("ocr", 0, 2, "person", "1a2b3c4d")
    assert {label_named(name).name for name in LABELS} == set(LABELS)
    assert SpanItem("title", 0, 2, "organisation").name == "组织"


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        ("", "names nothing"),
        ("tag:", "names nothing"),
        ("tag: \n", "white space"),
        ("state:x", "names nothing"),
        ("label:colour:red", "material, use"),
        ("label:material:gold", "metal"),
        ("span:title:0:2:wrong", "organisation"),
        ("span:title:2:2:time", "from 2 to 2"),
        ("span:title:02:3:time", "names nothing"),
        ("span:title:0:２:time", "names nothing"),
        ("span:title:-1:2:time", "names nothing"),
        ("span:extra:0:2:time", "names nothing"),
        ("span:title:0:2:time\n", "names nothing"),
        ("span:ocr:0:2:time", "names nothing"),
        ("span:ocr-1A2B3C4D:0:2:time", "names nothing"),
        ("link:none", "names nothing"),
        ("link:none:tag:壶", "names nothing"),
        ("link:none:span:title:0:2:wrong", "organisation"),
        ("link:8ra:span:title:0:2:organisation", "names nothing"),
        (f"link:body:{'a' * 96}:span:title:0:2:organisation", "100 characters at most"),
    ],
)
def test_a_wrong_key_is_told_why(key: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse_item(key)


def test_a_mark_belongs_to_the_words_on_the_photos_alone() -> None:
    for field, mark in (("title", "1a2b3c4d"), ("ocr", ""), ("ocr", "1a2b3c4")):
        with pytest.raises(ValueError, match="8 hex digits"):
            SpanItem(field, 0, 2, "time", mark)  # type: ignore[arg-type]
    one, other = SpanItem("ocr", 0, 2, "time", "1a2b3c4d"), SpanItem("ocr", 0, 2, "time", "00000000")
    assert one.overlaps(one) and not one.overlaps(other) and not one.overlaps(SpanItem("title", 0, 2, "time"))


def test_an_unknown_name_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        label_named("黄金")


@pytest.mark.parametrize(
    ("one", "other", "overlap"),
    [((0, 2), (2, 4), False), ((0, 3), (2, 4), True), ((0, 9), (3, 4), True), ((5, 6), (0, 5), False)],
)
def test_overlap(one: tuple[int, int], other: tuple[int, int], overlap: bool) -> None:
    first, second = SpanItem("title", *one, "time"), SpanItem("title", *other, "place")
    assert first.overlaps(second) == second.overlaps(first) == overlap
    assert not first.overlaps(SpanItem("description", *other, "place"))


@given(items, st.sampled_from(sorted({verdict for verdicts in VERDICTS.values() for verdict in verdicts})))
def test_a_verdict_is_lawful_for_its_kind_alone(item: Item, text: str) -> None:
    if text in VERDICTS[item.kind]:
        assert lawful_verdict(item, text) == text
    else:
        with pytest.raises(ValueError, match=text):
            lawful_verdict(item, text)


def test_roles_rise() -> None:
    assert covers("admin", "reviewer")
    assert covers("annotator", "annotator")
    assert not covers("reader", "annotator")
