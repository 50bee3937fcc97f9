"""``biaotu user``: who has access. The first administrator is made here; there is no other way in."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

import click

from biaotu.cli.options import store_option
from biaotu.errors import UsageError

if TYPE_CHECKING:
    from biaotu.review import Role
    from biaotu.store import Actor, Store, User

ROLES: Final = ("reader", "annotator", "reviewer", "admin")
"""As in ``biaotu.review``, which is not imported for the sake of help."""

Command = TypeVar("Command", bound=Callable[..., Any])

_stdin = click.option(
    "--password-stdin", is_flag=True, help="Read the password from standard input. 从标准输入读取密码。"
)
_name = click.argument("name")


@click.group(short_help="Who has access. 管理用户。")
def user() -> None:
    """Let people in, change their role or password, end their access.

    管理用户：新增、角色、密码、停用、令牌。
    """


@user.command(short_help="Let a person in. 新增用户。")
@_name
@click.option(
    "--role", type=click.Choice(ROLES), default="annotator", show_default=True, help="What they may do. 角色。"
)
@click.option("--display", default="", help="The name that others see. 显示名。")
@_stdin
@store_option
def add(name: str, role: str, display: str, password_stdin: bool, folder: Path | None) -> None:
    """Let NAME in. The password is asked for twice; at least ten characters.

    新增用户 NAME；密码输入两次，至少十位。
    """
    from biaotu.api import accounts, passwords

    password = _ask(password_stdin)
    passwords.check_new(password, (name, display))
    with _store(folder, create=True) as (store, actor):
        added = accounts.add_user(store, actor, name, display, cast("Role", role), password)
    click.echo(f"{added.name} is {added.role} now. 已新增用户。", err=True)


@user.command("list", short_help="All users. 列出用户。")
@store_option
def list_users(folder: Path | None) -> None:
    """All users: name, role, whether they have access, the name shown."""
    with _store(folder) as (store, _), store.reading() as unit:
        for one in unit.users.list():
            click.echo("\t".join((one.name, one.role, "active" if one.active else "disabled", one.display)))


@user.command(short_help="Set a new password. 修改密码。")
@_name
@_stdin
@store_option
def password(name: str, password_stdin: bool, folder: Path | None) -> None:
    """Set a new password for NAME; their sessions end."""
    from biaotu.api import accounts

    with _store(folder) as (store, actor):
        found = _find(store, name)
        accounts.change_user(store, actor, found.id, password=_ask(password_stdin))
    click.echo(f"{found.name} has a new password. 密码已修改。", err=True)


@user.command(short_help="Change what a person may do. 修改角色。")
@_name
@click.argument("role", type=click.Choice(ROLES))
@store_option
def role(name: str, role: str, folder: Path | None) -> None:
    """Give NAME another ROLE."""
    from biaotu.api import accounts

    with _store(folder) as (store, actor):
        changed = accounts.change_user(store, actor, _find(store, name).id, role=cast("Role", role))
    click.echo(f"{changed.name} is {changed.role} now. 角色已修改。", err=True)


@user.command(short_help="End a person's access. 停用用户。")
@_name
@click.option("--undo", is_flag=True, help="Give it back. 恢复。")
@store_option
def disable(name: str, undo: bool, folder: Path | None) -> None:
    """End the access of NAME: sessions and tokens too. What they decided stays."""
    from biaotu.api import accounts

    with _store(folder) as (store, actor):
        changed = accounts.change_user(store, actor, _find(store, name).id, active=undo)
    told = "has access again. 已恢复。" if changed.active else "has no access any more. 已停用。"
    click.echo(f"{changed.name} {told}", err=True)


@user.command(short_help="Make a token for a program. 生成令牌。")
@_name
@click.option("--label", default="command line", show_default=True, help="What it is for. 用途。")
@click.option("--days", type=click.IntRange(1, 3650), default=365, show_default=True, help="Until it ends. 有效天数。")
@store_option
def token(name: str, label: str, days: int, folder: Path | None) -> None:
    """Make a token with which a program may do what NAME may; it is printed this once."""
    from biaotu.api import accounts

    with _store(folder) as (store, actor):
        found = _find(store, name)
        if not found.active:
            raise UsageError(f"{found.name} has no access; give it back first: biaotu user disable {name} --undo")
        secret, _ = accounts.add_token(store, actor, found.id, label, days)
    click.echo(secret)


@contextmanager
def _store(folder: Path | None, create: bool = False) -> Iterator[tuple[Store, Actor]]:
    from biaotu.store import Actor, Store, StorePlace

    with Store.open(StorePlace.settle(folder), create=create) as store:
        yield store, Actor.system("cli")


def _find(store: Store, name: str) -> User:
    with store.reading() as unit:
        found = unit.users.named(name)
    if found is None:
        raise UsageError(f"there is no user {name!r}; biaotu user list shows all")
    return found


def _ask(from_stdin: bool) -> str:
    """The password, from standard input or asked for twice on the terminal; never an argument, which others can see.

    Raises:
        UsageError: if there is no terminal to ask on, or the two differ.
    """
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise UsageError("there is no terminal to ask for the password; pipe it in with --password-stdin")
    given: str = click.prompt("Password 密码", hide_input=True, confirmation_prompt="Again 再次输入", err=True)
    return given
