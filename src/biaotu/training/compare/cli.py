"""``biaotu-train compare``: one command a table."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from biaotu.training.compare.tables import Table

_FOLDER = click.Path(file_okay=False, path_type=Path)
_FOUND = click.Path(exists=True, file_okay=False, path_type=Path)


def _options(*, config: bool) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """The options that the tables share: those that train take a config and seeds, those that only judge a bundle."""
    shared = [
        click.option("--data", type=_FOUND, required=True, help="Folder of the data sets."),
        click.option("--out", type=_FOLDER, required=True, help="Folder of the tables and of finished figures."),
    ]
    if config:
        shared += [
            click.option(
                "--config",
                type=click.Path(exists=True, dir_okay=False, path_type=Path),
                help="TOML file of our default; defaults without it.",
            ),
            click.option("--seeds", default=3, show_default=True, type=click.IntRange(1), help="Runs of each row."),
        ]
    else:
        shared.append(click.option("--bundle", type=_FOUND, help="Model bundle; the shipped one without it."))

    def dress(command: Callable[..., None]) -> Callable[..., None]:
        for option in reversed(shared):
            command = option(command)
        return command

    return dress


def _show(table: Table, out: Path) -> None:
    table.save(out)
    click.echo(table.markdown())


@click.group()
def compare() -> None:
    """Run our default and every baseline on the same splits; print and save the table (CSV, Markdown)."""


@compare.command()
@_options(config=False)
def tags(data: Path, out: Path, bundle: Path | None) -> None:
    """Text tags: TextRank, TF-IDF, KeyBERT, TF-IWF in its forms, re-ranking, our default."""
    from biaotu.training.compare.tags import compare_tags

    _show(compare_tags(data, out, click.echo, bundle=bundle), out)


@compare.command()
@_options(config=True)
@click.option("--only", multiple=True, metavar="ROW", help="Run this row alone (its key in --out); may be repeated.")
def attributes(data: Path, out: Path, config: Path | None, seeds: int, only: tuple[str, ...]) -> None:
    """Attributes: CRF, BiLSTM-CRF, BERT-CRF, MAE, the paper's network and its ablations, our default."""
    from biaotu.training.compare.ambiguity import ambiguity_page
    from biaotu.training.compare.attributes import LISTED, compare_attributes
    from biaotu.training.config import AttributeConfig, load_config

    settings = load_config(config, AttributeConfig)
    _show(compare_attributes(settings, data, out, click.echo, seeds=range(1, seeds + 1), only=only), out)
    page = ambiguity_page(out / "attributes" / "cases", LISTED)
    (out / "ambiguity.md").write_text(page, encoding="utf-8")


@compare.command()
@_options(config=True)
def labels(data: Path, out: Path, config: Path | None, seeds: int) -> None:
    """Picture labels: words alone, photo alone, late fusion, three segments; with either side missing."""
    from biaotu.training.compare.labels import compare_labels
    from biaotu.training.config import LabelConfig, load_config

    _show(compare_labels(load_config(config, LabelConfig), data, out, click.echo, seeds=range(1, seeds + 1)), out)


@compare.command()
@_options(config=True)
def entities(data: Path, out: Path, config: Path | None, seeds: int) -> None:
    """The attribute tagger on public sets: CLUENER, DSNER-EC."""
    from biaotu.training.compare.entities import compare_entities
    from biaotu.training.config import AttributeConfig, load_config

    settings = load_config(config, AttributeConfig)
    _show(compare_entities(settings, data, out, click.echo, seeds=range(1, seeds + 1)), out)


@compare.command()
@_options(config=False)
def keywords(data: Path, out: Path, bundle: Path | None) -> None:
    """The taggers on a public set of keywords: CSL."""
    from biaotu.training.compare.keywords import compare_keywords

    _show(compare_keywords(data, out, click.echo, bundle=bundle), out)


@compare.command()
@_options(config=False)
def similarity(data: Path, out: Path, bundle: Path | None) -> None:
    """The hybrid word similarity on public pairs: COS960, PKU-500, wordsim."""
    from biaotu.training.compare.similarity import compare_similarity

    _show(compare_similarity(data, out, click.echo, bundle=bundle), out)
