"""Limits on log-ins."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from biaotu.api.attempts import Attempts
from biaotu.api.problems import ProblemError


def refused(attempts: Attempts, name: str, address: str) -> bool:
    try:
        attempts.count(name, address)
    except ProblemError as error:
        assert error.status_code == 429
        assert error.headers is not None
        assert 1 <= int(error.headers["Retry-After"]) <= 60
        return True
    return False


def test_a_name_has_so_many_from_wherever() -> None:
    attempts = Attempts(3, 100, 1)
    assert [refused(attempts, "li", f"10.0.0.{place}") for place in range(5)] == [False] * 3 + [True] * 2
    assert not refused(attempts, "wang", "10.0.0.1")


@pytest.mark.parametrize("spelling", ["LI", " li ", "ｌｉ"])
def test_spellings_of_a_name_are_one_name(spelling: str) -> None:
    attempts = Attempts(1, 100, 1)
    attempts.count("li", "a")
    assert refused(attempts, spelling, "a")


def test_an_address_has_so_many_for_whomever() -> None:
    attempts = Attempts(100, 4, 1)
    assert [refused(attempts, f"name{place}", "10.0.0.1") for place in range(6)] == [False] * 4 + [True] * 2
    assert not refused(attempts, "name1", "10.0.0.2")


def test_a_right_password_wipes_the_count_of_its_name_alone() -> None:
    attempts = Attempts(2, 100, 1)
    for name in ("li", "li", "wang", "wang"):
        attempts.count(name, "a")
    attempts.forget("li")
    assert not refused(attempts, "li", "a")
    assert refused(attempts, "wang", "a")


def test_many_at_once_do_not_slip_through() -> None:
    attempts = Attempts(5, 1000, 1)
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda place: refused(attempts, "li", str(place)), range(64)))
    assert answers.count(False) == 5
