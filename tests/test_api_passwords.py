"""Which passwords are good enough, and that checking one tells nothing about names."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher, Type, extract_parameters

from biaotu.api import passwords
from biaotu.errors import InputError

GOOD = "three-red-lanterns-41"


@pytest.mark.parametrize("password", [GOOD, "木棉花开在山坡上的时候", "x" * 3 + "y7 Q" + "zebra"])
def test_good_ones_are_taken(password: str) -> None:
    passwords.check_new(password, ("li.hua", "李华"))


@pytest.mark.parametrize(
    ("password", "told"),
    [
        ("short-one", "at least 10"),
        ("长" * 9, "at least 10"),
        ("x7-" * 200, "longer"),
        ("1234567890", "tried first"),
        ("0987654321", "tried first"),
        ("qwertyuiop", "tried first"),
        ("aaaaaaaaaaaa", "tried first"),
        ("abcabcabcabc", "tried first"),
        ("Password123!", "tried first"),
        ("administrator", "tried first"),
        ("１２３４５６７８９０", "tried first"),
        ("wang.lihong", "own name"),
        ("WANG.LIHONG2024", "own name"),
        ("gnohil.gnaw", "own name"),
    ],
)
def test_weak_ones_are_refused(password: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        passwords.check_new(password, ("wang.lihong",))


def test_the_hash_is_argon2id_salted_and_verifies() -> None:
    kept = passwords.make_hash(GOOD)
    assert extract_parameters(kept).type is Type.ID
    assert extract_parameters(kept).memory_cost >= 19 * 1024  # the least that OWASP asks for
    assert kept != passwords.make_hash(GOOD)
    assert passwords.matches(kept, GOOD)
    assert not passwords.matches(kept, GOOD + "x")
    assert not passwords.is_outdated(kept)
    assert passwords.is_outdated(PasswordHasher(time_cost=1, memory_cost=8192).hash(GOOD))


def test_full_width_digits_are_the_same_password() -> None:
    assert passwords.matches(passwords.make_hash("lanterns-４１"), "lanterns-41")


def test_no_such_user_costs_a_verification_of_the_same_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    verified: list[str] = []
    real = passwords._hasher

    class Spy:
        def verify(self, kept: str, password: str) -> bool:
            verified.append(kept)
            return real.verify(kept, password)

    monkeypatch.setattr(passwords, "_hasher", Spy())
    assert not passwords.matches(None, GOOD)
    assert len(verified) == 1
    assert extract_parameters(verified[0]) == extract_parameters(real.hash(GOOD))


def test_a_too_long_password_is_never_right_even_if_its_beginning_is() -> None:
    password = "a1-" * 85 + "x"
    assert len(password) == passwords.MAX_LENGTH
    kept = passwords.make_hash(password)
    assert passwords.matches(kept, password)
    assert not passwords.matches(kept, password + "more")


def test_a_damaged_hash_lets_nobody_in() -> None:
    assert not passwords.matches("no hash at all", GOOD)
