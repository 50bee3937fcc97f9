"""Reading order of lines, told by their boxes alone."""

from __future__ import annotations

import math
import random

import pytest

from biaotu.ocr.boxes import Box, from_beginning, goes_on, is_column
from biaotu.ocr.order import in_reading_order
from biaotu.records import OcrLine

THICK = 40


def row(text: str, x: float, y: float) -> OcrLine:
    """A horizontal line whose upper left corner is given."""
    right, below = x + THICK * len(text), y + THICK
    return OcrLine(0, text, ((x, y), (right, y), (right, below), (x, below)), 0.99)


def column(text: str, x: float, y: float) -> OcrLine:
    """A column whose upper left corner is given."""
    right, below = x + THICK, y + THICK * len(text)
    return OcrLine(0, text, from_beginning(((x, y), (right, y), (right, below), (x, below))), 0.99)


def turned(line: OcrLine, degrees: float) -> OcrLine:
    """A line of a photo that lies askew."""
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    a, b, c, d = ((x * cos - y * sin, x * sin + y * cos) for x, y in line.box)
    return OcrLine(line.photo, line.text, (a, b, c, d), line.confidence)


TEXT = "甲乙丙丁戊己庚辛"
NOTICE = [row(TEXT, 0, 0), row(TEXT, 0, 60), row("甲乙", 0, 120)]
COLUMNS = [column(TEXT, 200, 0), column(TEXT, 140, 0), column("甲乙丙", 80, 0)]
TWO_BLOCKS = [row(TEXT, left, 50 * line) for left in (0, 400) for line in range(4)]
REGISTERS = [column(TEXT, 300 - 60 * place, top) for top in (0, 400) for place in range(4)]
HEADED = [row("甲乙丙丁", 40, 0), *(column(TEXT, 200 - 60 * place, 60) for place in range(4))]
LABEL = [row("名称", 0, 0), row("甲乙丙", 300, 0), row("年代", 0, 60), row("丁戊", 300, 60)]
COIN = [row("甲", 100, 0), row("丙", 0, 100), row("乙", 200, 100), row("丁", 100, 200)]


@pytest.mark.parametrize("degrees", [0, 5, -8])
@pytest.mark.parametrize(
    "lines",
    [NOTICE, COLUMNS, TWO_BLOCKS, REGISTERS, HEADED, LABEL],
    ids=["lines", "columns", "blocks", "registers", "heading", "label"],
)
def test_lines_are_read_as_a_person_reads_them(lines: list[OcrLine], degrees: float) -> None:
    wanted = [turned(line, degrees) for line in lines]
    mixed = wanted[:]
    for seed in range(5):
        random.Random(seed).shuffle(mixed)
        assert in_reading_order(mixed) == wanted


def test_lone_characters_are_read_row_by_row() -> None:
    assert [line.text for line in in_reading_order(COIN[::-1])] == ["甲", "丙", "乙", "丁"]
    assert in_reading_order([]) == []


def test_lines_that_overlap_lose_nothing() -> None:
    generator = random.Random(3)
    lines = [row(TEXT[: generator.randint(1, 8)], generator.random() * 200, generator.random() * 90) for _ in range(40)]
    assert sorted(in_reading_order(lines), key=id) == sorted(lines, key=id)


def test_a_box_begins_where_its_line_does() -> None:
    flat: Box = ((0, 0), (100, 2), (100, 30), (0, 28))
    assert from_beginning(flat) == flat
    assert not is_column(flat)
    tall: Box = ((0, 0), (30, 0), (32, 100), (2, 100))
    assert from_beginning(tall) == ((30, 0), (32, 100), (2, 100), (0, 0))
    assert is_column(from_beginning(tall))


def test_a_sentence_goes_on_only_where_a_line_was_broken() -> None:
    assert goes_on(NOTICE[0], NOTICE[1])
    assert goes_on(NOTICE[1], NOTICE[2])
    assert goes_on(COLUMNS[0], COLUMNS[1])
    assert not goes_on(NOTICE[2], NOTICE[1])  # it comes back up
    assert not goes_on(row("甲乙", 0, 0), row(TEXT, 0, 60))  # ended early
    assert not goes_on(row(TEXT, 0, 0), row(TEXT, 0, 160))  # far away
    assert not goes_on(row(TEXT, 0, 0), row(TEXT, 300, 60))  # begins elsewhere
    assert not goes_on(row(TEXT, 0, 0), column(TEXT, 0, 60))
    assert not goes_on(HEADED[0], HEADED[1])
    other = NOTICE[1]
    assert not goes_on(NOTICE[0], OcrLine(1, other.text, other.box, other.confidence))
