"""A run of an import with its progress on stderr; shared by ``biaotu import`` and ``biaotu store load``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from biaotu.cli.main import INTERRUPTED

if TYPE_CHECKING:
    from biaotu.intake import ImportRequest, ImportResult
    from biaotu.store import StorePlace


def run_shown(
    place: StorePlace, request: ImportRequest, stage: str, total: int | None, quiet: bool, **options: Any
) -> ImportResult:
    """Run an import into the store at ``place``, which is made if it is not there.

    Args:
        place: where the store is.
        request: what is imported.
        stage: what the progress calls it.
        total: rows, if known.
        quiet: whether no progress is shown.
        options: more for ``run_import``.

    Raises:
        click.exceptions.Exit: if Ctrl-C was pressed; what stands then has been told.
    """
    from biaotu.cli.progress import meter
    from biaotu.intake import Progress, run_import
    from biaotu.store import Actor, Store

    done = 0
    with Store.open(place, create=True) as store, meter(quiet=quiet) as shown:

        def told(progress: Progress) -> None:
            nonlocal done
            if progress.done == progress.resumed:
                shown.begin(stage, total, progress.resumed)
            done = progress.done
            shown.update(done)

        try:
            return run_import(store, request, Actor.system("cli"), on_progress=told, **options)
        except KeyboardInterrupt:
            rows = f"{done} rows" if total is None else f"{done} of {total} rows"
            click.echo(
                f"\nbiaotu: stopped; {rows} are settled and stand. "
                "Run the same command again to go on. 已中断，重复同一命令即可继续。",
                err=True,
            )
            raise click.exceptions.Exit(INTERRUPTED) from None
