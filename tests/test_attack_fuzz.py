"""A little of what ``benchmarks/fuzz.py`` does at length, and the inputs that it once found."""

from __future__ import annotations

import gzip
import importlib.util
import io
import sys
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

from biaotu.batch.converting import convert
from biaotu.errors import BundleError, InputError
from biaotu.ranking import WordVectors
from biaotu.search.space import RetrievalSpace
from biaotu.text.statistics import WordStatistics

PLACE = Path(__file__).resolve().parents[1] / "benchmarks" / "fuzz.py"


def _fuzz() -> ModuleType:
    spec = importlib.util.spec_from_file_location("fuzz", PLACE)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["fuzz"] = module
    spec.loader.exec_module(module)
    return module


fuzz = _fuzz()
TARGETS = fuzz.targets()


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", sorted(TARGETS))
def test_damage_gives_an_error_of_ours(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fuzz, "KEPT", tmp_path / "kept")
    runner = fuzz.Runner(name, TARGETS[name], tmp_path)
    for seed in TARGETS[name].seeds:
        runner.one(seed)
    fuzz.by_chance(runner, 60, 11, lambda: None)
    assert runner.failures == {} and runner.inputs >= 60


def test_what_fails_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fuzz, "KEPT", tmp_path / "kept")
    monkeypatch.setattr(fuzz, "SECONDS", 0.2)

    def read(path: Path) -> None:
        content = path.read_bytes()
        while content == b"hang":
            pass
        raise ZeroDivisionError

    runner = fuzz.Runner("made-up", fuzz.Target(".x", (b"",), read), tmp_path)
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
