"""Sessions and API tokens, by the SHA-256 of a secret that the store never sees."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from biaotu.errors import NotFound
from biaotu.store.repos.base import Repository
from biaotu.store.schema import tokens, users
from biaotu.store.values import Token, TokenKind, User

KEEP: Final = timedelta(days=30)
"""How long tokens that no longer serve are kept for those who look."""


_USER: Final = (
    users.c.id.label("whose"),
    users.c.name,
    users.c.display,
    users.c.role,
    users.c.active,
    users.c.created_at.label("since"),
    users.c.password,
)
_HOLDER: Final = (  # made once, since every request begins with it
    sa.select(*tokens.c, *_USER)
    .select_from(tokens.join(users, users.c.id == tokens.c.user_id))
    .where(
        tokens.c.digest == sa.bindparam("digest"),
        tokens.c.revoked_at.is_(None),
        tokens.c.expires_at > sa.bindparam("now", type_=tokens.c.expires_at.type),
    )
)


class TokenRepository(Repository):
    """Sessions and API tokens."""

    def add(self, user_id: int, kind: TokenKind, digest: str, csrf: str, label: str, expires_at: datetime) -> Token:
        """Enter a token.

        Args:
            user_id: whose it is.
            kind: session or api.
            digest: SHA-256 of the secret, in hex; the secret itself is given to the user and kept nowhere.
            csrf: what pages send with a session's unsafe requests.
            label: what the user calls it.
            expires_at: when it ends.
        """
        values = {
            "user_id": user_id,
            "kind": kind,
            "digest": digest,
            "csrf": csrf,
            "label": label,
            "created_at": self._unit.now(),
            "expires_at": expires_at,
        }
        token_id = self._connection.execute(sa.insert(tokens).returning(tokens.c.id), values).scalar_one()
        return self.get(token_id)

    def find(self, digest: str) -> Token | None:
        """The token of a secret's digest; None if there is none, it has expired or was revoked."""
        row = self._connection.execute(sa.select(tokens).where(tokens.c.digest == digest, self._valid())).one_or_none()
        return None if row is None else _token(row)

    def holder(self, digest: str) -> tuple[Token, User] | None:
        """The valid token of a secret's digest and whose it is, in one look; None as for ``find``."""
        row = self._connection.execute(_HOLDER, {"digest": digest, "now": self._unit.now()}).one_or_none()
        if row is None:
            return None
        cut = len(tokens.c)
        user = User(*row[cut:])
        return _token(row), user

    def get(self, token_id: int) -> Token:
        """One token, valid or not.

        Raises:
            NotFound: if there is none.
        """
        row = self._connection.execute(sa.select(tokens).where(tokens.c.id == token_id)).one_or_none()
        if row is None:
            raise NotFound(f"there is no token {token_id}")
        return _token(row)

    def list(self, user_id: int, kind: TokenKind | None = None) -> tuple[Token, ...]:
        """A user's valid tokens, newest first."""
        query = sa.select(tokens).where(tokens.c.user_id == user_id, self._valid())
        if kind is not None:
            query = query.where(tokens.c.kind == kind)
        return tuple(_token(row) for row in self._connection.execute(query.order_by(tokens.c.id.desc())))

    def seen(self, token_id: int, expires_at: datetime | None = None) -> None:
        """Note that a token was used now; with ``expires_at`` it lasts until then."""
        values = {"last_seen_at": self._unit.now()} | ({"expires_at": expires_at} if expires_at else {})
        self._connection.execute(sa.update(tokens).where(tokens.c.id == token_id).values(values))

    def revoke(self, token_id: int, user_id: int | None = None) -> None:
        """End a token.

        Raises:
            NotFound: if there is none, or it is not ``user_id``'s.
        """
        if user_id not in (None, self.get(token_id).user_id):
            raise NotFound(f"there is no token {token_id}")
        change = sa.update(tokens).where(tokens.c.id == token_id, tokens.c.revoked_at.is_(None))
        self._connection.execute(change.values(revoked_at=self._unit.now()))

    def revoke_all(self, user_id: int, kind: TokenKind | None = None, keep: int | None = None) -> int:
        """End all tokens of a user but ``keep``; how many there were."""
        change = sa.update(tokens).where(tokens.c.user_id == user_id, tokens.c.revoked_at.is_(None))
        if kind is not None:
            change = change.where(tokens.c.kind == kind)
        if keep is not None:
            change = change.where(tokens.c.id != keep)
        return self._connection.execute(change.values(revoked_at=self._unit.now())).rowcount

    def purge(self) -> int:
        """Delete tokens that have not served for a month; how many."""
        limit = self._unit.now() - KEEP
        gone = sa.delete(tokens).where(sa.or_(tokens.c.expires_at < limit, tokens.c.revoked_at < limit))
        return self._connection.execute(gone).rowcount

    def _valid(self) -> sa.ColumnElement[bool]:
        return sa.and_(tokens.c.revoked_at.is_(None), tokens.c.expires_at > self._unit.now())


def _token(row: sa.Row[Any]) -> Token:
    return Token(
        id=row.id,
        user_id=row.user_id,
        kind=row.kind,
        label=row.label,
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        last_seen_at=row.last_seen_at,
        csrf=row.csrf,
    )
