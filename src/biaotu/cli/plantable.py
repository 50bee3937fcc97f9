"""A dry run on the terminal: the counts, then what a person should look at, a screenful of each."""

from __future__ import annotations

from itertools import islice
from typing import Final

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from biaotu.export.terminal import plain
from biaotu.intake import OUTCOME_NAMES, DryRun, PlannedRow

SHOWN: Final = 20
"""Rows, pairs and photos named; ``--report`` holds all."""

_PHOTO_COUNTS: Final = {
    "photos": "photos found 照片",
    "photos_missing": "missing 缺失",
    "photos_unreadable": "unreadable 不可用",
    "photos_outside": "outside the folder 目录之外",
    "photos_unmatched": "match no row 未匹配",
    "photos_identical": "identical 完全相同",
    "photos_near": "nearly the same 近似",
}
_STYLES: Final = {"failed": "red", "conflict": "red", "duplicate": "yellow", "updated": "cyan"}


def show_plan(plan: DryRun, console: Console) -> None:
    """Print a plan."""
    rows = ", ".join(f"{plan.counts[key]} {key} {name}" for key, name in OUTCOME_NAMES.items() if plan.counts[key])
    console.print(Text(f"{plain(plan.file)}: {len(plan.rows)} rows: {rows or 'none'}"), soft_wrap=True)
    photos = ", ".join(f"{plan.counts[key]} {name}" for key, name in _PHOTO_COUNTS.items() if plan.counts[key])
    if photos:
        console.print(Text(photos), soft_wrap=True)
    telling = list(plan.telling())
    if telling:
        table = Table(box=SIMPLE_HEAD, header_style="bold red", expand=True, padding=(0, 1))
        table.add_column("行 row", justify="right", no_wrap=True)
        table.add_column("编号 · 名称", ratio=2, overflow="fold")
        table.add_column("结果", no_wrap=True)
        table.add_column("原因 · 提示", ratio=4, overflow="fold")
        for row in islice(telling, SHOWN):
            table.add_row(*_cells(row))
        console.print(table)
        _more(console, len(telling), "rows")
    for pair in islice(plan.pairs, SHOWN):
        kind = "identical to 完全相同于" if pair.kind == "identical" else "nearly the same as 近似于"
        other = f"{pair.other.number} {pair.other.name}".strip() or f"photo {pair.other.digest[:12]}…"
        other += " in the store 已在库中" if pair.other.in_store else ""
        console.print(Text(plain(f"photo {pair.photo.name} of {pair.photo.number}: {kind} {other}")), soft_wrap=True)
    _more(console, len(plan.pairs), "pairs of photos")
    for name in islice(plan.unmatched, SHOWN):
        console.print(Text(plain(f"photo {name}: matches no row 未匹配")), soft_wrap=True)
    _more(console, len(plan.unmatched), "photos that match no row")


def _cells(row: PlannedRow) -> tuple[Text, ...]:
    said = [row.decision.reason, *map(str, row.notices)]
    return (
        Text("" if row.row is None else str(row.row), style="dim"),
        Text(plain(f"{row.number} {row.title}".strip())),
        Text(OUTCOME_NAMES[row.outcome], style=_STYLES.get(row.outcome, "")),
        Text(plain("\n".join(one for one in said if one).replace("\n", " · "))),
    )


def _more(console: Console, total: int, what: str) -> None:
    if total > SHOWN:
        console.print(Text(f"… {total - SHOWN} more {what}; --report FILE holds all", style="dim"), soft_wrap=True)
