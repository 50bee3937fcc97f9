"""Limits on log-ins, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from biaotu.api.attempts import Attempts
from biaotu.api.problems import ProblemError
from biaotu.store import Store, StorePlace
from store_fixtures import TEST, Clock

pytest_plugins = ("store_fixtures",)
Make = Callable[[int, int], Attempts]


@pytest.fixture
def make(store: Store) -> Make:
    return lambda for_name, from_address: Attempts(store, for_name, from_address, 1)


def refused(attempts: Attempts, name: str, address: str) -> bool:
    try:
        attempts.count(name, address)
    except ProblemError as error:
        assert error.status_code == 429
        assert error.headers is not None
        assert 1 <= int(error.headers["Retry-After"]) <= 60
        return True
    return False


def test_a_name_has_so_many_from_wherever(make: Make) -> None:
    attempts = make(3, 100)
    assert [refused(attempts, "li", f"10.0.0.{place}") for place in range(5)] == [False] * 3 + [True] * 2
    assert not refused(attempts, "wang", "10.0.0.1")


@pytest.mark.parametrize("spelling", ["LI", " li ", "ｌｉ"])
def test_spellings_of_a_name_are_one_name(make: Make, spelling: str) -> None:
    attempts = make(1, 100)
    attempts.count("li", "a")
    assert refused(attempts, spelling, "a")


def test_an_address_has_so_many_for_whomever(make: Make) -> None:
    attempts = make(100, 4)
    assert [refused(attempts, f"name{place}", "10.0.0.1") for place in range(6)] == [False] * 4 + [True] * 2
    assert not refused(attempts, "name1", "10.0.0.2")


def test_a_refused_name_still_counts_for_its_address(make: Make) -> None:
    attempts = make(1, 3)
    assert [refused(attempts, "li", "10.0.0.1") for _ in range(3)] == [False, True, True]
    assert refused(attempts, "wang", "10.0.0.1")


def test_a_right_password_wipes_the_count_of_its_name_alone(make: Make) -> None:
    attempts = make(2, 100)
    for name in ("li", "li", "wang", "wang"):
        attempts.count(name, "a")
    attempts.forget("li")
    assert not refused(attempts, "li", "a")
    assert refused(attempts, "wang", "a")


def test_many_at_once_do_not_slip_through(make: Make) -> None:
    attempts = make(5, 1000)
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda place: refused(attempts, "li", str(place)), range(64)))
    assert answers.count(False) == 5


def test_two_servers_count_together_and_a_restart_forgets_nothing(place: StorePlace) -> None:
    with Store.open(place) as one, Store.open(place) as other:
        pair = [Attempts(store, 3, 100, 1) for store in (one, other)]
        assert [refused(pair[turn % 2], "li", "a") for turn in range(5)] == [False] * 3 + [True] * 2
    with Store.open(place) as later:
        assert refused(Attempts(later, 3, 100, 1), "li", "a")


def test_the_window_moves_on_and_a_clock_set_back_locks_nobody_out(place: StorePlace) -> None:
    clock = Clock()
    with Store.open(place, clock=clock) as store:
        attempts = Attempts(store, 2, 100, 15)
        attempts.count("li", "a")
        clock.on(minutes=10)
        attempts.count("li", "a")
        with pytest.raises(ProblemError, match="wait 300 seconds"):
            attempts.count("li", "a")
        clock.on(minutes=5)
        attempts.count("li", "a")
        clock.on(days=-3)
        attempts.count("li", "a")
        clock.on(days=4)
        attempts.tidy()
        with store.engine.connect() as connection:
            assert connection.scalar(sa.text("SELECT count(*) FROM attempts")) == 0


def test_neither_name_nor_address_is_kept(store: Store) -> None:
    with store.writing(TEST) as unit:
        assert unit.attempts.count("name:three-red-lanterns-41", 1, timedelta(minutes=1)) is None
    with store.engine.connect() as connection:
        row = connection.execute(sa.text("SELECT * FROM attempts")).one()
    assert "lanterns" not in str(row)
