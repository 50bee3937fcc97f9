"""The table of settings: defaults, environment, what is refused."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from biaotu.api.settings import TABLE, Settings
from biaotu.errors import UsageError


def test_every_field_has_a_row() -> None:
    assert [row.name for row in TABLE] == [field.name for field in fields(Settings)]
    assert len({row.env for row in TABLE}) == len(TABLE)
    assert all(row.help and row.env.startswith("BIAOTU_") for row in TABLE)


def test_nothing_is_open_by_default() -> None:
    settings = Settings.from_environment({})
    assert settings.host == "127.0.0.1"
    assert not settings.allow_remote
    assert settings == Settings()


def test_the_environment_is_read() -> None:
    settings = Settings.from_environment(
        {
            "BIAOTU_PORT": "8123",
            "BIAOTU_HTTPS": "on",
            "BIAOTU_ALLOWED_HOSTS": "relics.example, Biaotu.local ,",
            "BIAOTU_DATA": "somewhere",
            "BIAOTU_HOST": "",
        }
    )
    assert (settings.port, settings.https, settings.host) == (8123, True, "127.0.0.1")
    assert settings.allowed_hosts == ("relics.example", "Biaotu.local")
    assert settings.store == Path("somewhere")


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("BIAOTU_PORT", "eighty", "whole number"),
        ("BIAOTU_PORT", "-1", "at least 0"),
        ("BIAOTU_HTTPS", "maybe", "on or off"),
        ("BIAOTU_LOGIN_ATTEMPTS", "0", "at least 1"),
    ],
)
def test_nonsense_is_refused_by_name(name: str, value: str, told: str) -> None:
    with pytest.raises(UsageError, match=f"{name}.*{told}"):
        Settings.from_environment({name: value})


def test_changes_leave_out_what_is_none() -> None:
    assert Settings(port=9000).with_changes(port=None, host="::1") == Settings(port=9000, host="::1")
