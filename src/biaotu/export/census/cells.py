"""Values as cells of a workbook; text stays text there, so nothing has to be defused."""

from __future__ import annotations

import json
import re
from typing import Any, Final

MAX_CELL: Final = 32_767
"""Excel's limit for one cell, in UTF-16 units."""

_CUT: Final = "……（超出单元格上限，已截断）"
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def plain(value: Any) -> Any:
    """A user's own value: numbers and truth values as such, nothing as an empty text, lists and objects as JSON."""
    if value is None:
        return ""
    if isinstance(value, (str, bool)) or (isinstance(value, (int, float)) and abs(value) < 1e15):
        return value
    return json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, (dict, list, tuple)) else str(value)


def fitting(text: str) -> str:
    """A text that a workbook takes: what XML forbids as U+FFFD, one to one; over the limit cut, and said so."""
    text = _ILLEGAL.sub("\ufffd", text)
    units = text.encode("utf-16-le")
    if len(units) <= 2 * MAX_CELL:
        return text
    return units[: 2 * (MAX_CELL - len(_CUT))].decode("utf-16-le", errors="ignore") + _CUT
