from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biaotu.errors import InputError, UsageError
from biaotu.records.encoding import detect_encoding

TEXT = "编号,名称\n1,红军用过的马灯\n2,边区发行的布质纸币\n"


@pytest.mark.parametrize(
    "codec", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
def test_the_codec_is_found(tmp_path: Path, codec: str) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(TEXT.encode(codec))
    assert path.read_text(detect_encoding(path)) == TEXT


@given(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_marked_and_utf8_texts_come_back(tmp_path_factory: pytest.TempPathFactory, text: str, codec: str) -> None:
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(("编号" + text).encode(codec))
    assert path.read_bytes().decode(detect_encoding(path)) == "编号" + text


def test_latin_text_in_utf16_without_a_mark(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes("id,title\n1,lamp\n".encode("utf-16-be"))
    assert detect_encoding(path) == "utf-16-be"


def test_one_cut_character_does_not_make_it_another_encoding(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(TEXT.encode() + "3,布".encode()[:-1] + b"\n")
    assert detect_encoding(path) == "utf-8"


def test_a_character_on_the_border_of_two_pieces(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_bytes(b"a" + "灯".encode() * 700_000)
    assert detect_encoding(path) == "utf-8"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b"PK\x03\x04....", "rename it to .xlsx"),
        (b"\xd0\xcf\x11\xe0....", "save it as .xlsx"),
        (b"\xff\xd8\xff\xe0", "the folder that holds the photos"),
        (b"\xff\xfd\x80\xff" * 50, "neither UTF-8"),
    ],
)
def test_what_is_no_text_is_refused_with_advice(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(content)
    with pytest.raises(InputError, match=reason):
        detect_encoding(path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"none\.csv: cannot be opened"):
        detect_encoding(tmp_path / "none.csv")
