"""Log-in, users, tokens."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field

from biaotu.api.passwords import MAX_LENGTH
from biaotu.api.schemas.common import Role, ShortText, Strict, lawful

Password = Annotated[str, Field(min_length=1, max_length=MAX_LENGTH, json_schema_extra={"format": "password"})]
UserName = Annotated[
    str,
    Field(
        min_length=1,
        max_length=64,
        pattern=r"^[\w.@-]+$",
        description="For the log-in: letters (Chinese ones too), digits and `. _ @ -`.",
        examples=["li.hua"],
    ),
    AfterValidator(lawful),
]


class Credentials(Strict):
    """A log-in."""

    name: ShortText
    password: Password


class User(BaseModel):
    """A person as others see them."""

    id: int
    name: str
    display: str
    role: Role


class Session(BaseModel):
    """Who is logged in; `csrf` goes into the header `X-CSRF-Token` of every unsafe request."""

    user: User
    csrf: str | None = Field(description="Null for a token log-in, which needs none.")


class PasswordChange(Strict):
    """One's own password."""

    old: Password
    new: Password


class UserDetails(User):
    """A person as the administrator sees them."""

    active: bool
    created_at: datetime


class UserList(BaseModel):
    """All people, those without access too."""

    items: list[UserDetails]


class NewUser(Strict):
    """A person to be let in."""

    name: UserName
    display: ShortText = ""
    role: Role
    password: Password


class UserChange(Strict):
    """What of a person is to change; what is left out stays."""

    display: ShortText | None = None
    role: Role | None = None
    password: Password | None = None
    active: bool | None = None


class NewToken(Strict):
    """A token for a program."""

    name: Annotated[ShortText, Field(min_length=1, description="What it is for.")]
    days: Annotated[int, Field(ge=1, le=3650, description="Days until it ends.")] = 365


class Token(BaseModel):
    """A token without its secret."""

    id: int
    name: str
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


class FreshToken(Token):
    """A token just made; the secret is shown this once."""

    token: str = Field(description="For `Authorization: Bearer`; kept nowhere, shown once.")


class TokenList(BaseModel):
    """One's own tokens."""

    items: list[Token]
