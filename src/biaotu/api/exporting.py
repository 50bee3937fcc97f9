"""Records as files: training data in the corpus format, everything as JSON Lines, a table for Excel.

Written record by record while it is sent; each hundred records are read at one moment, and no transaction stays open
while a slow client takes its time.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

from biaotu.errors import InputError
from biaotu.export.tables import JOINER, defuse
from biaotu.review import RecordView, State, corpus_line
from biaotu.store import Actor, Store
from biaotu.taxonomy import ATTRIBUTES

Format = Literal["corpus", "jsonl", "csv"]
MEDIA_TYPES: Final[dict[Format, str]] = {
    "corpus": "application/x-ndjson",
    "jsonl": "application/x-ndjson",
    "csv": "text/csv; charset=utf-8",
}
SUFFIXES: Final[dict[Format, str]] = {"corpus": "jsonl", "jsonl": "jsonl", "csv": "csv"}
CLOSED: Final[tuple[State, ...]] = ("submitted", "approved")
"""States in which nothing is open: the corpus format can hold no others."""

_PAGE: Final = 100
_COLUMNS: Final = (
    "编号", "收藏单位", "名称", "描述", "状态", "材质标签", "用途标签", "图文对标签", "次要标签", *ATTRIBUTES.names,
    "图片文字",
)  # fmt: skip


@dataclass
class Export:
    """One export on its way.

    Args:
        store: where from.
        actor: who asked; the audit log has it when the last record is out.
        format: of the file.
        state: only records in this state; None for all.
    """

    store: Store
    actor: Actor
    format: Format
    state: State | None
    written: int = 0

    def __post_init__(self) -> None:
        self.skipped: list[str] = []

    def pieces(self) -> Iterator[str]:
        """The file, piece by piece; at the end the audit log has how many records are in it and which are not."""
        write = _WRITERS[self.format]
        if self.format == "csv":
            yield "\ufeff" + _csv_row(_COLUMNS)
        for view in self._views():
            try:
                piece = write(view)
            except InputError:
                self.skipped.append(view.facts.number)
                continue
            self.written += 1
            yield piece
        with self.store.writing(self.actor) as unit:
            detail = {"format": self.format, "records": self.written, "skipped": self.skipped}
            unit.audit.add("export", self.state or "", detail)

    def _views(self) -> Iterator[RecordView]:
        cursor = None
        while True:
            with self.store.reading() as unit:
                page = unit.lists.records(state=self.state, order="id", cursor=cursor, limit=_PAGE)
                ids = [record.id for record in page.items]
                views = unit.decisions.views(ids)
            yield from (views[record_id] for record_id in ids if record_id in views)
            if (cursor := page.cursor) is None:
                return


def _corpus(view: RecordView) -> str:
    return json.dumps(corpus_line(view), ensure_ascii=False) + "\n"


def _json(view: RecordView) -> str:
    return json.dumps(view.to_dict(), ensure_ascii=False) + "\n"


def _table(view: RecordView) -> str:
    facts, shown = view.facts, view.shown()
    cells: list[Any] = [facts.number, facts.museum, facts.title, facts.description, view.state]
    cells += [JOINER.join(part) for part in (shown.material, shown.use, shown.primary, shown.secondary)]
    told = [span for span in shown.spans if span.field != "ocr"]  # a date on a photographed letter dates no relic
    for name in ATTRIBUTES.names:
        cells.append(JOINER.join(dict.fromkeys(span.value for span in told if span.type == name)))
    return _csv_row([*cells, facts.text("ocr")])


def _csv_row(cells: Iterable[Any]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow([defuse(cell) for cell in cells])
    return line.getvalue()


_WRITERS: Final[dict[Format, Callable[[RecordView], str]]] = {"corpus": _corpus, "jsonl": _json, "csv": _table}
