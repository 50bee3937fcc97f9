"""New-word discovery, the texts and the counts: boilerplate goes, counts are exact, pruning errs as it says."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biaotu.errors import InputError
from biaotu.training.discover.counts import LONGEST, count
from biaotu.training.discover.texts import Text, Texts

texts_of = st.lists(st.text("红军旗帜。", max_size=30).map(lambda text: Text(text, 0)), max_size=8)


def write(path: Path, *records: object) -> Path:
    path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), encoding="utf-8")
    return path


def plainly(texts: list[Text]) -> Counter[str]:
    return Counter(
        run[start : start + length]
        for text in texts
        for _, run in text.runs()
        for length in range(1, LONGEST + 1)
        for start in range(len(run) - length + 1)
    )


@given(texts_of, st.integers(2, 4))
def test_every_frequent_string_is_counted_exactly(texts: list[Text], least: int) -> None:
    counts = count(texts, least=least, limit=100_000)
    wanted = {string: number for string, number in plainly(texts).items() if number >= least or len(string) == 1}
    assert counts.strings == wanted
    assert counts.total == sum(number for string, number in wanted.items() if len(string) == 1)
    assert (counts.least, counts.missed) == (least, 0)


@given(texts_of, st.integers(5, 12))
def test_a_small_table_never_counts_too_much_and_says_how_much_too_little(texts: list[Text], limit: int) -> None:
    counts = count(texts, least=2, limit=limit)
    exact = plainly(texts)
    for string, number in counts.strings.items():
        assert exact[string] - counts.missed <= number <= exact[string]
    assert len(counts.strings) <= limit


def test_strings_never_run_across_punctuation_digits_or_latin_letters() -> None:
    counts = count([Text("甲乙。丙丁1戊己A庚辛", 0)] * 2, least=2, limit=1000)
    assert {string for string in counts.strings if len(string) > 1} == {"甲乙", "丙丁", "戊己", "庚辛"}


def test_texts_are_cleaned_once_and_can_be_gone_through_again(tmp_path: Path) -> None:
    path = write(tmp_path / "in.jsonl", {"id": "1", "title": "紅軍 草鞋", "description": "石壁灘\n出土"})
    with Texts([path]) as texts:
        first, second = list(texts), list(texts)
    assert first == second == [Text("红军草鞋。石壁滩出土", 4)]
    assert [run for _, run in first[0].runs()] == ["红军草鞋", "石壁滩出土"]


def test_a_long_clause_is_kept_once_and_short_ones_always(tmp_path: Path) -> None:
    long = "此件由石壁滩乡亲代代保存下来"
    path = write(tmp_path / "in.jsonl", *({"id": str(n), "description": f"草鞋。{long}。"} for n in range(3)))
    with Texts([path]) as texts:
        joined = "".join(text.text for text in texts)
        assert (texts.records, texts.repeated) == (3, 2 * len(long))
    assert joined.count(long) == 1
    assert joined.count("草鞋") == 3


def test_marks_are_taken_out_and_bad_rows_are_named(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    write(path, {"id": "1", "title": "<组织>红军</组织>草鞋"}, {"id": "2", "title": "<组织>红军草帽"})
    path.write_text(path.read_text(encoding="utf-8") + "{broken\n", encoding="utf-8")
    with Texts([path]) as texts:
        assert next(iter(texts)).text == "红军草鞋"
        assert [failure.source.row for failure in texts.failures] == [2, 3]
        assert "<组织> is not closed" in texts.failures[0].reason


def test_records_without_chinese_text_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no Chinese text"):
        Texts([write(tmp_path / "in.jsonl", {"id": "1", "title": "only Latin 123"})])


def test_tables_are_read_too(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text("编号,名称,描述\n1,草鞋,石壁滩出土\n", encoding="utf-8")
    with Texts([path]) as texts:
        assert [text.text for text in texts] == ["草鞋。石壁滩出土"]
