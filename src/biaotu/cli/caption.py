"""``biaotu caption``: captions (说明牌) for a file of annotations or the records of the store."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from biaotu.cli.options import EXISTING_FILE, store_option
from biaotu.errors import UsageError

if TYPE_CHECKING:
    from biaotu.interpret import Subject
    from biaotu.interpret.cards import Card
    from biaotu.records import Failure

# The forms of interpret and the states of review; a test holds them together. Help must not import so much.
FORMS: Final = ("short", "label", "panel")
STATES: Final = ("new", "annotated", "in_review", "submitted", "approved", "returned")


@click.command(short_help="Write captions for exhibits. 生成说明牌。")
@click.option(
    "--in",
    "source",
    type=EXISTING_FILE,
    metavar="FILE",
    help="Annotations (.jsonl of biaotu annotate) to tell of, not the store. 标注结果文件。",
)
@store_option
@click.option(
    "--state",
    "states",
    type=click.Choice(STATES),
    multiple=True,
    help="Records of this state; may be given several times; approved by default. 审核状态。",
)
@click.option(
    "--museum", metavar="NAME", default="", help="Who holds the records; only theirs of the store. 收藏单位。"
)
@click.option("--form", type=click.Choice(FORMS), default="label", show_default=True, help="How much to say. 详略。")
@click.option("--lang", type=click.Choice(("zh", "en")), default="zh", show_default=True, help="Language. 语言。")
@click.option("--no-marks", is_flag=True, help="Do not mark what nobody confirmed. 不注“机器标注，待核”。")
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path),
    help="The file to write: .txt, .csv, .xlsx, or .html to print (A4); the terminal without it. 输出文件。",
)
@click.option("--force", is_flag=True, help="Write an existing file anew. 覆盖已有文件。")
@click.option("-q", "--quiet", is_flag=True, help="No summary. 不显示摘要。")
def caption(source: Path | None, folder: Path | None, out: Path | None, **options: Any) -> None:
    """Write a caption for every approved record of the store, or with --in for every annotation of a file.

    A caption is put together from the record's own values: name, date, material, size, where it comes from, and a
    sentence of its description, word for word. What nobody has confirmed is marked.

    为数据库中已批准的文物（或标注结果文件中的每一条）生成说明牌；内容全部取自记录本身，未经人工确认的注明“机器标注，待核”。
    """
    from biaotu.interpret.cards import check_cards, write_cards

    if source is not None and (folder is not None or options["states"]):
        raise UsageError("--store and --state go with records of the store; leave them or --in out")
    if out is not None:
        check_cards(out, force=options["force"])
    elif options["force"]:
        raise UsageError("--force goes with -o")
    failed: list[Failure] = []
    with ExitStack() as stack:
        cards = _cards(_subjects(stack, source, folder, options, failed), options)
        if out is None:
            count = _print(cards, options["form"])
        else:
            count = write_cards(cards, out, options["lang"], options["form"])
    _tell(count, failed, out, options["quiet"])
    raise click.exceptions.Exit(1 if failed else 0)


def _subjects(
    stack: ExitStack, source: Path | None, folder: Path | None, options: dict[str, Any], failed: list[Failure]
) -> Iterator[Subject]:
    from biaotu.interpret import Subject
    from biaotu.knowledge.telling import file_subjects, stored_subjects

    if source is not None:
        for item in file_subjects(source, options["museum"]):
            if isinstance(item, Subject):
                yield item
            else:
                failed.append(item)
        return
    from biaotu.store import Store, StorePlace

    states: Any = [state for state in STATES if state in (options["states"] or ("approved",))]
    store = stack.enter_context(Store.open(StorePlace.settle(folder)))
    yield from stored_subjects(stack.enter_context(store.reading()), states, options["museum"])


def _cards(subjects: Iterator[Subject], options: dict[str, Any]) -> Iterator[Card]:
    from biaotu.interpret import caption as compose
    from biaotu.interpret.cards import Card

    for subject in subjects:
        made = compose(subject, options["lang"], options["form"], marks=not options["no_marks"])
        yield Card(subject.id, made)


def _print(cards: Iterator[Card], form: str) -> int:
    count = 0
    for count, card in enumerate(cards, 1):
        if count > 1 and form != "short":
            click.echo()
        for line in card.caption.text.split("\n"):
            click.echo("".join(char if char.isprintable() else " " for char in line))
    return count


def _tell(count: int, failed: list[Failure], out: Path | None, quiet: bool) -> None:
    """The last words, on stderr."""
    for failure in failed[:10]:
        click.echo(f"{failure.source.file}, row {failure.source.row}: {failure.reason}", err=True)
    if quiet and not failed:
        return
    click.echo(f"{count} captions; {len(failed)} lines failed", err=True)
    if not count:
        click.echo("nothing was written: there is no record to tell of 没有可生成说明牌的记录", err=True)
    elif out is not None:
        click.echo(f"output: {out}", err=True)
