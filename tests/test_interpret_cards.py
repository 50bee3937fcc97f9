"""Captions in files: whole or not there, safe in Excel and in a browser."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import openpyxl
import pytest

from biaotu.errors import UsageError
from biaotu.interpret import caption
from biaotu.interpret.cards import HEADER, SUFFIXES, Card, check_cards, write_cards
from interpret_cases import cases, subject_of

HOSTILE = {"id": "=1+1", "title": "<b>壶</b>&<script>", "description": "高<长度>3厘米</长度>。"}


def cards() -> list[Card]:
    subjects = [subject_of(case) for case in (*cases("questions_dev")[:4], HOSTILE)]
    return [Card(subject.id, caption(subject)) for subject in subjects]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_every_format_holds_every_caption(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"牌{suffix}"
    assert write_cards(cards(), path, "zh", "label") == 5
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_text_parts_captions_by_an_empty_line(tmp_path: Path) -> None:
    write_cards(cards(), tmp_path / "a.txt", "zh", "label")
    text = (tmp_path / "a.txt").read_text(encoding="utf-8")
    assert text == "\n\n".join(card.caption.text for card in cards()) + "\n"
    short = [Card("1", caption(subject_of(HOSTILE), form="short"))] * 2
    write_cards(short, tmp_path / "b.txt", "zh", "short")
    assert (tmp_path / "b.txt").read_text(encoding="utf-8").count("\n") == 2


def test_tables_have_a_column_for_each_slot_and_run_nothing(tmp_path: Path) -> None:
    write_cards(cards(), tmp_path / "a.csv", "zh", "label")
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.reader(lines))
    assert tuple(rows[0]) == HEADER
    first = dict(zip(HEADER, rows[1], strict=True))
    assert (first["年代"], first["质地"], first["待核"]) == ("1939年", "黄铜、皮革", "是")
    assert rows[5][0] == "'=1+1"
    write_cards(cards(), tmp_path / "a.xlsx", "zh", "label")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    assert sheet is not None
    assert [[cell or "" for cell in row] for row in sheet.iter_rows(values_only=True)] == rows


def test_the_sheet_to_print_escapes_and_loads_nothing(tmp_path: Path) -> None:
    write_cards(cards(), tmp_path / "a.html", "zh", "label")
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert page.count("<article") == 5
    assert "<script" not in page
    assert "&lt;b&gt;壶&lt;/b&gt;" in page
    assert re.search(r"(?:src|href|url)\s*[=(]", page) is None
    assert page.count('<p class="mark">（机器标注，待核）</p>') == 5


def test_nothing_to_tell_writes_nothing(tmp_path: Path) -> None:
    assert write_cards([], tmp_path / "a.html", "zh", "label") == 0
    assert list(tmp_path.iterdir()) == []


def test_a_failure_midway_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old", encoding="utf-8")

    def failing() -> list[Card]:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write_cards((one for _ in "x" for one in failing()), path, "zh", "label")
    assert [(one.name, one.read_text(encoding="utf-8")) for one in tmp_path.iterdir()] == [("a.txt", "old")]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("a.docx", ".txt, .csv, .xlsx, .html"),
        ("no/a.txt", "no such folder"),
        ("there.txt", "--force"),
        ("d.txt", "folder"),
    ],
)
def test_places_that_will_not_do_are_refused(tmp_path: Path, name: str, why: str) -> None:
    (tmp_path / "there.txt").touch()
    (tmp_path / "d.txt").mkdir()
    with pytest.raises(UsageError, match=re.escape(why)):
        check_cards(tmp_path / name)
    check_cards(tmp_path / "there.txt", force=True)
