"""The gold spans that get a value, and how sure, type by type."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path

from golden import say

from biaotu.normal import NORMALISED, normalise_all
from biaotu.records import Span
from biaotu.records.gold import read_gold


def coverage(files: list[Path]) -> None:
    """The share of the gold spans that get a value, and how sure, type by type."""
    say(f"{'file':12}{'type':6}{'spans':>8}{'value %':>9}{'exact %':>9}{'assumed %':>11}{'ambiguous %':>13}")
    for path in files:
        told: dict[str, Counter[str]] = defaultdict(Counter)
        for gold in read_gold(path):
            spans: tuple[Span, ...] = gold.spans or ()
            values = normalise_all(gold.record.title, gold.record.description, spans)
            for span, value in zip(spans, values, strict=True):
                told[span.type][value.sure if value else "none"] += 1
        for name in NORMALISED:
            count = told[name].total() or 1
            shares = [100 * told[name][sure] / count for sure in ("exact", "assumed", "ambiguous")]
            say(
                f"{path.parent.name[:6] + '/' + path.stem:12}{name:6}{told[name].total():8}{sum(shares):9.1f}"
                f"{shares[0]:9.1f}{shares[1]:11.1f}{shares[2]:13.1f}"
            )
