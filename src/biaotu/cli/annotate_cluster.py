"""``biaotu annotate --engine ray``: the work of a file shared out to processes on one or many machines."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from biaotu.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from biaotu.batch import Summary
    from biaotu.batch.run import OnProgress
    from biaotu.records import Failure, Record


class Ray:
    """The work done by processes of Ray; nothing of it is loaded before ``run``.

    Args:
        out: the output.
        options: those of ``biaotu annotate``.

    Raises:
        UsageError: if Ray is not installed, the address is of a kind that does not serve, or ``out`` may not be
            written.
    """

    def __init__(self, out: Path, options: dict[str, Any]) -> None:
        from biaotu.cluster import check_blocks, check_installed

        check_installed()
        if (options["address"] or "").startswith("ray://"):
            raise UsageError(
                "--address ray://... is Ray's client for programs outside of a cluster, which Ray Data does not serve "
                "well; run the command on a machine of the cluster, with --address auto or HOST:PORT"
            )
        self._options = options
        self._out = out
        places, blocks = check_blocks(out, resume=options["resume"], force=options["force"])
        self.written = (places.out, places.journal, places.errors)
        self.kept = blocks.folder
        self._wrapped = places.rendered

    def load(self) -> str:
        """See that the bundle is sound, and say which it is; only the workers load it."""
        from biaotu.cluster import identity
        from biaotu.runtime import Bundle

        manifest = Bundle(self._options["bundle"]).manifest
        self._identity = identity(manifest)
        return f"{manifest.name} {manifest.version}" + ("+ocr" if self._options["ocr"] else "")

    def run(
        self, records: Iterable[Record | Failure], settings: dict[str, Any], show: OnProgress
    ) -> tuple[Summary, str]:
        """Annotate the records; the summary, and who did it."""
        from biaotu.cli.annotate import MODEL_OPTIONS
        from biaotu.cluster import Engine, Job, annotate_on_cluster
        from biaotu.cluster.run import BLOCK

        options = self._options
        threads = options["threads"] or 1
        chosen = {name: _plain(options[name]) for name in MODEL_OPTIONS} | {"threads": threads}
        run = annotate_on_cluster(
            Engine(options["address"], options["workers"], threads),
            Job(self._out.absolute(), Path.cwd(), self._wrapped, self._identity, chosen),
            records,
            self._out,
            block=options["block"] or BLOCK,
            settings=settings,
            resume=options["resume"],
            force=options["force"],
            on_progress=show,
        )
        return run.summary, f"workers: {run.workers}, nodes: {run.nodes}" if run.workers else ""


def _plain(value: Any) -> Any:
    """Paths as text, for the way to other machines; they count from the folder in which the run was begun."""
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    return str(value) if isinstance(value, Path) else value
