"""``biaotu serve``: the workbench and the API on this machine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from biaotu.api.settings import TABLE, Setting, Settings


def _options(command: Callable[..., Any]) -> Callable[..., Any]:
    """An option for each row of the table of settings; an environment variable is told, the option wins."""
    for row in reversed(TABLE):
        command = click.option(f"--{row.name.replace('_', '-')}", row.name, **_how(row))(command)
    return command


def _how(row: Setting) -> dict[str, Any]:
    told = {"default": None, "help": f"{row.help} [{row.env}{_default(row)}]"}
    if row.kind is bool:
        return told | {"is_flag": True}
    if row.kind is int:
        return told | {"type": click.IntRange(min=row.least), "metavar": "N"}
    if row.kind is Path:
        return told | {"type": click.Path(file_okay=False, path_type=Path)}
    return told | {"metavar": "TEXT"}


def _default(row: Setting) -> str:
    return f", {row.default}" if row.kind in (int, str) and row.default else ""


@click.command(short_help="Serve the workbench and the API. 启动标注工作台。")
@_options
@click.option("--open", "open_browser", is_flag=True, help="Open the browser. 打开浏览器。")
def serve(open_browser: bool, **options: Any) -> None:
    """Serve the review workbench and the API on this machine, until Ctrl-C.

    Nothing is open to other machines unless --allow-remote is given, and nobody has access who was not let in with
    biaotu user add. The environment variable in brackets sets an option too; the command line wins.

    在本机启动审核工作台与接口。默认仅本机可访问；须先用 biaotu user add 建立管理员。
    """
    import logging

    from biaotu.api.server import serve as run

    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")

    def ready(address: str) -> None:
        click.echo(f"biaotu: {address}  (Ctrl-C stops. 按 Ctrl-C 停止。)", err=True)
        if open_browser:
            click.launch(address)

    given = {row.name: row.read(options[row.name]) if row.kind is tuple and options[row.name] else options[row.name]
             for row in TABLE}  # fmt: skip
    settings = Settings.from_environment().with_changes(**given)
    run(settings, on_ready=ready, warn=lambda warning: click.echo(f"biaotu: warning: {warning}", err=True))
    click.echo("biaotu: stopped", err=True)
