"""Options that several commands share, so that each is spelled and explained once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])

EXISTING_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
EXISTING_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


def store_option(command: Command) -> Command:
    """``--store DIR``, a folder or None; ``StorePlace.settle`` takes it as it is."""
    return click.option(
        "--store",
        "folder",
        type=click.Path(file_okay=False, path_type=Path),
        metavar="DIR",
        help="Data folder of the store; by default that of BIAOTU_DATA, else ./biaotu-data. 数据目录。",
    )(command)


def bundle_option(command: Command) -> Command:
    """``--bundle DIR``."""
    return click.option(
        "--bundle", type=EXISTING_FOLDER, help="Model bundle to use instead of the shipped one. 指定模型包目录。"
    )(command)


def model_options(command: Command) -> Command:
    """The options that decide how records are annotated."""
    for option in (
        click.option("--without-text", is_flag=True, help="Let the models see the photos alone. 只用照片。"),
        click.option("--without-images", is_flag=True, help="Let the models see the words alone. 只用文字。"),
        bundle_option,
        click.option("--threads", type=click.IntRange(min=1), help="Threads to use; all cores by default. 线程数。"),
        click.option(
            "--statistics",
            type=EXISTING_FILE,
            metavar="FILE",
            help="Word statistics of your own corpus, made by biaotu-train statistics. 自有语料的词频统计。",
        ),
        click.option(
            "--lexicon",
            type=EXISTING_FILE,
            multiple=True,
            metavar="FILE",
            help="Your own word list, one word a line; may be given several times. 自备词表，可多次给出。",
        ),
    ):
        command = option(command)
    return command


def check_sides(without_images: bool, without_text: bool) -> None:
    """Refuse to annotate from nothing.

    Raises:
        click.UsageError: if both sides are left out.
    """
    if without_images and without_text:
        raise click.UsageError("--without-images and --without-text leave nothing to look at; give one of them")
