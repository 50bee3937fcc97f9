"""What the log-in, the user pages and ``biaotu user`` have in common: checking and setting passwords, tokens."""

from __future__ import annotations

from datetime import timedelta

from biaotu.api import passwords
from biaotu.api.access import Caller
from biaotu.api.problems import ProblemError
from biaotu.api.secret import PREFIX, digest, new_secret
from biaotu.api.services import Services
from biaotu.review import Role
from biaotu.store import Actor, Store, Token, Unit, User


def log_in(parts: Services, name: str, password: str, address: str) -> tuple[str, Caller]:
    """Open a session.

    Args:
        parts: the running server's.
        name: of the user.
        password: as given.
        address: where the attempt comes from.

    Returns:
        The secret for the cookie, and the caller.

    Raises:
        ProblemError: 401 if name and password do not belong together or the user is not active, in the same words and
            the same time; 429 after too many attempts.
    """
    user = _checked(parts, name, password, address)
    fresh = passwords.make_hash(password) if user.password and passwords.is_outdated(user.password) else None
    with parts.store.writing(Actor(user.id, user.name)) as unit:
        if fresh is not None:
            unit.users.change(user.id, password=fresh)
        unit.audit.add("session.open", f"user:{user.id}", {"address": address})
        return _open_session(parts, unit, user)


def log_out(parts: Services, caller: Caller) -> None:
    """End the caller's session or token."""
    with parts.store.writing(caller.actor) as unit:
        unit.tokens.revoke(caller.token.id)
        unit.audit.add("session.close", f"user:{caller.user.id}")


def change_password(parts: Services, caller: Caller, old: str, new: str, address: str) -> tuple[str, Caller] | None:
    """Set the caller's own password; all their sessions end, a thief's too, and the caller's is opened anew.

    Returns:
        As ``log_in``; None if the caller came by a token.

    Raises:
        ProblemError: 401 if the old one is wrong; 429 after too many attempts.
        InputError: if the new one is too weak.
    """
    user = _checked(parts, caller.user.name, old, address)
    passwords.check_new(new, (user.name, user.display))
    kept = passwords.make_hash(new)
    with parts.store.writing(caller.actor) as unit:
        user = unit.users.change(user.id, password=kept)
        unit.tokens.revoke_all(user.id, "session")
        return None if caller.token.kind == "api" else _open_session(parts, unit, user)


def add_user(store: Store, actor: Actor, name: str, display: str, role: Role, password: str) -> User:
    """Let a person in.

    Raises:
        InputError: if the password is too weak.
        Refused: if the name is unlawful or taken.
    """
    passwords.check_new(password, (name, display))
    kept = passwords.make_hash(password)
    with store.writing(actor) as unit:
        return unit.users.add(name, role, kept, display)


def change_user(
    store: Store,
    actor: Actor,
    user_id: int,
    *,
    display: str | None = None,
    role: Role | None = None,
    password: str | None = None,
    active: bool | None = None,
) -> User:
    """Change what is given of a user; a new password or lost access ends their sessions.

    Raises:
        NotFound: if there is no such user.
        InputError: if the password is too weak.
        Refused: if nobody would be an administrator any more.
    """
    kept = None
    if password is not None:
        with store.reading() as unit:
            user = unit.users.get(user_id)
        passwords.check_new(password, (user.name, display or user.display))
        kept = passwords.make_hash(password)
    with store.writing(actor) as unit:
        changed = unit.users.change(user_id, display=display, role=role, active=active, password=kept)
        if active is False:
            unit.tokens.revoke_all(user_id)
        elif kept is not None:
            unit.tokens.revoke_all(user_id, "session")
        return changed


def has_admin(store: Store) -> bool:
    """Whether someone could log in and make other users."""
    with store.reading() as unit:
        return any(user.role == "admin" and user.active and user.password for user in unit.users.list())


def add_token(store: Store, actor: Actor, user_id: int, label: str, days: int) -> tuple[str, Token]:
    """Make an API token for a user.

    Returns:
        The secret, which is kept nowhere, and the token.
    """
    secret = new_secret(PREFIX)
    with store.writing(actor) as unit:
        token = unit.tokens.add(user_id, "api", digest(secret), "", label, store.clock() + timedelta(days=days))
        unit.audit.add("token.add", f"user:{user_id}", {"token": token.id, "label": label})
    return secret, token


def revoke_token(store: Store, caller: Caller, token_id: int) -> None:
    """End one of the caller's own API tokens.

    Raises:
        NotFound: if the caller has no such token.
    """
    with store.writing(caller.actor) as unit:
        unit.tokens.revoke(token_id, caller.user.id)
        unit.audit.add("token.revoke", f"user:{caller.user.id}", {"token": token_id})


def _open_session(parts: Services, unit: Unit, user: User) -> tuple[str, Caller]:
    secret = new_secret()
    until = parts.store.clock() + timedelta(hours=parts.settings.session_hours)
    return secret, Caller(user, unit.tokens.add(user.id, "session", digest(secret), new_secret(), "", until))


def _checked(parts: Services, name: str, password: str, address: str) -> User:
    """The active user of a name and a password, for so many tries."""
    parts.attempts.count(name, address)
    with parts.store.reading() as unit:
        user = unit.users.named(name)
    right = passwords.matches(None if user is None else user.password, password)
    if user is None or not right or not user.active:
        raise ProblemError("wrong-credentials", "no such name, or another password. 用户名或密码错误。")
    parts.attempts.forget(name)
    return user
