"""A result as tables of plain text that are lawful Markdown too, for the terminal and for a README."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, Final

_HEAD: Final = ("", "precision", "recall", "F1")
_SUMMARY: Final = ("top5", "top10", "micro", "macro", "material", "use", "names")
_DETAILS: Final = {"per_label": "label", "per_type": "type"}


def render(result: Mapping[str, Any]) -> str:
    """Lay out one result of ``evaluate``: the ``to_dict`` of any scores, with or without ``records`` and ``seconds``.

    The first table sums up; then one line for every label or type with gold items or predictions, one for every set.
    """
    parts = [_table(_HEAD, [(key, *_cells(result[key])) for key in _SUMMARY if key in result])]
    for key, word in _DETAILS.items():
        rows = [
            (name, *_cells(score), str(score["support"]), str(score["predicted"]))
            for name, score in result.get(key, {}).items()
            if score["support"] or score["predicted"]
        ]
        if rows:
            parts.append(_table((word, *_HEAD[1:], "gold", "predicted"), rows))
    if result.get("per_set"):
        rows = [
            (name, *_cells(part["micro"]), _number(part["macro"]["f1"]), str(part["records"]))
            for name, part in result["per_set"].items()
        ]
        parts.append(_table(("set", *_HEAD[1:], "macro F1", "records"), rows))
    if "records" in result:
        seconds = f" in {result['seconds']:.1f} s" if "seconds" in result else ""
        parts.append(f"{result['records']} records{seconds}")
    return "\n\n".join(parts) + "\n"


def _cells(score: Mapping[str, float]) -> tuple[str, ...]:
    return tuple(_number(score.get(key)) for key in ("precision", "recall", "f1"))


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table whose columns line up on a terminal, where a Chinese character takes two places."""
    widths = [max(_width(row[column]) for row in (head, *rows)) for column in range(len(head))]
    widths = [max(width, 3) for width in widths]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    return "\n".join(_line(row, widths) for row in (head, rule, *rows))


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    first = row[0] + " " * (widths[0] - _width(row[0]))
    rest = (" " * (width - _width(cell)) + cell for cell, width in zip(row[1:], widths[1:], strict=True))
    return "| " + " | ".join((first, *rest)) + " |"


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
