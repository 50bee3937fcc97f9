"""Other tools' offsets as code points.

Browsers count UTF-16 units, so tools built on them may too; above U+FFFF (rare characters, emoji) the two differ.
"""

from __future__ import annotations

from typing import Literal

Units = Literal["code-points", "utf-16"]


def to_code_points(text: str, start: int, end: int, units: Units) -> tuple[int, int]:
    """The place of a span in code points.

    Raises:
        ValueError: if it is empty, lies outside of the text, or cuts a character in two.
    """
    if units == "utf-16":
        start, end = _place(text, start), _place(text, end)
    if not 0 <= start < end <= len(text):
        raise ValueError(f"the span {start} to {end} is not inside the text of {len(text)} characters")
    return start, end


def to_utf16(text: str, start: int, end: int) -> tuple[int, int]:
    """The place of a span in UTF-16 units."""
    before = _length(text[:start])
    return before, before + _length(text[start:end])


def _place(text: str, units: int) -> int:
    """How many characters make up so many units from the start of the text."""
    passed = place = 0
    while passed < units and place < len(text):
        passed += _length(text[place])
        place += 1
    if passed != units:
        raise ValueError(f"the offset {units} cuts a character in two or lies outside of the text")
    return place


def _length(text: str) -> int:
    return len(text) + sum(char > "\uffff" for char in text)
