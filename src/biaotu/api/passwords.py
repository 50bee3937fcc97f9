"""Passwords: which are good enough, and how they are kept (Argon2id).

Checking a password takes as long whether or not the name exists, so that answers do not tell which names there are.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterable
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from biaotu.errors import InputError

MIN_LENGTH: Final = 10
MAX_LENGTH: Final = 256
"""Longer ones are refused before hashing: no one types them, and hashing megabytes would stop the server."""

_OWN_WORDS: Final = 7
"""Characters that must be left of a password when the user's name is taken out of it."""
_AT_ONCE: Final = 2
"""Hashes computed at the same time: each takes 64 MiB, and a flood of log-ins must not take all memory."""

_COMMON: Final = frozenset(
    (
        "password", "passw0rd", "p@ssw0rd", "p@ssword", "pass", "administrator", "admin", "root", "user", "guest",
        "test", "welcome", "letmein", "iloveyou", "qwerty", "qwertyuiop", "asdfghjkl", "asdf", "zxcvbnm", "qazwsx",
        "qazwsxedc", "1qaz2wsx", "1q2w3e4r", "1q2w3e4r5t", "q1w2e3r4", "abc", "abcd", "abcdef", "a1b2c3d4", "abc123",
        "woaini", "woaiwojia", "wodemima", "mima", "nihao", "zhongguo", "china", "beijing", "museum", "bowuguan",
        "hongse", "wenwu", "biaotu", "redgene", "changeme", "default", "secret", "sunshine", "princess", "football",
        "baseball", "dragon", "monkey", "master", "superman", "batman", "trustno1", "login", "access", "system",
        "server", "database", "oracle", "mysql", "postgres"
    )
)  # fmt: skip
_RUNS: Final = ("0123456789012345678901234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm")
_EDGES: Final = re.compile(r"^[\d\W_]+|[\d\W_]+$")

_hasher: Final = PasswordHasher()
_turn: Final = threading.BoundedSemaphore(_AT_ONCE)
_DUMMY: Final = "$argon2id$v=19$m=65536,t=3,p=4$c2FsdHNhbHRzYWx0c2FsdA$Iu1sNQe4BWGQAsy+nbAT/nHGSb8Zvs1DYbKPWvB0bVY"
"""A hash of the same cost as real ones; what it was made of is of no matter, it never lets anyone in."""


def check_new(password: str, names: Iterable[str] = ()) -> None:
    """Refuse a password that is too short or that everyone would try first.

    Args:
        password: the new password.
        names: what belongs to the user (log-in name, shown name); the password may not be one of them.

    Raises:
        InputError: with what is wrong and what to do.
    """
    password = _normal(password)
    if len(password) < MIN_LENGTH:
        raise InputError(f"the password has {len(password)} characters; take at least {MIN_LENGTH}. 密码至少十位。")
    if len(password) > MAX_LENGTH:
        raise InputError(f"the password is longer than {MAX_LENGTH} characters; take a shorter one. 密码过长。")
    plain = password.casefold()
    for name in names:
        own = _normal(name).casefold()
        if len(own) > 1 and any(len(plain.replace(word, "")) < _OWN_WORDS for word in (own, own[::-1])):
            raise InputError("the password is the user's own name; take another one. 密码不能是用户名。")
    if len(set(plain)) < 4 or _is_run(plain) or _core(plain) in _COMMON or plain in _COMMON:
        raise InputError("the password is one of those tried first; take several unrelated words. 密码太常见。")


def make_hash(password: str) -> str:
    """The Argon2id hash to keep of a password, with its salt and cost in it."""
    with _turn:
        return _hasher.hash(_normal(password))


def matches(kept: str | None, password: str) -> bool:
    """Whether a password is the one of a hash; None (no such user) takes as long and is never right."""
    right = kept is not None and len(password) <= MAX_LENGTH
    with _turn:
        try:
            _hasher.verify(kept if right and kept is not None else _DUMMY, _normal(password[:MAX_LENGTH]))
        except (VerificationError, InvalidHashError):
            return False
    return right


def is_outdated(kept: str) -> bool:
    """Whether a hash was made at a lower cost than today's and should be made anew at the next log-in."""
    return _hasher.check_needs_rehash(kept)


def _normal(text: str) -> str:
    """One form for what keyboards and input methods write in several (full-width digits, composed accents)."""
    return unicodedata.normalize("NFKC", text)


def _core(plain: str) -> str:
    """A password without the digits and signs people put around a word: ``!password123`` is ``password``."""
    return _EDGES.sub("", plain) or plain


def _is_run(plain: str) -> bool:
    """Whether it is a piece of the number row, the alphabet or the keyboard, forwards or backwards, or one repeated."""
    whole = any(plain in run or plain[::-1] in run for run in _RUNS)
    repeated = re.fullmatch(r"(.{1,4})\1+.{0,3}", plain) is not None
    return whole or repeated
