"""``biaotu evaluate``: how well annotations agree with a gold file."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from biaotu.cli.options import EXISTING_FILE, check_sides, model_options
from biaotu.errors import InputError, UsageError

if TYPE_CHECKING:
    from biaotu.records import Annotation
    from biaotu.records.gold import GoldRecord


@click.group(short_help="Precision, recall and F1 against a gold file. 与人工标注比对。")
def evaluate() -> None:
    """Score annotations against a gold file (JSON Lines, the corpus format).

    GOLD holds inline marks for attributes and lists for material, use and tags; an empty list means "not judged". PRED
    is what "biaotu annotate" wrote as JSON Lines; without it, GOLD is annotated first, its marks taken out.

    以人工标注的 GOLD 为准，计算精确率、召回率和 F1。
    """


def _scored(command: Callable[..., None]) -> Callable[..., None]:
    """The arguments and options that every score shares."""
    for option in (
        model_options,
        click.option("--json", "as_json", is_flag=True, help="Print one JSON object. 输出 JSON。"),
        click.argument("pred", metavar="[PRED]", required=False, type=EXISTING_FILE),
        click.argument("gold", metavar="GOLD", type=EXISTING_FILE),
    ):
        command = option(command)
    return command


@evaluate.command(short_help="Text tags, the best 5 and 10. 文本标签。")
@_scored
@click.option("--ranked", is_flag=True, help="Judge primary then secondary tags, not the text tags. 评测图文对标签。")
def tags(gold: Path, pred: Path | None, as_json: bool, ranked: bool, **options: Any) -> None:
    """Score tags: the first 5 and the first 10 of each record, all pairs counted together."""
    from biaotu.evaluation import evaluate_tags

    _score(
        gold,
        pred,
        as_json,
        options,
        lambda pairs: evaluate_tags(pairs, source="ranked" if ranked else "text_tags"),
        _has_tags,
    )


@evaluate.command(short_help="Picture labels, overall and one by one. 图像标签。")
@_scored
def labels(gold: Path, pred: Path | None, as_json: bool, **options: Any) -> None:
    """Score the picture labels that were accepted."""
    from biaotu.evaluation import evaluate_labels

    _score(gold, pred, as_json, options, evaluate_labels, _has_labels)


@evaluate.command(short_help="Attributes, exact place and type. 结构化属性。")
@_scored
def attributes(gold: Path, pred: Path | None, as_json: bool, **options: Any) -> None:
    """Score the attributes: right is what has the right field, place and type."""
    from biaotu.evaluation import evaluate_attributes

    _score(gold, pred, as_json, options, evaluate_attributes, _has_attributes)


def _has_tags(gold: GoldRecord) -> bool:
    return bool(gold.tags)


def _has_labels(gold: GoldRecord) -> bool:
    return bool(gold.material or gold.use)


def _has_attributes(gold: GoldRecord) -> bool:
    return gold.spans is not None


def _score(
    gold: Path,
    pred: Path | None,
    as_json: bool,
    options: dict[str, Any],
    judge: Callable[[Iterable[Any]], Any],
    judged: Callable[[GoldRecord], bool],
) -> None:
    """Read or make the predictions, judge them, print the result."""
    from biaotu.evaluation import pair_up, render
    from biaotu.records.gold import read_gold

    begun = time.monotonic()
    records = list(read_gold(gold))
    wanted = [record for record in records if judged(record)]
    if not wanted:
        raise UsageError(f"{gold}: no record in it was judged for this score")
    if pred is None:
        check_sides(options["without_images"], options["without_text"])
        # Records in which nothing was judged need no annotation and would only cost time.
        records = wanted
        predictions: Iterable[Annotation] = _annotate(records, options)
        begun = time.monotonic()
    else:
        given = [name for name, value in options.items() if value]
        if given:
            raise UsageError(f"--{given[0].replace('_', '-')} has no meaning with PRED, which is annotated already")
        predictions = _read_predictions(pred)
    pairing = pair_up(records, predictions)
    scores = judge(pairing.pairs)
    result = {**scores.to_dict(), "records": scores.records, "seconds": round(time.monotonic() - begun, 3)}
    click.echo(json.dumps(result, ensure_ascii=False, indent=1) if as_json else render(result), nl=as_json)
    missed = [pair.gold.record.id for pair in pairing.pairs if pair.prediction is None and judged(pair.gold)]
    if missed:
        click.echo(
            f"biaotu: {len(missed)} gold records have no prediction and count as missed, the first is {missed[0]!r}",
            err=True,
        )


def _annotate(records: list[GoldRecord], options: dict[str, Any]) -> Iterator[Annotation]:
    """Annotate the gold records' plain texts; a failure is told and counts as missed."""
    from biaotu.cli.progress import meter
    from biaotu.pipeline import load
    from biaotu.records import Failure

    annotator = load(
        options["bundle"],
        lexicon=options["lexicon"],
        statistics=options["statistics"],
        threads=options["threads"],
        without_images=options["without_images"],
        without_text=options["without_text"],
    )
    with meter(quiet=False) as shown:
        shown.begin("annotating", len(records))
        for number, answer in enumerate(annotator.annotate_many(gold.record for gold in records), 1):
            if isinstance(answer, Failure):
                click.echo(f"biaotu: {answer.source.file}, row {answer.source.row}: {answer.reason}", err=True)
            else:
                yield answer
            shown.update(number)


def _read_predictions(path: Path) -> Iterator[Annotation]:
    """The annotations of a JSON Lines file.

    Raises:
        InputError: at the first line that is none, naming file and line.
    """
    from biaotu.records import Annotation

    with path.open("rb") as lines:
        for row, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                yield Annotation.from_dict(json.loads(line))
            except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
                raise InputError(
                    f"not an annotation as 'biaotu annotate -o FILE.jsonl' writes it ({error})", file=str(path), row=row
                ) from error
