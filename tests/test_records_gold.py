from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biaotu.errors import InputError
from biaotu.records import Source, Span
from biaotu.records.gold import mark, parse_gold, read_gold, unmark
from biaotu.taxonomy import ATTRIBUTES

SOURCE = Source("gold.jsonl", 3)
PLAIN = st.text(st.characters(exclude_characters="<>", exclude_categories=["Cs"]), max_size=12)


@given(st.lists(st.tuples(PLAIN, st.sampled_from(ATTRIBUTES.names), PLAIN.filter(bool)), max_size=6), PLAIN)
def test_marks_and_spans_are_two_spellings_of_one_thing(pieces: list[tuple[str, str, str]], tail: str) -> None:
    marked = "".join(f"{before}<{name}>{value}</{name}>" for before, name, value in pieces) + tail
    text, spans = unmark(marked, "title")
    assert text == "".join(before + value for before, _, value in pieces) + tail
    assert [(span.type, span.value) for span in spans] == [(name, value) for _, name, value in pieces]
    assert all(text[span.start : span.end] == span.value and span.field == "title" for span in spans)
    assert mark(text, spans) == marked


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<组织>红<地点>军</地点></组织>", "opens inside"),
        ("红军</组织>", "closes nothing"),
        ("<组织>红军</地点>", "closes nothing"),
        ("<组织></组织>", "is empty"),
        ("<组织>红军", "is not closed"),
    ],
)
def test_unlawful_marks_are_refused(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        unmark(text)


def test_other_angle_brackets_are_text() -> None:
    assert unmark("<b>旗</b> 3<4") == ("<b>旗</b> 3<4", ())


def test_a_gold_record_keeps_what_was_judged() -> None:
    gold = parse_gold(
        {
            "id": "g-1",
            "title": "<组织>红军</组织>的马灯",
            "description": "高<长度>20厘米</长度>",
            "images": ["a.jpg"],
            "object": "马灯",
            "material": ["金属制品"],
            "use": [],
            "tags": ["马灯"],
            "馆": "某馆",
        },
        root=Path("photos"),
        source=SOURCE,
    )
    assert gold.record.title == "红军的马灯"
    assert gold.spans == (Span("组织", "红军", "title", 0, 2), Span("长度", "20厘米", "description", 1, 5))
    assert (gold.material, gold.use, gold.tags, gold.object) == (("金属制品",), (), ("马灯",), "马灯")
    assert gold.record.extra == {"馆": "某馆"}


def test_what_is_missing_is_not_judged() -> None:
    gold = parse_gold({"title": "马灯", "images": "a.jpg", "tags": "马灯"}, root=Path(), source=SOURCE)
    assert gold.spans is None
    assert (gold.material, gold.use) == ((), ())
    assert (gold.record.images, gold.tags) == (("a.jpg",), ("马灯",))
    assert gold.record.id == "row-3"


@pytest.mark.parametrize("document", [{"title": "<组织>红军"}, {"material": ["黄金制品"]}, {"use": "照明"}])
def test_a_broken_gold_record_names_file_and_row(document: dict[str, object]) -> None:
    with pytest.raises(InputError, match=r"gold\.jsonl, row 3: "):
        parse_gold(document, root=Path(), source=SOURCE)


def test_gold_is_streamed_past_empty_lines(tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text("\ufeff" + json.dumps({"id": "1", "title": "旗"}) + "\n\n" + json.dumps({"id": "2"}), "utf-8")
    assert [(gold.record.id, gold.record.source) for gold in read_gold(path)] == [
        ("1", Source(str(path), 1)),
        ("2", Source(str(path), 3)),
    ]


@pytest.mark.parametrize("content", [b"{", b"[]", '{"title": "旗"}'.encode("gb18030"), b"[" * 100_000])
def test_a_yardstick_with_holes_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"gold\.jsonl"):
        list(read_gold(path))


def test_a_missing_gold_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.jsonl: cannot be read"):
        list(read_gold(tmp_path / "none.jsonl"))
