from __future__ import annotations

import io

from hypothesis import given
from rich.console import Console

from biaotu.export import Entry
from biaotu.export.terminal import TerminalTable
from biaotu.records import Annotation, Notice
from samples import annotation, any_annotations


def printed(*made: Annotation) -> str:
    stream = io.StringIO()
    table = TerminalTable(Console(file=stream, width=140))
    for one in made:
        table.write(Entry(one))
    return stream.getvalue()


def test_a_row_shows_all_parts_and_the_header_comes_once() -> None:
    text = printed(annotation(), annotation(id="二", warnings=(Notice("image-missing", "no photo"),)))
    for part in ("样-001", "青石沟游击队使用的铁水壶", "金属制品 98%", "老柳", "1943年冬", "image-missing"):
        assert part in text
    assert text.count("编号 · 名称") == 1


def test_markup_is_text() -> None:
    assert "[red]壶[/red]" in printed(annotation(title="[red]壶[/red]"))


@given(any_annotations())
def test_no_record_steers_the_terminal(made: Annotation) -> None:
    assert not set(printed(made)) & {chr(code) for code in (*range(9), *range(11, 32), *range(127, 160))}
