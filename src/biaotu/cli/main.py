"""``biaotu``: the group of commands, and the one place where an error becomes a message and an exit status.

Nothing heavy is imported here: a command's module is loaded when it is called, its libraries inside it.
"""

from __future__ import annotations

import io
import logging
import os
import sys
from importlib import import_module
from typing import Any, Final

import click

from biaotu.errors import BiaotuError

COMMANDS: Final = {
    "annotate": "biaotu.cli.annotate:annotate",
    "evaluate": "biaotu.cli.evaluate:evaluate",
    "info": "biaotu.cli.info:info",
    "export": "biaotu.cli.export:export",
    "convert": "biaotu.cli.convert:convert",
    "import": "biaotu.cli.import_:import_",
    "store": "biaotu.cli.store:store",
    "ask": "biaotu.cli.ask:ask",
    "caption": "biaotu.cli.caption:caption",
    "graph": "biaotu.cli.graph:graph",
    "serve": "biaotu.cli.serve:serve",
    "user": "biaotu.cli.user:user",
}

INTERRUPTED: Final = 130


class Refusal(click.ClickException):
    """A biaotu error on its way to the terminal: one line, no traceback, exit status 2."""

    exit_code = 2

    def __init__(self, message: str) -> None:
        super().__init__(" ".join(message.split()))

    def show(self, file: Any = None) -> None:
        """Print the message to stderr."""
        printable = "".join(char if char.isprintable() else "\ufffd" for char in self.format_message())
        click.echo(f"biaotu: {printable}", file=file, err=True)


class Partial(Refusal):
    """An error midway: a part of the work stands and can be gone on with."""

    exit_code = 1


class Commands(click.Group):
    """A group that imports a command when it is asked for and turns errors into messages."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click's)
        """The commands, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 (click's)
        """Import one command."""
        place = COMMANDS.get(cmd_name)
        if place is None:
            return None
        module, _, name = place.partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; a biaotu error is told in one line with its exit status."""
        try:
            return super().invoke(ctx)
        except BiaotuError as error:
            kind = Partial if getattr(error, "exit_status", 2) == Partial.exit_code else Refusal
            raise kind(str(error)) from error
        except KeyboardInterrupt:
            click.echo("biaotu: stopped", err=True)
            raise click.exceptions.Exit(INTERRUPTED) from None
        except BrokenPipeError:
            # The reader of our output (head, a pager) has had enough; nothing is wrong, and nothing more can be said.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise click.exceptions.Exit(0) from None
        except OSError as error:
            if error.filename is None:
                raise
            raise Refusal(f"{error.filename}: {error.strerror}") from error


def _version(ctx: click.Context, _option: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from importlib.metadata import version

        click.echo(f"biaotu {version('biaotu')}")
        ctx.exit()


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog="Exit status: 0 all done; 1 some records failed; 2 wrong use. "
    "退出码：0 全部完成；1 部分记录失败；2 用法错误。",
)
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_version,
    help="Print the version. 显示版本。",
)
def cli() -> None:
    """Annotate revolutionary cultural relics from their photos and their words.

    标图：以文标图，为革命文物生成图像标签、文本标签和结构化属性。
    """


def main() -> None:
    """Entry point of the ``biaotu`` command."""
    # A terminal or pipe of another code page (GBK on Windows) shows ? for what it has not; stderr is so from the start.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    # Ctrl-C while a connection is being closed would show there as a traceback; that work was stopped is told anyway.
    logging.getLogger("sqlalchemy.pool").addHandler(logging.NullHandler())
    cli(prog_name="biaotu")
