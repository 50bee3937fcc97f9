"""``biaotu export``: annotations in the museum world's formats."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from biaotu.cli.options import EXISTING_FILE, EXISTING_FOLDER, bundle_option
from biaotu.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from biaotu.batch.pointing import Pointer
    from biaotu.batch.publishing import Order, Published
    from biaotu.export.packages import Exhibit
    from biaotu.intake.publishing import Namer
    from biaotu.records import Failure
    from biaotu.store import Unit

# The names of export.packages.FORMS and review's states; a test holds them together. Help must not import so much.
FORMATS: Final = (
    "iiif",
    "linked-art",
    "lido",
    "skos",
    "census",
    "conll",
    "corpus",
    "label-studio",
    "doccano",
    "bag",
)
STATES: Final = ("new", "annotated", "in_review", "submitted", "approved", "returned")


@click.command(short_help="Write annotations in other systems' formats. 导出为其他系统的格式。")
@click.argument("source", metavar="[IN]", required=False, type=EXISTING_FILE)
@click.option(
    "--store",
    "folder",
    is_flag=False,
    flag_value="",
    metavar="[DIR]",
    help="Instead of IN: the records of the store in the data folder DIR (by default that of BIAOTU_DATA, else "
    "./biaotu-data). 导出数据库中的记录。",
)
@click.option(
    "--state",
    "states",
    type=click.Choice(STATES),
    multiple=True,
    help="With --store: records of this state; may be given several times; approved by default. 审核状态。",
)
@click.option("-f", "--format", "form", type=click.Choice(FORMATS), required=True, help="What to write. 导出格式。")
@click.option(
    "-o", "--out", type=click.Path(path_type=Path), required=True, help="The file or folder to write. 输出文件或目录。"
)
@click.option(
    "--base", metavar="URL", default="", help="Where it will be published, as https://museum.example/c. 网址。"
)
@click.option(
    "--museum",
    metavar="NAME",
    default="",
    help="Who holds the records that do not say; with --store: only the records of this museum. 收藏单位。",
)
@click.option("--images", type=EXISTING_FOLDER, help="Folder of the photos; by default that of IN. 照片目录。")
@click.option("--tiles", is_flag=True, help="With iiif: cut the photos into tiles. 切成 IIIF 图块。")
@click.option(
    "--regions",
    is_flag=True,
    help="With iiif: also the parts of the photos that speak for the labels; seconds a record. 标签在照片上的区域。",
)
@bundle_option
@click.option(
    "--keep-metadata",
    is_flag=True,
    help="With iiif: publish what cameras wrote into the photos (place, time, owner) too. 保留照片元数据。",
)
@click.option(
    "--no-links", is_flag=True, help="Name no entries of the authority file (iiif, linked-art, lido). 不关联规范档。"
)
@click.option("--force", is_flag=True, help="Replace an earlier export. 覆盖已有导出。")
@click.option("-q", "--quiet", is_flag=True, help="No progress and no summary. 不显示进度。")
def export(source: Path | None, folder: str | None, form: str, out: Path, **options: Any) -> None:
    """Write the annotations in IN (.jsonl of biaotu annotate), or the approved records of the store, for other systems.

    \b
    iiif          folder for a web server: manifests, collection, texts, photos, tiles
    linked-art    folder of JSON-LD documents (CIDOC CRM)
    lido          .xml, LIDO 1.1
    skos          .ttl or .jsonld: the vocabularies alone, without IN
    census        .xlsx or .csv: the 14 items of the national census
    conll         one character a line, BIO
    corpus        .jsonl with inline marks, which biaotu-train takes
    label-studio  .json to import there
    doccano       .jsonl to import there
    bag           BagIt folder: annotations and photos with checksums

    iiif, linked-art, lido and skos need --base. What cannot be exported is left out and named in OUT.errors.jsonl; what
    the format has no place for is counted at the end. OUT is whole or not there.

    将标注结果或数据库中已批准的记录导出为其他系统的格式；未审核的内容一律注明“机器标注，待核”。
    """  # noqa: D301 (click's mark)
    from biaotu.batch.publishing import Order, check_order

    order = Order(
        form,
        out,
        options["base"],
        options["museum"],
        tiles=options["tiles"],
        force=options["force"],
        keep_metadata=options["keep_metadata"],
    )
    if form == "skos":
        _refuse({"IN": source, "--store": folder is not None, "--images": options["images"]}, "skos has no records")
    elif (source is None) == (folder is None):
        raise UsageError("name what is to be exported: a .jsonl of biaotu annotate, or --store for the store")
    if folder is None:
        _refuse({"--state": options["states"]}, "it goes with --store")
    else:
        _refuse({"--images": options["images"]}, "the store has its own photos")
        if form == "corpus":
            raise UsageError("biaotu store export OUT.jsonl writes the corpus format out of the store")
    settled = check_order(order)
    if settled.photos == "none":
        _refuse({"--images": options["images"]}, f"{form} only names the photos")
    if form != "iiif":
        _refuse({"--regions": options["regions"]}, "it goes with -f iiif")
    if not options["regions"]:
        _refuse({"--bundle": options["bundle"]}, "only --regions needs the models")
    if not settled.entries:
        _refuse({"--no-links": options["no_links"]}, f"{form} names no entries of the authority file")
    links = settled.entries and not options["no_links"]
    with ExitStack() as stack:
        exhibits, total = _exhibits(stack, source, folder, options, links=links)
        pointer = _pointer(options["bundle"]) if options["regions"] else None
        done = _run(exhibits, order, total, pointer, quiet=options["quiet"])
    if not options["quiet"] or done.failed or done.lost:
        _tell(done, order)
    raise click.exceptions.Exit(1 if done.failed or done.lost else 0)


def _exhibits(
    stack: ExitStack, source: Path | None, folder: str | None, options: dict[str, Any], *, links: bool
) -> tuple[Iterable[Exhibit | Failure], int]:
    """What is to be exported, and how much of it there is about."""
    if folder is not None:
        from biaotu.intake.publishing import count_stored, stored_exhibits
        from biaotu.store import Store, StorePlace

        states = [state for state in STATES if state in (options["states"] or ("approved",))]
        store = stack.enter_context(Store.open(StorePlace.settle(Path(folder) if folder else None)))
        unit = stack.enter_context(store.reading())
        namer = _store_namer(unit) if links else None
        found = stored_exhibits(store, unit, states, options["museum"], namer)  # type: ignore[arg-type]
        return found, count_stored(unit, states)  # type: ignore[arg-type]
    if source is None:
        return (), 0
    from biaotu.batch.annotated import count_annotations, read_annotations
    from biaotu.batch.naming import Namer

    exhibits = read_annotations(
        source, images=options["images"], museum=options["museum"], namer=Namer() if links else None
    )
    return exhibits, count_annotations(source)


def _store_namer(unit: Unit) -> Namer:
    from biaotu.cli.naming import store_namer

    return store_namer(unit)


def _pointer(bundle: Path | None) -> Pointer:
    from biaotu.batch.pointing import Pointer
    from biaotu.pipeline import load

    return Pointer(load(bundle))


def _run(
    exhibits: Iterable[Exhibit | Failure], order: Order, total: int, pointer: Pointer | None, *, quiet: bool
) -> Published:
    from biaotu.batch.publishing import publish
    from biaotu.cli.progress import meter

    with meter(quiet=quiet) as shown:
        if total:
            shown.begin("exporting", total)

        def told(seen: int, failed: int) -> None:
            shown.update(seen, f"  {failed} failed" if failed else "")

        return publish(exhibits, order, day=date.today(), on_progress=told, pointer=pointer)


def _refuse(given: dict[str, object], why: str) -> None:
    for name, value in given.items():
        if value:
            raise UsageError(f"{name} cannot be given here: {why}")


def _tell(done: Published, order: Order) -> None:
    """The last words of a run, on stderr."""
    if order.format == "skos":
        click.echo(f"output: {order.out}", err=True)
        return
    lost = f", {done.lost} photos left out or not as wanted" if done.lost else ""
    click.echo(f"{done.records} records, {done.photos} photos; {done.failed} failed{lost}", err=True)
    if done.regions:
        click.echo(f"{done.regions} regions of photos that speak for labels", err=True)
    if done.dropped:
        from biaotu.export.packages.losses import FACTS

        facts = ", ".join(f"{fact} {count}" for fact, count in done.dropped.items())
        names = "、".join(f"{FACTS[fact][0]} {count}" for fact, count in done.dropped.items())
        click.echo(f"{order.format} has no place for: {facts} 本格式放不下：{names}", err=True)
    if done.records:
        click.echo(f"output: {order.out}", err=True)
    else:
        click.echo("nothing was written: there is no record to export 没有可导出的记录", err=True)
    if done.errors is not None:
        click.echo(f"errors: {done.errors}", err=True)
