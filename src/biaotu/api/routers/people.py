"""Users and tokens."""

from __future__ import annotations

from biaotu.api import accounts
from biaotu.api.access import Admin, Reader
from biaotu.api.openapi import problems
from biaotu.api.problems import ProblemError
from biaotu.api.routing import api_router
from biaotu.api.schemas.access import (
    FreshToken,
    NewToken,
    NewUser,
    Token,
    TokenList,
    UserChange,
    UserDetails,
    UserList,
)
from biaotu.api.schemas.common import PathId
from biaotu.api.services import Parts
from biaotu.errors import Refused
from biaotu.store import Token as StoredToken
from biaotu.store import User as StoredUser

users = api_router("/users", "users")
tokens = api_router("/tokens", "tokens")


def _user(user: StoredUser) -> UserDetails:
    return UserDetails(
        id=user.id,
        name=user.name,
        display=user.display,
        role=user.role,
        active=user.active,
        created_at=user.created_at,
    )


def _token(token: StoredToken) -> Token:
    return Token(
        id=token.id,
        name=token.label,
        created_at=token.created_at,
        expires_at=token.expires_at,
        last_used_at=token.last_seen_at,
    )


@users.get("", operation_id="list_users", summary="All users", response_model=UserList, responses=problems())
def list_users(_admin: Admin, parts: Parts) -> UserList:
    """Everyone who has, or had, access."""
    with parts.store.reading() as unit:
        return UserList(items=[_user(user) for user in unit.users.list()])


@users.post(
    "",
    operation_id="add_user",
    summary="Let a person in",
    status_code=201,
    response_model=UserDetails,
    responses=problems("refused"),
)
def add_user(new: NewUser, admin: Admin, parts: Parts) -> UserDetails:
    """Make a user; they should change the password given here."""
    return _user(accounts.add_user(parts.store, admin.actor, new.name, new.display, new.role, new.password))


@users.patch(
    "/{user_id}",
    operation_id="change_user",
    summary="Change a user",
    response_model=UserDetails,
    responses=problems("not-found", "refused"),
)
def change_user(user_id: PathId, change: UserChange, admin: Admin, parts: Parts) -> UserDetails:
    """Change name shown, role, password or access; the last active administrator stays one.

    A new password or lost access ends the user's sessions. One's own password is changed with the old one, at
    `PUT /session/password`: who finds a logged-in browser or a token must not lock its owner out.
    """
    if change.password is not None and user_id == admin.user.id:
        raise Refused("your own password is changed with the old one: PUT /session/password")
    return _user(accounts.change_user(parts.store, admin.actor, user_id, **change.model_dump()))


@tokens.get("", operation_id="list_tokens", summary="One's own tokens", response_model=TokenList, responses=problems())
def list_tokens(caller: Reader, parts: Parts) -> TokenList:
    """Tokens that are valid, without their secrets."""
    with parts.store.reading() as unit:
        return TokenList(items=[_token(token) for token in unit.tokens.list(caller.user.id, "api")])


@tokens.post(
    "",
    operation_id="add_token",
    summary="Make a token",
    status_code=201,
    response_model=FreshToken,
    responses=problems(),
)
def add_token(new: NewToken, caller: Reader, parts: Parts) -> FreshToken:
    """Make a token that may do what its owner may; the secret is in this answer and nowhere else."""
    if caller.token.kind == "api":
        raise ProblemError("not-allowed", "a token cannot make tokens; log in with name and password")
    secret, token = accounts.add_token(parts.store, caller.actor, caller.user.id, new.name, new.days)
    return FreshToken(token=secret, **_token(token).model_dump())


@tokens.delete(
    "/{token_id}",
    operation_id="revoke_token",
    summary="End a token",
    status_code=204,
    responses=problems("not-found"),
)
def revoke_token(token_id: PathId, caller: Reader, parts: Parts) -> None:
    """End one of one's own tokens."""
    accounts.revoke_token(parts.store, caller, token_id)
