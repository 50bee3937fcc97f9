from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from biaotu.cli.main import COMMANDS, cli
from biaotu.errors import BiaotuError, UsageError


def biaotu(*args: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """The command as a user runs it, in a process of its own."""
    command = [sys.executable, "-c", "from biaotu.cli.main import main; main()", *map(str, args)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", cwd=cwd, check=False)


def test_help_names_every_command_in_both_languages() -> None:
    said = biaotu("--help")
    assert said.returncode == 0
    for name in COMMANDS:
        assert f"  {name} " in said.stdout
    assert "标图" in said.stdout
    assert "Exit status" in said.stdout


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_is_explained(name: str) -> None:
    context = click.Context(cli)
    command = cli.get_command(context, name)
    assert command is not None
    commands = [command]
    if isinstance(command, click.Group):
        commands += list(command.commands.values())
    for one in commands:
        assert one.help
        assert one.get_short_help_str(200).isascii() is False, "the short help speaks Chinese too"
        for option in one.params:
            assert not isinstance(option, click.Option) or option.help, f"{one.name} {option.name}"


def test_version() -> None:
    assert biaotu("--version").stdout == f"biaotu {version('biaotu')}\n"


@pytest.mark.parametrize(
    "args",
    [
        ["teleport"],
        ["annotate"],
        ["annotate", "none.jsonl"],
        ["annotate", "--no-such-option", "."],
        ["evaluate", "labels", "none.jsonl"],
        ["info", "--bundle", "none"],
    ],
)
def test_wrong_use_is_status_2_without_traceback(args: list[str], tmp_path: Path) -> None:
    said = biaotu(*args, cwd=tmp_path)
    assert said.returncode == 2
    assert said.stderr
    assert "Traceback" not in said.stderr


def run_raising(error: BaseException) -> tuple[int, str]:
    """What the group makes of an error in a command."""

    @click.command()
    def fail() -> None:
        raise error

    class One(type(cli)):  # type: ignore[misc]
        def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:  # noqa: ARG002
            return fail

    result = CliRunner().invoke(One(name="biaotu"), ["fail"])
    return result.exit_code, result.stderr


def test_an_error_is_one_line_and_steers_no_terminal() -> None:
    assert run_raising(UsageError("out.csv\nexists \x1b[31m")) == (2, "biaotu: out.csv exists \ufffd[31m\n")


def test_an_error_midway_is_status_1() -> None:
    class MidwayError(BiaotuError):
        exit_status = 1

    assert run_raising(MidwayError("disk full")) == (1, "biaotu: disk full\n")


def test_a_file_that_cannot_be_read_is_named() -> None:
    assert run_raising(PermissionError(13, "Permission denied", "in.csv")) == (2, "biaotu: in.csv: Permission denied\n")


def test_ctrl_c_is_status_130() -> None:
    assert run_raising(KeyboardInterrupt())[0] == 130


@pytest.mark.skipif(os.name != "posix", reason="needs a pipe that closes early")
def test_a_reader_that_leaves_early_is_no_error() -> None:
    script = "from biaotu.cli import main as m; import click\n"
    script += "@click.command()\ndef flood():\n    [click.echo('x' * 10_000) for _ in range(1000)]\n"
    script += "m.Commands.get_command = lambda self, ctx, name: flood\nm.main()\n"
    process = subprocess.Popen(
        [sys.executable, "-c", script, "flood"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.read(10)
    process.stdout.close()
    said = process.stderr.read()
    process.stderr.close()
    assert process.wait() == 0
    assert said == ""


@pytest.mark.parametrize("encoding", ["gbk", "ascii"])
def test_a_character_that_the_terminal_has_not_stops_nothing(encoding: str, tmp_path: Path) -> None:
    # A Chinese Windows pipes GBK, which has no warning sign and no emoji.
    command = [sys.executable, "-c", "from biaotu.cli.main import main; main()", "evaluate", "tags", "🎖️.jsonl"]
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    helped = subprocess.run([*command[:3], "--help"], capture_output=True, env=environment, check=False)
    assert (helped.returncode, helped.stderr) == (0, b"")
    assert b"annotate" in helped.stdout
    refused = subprocess.run(command, capture_output=True, env=environment, cwd=tmp_path, check=False)
    assert refused.returncode == 2
    assert b"Traceback" not in refused.stderr


def test_a_connection_that_ctrl_c_catches_closing_shows_no_traceback() -> None:
    script = """
import logging
from biaotu.cli.main import main
try:
    main()
except SystemExit:
    pass
logging.getLogger("sqlalchemy.pool.impl.QueuePool").error("Exception closing connection", exc_info=KeyboardInterrupt())
"""
    done = subprocess.run([sys.executable, "-c", script, "--version"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
