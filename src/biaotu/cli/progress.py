"""How far a run is, on stderr: a bar with rate and time left on a terminal, elsewhere plain lines."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Final, Protocol, Self

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

EVERY: Final = 5.0
"""Seconds between plain lines."""


class Meter(Protocol):
    """Shows one stage after another."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def begin(self, name: str, total: int | None, start: int = 0) -> None:
        """Begin a stage; ``total`` is None if not known, ``start`` what is done already."""

    def update(self, seen: int, note: str = "") -> None:
        """Tell how much of the stage is done."""


def meter(*, quiet: bool) -> Meter:
    """The meter that suits stderr."""
    if quiet:
        return Silent()
    console = Console(stderr=True)
    return Bar(console) if console.is_terminal else Lines()


class Silent:
    """Shows nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        return None

    def begin(self, name: str, total: int | None, start: int = 0) -> None:
        """Nothing."""

    def update(self, seen: int, note: str = "") -> None:
        """Nothing."""


class Lines:
    """Prints a plain line every ``EVERY`` seconds."""

    def __init__(self) -> None:
        self._name = ""
        self._total: int | None = None
        self._start = 0
        self._begun = self._last = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        return None

    def begin(self, name: str, total: int | None, start: int = 0) -> None:
        """Begin a stage."""
        self._name, self._total, self._start = name, total, start
        self._begun = self._last = time.monotonic()

    def update(self, seen: int, note: str = "") -> None:
        """Print a line, if the last one is some seconds old."""
        now = time.monotonic()
        if now - self._last < EVERY:
            return
        self._last = now
        click.echo(f"{self._name}: {describe(seen, self._total, self._start, now - self._begun)}{note}", err=True)


class Bar:
    """A rich progress bar."""

    def __init__(self, console: Console) -> None:
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=None),
            MofNCompleteColumn(),
            _Rate(),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
            TextColumn("{task.fields[note]}", style="yellow"),
            console=console,
            expand=True,
        )
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._progress.stop()

    def begin(self, name: str, total: int | None, start: int = 0) -> None:
        """Begin a stage."""
        if self._task is not None:
            self._progress.stop_task(self._task)
        self._task = self._progress.add_task(name, total=total, completed=start, note="", start_at=start)

    def update(self, seen: int, note: str = "") -> None:
        """Move the bar."""
        if self._task is not None:
            self._progress.update(self._task, completed=seen, note=note)


def describe(seen: int, total: int | None, start: int, seconds: float) -> str:
    """Count, rate and time left in words: ``120 of 500 records, 14.8/s, 0:26 left``."""
    count = f"{seen} records" if total is None else f"{seen} of {total} records"
    new = seen - start
    if seconds <= 0 or new <= 0:
        return count
    rate = new / seconds
    text = f"{count}, {rate:.1f}/s"
    if total is not None:
        left = max(0, round((total - seen) / rate))
        hours, rest = divmod(left, 3600)
        minutes, rest = divmod(rest, 60)
        text += f", {hours}:{minutes:02}:{rest:02} left" if hours else f", {minutes}:{rest:02} left"
    return text


class _Rate(ProgressColumn):
    """Records a second since the stage began."""

    def render(self, task: Task) -> Text:
        """The rate of one stage."""
        new = task.completed - task.fields.get("start_at", 0)
        if not task.elapsed or new <= 0:
            return Text("")
        return Text(f"{new / task.elapsed:.1f}/s", style="cyan")
