"""``biaotu import``: a list and its photos into the store, after a look at what would happen."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from biaotu.cli.importing import run_shown
from biaotu.cli.options import EXISTING_FOLDER, store_option

if TYPE_CHECKING:
    from biaotu.intake import DryRun, ImportRequest, ImportResult, PhotoReader
    from biaotu.store import StorePlace


@click.command(
    "import",
    short_help="Import records and photos into the store. 导入文物清单与照片。",
    epilog="Exit status: 0 all rows are in; 1 some are not (each named, with its reason); 2 wrong use. "
    "退出码：0 全部导入；1 部分行未导入；2 用法错误。",
)
@click.argument("source", metavar="FILE", type=click.Path(exists=True, path_type=Path))
@click.option("--images", type=EXISTING_FOLDER, help="Folder of the photos; by default that of FILE. 照片目录。")
@store_option
@click.option("--museum", default="", help="Museum that all records belong to. 收藏单位。")
@click.option("--collection", default="", help="A name for the records of this import. 藏品集名称。")
@click.option("--update", is_flag=True, help="Let the list change records that the store has. 用清单更新已有记录。")
@click.option("--dry-run", is_flag=True, help="Say what would happen; write nothing. 只预演，不写入。")
@click.option(
    "--report", type=click.Path(path_type=Path), help="Write every row's outcome to .csv or .xlsx. 逐行报告。"
)
@click.option("--sheet", help="Sheet of an XLSX file; the first by default. 工作表名。")
@click.option("-q", "--quiet", is_flag=True, help="No progress and no summary. 不显示进度。")
def import_(source: Path, folder: Path | None, dry_run: bool, report: Path | None, quiet: bool, **options: Any) -> None:
    """Import the records of FILE (.jsonl, .csv, .xlsx, or a folder of photos) into the store.

    First every row and photo is looked at and told: what is new, the same, changed or in conflict, which numbers come
    twice, which photos are missing, unreadable or nearly the same as others. Then the rows are written in chunks: a
    stopped import goes on when the same command is run again, and "biaotu store rollback" takes it back. The same file
    twice changes nothing.

    将清单和照片导入数据库：先逐行预演，再分批写入；中断后重复同一命令即可继续，可整批撤回。
    """
    from biaotu.intake import ImportRequest, PhotoReader, check_report, write_report
    from biaotu.store import StorePlace

    request = ImportRequest(source, **options)
    if report is not None:
        check_report(report)
    place = StorePlace.settle(folder)
    with PhotoReader() as reader:
        plan = _plan(place, request, reader, quiet)
        if not quiet or dry_run:
            _show(plan)
        if report is not None:
            write_report(plan, report)
            click.echo(f"report: {report}", err=True)
        if not dry_run:
            result = run_shown(place, request, "importing", len(plan.rows), quiet, reader=reader)
            if not quiet:
                _tell(result, place, "" if folder is None else f" --store {folder}")
    outside = plan.counts["failed"] + plan.counts["conflict"] + plan.counts["duplicate"]
    raise click.exceptions.Exit(1 if outside else 0)


def _plan(place: StorePlace, request: ImportRequest, reader: PhotoReader, quiet: bool) -> DryRun:
    from contextlib import nullcontext

    from biaotu.cli.progress import meter
    from biaotu.errors import NotFound
    from biaotu.intake import plan_import
    from biaotu.records import count_records
    from biaotu.store import Store

    # A dry run makes no store, and a list that cannot be read leaves none behind.
    try:
        opened: Store | nullcontext[None] = Store.open(place)
    except NotFound:
        opened = nullcontext()
    with opened as store, meter(quiet=quiet) as shown:
        total = None if quiet else count_records(request.file, images=request.images, sheet=request.sheet)
        shown.begin("checking", total)
        return plan_import(store, request, reader=reader, on_progress=shown.update)


def _show(plan: DryRun) -> None:
    """The plan on standard output."""
    from biaotu.cli.plantable import show_plan
    from biaotu.export.terminal import table_console

    show_plan(plan, table_console())


def _tell(result: ImportResult, place: StorePlace, option: str) -> None:
    """The last words of a run, on stderr; ``option`` names the folder if the call did."""
    told = ", ".join(f"{count} {outcome}" for outcome, count in result.counts.items()) or "no rows"
    earlier = f" ({result.resumed} rows in an earlier run)" if result.resumed else ""
    click.echo(f"import {result.id}: {told}{earlier}; store: {place.described}", err=True)
    if result.counts.get("new") or result.counts.get("updated"):
        annotate = f"biaotu annotate{option or ' --store'}"
        click.echo(f"next: {annotate}; to take it back: biaotu store rollback {result.id}{option}", err=True)
