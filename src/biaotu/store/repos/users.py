"""Users. Their passwords come as Argon2 hashes; the words themselves never reach the store."""

from __future__ import annotations

import unicodedata
from typing import Any, Final

import sqlalchemy as sa

from biaotu.errors import NotFound, Refused
from biaotu.review import ROLES, Role
from biaotu.store.repos.base import Repository
from biaotu.store.schema import users
from biaotu.store.values import User

LONGEST_NAME: Final = 64
RESERVED: Final = frozenset({"cli", "worker", "server", "system"})
"""Names under which programs act: a person of that name would be taken for one in the log and in acts sent twice."""
_ADMINS: Final = sa.select(users.c.id).where(users.c.role == "admin", users.c.active)


def folded(name: str) -> str:
    """A name without the differences that people do not see: case, width, white space around it."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold()).strip()


class UserRepository(Repository):
    """Users; they are switched off, never deleted, since their decisions stay."""

    def add(self, name: str, role: Role, password: str | None = None, display: str = "") -> User:
        """Add a user.

        Args:
            name: the name to log in with; unique whatever its case or width.
            role: reader, annotator, reviewer or admin.
            password: the Argon2 hash; None: cannot log in by password.
            display: the name that others see, by default ``name``.

        Raises:
            Refused: if the name is taken, empty, too long or holds white space or control characters, or there is no
                such role.
        """
        name = name.strip()
        if not 0 < len(name) <= LONGEST_NAME or any(sign.isspace() or not sign.isprintable() for sign in name):
            raise Refused(f"a user name has 1 to {LONGEST_NAME} characters and no white space; {name!r} does not")
        if folded(name) in RESERVED:
            raise Refused(f"{name} is the name of a program; choose another")
        _known(role)
        values = {
            "name": name,
            "folded": folded(name),
            "display": display.strip() or name,
            "role": role,
            "password": password,
            "active": True,
            "created_at": self._unit.now(),
        }
        if self.named(name) is not None:
            raise Refused(f"there is a user {name} already")
        try:
            user_id = self._connection.execute(sa.insert(users).returning(users.c.id), values).scalar_one()
        except sa.exc.IntegrityError as error:  # someone else took the name at this moment
            raise Refused(f"there is a user {name} already") from error
        self._unit.audit.add("user.add", f"user:{user_id}", {"name": name, "role": role})
        return self.get(user_id)

    def get(self, user_id: int) -> User:
        """One user.

        Raises:
            NotFound: if there is none.
        """
        row = self._connection.execute(sa.select(users).where(users.c.id == user_id)).one_or_none()
        if row is None:
            raise NotFound(f"there is no user {user_id}")
        return _user(row)

    def named(self, name: str) -> User | None:
        """The user of a name, whatever its case or width; None if there is none."""
        row = self._connection.execute(sa.select(users).where(users.c.folded == folded(name))).one_or_none()
        return None if row is None else _user(row)

    def list(self) -> tuple[User, ...]:
        """All users, by name."""
        return tuple(_user(row) for row in self._connection.execute(sa.select(users).order_by(users.c.folded)))

    def has_admin(self) -> bool:
        """Whether there is an admin whose account is on."""
        return self._connection.execute(_ADMINS.limit(1)).one_or_none() is not None

    def change(
        self,
        user_id: int,
        *,
        display: str | None = None,
        role: Role | None = None,
        active: bool | None = None,
        password: str | None = None,
    ) -> User:
        """Change what is given of a user; None leaves it. Tokens are left alone too.

        Args:
            user_id: the user.
            display: the name that others see.
            role: reader, annotator, reviewer or admin.
            active: whether the account is on.
            password: the Argon2 hash.

        Raises:
            NotFound: if there is no such user.
            Refused: if there is no such role, or nobody would be admin any more.
        """
        if role is not None:
            _known(role)
        named = {"display": display, "role": role, "active": active, "password": password}
        values = {name: value for name, value in named.items() if value is not None}
        admins = set(self._connection.execute(_ADMINS.with_for_update()).scalars())
        self.get(user_id)
        if values:
            self._connection.execute(sa.update(users).where(users.c.id == user_id).values(values))
            if admins and not self.has_admin():
                raise Refused("this is the last admin; make another one first")
            told = {name: value for name, value in values.items() if name != "password"}
            self._unit.audit.add("user.change", f"user:{user_id}", told | ({"password": "new"} if password else {}))
        return self.get(user_id)


def _known(role: str) -> None:
    if role not in ROLES:
        raise Refused(f"there is no role {role!r}; the roles are {', '.join(ROLES)}")


def _user(row: sa.Row[Any]) -> User:
    return User(row.id, row.name, row.display, row.role, row.active, row.created_at, row.password)
