"""``biaotu annotate --store``: the models over the records of the store."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from biaotu.cli.main import INTERRUPTED
from biaotu.errors import UsageError

if TYPE_CHECKING:
    from biaotu.intake.annotating import Progress, Summary
    from biaotu.pipeline import Annotator
    from biaotu.store import Store

_ELSEWHERE: Final = {
    "IN": "IN names a file or folder to annotate instead of the store",
    "-o": "-o goes with IN; annotations of the store stay in it, biaotu store export takes them out",
    "resume": "--resume goes with -o; a stopped run over the store goes on by itself",
    "force": "--force goes with -o; what the store has is never written anew",
    "images": "--images goes with IN; the store has its own photos",
    "sheet": "--sheet goes with IN",
    "without_images": "--without-images goes with IN; annotations that are kept are made of all that is there",
    "without_text": "--without-text goes with IN; annotations that are kept are made of all that is there",
}
"""Options of ``biaotu annotate`` that say nothing about the store, and what to tell who names them."""


def annotate_into_store(folder: str, options: Mapping[str, Any], load: Callable[[dict[str, Any]], Annotator]) -> int:
    """Annotate what the store holds.

    Args:
        folder: the data folder; empty for the default one.
        options: those of ``biaotu annotate``.
        load: makes the annotator of them.

    Returns:
        The exit status.

    Raises:
        UsageError: if an option goes with a file only.
        StoreError: if there is no store, or it cannot be written.
    """
    from biaotu.store import Store, StorePlace

    for name, told in _ELSEWHERE.items():
        if options.get(name):
            raise UsageError(f"--store cannot be combined with that: {told}")
    # Whether there is a store is seen before the models are loaded.
    with Store.open(StorePlace.settle(Path(folder) if folder else None)) as store:
        summary = _annotate(store, load(dict(options)), options)
        if not options["quiet"]:
            _tell(store, summary)
    return 1 if summary.failed else 0


def _annotate(store: Store, annotator: Annotator, options: Mapping[str, Any]) -> Summary:
    from biaotu.cli.progress import meter
    from biaotu.intake.annotating import annotate_store
    from biaotu.store import Actor

    done = 0
    begun = False
    with meter(quiet=options["quiet"]) as shown:

        def told(progress: Progress) -> None:
            nonlocal begun, done
            if not begun:
                shown.begin("annotating", progress.total)
                begun = True
            done = progress.done + progress.failed
            shown.update(done, f"  {progress.failed} failed" if progress.failed else "")

        try:
            return annotate_store(store, annotator, actor=Actor.system("cli"), limit=options["limit"], on_progress=told)
        except KeyboardInterrupt:
            click.echo(
                f"\nbiaotu: stopped; {done} records are annotated and stand. Run the same command again to go on. "
                "已中断，重复同一命令即可继续。",
                err=True,
            )
            raise click.exceptions.Exit(INTERRUPTED) from None


def _tell(store: Store, summary: Summary) -> None:
    """The last words of a run, on stderr."""
    from biaotu.export.terminal import plain

    rate = f", {summary.done / summary.seconds:.1f}/s" if summary.seconds > 0 and summary.done else ""
    click.echo(
        f"{summary.done} records annotated, {summary.failed} failed, {summary.left} left; "
        f"{summary.seconds:.1f} s{rate}",
        err=True,
    )
    if summary.failed:
        with store.reading() as unit:
            for record_id, reason in unit.annotations.failures(min(summary.failed, 10)):
                click.echo(plain(f"  {unit.records.get(record_id).number}: {reason}"), err=True)
