"""``biaotu store authorities``: the entries that values are linked to, from a file into the store and out of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from biaotu.cli.options import store_option

if TYPE_CHECKING:
    from biaotu.authorities.entries import EntryType
    from biaotu.store import Store

_TYPES: Final = ("person", "body", "place", "event", "period")
_SHOWN: Final = 50


@click.command(short_help="Find, add and write out persons, bodies, places, events. 规范名。")
@click.argument("name", metavar="[NAME]", required=False, default="")
@click.option("--type", "kind", type=click.Choice(_TYPES), help="Only entries of this type. 只看该类。")
@click.option("--own", is_flag=True, help="Only entries that this museum added, changed or merged. 只看本馆的。")
@click.option(
    "--import",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Add the entries of a .jsonl or .csv file. 从文件添加。",
)
@click.option("--update", is_flag=True, help="With --import: change entries that stand otherwise. 覆盖不同的条目。")
@click.option(
    "--export",
    "out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the entries to a .jsonl file. 写出到文件。",
)
@click.option(
    "--merge", "pair", nargs=2, metavar="GONE INTO", help="Merge the entry GONE into INTO; ids. 将前一条并入后一条。"
)
@click.option("--force", is_flag=True, help="Write an existing file anew. 覆盖已有文件。")
@store_option
def authorities(
    name: str,
    kind: EntryType | None,
    own: bool,
    file: Path | None,
    update: bool,
    out: Path | None,
    force: bool,
    pair: tuple[str, str] | None,
    folder: Path | None,
) -> None:
    """Find entries of the authorities by NAME in any spelling, add those of a file, merge two, or write them to a file.

    Without NAME and file the entries are counted. Files are described in docs/authorities.md; all entries of a file
    are added or none. Entries of the package are "not checked": compare them with a source before you rely on them.

    查找规范名条目（任何写法），从文件添加，合并，或写出到文件；不给名称则只计数。
    """
    from biaotu.errors import UsageError
    from biaotu.intake.entries import take_entries, write_entries
    from biaotu.store import Actor, Store, StorePlace

    if sum(step is not None for step in (file, out, pair)) > 1:
        raise UsageError("--import, --export and --merge are steps of their own; ask for one at a time")
    if update and file is None:
        raise UsageError("--update goes with --import")
    if out is not None and (out.suffix.lower() != ".jsonl" or (out.exists() and not force)):
        raise UsageError(f"{out}: name a new .jsonl file, or write it anew with --force")
    with Store.open(StorePlace.settle(folder)) as store:
        if file is not None:
            taken = take_entries(store, file, Actor.system("cli"), update=update)
            told = f"{len(taken.added)} added, {len(taken.changed)} changed, {len(taken.same)} there already"
        elif out is not None:
            told = f"{write_entries(store, out, own=own, type=kind)} entries in {out}"
        elif pair is not None:
            with store.writing(Actor.system("cli")) as unit:
                stays = unit.authorities.merge(*pair)
            told = f"{pair[0]} is {stays.id} {stays.name} from now on; the entry is to be checked"
        else:
            told = _list(store, name, kind, own)
    click.echo(told, err=True)


def _list(store: Store, name: str, kind: EntryType | None, own: bool) -> str:
    """Print the entries of a name, or how many there are of each type; the line that ends it."""
    from biaotu.authorities import find
    from biaotu.export.terminal import plain

    with store.reading() as unit:
        entries = unit.authorities.overlay() if own else unit.authorities.all()
    found = [entry for _, entry in find(entries.values(), name) if kind in (None, entry.type)]
    if name:
        for entry in found[:_SHOWN]:
            years = f"{entry.begin}-{entry.end}" if entry.begin or entry.end else ""
            names = "；".join(variant.form for variant in entry.variants)
            checked = "checked" if entry.checked else "not checked"
            parts = (entry.id, entry.name, years, entry.note, names, checked)
            click.echo(plain("  ".join(part for part in parts if part)))
        return f"{len(found)} entries" + (f"; the first {_SHOWN} are shown" if len(found) > _SHOWN else "")
    for one in _TYPES:
        count = sum(entry.type == one for entry in found)
        if count:
            click.echo(f"{one:<7} {count}")
    return f"{len(found)} entries, {sum(entry.checked for entry in found)} checked"
