"""``biaotu annotate``: the main job."""

from __future__ import annotations

import hashlib
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from biaotu.cli.main import INTERRUPTED
from biaotu.cli.options import EXISTING_FOLDER, check_sides, model_options
from biaotu.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from biaotu.batch import Progress, Summary
    from biaotu.cli.progress import Meter
    from biaotu.pipeline import Annotator
    from biaotu.records import Failure, Record

SHOWN_PHOTOS: Final = 10
MODEL_OPTIONS: Final = ("bundle", "lexicon", "statistics", "threads", "without_images", "without_text", "ocr")
"""Those that ``biaotu.pipeline.load`` takes."""


@click.command(short_help="Annotate a file of records, a folder of photos, or the store. 标注文物。")
@click.argument("source", metavar="[IN]", required=False, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--store",
    "folder",
    is_flag=False,
    flag_value="",
    metavar="[DIR]",
    help="Instead of IN: the records of the store in the data folder DIR (by default that of BIAOTU_DATA, else "
    "./biaotu-data). 标注数据库中的记录。",
)
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path),
    help="Where to write: .jsonl, .csv, .xlsx, .html or .parquet; without it a table on the terminal. 输出文件。",
)
@click.option("--images", type=EXISTING_FOLDER, help="Folder of the photos; by default that of IN. 照片目录。")
@click.option("--sheet", help="Sheet of an XLSX file; the first by default. 工作表名。")
@click.option("--ocr", is_flag=True, help="Read the words on the photos too (extra ocr). 识别图片上的文字。")
@click.option("--resume", is_flag=True, help="Go on with a run that was stopped. 从中断处继续。")
@click.option("--force", is_flag=True, help="Write an existing output anew. 覆盖已有输出。")
@click.option("--limit", type=click.IntRange(min=1), help="Annotate only the first N records. 只标注前 N 条。")
@click.option(
    "--engine",
    type=click.Choice(["local", "ray"]),
    default="local",
    help="Who does the work: this process, or processes of Ray, here or on a cluster (extra cluster). 运行方式。",
)
@click.option("--address", metavar="HOST:PORT", help="With --engine ray: a running cluster, or auto. 集群地址。")
@click.option(
    "--workers", type=click.IntRange(min=1), help="With --engine ray: processes; all cores by default. 进程数。"
)
@click.option(
    "--block", type=click.IntRange(min=1), help="With --engine ray: records a step; 64 by default. 每块条数。"
)
@click.option("-q", "--quiet", is_flag=True, help="No progress and no summary. 不显示进度。")
@model_options
def annotate(source: Path | None, folder: str | None, out: Path | None, **options: Any) -> None:
    """Annotate the records in IN (.jsonl, .csv, .xlsx, .parquet), the photos in the folder IN, or those of the store.

    Every record gets picture labels, text tags, ranked tags and structured attributes. Records that cannot be annotated
    are written with file, row and reason to OUT.errors.jsonl; all others are written to OUT.

    With --store every record that this model has not annotated yet in its present words gets an annotation there; a
    stopped run goes on when it is called again, and several runs share the work.

    标注 IN 中的文物记录或照片目录，输出图像标签、文本标签、图文对标签和结构化属性；--store 则标注数据库中的记录。
    """
    check_sides(options["without_images"], options["without_text"])
    if options["ocr"]:
        _check_ocr(options["without_images"])
    on_ray = _on_ray(options)
    if on_ray and (folder is not None or out is None):
        raise UsageError("--engine ray goes with IN and -o; several runs of --store share the work by themselves")
    if folder is not None:
        from biaotu.cli.annotate_store import annotate_into_store

        status = annotate_into_store(folder, {"IN": source, "-o": out, **options}, _load)
    elif source is None:
        raise UsageError("name what is to be annotated: a list or a folder of photos, or --store for the store")
    elif out is None:
        if options["resume"] or options["force"]:
            raise UsageError("--resume and --force need an output file; name one with -o")
        status = _to_terminal(source, options)
    else:
        status = _to_file(source, out, options)
    raise click.exceptions.Exit(status)


def _check_ocr(without_images: bool) -> None:
    """See, before anything is loaded, that words on photos can be read."""
    from biaotu.ocr import check_installed

    if without_images:
        raise UsageError("--ocr reads the photos, which --without-images leaves out; give one of them")
    check_installed()


def _on_ray(options: dict[str, Any]) -> bool:
    """Whether Ray is to do the work; takes the options that only Ray knows out of the way of the others if not."""
    if options["engine"] == "ray":
        return True
    for name in ("address", "workers", "block"):
        if options[name] is not None:
            raise UsageError(f"--{name} goes with --engine ray")
    return False


class _Local:
    """The work done by this process; ``annotate_cluster.Ray`` is the other way."""

    def __init__(self, out: Path, options: dict[str, Any]) -> None:
        from biaotu.batch import check_output

        self._options = options
        self._places = check_output(out, resume=options["resume"], force=options["force"])
        self.written = (self._places.out, self._places.journal, self._places.errors)
        self.kept = self._places.journal

    def load(self) -> str:
        """Load the models and say which they are."""
        self._annotator = _load(self._options)
        return f"{self._annotator.manifest.name} {self._annotator.version}"

    def run(self, records: Iterable[Record | Failure], settings: dict[str, Any], show: _Show) -> tuple[Summary, str]:
        """Annotate the records; the summary, and what else is to be told."""
        from biaotu.batch import annotate_file

        resume, force = self._options["resume"], self._options["force"]
        summary = annotate_file(
            self._annotator,
            records,
            self._places.out,
            settings=settings,
            resume=resume,
            force=force,
            on_progress=show,
        )
        return summary, ""


