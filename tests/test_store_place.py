"""Where a store lives."""

from __future__ import annotations

from pathlib import Path

import pytest

import biaotu.store.engine
from biaotu.errors import StoreError
from biaotu.store import Store, StorePlace


def test_the_folder_is_the_named_one_else_the_variables_else_the_default(tmp_path: Path) -> None:
    assert StorePlace.settle(tmp_path / "a", {"BIAOTU_DATA": "b"}).folder == tmp_path / "a"
    assert StorePlace.settle(None, {"BIAOTU_DATA": str(tmp_path / "b")}).folder == tmp_path / "b"
    assert StorePlace.settle(None, {}).folder == Path("biaotu-data").absolute()
    assert StorePlace.settle("x", {}).folder.is_absolute()


def test_without_a_database_url_the_rows_lie_in_the_folder(tmp_path: Path) -> None:
    place = StorePlace.settle(tmp_path, {"BIAOTU_DATABASE_URL": "  "})
    assert (place.database, place.sqlite, place.photos) == (None, tmp_path / "biaotu.sqlite", tmp_path / "photos")
    assert place.described == str(tmp_path / "biaotu.sqlite")


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_every_spelling_of_postgresql_means_psycopg_3(scheme: str, tmp_path: Path) -> None:
    place = StorePlace.settle(tmp_path, {"BIAOTU_DATABASE_URL": f"{scheme}://ann:geheim@host/db"})
    assert place.url.drivername == "postgresql+psycopg"
    assert "geheim" not in place.described and "geheim" not in repr(place)


@pytest.mark.parametrize("url", ["mysql://u:geheim@host/db", "geheim", "postgresql://u:geheim@host:port/db"])
def test_another_database_is_refused_without_telling_the_password(url: str, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="BIAOTU_DATABASE_URL") as caught:
        StorePlace.settle(tmp_path, {"BIAOTU_DATABASE_URL": url})
    assert "geheim" not in str(caught.value)


def test_a_missing_driver_is_named_with_its_cure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(biaotu.store.engine, "find_spec", lambda _: None)
    place = StorePlace.settle(tmp_path, {"BIAOTU_DATABASE_URL": "postgresql://u@host/db"})
    with pytest.raises(StoreError, match=r"pip install 'biaotu\[postgres\]'"):
        Store.open(place)


def test_a_server_that_does_not_answer_is_named(tmp_path: Path) -> None:
    place = StorePlace.settle(tmp_path, {"BIAOTU_DATABASE_URL": f"postgresql://u:geheim@/db?host={tmp_path}"})
    with pytest.raises(StoreError, match="postgresql") as caught:
        Store.open(place)
    assert "geheim" not in str(caught.value)
