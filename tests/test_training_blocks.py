from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biaotu.errors import UsageError
from biaotu.training.blocks import blocks


@given(st.lists(st.binary(max_size=20)), st.integers(1, 40))
def test_the_blocks_hold_every_line_once_with_its_number(lines: list[bytes], size: int) -> None:
    data = b"\n".join(lines)
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "texts.jsonl"
        path.write_bytes(data)
        plan = blocks([path], size)
        found = [pair for block in plan for pair in block.read()]
    split = data.split(b"\n")
    first = split[0].removeprefix(b"\xef\xbb\xbf")
    expected = [(row, line) for row, line in enumerate([first, *split[1:]], 1) if line.strip()]
    assert [(row, line.removesuffix(b"\n")) for row, line in found] == expected
    assert all(block.end - block.start >= size for block in plan[:-1])


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"none\.jsonl: cannot be read"):
        blocks([tmp_path / "none.jsonl"])
