"""``biaotu info``: what the model bundle holds and how it came about."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from biaotu.cli.options import bundle_option


@click.command(short_help="Labels, data, scores, licences and hashes of the model bundle. 模型包信息。")
@click.option("--json", "as_json", is_flag=True, help="Print the manifest as JSON. 输出 JSON。")
@click.option("--verify", is_flag=True, help="Print each file with the result of its hash check. 校验文件。")
@bundle_option
def info(as_json: bool, verify: bool, bundle: Path | None) -> None:
    """Show the model bundle: labels, training data, scores, licences, file hashes.

    A bundle with a missing or damaged file is refused with exit status 2.

    显示模型包：标签体系、训练数据、成绩、许可证与文件哈希。
    """
    from biaotu.runtime import Bundle

    opened = Bundle(bundle)  # checks every file against its hash
    document = opened.manifest.to_dict()
    if as_json:
        checked = {"verified": sorted(document["files"])} if verify else {}
        click.echo(json.dumps({**document, **checked}, ensure_ascii=False, indent=1))
        return
    click.echo(f"{document['name']} {document['version']} (format {document['format']}) in {opened.folder}")
    for system, names in document["labels"].items():
        _heading(f"labels: {system} ({len(names)})")
        click.echo("  " + " ".join(names))
    for part in ("training", "scores", "settings"):
        _heading(part)
        _tree(document[part], 1)
    _heading(f"files ({len(document['files'])})")
    for name, entry in sorted(document["files"].items()):
        checked_mark = "  verified" if verify else ""
        click.echo(f"  {name}  {entry['bytes']:,} bytes  sha256 {entry['sha256']}{checked_mark}")
        click.echo(f"    {entry['purpose']}; licence: {entry['licence']}; source: {entry['source']}")


def _heading(text: str) -> None:
    click.echo()
    click.secho(text, bold=True)


def _tree(value: Any, depth: int) -> None:
    """Nested keys, one a line, indented."""
    indent = "  " * depth
    if isinstance(value, Mapping):
        for key, entry in value.items():
            if isinstance(entry, Mapping) and entry:
                click.echo(f"{indent}{key}:")
                _tree(entry, depth + 1)
            else:
                click.echo(f"{indent}{key}: {_leaf(entry)}")
    else:
        click.echo(f"{indent}{_leaf(value)}")


def _leaf(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, list):
        return ", ".join(_leaf(entry) for entry in value)
    return str(value)
