"""``biaotu store``: the data folder itself: made, checked, copied, exported; its imports listed and taken back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from biaotu.cli.entries import authorities
from biaotu.cli.load import load
from biaotu.cli.options import store_option

if TYPE_CHECKING:
    from collections.abc import Iterable

    from biaotu.store import Import, ImportRow, Store

_STATES: Final = ("new", "annotated", "in_review", "submitted", "approved", "returned")
_SHOWN: Final = 50


@click.group(short_help="Make, check, copy, export the store; list and roll back imports. 管理数据库。")
def store() -> None:
    """Look after the store: the records, photos, annotations and decisions of one data folder.

    管理数据目录：建立、检查、备份、导出，查看和撤回导入批次。
    """


@store.command(short_help="Make an empty store, or bring an old one up to date. 建立数据库。")
@click.option(
    "--partitions",
    type=click.IntRange(min=0),
    help="PostgreSQL: the largest tables in so many parts, 0: whole. 将最大的表分区。",
)
@store_option
def init(folder: Path | None, partitions: int | None) -> None:
    """Make an empty store; one that is there is brought up to date and keeps all it holds.

    建立空的数据库；已有的数据库会升级到当前版本，内容不变。
    """
    from biaotu.store import divide

    with _open(folder, create=True) as opened:
        click.echo(f"store: {opened.place.described}")
        if partitions is not None and (divide(opened, partitions) or partitions):
            click.echo(f"its largest tables are in {partitions} parts" if partitions else "its tables are whole")


@store.command(short_help="List the imports, or the rows of one. 查看导入批次。")
@click.argument("import_id", metavar="[ID]", required=False, type=int)
@click.option("--all", "everything", is_flag=True, help="With ID: all rows, not only those that want a look. 全部行。")
@store_option
def imports(import_id: int | None, everything: bool, folder: Path | None) -> None:
    """List the imports, newest first; with ID the rows of one that did not get in or have warnings.

    列出导入批次；给出编号则列出该批次中未导入或有提示的行。
    """
    with _open(folder) as opened, opened.reading() as unit:
        if import_id is None:
            _list_imports(unit.imports.list())
            return
        entry = unit.imports.get(import_id)
        _list_imports([entry])
        _list_rows(entry, unit.imports.all_rows(import_id), everything)


@store.command(short_help="Take one import back. 撤回一个导入批次。")
@click.argument("import_id", metavar="ID", type=int)
@click.option("--force", is_flag=True, help="Even if people have decided on its records since. 即使已有人工审核。")
@store_option
def rollback(import_id: int, force: bool, folder: Path | None) -> None:
    """Take the import ID back: records it made vanish from view, words it changed are what they were before.

    Nothing is deleted: decisions and history stay. It is refused if people have decided on its records since, or a
    later import changed them, unless --force is given.

    撤回导入批次：新增的记录不再显示，修改的文字恢复原样；历史和审核决定保留。
    """
    from biaotu.intake import rollback_import
    from biaotu.store import Actor

    with _open(folder) as opened:
        result = rollback_import(opened, import_id, Actor.system("cli"), force=force)
    click.echo(
        f"import {import_id} rolled back: {result.removed} records hidden, {result.reverted} with their former words, "
        f"{result.photos} without the photos it brought"
    )
    if result.kept:
        click.echo(f"{result.kept} records keep the words that a later import gave them", err=True)
    if result.decided:
        click.echo(f"people had decided on {result.decided} of them; their decisions stay in the history", err=True)


@store.command(short_help="See that all is whole. 检查完整性。")
@click.option("--deep", is_flag=True, help="Read every photo and work everything out anew. 逐一核对照片和派生数据。")
@store_option
def check(deep: bool, folder: Path | None) -> None:
    """See that the store is whole: the database, what its rows point to, the photos.

    Exit status: 0 nothing found; 1 something is wrong.

    检查数据库、照片文件和派生数据是否完整。
    """
    from biaotu.export.terminal import plain
    from biaotu.store import check as check_store

    found = 0
    with _open(folder) as opened:
        for finding in check_store(opened, deep):
            found += 1
            click.echo(plain(f"{finding.code}: {finding.object}: {finding.message}"))
        click.echo(f"{found} findings" if found else "the store is whole 完好", err=True)
    raise click.exceptions.Exit(1 if found else 0)


@store.command(short_help="Copy the store into a folder. 备份。")
@click.argument("out", metavar="OUT", type=click.Path(file_okay=False, path_type=Path))
@store_option
def backup(out: Path, folder: Path | None) -> None:
    """Copy the store into the folder OUT as it stands at this moment; people may go on working.

    An older backup in OUT is brought up to date: photos that it has are not copied again. OUT is a data folder like any
    other: --store OUT opens it.

    将数据库备份到目录 OUT；已备份过的照片不再复制。
    """
    from biaotu.cli.progress import meter
    from biaotu.store import backup as copy_store

    with _open(folder) as opened, meter(quiet=False) as shown:
        began = False

        def told(done: int, total: int) -> None:
            nonlocal began
            if not began:
                shown.begin("copying photos", total)
                began = True
            shown.update(done)

        copied = copy_store(opened, out, told)
    click.echo(f"backup: {out}, {copied} photos copied", err=True)


@store.command(short_help="Write confirmed records as training data or tables. 导出已审核记录。")
@click.argument("out", metavar="OUT", type=click.Path(path_type=Path))
@click.option(
    "--state",
    "states",
    type=click.Choice(_STATES),
    multiple=True,
    default=("approved",),
    show_default=True,
    help="Records of this state; may be given several times. 审核状态，可多次给出。",
)
@click.option(
    "--copy-photos",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Copy the photos there; OUT then names them. 将照片复制到该目录。",
)
@click.option("--force", is_flag=True, help="Write an existing file anew. 覆盖已有文件。")
@store_option
def export(out: Path, states: tuple[str, ...], copy_photos: Path | None, force: bool, folder: Path | None) -> None:
    """Write what people have confirmed to OUT: .jsonl in the corpus format, which biaotu-train takes; .csv or .xlsx.

    The corpus takes submitted and approved records. A table takes any state; of records that are not settled yet it
    shows what the model proposed and nobody rejected. Other systems' formats (IIIF, LIDO, Linked Art, the census table,
    Label Studio ...) are written by "biaotu export --store".

    导出已审核记录：.jsonl 为训练语料格式，.csv 和 .xlsx 为表格；其他格式用 biaotu export --store。
    """
    from biaotu.export.terminal import plain
    from biaotu.intake.exporting import check_export, export_store

    wanted = [state for state in _STATES if state in states]
    check_export(out, wanted, force=force)
    with _open(folder) as opened:
        done = export_store(opened, out, wanted, photos=copy_photos, force=force)
    for failure in done.failed:
        click.echo(plain(f"biaotu: {failure.reason}"), err=True)
    photos = f", {done.photos} photos in {copy_photos}" if copy_photos is not None else ""
    click.echo(f"{done.records} records in {out}{photos}; {len(done.failed)} failed", err=True)
    raise click.exceptions.Exit(1 if done.failed else 0)


@store.command(short_help="Build the search index and all other derived data anew. 重建索引。")
@store_option
def reindex(folder: Path | None) -> None:
    """Build anew whatever is worked out from records, annotations and decisions: states, lists, the search index.

    根据记录、标注和审核决定重建状态、列表和检索索引。
    """
    from biaotu.store import Actor

    with _open(folder) as opened, opened.writing(Actor.system("cli")) as unit:
        ids, cursor = list[int](), None
        while True:
            page = unit.lists.records(cursor=cursor, limit=1000)
            ids += [record.id for record in page.items]
            if (cursor := page.cursor) is None:
                break
        unit.decisions.refresh(ids)
        click.echo(f"{unit.search.rebuild()} records indexed", err=True)


store.add_command(authorities)
store.add_command(load)


def _open(folder: Path | None, *, create: bool = False) -> Store:
    from biaotu.store import Store, StorePlace

    return Store.open(StorePlace.settle(folder), create=create)


def _list_imports(found: Iterable[Import]) -> None:
    from biaotu.export.terminal import plain

    for entry in found:
        counts = ", ".join(f"{count} {outcome}" for outcome, count in entry.counts.items())
        when = entry.created_at.astimezone().strftime("%Y-%m-%d %H:%M")
        museum = f", {entry.museum}" if entry.museum else ""
        told = f": {counts}" if counts else ""
        click.echo(plain(f"{entry.id:>5}  {when}  {entry.state:<11}  {entry.file}{museum} ({entry.actor}){told}"))


def _list_rows(entry: Import, rows: Iterable[ImportRow], everything: bool) -> None:
    from biaotu.export.terminal import plain

    left = 0
    for place, row in enumerate(row for row in rows if everything or row.notices or row.outcome not in {"new", "same"}):
        if place >= _SHOWN and not everything:
            left += 1
            continue
        said = "; ".join(part for part in (row.reason, *map(str, row.notices)) if part)
        where = row.position + 1 if row.row is None else row.row
        click.echo(plain(f"  row {where}  {row.outcome:<9}  {row.number}" + (f"  {said}" if said else "")))
    if left:
        click.echo(f"  and {left} more; --all shows every row of import {entry.id}", err=True)
