"""``biaotu store load``: a file of annotations, of whatever size, into the store."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from biaotu.cli.importing import run_shown
from biaotu.cli.options import EXISTING_FILE, EXISTING_FOLDER, store_option


@click.command(
    short_help="Load what biaotu annotate wrote, records and annotations. 批量载入标注结果。",
    epilog="Exit status: 0 all rows are in; 1 some are not (biaotu store imports ID names them); 2 wrong use. "
    "退出码：0 全部载入；1 部分行未载入；2 用法错误。",
)
@click.argument("source", metavar="FILE", type=EXISTING_FILE)
@click.option("--images", type=EXISTING_FOLDER, help="Folder of the photos; by default that of FILE. 照片目录。")
@store_option
@click.option("--museum", default="", help="Museum that all records belong to. 收藏单位。")
@click.option("--collection", default="", help="A name for the records of this import. 藏品集名称。")
@click.option("--update", is_flag=True, help="Let the list change records that the store has. 用清单更新已有记录。")
@click.option("--chunk", type=click.IntRange(min=1), help="Rows a transaction; 16384 by default. 每个事务的行数。")
@click.option("-q", "--quiet", is_flag=True, help="No progress and no summary. 不显示进度。")
def load(source: Path, folder: Path | None, chunk: int | None, quiet: bool, **options: Any) -> None:
    """Load FILE, JSON Lines or Parquet that biaotu annotate wrote, into the store: records, photos, annotations.

    It is an import without the look ahead, for files of many thousands of records: written in large chunks (PostgreSQL:
    by COPY), each whole or not at all. A stopped one goes on when the same command is run again; "biaotu store imports"
    lists it and "biaotu store rollback" takes it back.

    将 biaotu annotate 的输出（.jsonl 或 .parquet）连同标注批量载入数据库；中断后重复同一命令即可继续，可整批撤回。
    """
    from biaotu.intake import ImportRequest
    from biaotu.intake.loading import CHUNK
    from biaotu.records import count_records
    from biaotu.store import StorePlace

    request = ImportRequest(source, annotated=True, **options)
    place = StorePlace.settle(folder)
    total = None if quiet else count_records(source)
    result = run_shown(place, request, "loading", total, quiet, chunk=chunk or CHUNK)
    outside = sum(result.counts.get(outcome, 0) for outcome in ("failed", "conflict", "duplicate"))
    if not quiet:
        counts = ", ".join(f"{count} {outcome}" for outcome, count in result.counts.items()) or "no rows"
        click.echo(f"import {result.id}: {counts}; store: {place.described}", err=True)
        if outside:
            click.echo(f"{outside} rows are not in; biaotu store imports {result.id} names them", err=True)
    raise click.exceptions.Exit(1 if outside else 0)
