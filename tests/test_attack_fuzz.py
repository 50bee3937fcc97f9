"""A little of what ``benchmarks/fuzz`` does at length, and the inputs that it once found."""

from __future__ import annotations

import base64
import gzip
import importlib
import io
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from biaotu.batch.converting import convert
from biaotu.batch.journal import mend, read_lines
from biaotu.batch.resume import compare_settings
from biaotu.cli.evaluate import _read_predictions
from biaotu.errors import BundleError, InputError, UsageError
from biaotu.ranking import WordVectors
from biaotu.ranking.terms import LabelTerms
from biaotu.runtime import Bundle
from biaotu.search.space import RetrievalSpace
from biaotu.store.cursors import read_cursor
from biaotu.text.statistics import WordStatistics

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "benchmarks"))
engines: Any = importlib.import_module("fuzz.engines")
running: Any = importlib.import_module("fuzz.running")
targets: Any = importlib.import_module("fuzz.targets")
requests: Any = importlib.import_module("fuzz.requests")
DEEP = "[" * 100_000


@pytest.fixture(scope="module", autouse=True)
def closed() -> Iterator[None]:
    """The server of the targets that send requests ends with this module."""
    yield
    requests.close()


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", targets.names())
def test_damage_gives_an_error_of_ours(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "KEPT", tmp_path / "kept")
    target = targets.target(name)
    runner = running.Runner(name, target, tmp_path)
    for seed in target.seeds[:12]:
        runner.one(seed)
    some = round(60 * min(1, target.share * 2))
    engines.by_chance(runner, some, 11, lambda: None)
    assert runner.failures == {} and runner.inputs > some


def test_every_group_has_the_targets_that_it_is_listed_with() -> None:
    for group, listed in targets.GROUPS.items():
        assert {*group()} | {"parquet"} >= {*listed} and {*group()} <= {*listed}


def test_what_fails_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "KEPT", tmp_path / "kept")
    monkeypatch.setattr(running, "SECONDS", 0.2)

    def read(path: Path) -> None:
        content = path.read_bytes()
        while content == b"hang":
            pass
        raise ZeroDivisionError

    runner = running.Runner("made-up", running.Target(".x", (b"",), read), tmp_path)
    runner.one(b"hang")
    runner.one(b"x")
    runner.one(b"y")
    assert len(runner.failures) == 2
    assert sorted(path.read_bytes() for path in (tmp_path / "kept").iterdir()) == [b"hang", b"x"]


def test_a_line_of_blanks_in_conll(tmp_path: Path) -> None:
    place = tmp_path / "a.conll"
    place.write_text("# id = 1\n \n", encoding="utf-8")
    with pytest.raises(InputError, match=r"a\.conll, row 2: .*one character and its tag"):
        convert(place, "conll", tmp_path / "a.jsonl")


def test_word_statistics_whose_compression_is_damaged(tmp_path: Path) -> None:
    whole = bytearray(gzip.compress(b'{"format": "biaotu-word-statistics"}' + b"x" * 500))
    whole[20] ^= 0xFF
    place = tmp_path / "a.tsv.gz"
    place.write_bytes(whole)
    with pytest.raises(BundleError, match=r"a\.tsv\.gz"):
        WordStatistics.load(place)


@pytest.mark.parametrize("at", [6, 8], ids=["made for a later reader", "encrypted"])
@pytest.mark.parametrize("load", [WordVectors.load, RetrievalSpace.load], ids=["vectors", "spaces"])
def test_archives_that_are_made_otherwise(tmp_path: Path, at: int, load: object) -> None:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for name in ("words.npy", "rows.npy", "scales.npy", "format.npy"):
            archive.writestr(name, b"x")
    content = bytearray(whole.getvalue())
    entry = content.index(b"PK\x01\x02")
    while entry >= 0:
        content[entry + at] = 83 if at == 6 else 1
        entry = content.find(b"PK\x01\x02", entry + 4)
    place = tmp_path / "a.npz"
    place.write_bytes(content)
    with pytest.raises(BundleError, match=r"a\.npz"):
        load(place)  # type: ignore[operator]


def test_json_that_is_nested_deeper_than_python_reads(tmp_path: Path) -> None:
    """Each of these came through as ``RecursionError``."""
    place = tmp_path / "a.jsonl"
    place.write_text(DEEP + "\n", encoding="utf-8")
    with pytest.raises(InputError, match="row 1"):
        convert(place, "doccano", tmp_path / "b.jsonl")
    with pytest.raises(InputError, match="row 1"):
        list(_read_predictions(place))
    with pytest.raises(UsageError, match="line 1"):
        list(read_lines(place))
    with pytest.raises(BundleError, match="no file of label terms"):
        LabelTerms.load(place)
    compare_settings(place, {"ocr": False})  # as if it had been killed while it was written
    mend(place)
    with pytest.raises(InputError, match="no cursor of this listing"):
        read_cursor(base64.urlsafe_b64encode(DEEP[:6000].encode()).decode(), str)
    (tmp_path / "manifest.json").write_text(DEEP, encoding="utf-8")
    with pytest.raises(BundleError, match="not valid JSON"):
        Bundle(tmp_path)
    (tmp_path / "a.tsv.gz").write_bytes(gzip.compress(DEEP.encode()))
    with pytest.raises(BundleError, match="cannot be read"):
        WordStatistics.load(tmp_path / "a.tsv.gz")
