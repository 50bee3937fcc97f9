"""``biaotu convert``: other systems' files made into lists that biaotu reads."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from biaotu.errors import UsageError

if TYPE_CHECKING:
    from biaotu.batch.converting import Converted


@click.command(short_help="Read other systems' files. 读入其他系统的文件。")
@click.argument("source", metavar="IN", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--from",
    "kind",
    type=click.Choice(("label-studio", "doccano", "conll", "iiif", "census")),
    required=True,
    help="What IN is. 来源格式。",
)
@click.option("-o", "--out", type=click.Path(path_type=Path), required=True, help="The .jsonl to write. 输出文件。")
@click.option(
    "--units",
    type=click.Choice(("utf-16", "code-points")),
    help="What doccano's offsets count; utf-16 by default. doccano 的计数单位。",
)
@click.option("--sheet", help="Sheet of a census workbook; the first by default. 工作表名。")
@click.option("--force", is_flag=True, help="Write an existing file anew. 覆盖已有文件。")
def convert(source: Path, kind: str, out: Path, **options: Any) -> None:
    """Make a list of ours out of IN, a file of another system; for iiif also a folder of manifests.

    Annotated texts (label-studio, doccano, conll) become the corpus format, which biaotu-train and biaotu evaluate
    take; a mistake in them ends the run by name. Manifests and the census table become plain records, which biaotu
    annotate and biaotu import take; what cannot be read is named in OUT.errors.jsonl. Nothing is fetched.

    将 Label Studio、doccano、CoNLL、IIIF 或普查登记表转换为本软件可读的 .jsonl。
    """
    from biaotu.batch.converting import convert as convert_file

    if options["units"] and kind != "doccano":
        raise UsageError("--units goes with --from doccano")
    if options["sheet"] and kind != "census":
        raise UsageError("--sheet goes with --from census")
    done = convert_file(
        source,
        kind,  # type: ignore[arg-type] # click has seen that it is one
        out,
        units=options["units"] or "utf-16",
        sheet=options["sheet"],
        force=options["force"],
    )
    _tell(done, out)
    raise click.exceptions.Exit(1 if done.failed else 0)


def _tell(done: Converted, out: Path) -> None:
    click.echo(f"{done.records} records, {done.failed} failed", err=True)
    if done.passed_over:
        click.echo(f"{done.passed_over} JSON files that are no manifests were passed over", err=True)
    if done.unknown:
        cells = ", ".join(f"{name} {count}" for name, count in done.unknown.items())
        click.echo(f"cells that are not in the census's code tables, for a registrar to look at: {cells}", err=True)
    if done.left:
        left = ", ".join(f"{name} {count}" for name, count in done.left.items())
        click.echo(f"left behind, a list has no place for it 未转换：{left}", err=True)
    if done.records:
        click.echo(f"output: {out}", err=True)
    else:
        click.echo("nothing was written: there is no record to convert 没有可转换的记录", err=True)
    if done.errors is not None:
        click.echo(f"errors: {done.errors}", err=True)
