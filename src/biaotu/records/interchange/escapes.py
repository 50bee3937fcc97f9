"""Characters that a line of CoNLL cannot hold, written as escapes: white space, line ends, the backslash itself."""

from __future__ import annotations

import re
from typing import Final

_LETTERS: Final = {" ": r"\s", "\t": r"\t", "\n": r"\n", "\r": r"\r", "\\": r"\\"}
_BACK: Final = {escape: char for char, escape in _LETTERS.items()}
_ESCAPE = re.compile(r"\\(?:[stnr\\]|u[0-9a-f]{4,6};)")


def escape(text: str) -> str:
    """A text without white space, line ends or halves of surrogate pairs; ``unescape`` is the way back."""
    return "".join(_LETTERS.get(char) or (char if _plain(char) else f"\\u{ord(char):04x};") for char in text)


def unescape(text: str) -> str:
    """The text that ``escape`` was given."""
    return _ESCAPE.sub(lambda match: _BACK.get(match[0]) or chr(int(match[0][2:-1], 16)), text)


def _plain(char: str) -> bool:
    return char.isprintable() and not char.isspace() and not "\ud800" <= char <= "\udfff"
