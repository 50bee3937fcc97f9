"""Lines from right to left."""

from __future__ import annotations

import pytest

from biaotu.records.gold import unmark
from biaotu.text import Segmenter, runs_backward
from tiny import RECORDS


@pytest.fixture(scope="module")
def segmenter() -> Segmenter:
    return Segmenter()


@pytest.mark.parametrize("line", ["行銀央中", "行银民人国中", "府政民人區邊", "國和共民人華中", "行 銀 北 冀"])
def test_words_that_come_out_backward_only(line: str, segmenter: Segmenter) -> None:
    assert runs_backward(line, segmenter)
    assert not runs_backward(line[::-1], segmenter)


@pytest.mark.parametrize(
    "line", ["", "圆壹", "1949行银央中", "BANK 行银央中", "上海海上自来水来自海上", "王田小满张三李四"]
)
def test_what_cannot_be_told_runs_forward(line: str, segmenter: Segmenter) -> None:
    assert not runs_backward(line, segmenter)


def test_texts_of_the_museum_run_forward(segmenter: Segmenter) -> None:
    for record in RECORDS:
        for field in ("title", "description"):
            text, _ = unmark(record[field])
            for start in range(len(text)):
                assert not runs_backward(text[start : start + 6], segmenter), text[start : start + 6]
