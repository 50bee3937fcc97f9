from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biaotu.errors import BundleError
from biaotu.ranking import Cilin

CODES = {
    "梳子": ["Bp22A01="],
    "木梳": ["Bp22A01="],
    "篦子": ["Bp22A02#"],
    "镜子": ["Bp22A02#", "Aa01A01="],
    "铜锁": ["Bp25B04="],
    "山": ["Be04A01="],
    "跑": ["Fb01A01="],
    "盐": ["Bq01A01@"],
}


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("梳子", "木梳", 1.0),
        ("梳子", "梳子", 1.0),
        ("盐", "盐", 1.0),
        ("篦子", "镜子", 0.6),
        ("梳子", "篦子", 0.75),
        ("梳子", "镜子", 0.75),
        ("梳子", "铜锁", 0.3),
        ("梳子", "山", 0.15),
        ("梳子", "跑", 0.0),
    ],
)
def test_nearness_grows_with_the_shared_levels(left: str, right: str, expected: float) -> None:
    cilin = Cilin(CODES)
    assert cilin.nearness(left, right) == pytest.approx(expected)
    assert cilin.nearness(right, left) == pytest.approx(expected)


def test_an_unlisted_word_has_the_senses_of_its_ending() -> None:
    cilin = Cilin(CODES)
    assert cilin.codes("祖母的木梳") == ("Bp22A01=",)
    assert cilin.nearness("祖母的木梳", "梳子") == 1.0
    assert cilin.nearness("木梳盒", "梳子") is None
    assert "祖母的木梳" not in cilin and "木梳" in cilin and len(cilin) == 8


def test_a_round_trip_changes_nothing(tmp_path: Path) -> None:
    Cilin(CODES).save(tmp_path / "c.gz")
    again = Cilin.load(tmp_path / "c.gz")
    assert {word: list(again.codes(word)) for word in CODES} == {word: sorted(codes) for word, codes in CODES.items()}
    again.save(tmp_path / "d.gz")
    assert (tmp_path / "c.gz").read_bytes() == (tmp_path / "d.gz").read_bytes()


@given(st.sampled_from(sorted(CODES)), st.sampled_from(sorted(CODES)))
def test_nearness_is_symmetric_and_bounded(left: str, right: str) -> None:
    cilin = Cilin(CODES)
    value = cilin.nearness(left, right)
    assert value == cilin.nearness(right, left)
    assert value is not None and 0 <= value <= 1


@pytest.mark.parametrize("code", ["", "Bp22A01", "bp22A01=", "Bp22A01= "])
def test_a_wrong_code_is_refused(code: str) -> None:
    with pytest.raises(ValueError, match="no code"):
        Cilin({"梳子": [code]})


@pytest.mark.parametrize(
    "content", [b"plain", gzip.compress("坏 梳子\n".encode(), mtime=0), gzip.compress(b"x", mtime=0)[:-9]]
)
def test_a_damaged_file_is_a_bundle_error(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "c.gz").write_bytes(content)
    with pytest.raises(BundleError, match=r"c\.gz"):
        Cilin.load(tmp_path / "c.gz")


def test_a_missing_file_is_a_bundle_error(tmp_path: Path) -> None:
    with pytest.raises(BundleError):
        Cilin.load(tmp_path / "none.gz")