def _to_file(source: Path, out: Path, options: dict[str, Any]) -> int:
    from biaotu.cli.annotate_cluster import Ray
    from biaotu.cli.progress import meter
    from biaotu.records import read_records

    # What can be refused without the models is refused before they are loaded.
    way: _Local | Ray = Ray(out, options) if options["engine"] == "ray" else _Local(out, options)
    for path in way.written:
        if path.exists() and path.samefile(source):
            raise UsageError(f"{path} is the input; name another output")
    stream = read_records(source, images=options["images"], sheet=options["sheet"])
    settings = _settings(source, way.load(), options)
    with meter(quiet=options["quiet"]) as shown:
        total = None if options["quiet"] else _count(source, options)
        try:
            summary, more = way.run(islice(stream, options["limit"]), settings, _Show(shown, total))
        except KeyboardInterrupt:
            click.echo(
                f"\nbiaotu: stopped; what is done stands in {way.kept}. "
                "Run the same command with --resume to go on. 已中断，加 --resume 可继续。",
                err=True,
            )
            raise click.exceptions.Exit(INTERRUPTED) from None
    if not options["quiet"]:
        _tell(summary)
        if more:
            click.echo(more, err=True)
    if options["limit"] is None:
        _tell_unmatched(stream.unmatched_photos(), out)
    return 1 if summary.failed else 0


def _to_terminal(source: Path, options: dict[str, Any]) -> int:
    from biaotu.export.terminal import TerminalTable, plain, table_console
    from biaotu.export.writers import Entry
    from biaotu.records import Failure, read_records

    stream = read_records(source, images=options["images"], sheet=options["sheet"])
    annotator = _load(options)
    table = TerminalTable(table_console())
    done = failed = 0
    for answer in annotator.annotate_many(islice(stream, options["limit"])):
        if isinstance(answer, Failure):
            failed += 1
            place = answer.source.file + ("" if answer.source.row is None else f", row {answer.source.row}")
            click.echo(plain(f"biaotu: {place}: {answer.reason}"), err=True)
        else:
            done += 1
            table.write(Entry(answer))
    if options["limit"] is None:
        _tell_unmatched(stream.unmatched_photos(), None)
    if not options["quiet"]:
        click.echo(f"{done} records annotated, {failed} failed; -o FILE keeps them", err=True)
    return 1 if failed else 0


class _Show:
    """Hands the batch's progress to a meter, stage by stage."""

    def __init__(self, meter: Meter, total: int | None) -> None:
        self._meter = meter
        self._total = total
        self._stage = ""
        self._seen = 0

    def __call__(self, progress: Progress) -> None:
        if progress.stage != self._stage:
            writing = progress.stage == "write"
            total = self._seen - progress.failed if writing else self._total
            self._meter.begin("writing" if writing else "annotating", total, progress.resumed)
            self._stage = progress.stage
        if progress.stage == "annotate":
            self._seen = progress.seen
        troubles = [f"{progress.failed} failed"] if progress.failed else []
        troubles += [f"{progress.warned} with warnings"] if progress.warned else []
        self._meter.update(progress.seen, f"  {', '.join(troubles)}" if troubles else "")


def _load(options: dict[str, Any]) -> Annotator:
    from biaotu.pipeline import load

    return load(**{name: options[name] for name in MODEL_OPTIONS})


def _count(source: Path, options: dict[str, Any]) -> int | None:
    from biaotu.records import count_records

    total = count_records(source, images=options["images"], sheet=options["sheet"])
    limit: int | None = options["limit"]
    return total if total is None or limit is None else min(total, limit)


def _settings(source: Path, model: str, options: dict[str, Any]) -> dict[str, Any]:
    """The options under which a run may be resumed; those that change no result (threads, limit) are left out."""
    return {
        "input": source.name,
        "--images": None if options["images"] is None else str(options["images"].absolute()),
        "--sheet": options["sheet"],
        "--lexicon": [_digest(path) for path in options["lexicon"]],
        "--statistics": _digest(options["statistics"]) if options["statistics"] else None,
        "--without-images": options["without_images"],
        "--without-text": options["without_text"],
        "--ocr": options["ocr"],
        "model": model,
    }


def _digest(path: Path) -> str:
    with closing(path.open("rb")) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]


def _tell(summary: Summary) -> None:
    """The last words of a run, on stderr."""
    new = summary.done + summary.failed - summary.resumed
    rate = f", {new / summary.seconds:.1f}/s" if summary.seconds > 0 and new else ""
    earlier = f" ({summary.resumed} of them in an earlier run)" if summary.resumed else ""
    click.echo(
        f"{summary.done + summary.failed} records{earlier}: {summary.done} annotated, {summary.failed} failed, "
        f"{summary.warned} with warnings; {summary.seconds:.1f} s{rate}",
        err=True,
    )
    click.echo(f"output: {summary.out}", err=True)
    if summary.errors is not None:
        click.echo(f"errors: {summary.errors}", err=True)


def _tell_unmatched(photos: tuple[str, ...], out: Path | None) -> None:
    """Report photos of ``--images`` that belong to no row: the first on stderr, all in a file beside the output."""
    listed = None if out is None else out.with_name(f"{out.name}.unmatched.txt")
    if not photos:
        if listed is not None:
            listed.unlink(missing_ok=True)
        return
    first = ", ".join(photos[:SHOWN_PHOTOS]) + (" ..." if len(photos) > SHOWN_PHOTOS else "")
    click.echo(f"{len(photos)} photos match no row: {first}", err=True)
    if listed is not None:
        listed.write_text("".join(f"{name}\n" for name in photos), encoding="utf-8", errors="backslashreplace")
        click.echo(f"all of them: {listed}", err=True)
