"""Annotations as a table on the terminal, printed row by row as they come."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from biaotu.export.writers import Entry
from biaotu.records import Annotation, Label
from biaotu.taxonomy import ATTRIBUTES

MAX_TEXT: Final = 120
"""Characters of a description that a row shows; the files hold all of it."""
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]+")


class _Piped(Console):
    """A console that leaves an early end of the pipe (``| head``) to the caller; rich would exit with status 1."""

    def on_broken_pipe(self) -> None:
        """Raise what happened."""
        raise BrokenPipeError


def table_console() -> Console:
    """Standard output as the table's place: colours on a terminal only."""
    return _Piped()


class TerminalTable:
    """Prints one row a record; the header comes with the first.

    Control characters are blanked: a record must not be able to steer the terminal.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._begun = False

    def write(self, entry: Entry) -> None:
        """Print one row."""
        annotation = entry.annotation
        table = Table(
            box=SIMPLE_HEAD, show_header=not self._begun, expand=True, padding=(0, 1), header_style="bold red"
        )
        table.add_column("编号 · 名称", ratio=3, overflow="fold")
        table.add_column("标签", ratio=2, overflow="fold")
        table.add_column("图文对标签 / 次要标签", ratio=2, overflow="fold")
        table.add_column("属性", ratio=4, overflow="fold")
        table.add_row(_record(annotation), _labels(annotation), _tags(annotation), _attributes(annotation))
        self._console.print(table)
        self._begun = True


def plain(text: str) -> str:
    """Text on one line without anything that steers a terminal."""
    return _CONTROL.sub(" ", text)


def _record(annotation: Annotation) -> RenderableType:
    parts: list[Text] = [
        Text(plain(annotation.id), style="dim"),
        Text(plain(annotation.title) or "（无名称）", style="bold"),
    ]
    if annotation.description:
        text = plain(annotation.description)
        parts.append(Text(text if len(text) <= MAX_TEXT else text[:MAX_TEXT] + "……"))
    if inscribed := annotation.text("ocr"):
        words = " / ".join(plain(line) for line in inscribed.split("\n"))
        shown = words if len(words) <= MAX_TEXT else words[:MAX_TEXT] + "……"
        parts.append(Text.assemble(("图片文字 ", "dim"), shown))
    parts += [Text(f"⚠ {plain(str(notice))}", style="yellow") for notice in annotation.warnings]
    return Group(*parts)


def _labels(annotation: Annotation) -> RenderableType:
    return Group(*_label_lines("材质", annotation.material), *_label_lines("用途", annotation.use))


def _label_lines(system: str, labels: Iterable[Label]) -> list[Text]:
    ordered = sorted(labels, key=lambda label: -label.confidence)
    chosen = [label for label in ordered if label.accepted] or ordered[:1]
    return [
        Text.assemble(
            (f"{system} ", "dim"),
            (label.name, "" if label.accepted else "dim"),
            (f" {label.confidence:.0%}" + ("" if label.accepted else " 存疑"), "dim"),
        )
        for label in chosen
    ]


def _tags(annotation: Annotation) -> RenderableType:
    primary = Text("、".join(plain(tag.tag) for tag in annotation.primary), style="red")
    secondary = Text("、".join(plain(tag.tag) for tag in annotation.secondary), style="dim")
    return Group(*(text for text in (primary, secondary) if text.plain))


def _attributes(annotation: Annotation) -> RenderableType:
    found: dict[str, dict[str, None]] = {}
    for span in annotation.attributes:
        on_photo = "（图片）" if span.field == "ocr" else ""
        found.setdefault(span.type, {})[plain("".join(span.value.splitlines())) + on_photo] = None
    order = {name: place for place, name in enumerate(ATTRIBUTES.names)}
    names = sorted(found, key=lambda name: order.get(name, len(order)))
    return Group(*(Text.assemble((f"{plain(name)} ", "cyan"), "；".join(found[name])) for name in names))
