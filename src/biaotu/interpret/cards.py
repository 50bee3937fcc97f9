"""Captions of many relics in one file: plain text, a table, or a sheet of cards to print and cut (A4)."""

from __future__ import annotations

import base64
import csv
import hashlib
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import jinja2

from biaotu.errors import UsageError
from biaotu.export.tables import defuse
from biaotu.interpret.types import Caption, Form, Language

SUFFIXES: Final = (".txt", ".csv", ".xlsx", ".html")
SLOTS: Final = {
    "name": "名称", "date": "年代", "material": "质地", "size": "尺寸", "weight": "重量", "source": "来源",
    "why": "说明", "holder": "收藏单位",
}  # fmt: skip
"""The slots that have a column of their own, for a printer's mail merge, and the columns' headers."""
HEADER: Final = ("编号", "说明牌", *SLOTS.values(), "待核")


@dataclass(frozen=True, slots=True)
class Card:
    """The caption of one relic, with its museum's number."""

    number: str
    caption: Caption


def check_cards(path: Path, *, force: bool = False) -> None:
    """See that cards can be written there; writes nothing.

    Raises:
        UsageError: if the ending is unknown, the folder is missing, or something is there already.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise UsageError(f"{path}: captions are written as {', '.join(SUFFIXES)}; name one of these")
    if not path.parent.is_dir():
        raise UsageError(f"{path.parent}: there is no such folder; make it first")
    if path.is_dir():
        raise UsageError(f"{path}: is a folder; name a file to write")
    if path.exists() and not force:
        raise UsageError(f"{path}: exists already; name another, or write it anew with --force")


def write_cards(cards: Iterable[Card], path: Path, lang: Language, form: Form) -> int:
    """Write captions; the file is whole or not there.

    Args:
        cards: the captions, in the order in which they are to stand.
        path: the file; its ending names the format.
        lang: the language of the captions.
        form: their form.

    Returns:
        How many were written; without any there is no file.

    Raises:
        OSError: if the disk fails.
    """
    writers = {".txt": _write_text, ".csv": _write_csv, ".xlsx": _write_workbook, ".html": _write_sheet}
    counted = _Counted(cards)
    with _draft(path) as draft:
        writers[path.suffix.lower()](iter(counted), draft, lang, form)
        if counted.count:
            draft.replace(path)
    return counted.count


class _Counted:
    """Cards, counted as they pass."""

    def __init__(self, cards: Iterable[Card]) -> None:
        self.count = 0
        self._cards = cards

    def __iter__(self) -> Iterator[Card]:
        for card in self._cards:
            self.count += 1
            yield card


def _write_text(cards: Iterator[Card], draft: Path, _lang: Language, form: Form) -> None:
    between = "\n" if form == "short" else "\n\n"
    with draft.open("x", encoding="utf-8", newline="\n") as out:
        for place, card in enumerate(cards):
            out.write((between if place else "") + card.caption.text)
        out.write("\n")


def _write_csv(cards: Iterator[Card], draft: Path, _lang: Language, _form: Form) -> None:
    with draft.open("x", encoding="utf-8-sig", newline="") as out:
        table = csv.writer(out)
        table.writerow(HEADER)
        table.writerows([defuse(cell) for cell in _row(card)] for card in cards)


def _write_workbook(cards: Iterator[Card], draft: Path, _lang: Language, _form: Form) -> None:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment

    book = Workbook(write_only=True)
    sheet: Any = book.create_sheet("说明牌")
    for column, width in zip("ABCDEFGHIJK", (14, 60, 30, 18, 18, 24, 12, 30, 50, 20, 8), strict=True):
        sheet.column_dimensions[column].width = width
    sheet.freeze_panes = "A2"

    def cells(values: Iterable[str]) -> list[Any]:
        made = []
        for value in values:
            cell = WriteOnlyCell(sheet, defuse(value))
            cell.data_type = "s"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            made.append(cell)
        return made

    sheet.append(cells(HEADER))
    for card in cards:
        sheet.append(cells(_row(card)))
    book.save(draft)


def _write_sheet(cards: Iterator[Card], draft: Path, lang: Language, form: Form) -> None:
    style = files("biaotu.interpret").joinpath("templates/style.html").read_text(encoding="utf-8").strip()
    inner = style.removeprefix("<style>").removesuffix("</style>")
    digest = base64.b64encode(hashlib.sha256(inner.encode()).digest()).decode("ascii")
    with draft.open("x", encoding="utf-8", newline="\n") as out:
        out.write(_template("cards.html").render(lang=lang, form=form, style=style, digest=digest))
        for card in cards:
            mark = next((part.text for part in card.caption.parts if part.slot == "mark"), None)
            lines = card.caption.text.split("\n")
            shown = _template("card.html").render(lang=lang, form=form, lines=lines, mark=mark, number=card.number)
            out.write("\n" + shown)
        out.write("\n</body>\n</html>\n")


def _row(card: Card) -> list[str]:
    parts = {part.slot: part for part in card.caption.parts}
    checked = "" if all(part.confirmed for part in card.caption.parts) else "是"
    return [card.number, card.caption.text, *(parts[slot].text if slot in parts else "" for slot in SLOTS), checked]


@contextmanager
def _draft(path: Path) -> Iterator[Path]:
    """A file beside the real one, gone afterwards if it has not become it."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}.draft")
    try:
        yield draft
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)


@lru_cache(maxsize=2)
def _template(name: str) -> jinja2.Template:
    text = files("biaotu.interpret").joinpath(f"templates/{name}").read_text(encoding="utf-8")
    return jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined).from_string(text)
