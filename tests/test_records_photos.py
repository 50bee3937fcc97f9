from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biaotu.records.photos import PhotoIndex, natural_key, number_key


def folder(root: Path, *names: str) -> PhotoIndex:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(b"")
    return PhotoIndex(root)


def claimed(root: Path, names: list[str], numbers: list[str]) -> dict[str, list[str]]:
    index = folder(root, *names)
    index.claim(numbers)
    return {number: list(index.of(number)) for number in numbers}


def test_photos_of_a_number_come_in_natural_order(tmp_path: Path) -> None:
    names = ["0358-10.jpg", "0358_2.png", "0358(3).jpg", "0358.jpg", "0358-1.JPG", "03581.jpg", "10358.jpg", "0358.txt"]
    assert claimed(tmp_path, names, ["0358"]) == {
        "0358": ["0358.jpg", "0358(3).jpg", "0358-1.JPG", "0358-10.jpg", "0358_2.png"]
    }


def test_the_longest_number_takes_the_photo(tmp_path: Path) -> None:
    names = ["0358-1.jpg", "0358-1-2.jpg", "0358-2.jpg"]
    assert claimed(tmp_path, names, ["0358", "0358-1"]) == {
        "0358": ["0358-2.jpg"],
        "0358-1": ["0358-1.jpg", "0358-1-2.jpg"],
    }


@pytest.mark.parametrize(
    ("number", "name"),
    [
        ("0358", "0358 手榴弹 正面.jpg"),
        ("0358", "0358手榴弹.jpg"),
        ("0358", "０３５８（１）.jpg"),
        ("近 0012", "近0012-1.jpg"),
        ("A/12", "a-12_1.webp"),
        ("GM：007", "gm_007.tiff"),
        ("0358", "0358/正面.jpg"),
        ("0358", "馆藏/0358 手榴弹/1.jpg"),
        ("0358", "深/更深/0358.bmp"),
        ("É1", "e\u03011-2.gif"),
    ],
)
def test_spellings_of_a_number(tmp_path: Path, number: str, name: str) -> None:
    assert claimed(tmp_path, [name], ["999", number])[number] == [name]


@pytest.mark.parametrize(
    "name", ["03581.jpg", "0358a.jpg", "10358.jpg", "x0358.jpg", "358.jpeg.txt", "03/58.jpg", "0358①1.txt"]
)
def test_other_names_do_not_belong(tmp_path: Path, name: str) -> None:
    assert claimed(tmp_path, [name], ["0358"]) == {"0358": []}


def test_a_short_name_counts_within_its_folder(tmp_path: Path) -> None:
    assert claimed(tmp_path, ["0358/1.jpg", "1.jpg"], ["1", "0358"]) == {"1": ["1.jpg"], "0358": ["0358/1.jpg"]}


def test_zeros_that_excel_dropped_are_added_where_that_is_clear(tmp_path: Path) -> None:
    index = folder(tmp_path, "0358-1.jpg", "0007.jpg", "12.jpg")
    index.claim(["358", "7", "07", "12", "0"])
    assert index.of("358") == ("0358-1.jpg",)
    assert index.differs_in_zeros("0358-1.jpg")
    assert not index.differs_in_zeros("12.jpg")
    assert index.of("7") == index.of("07") == ()


@given(
    st.text("0123456789", min_size=1, max_size=6),
    st.sampled_from(["", "-1", "_2", "(3)", " 4", "（5）", "正面", ".6", "-a"]),
    st.text("0123456789abc", min_size=1, max_size=2),
)
def test_a_number_never_catches_a_longer_one(number: str, tail: str, more: str) -> None:
    names = (f"{number}{tail}.jpg", f"{number}{more}{tail}.jpg")
    index = PhotoIndex(Path("nowhere"))
    index.__dict__["names"] = names  # the listing of a folder that need not exist
    index.claim([number])
    assert index.of(number) == names[:1]


def test_a_name_is_found_as_it_was_meant(tmp_path: Path) -> None:
    index = folder(tmp_path, "a/Lamp.JPG", "b/flag 1.png", "0358.1.jpg")
    assert index.find("a/Lamp.JPG") == ("a/Lamp.JPG",)
    assert index.find("a\\Lamp.JPG") == ("a/Lamp.JPG",)
    for spelling in ("lamp.jpg", "LAMP", "Lamp.png", r"D:\照片\a\lamp.jpg", "/elsewhere/a/Lamp.JPG", "./Lamp"):
        assert index.find(spelling) == ("a/Lamp.JPG",), spelling
    assert index.find("flag 1") == ("b/flag 1.png",)
    assert index.find("0358.1") == ("0358.1.jpg",)
    for nothing in ("", " ", ".", "/", "lam", "flag", "0358", "x\0y", "长" * 5000, "\ud800"):
        assert index.find(nothing) == (), nothing


def test_of_equal_names_the_nearest_folder_wins(tmp_path: Path) -> None:
    index = folder(tmp_path, "甲/1.jpg", "乙/1.jpg")
    assert index.find(r"E:\乙\1.jpg") == ("乙/1.jpg",)
    assert set(index.find("1.jpg")) == {"甲/1.jpg", "乙/1.jpg"}


def test_what_no_row_wants_is_left_over(tmp_path: Path) -> None:
    index = folder(
        tmp_path, "1.jpg", "2.jpg", "3.jpg", "10.jpg", "._1.jpg", ".hidden/3.jpg", "__MACOSX/1.jpg", "Thumbs.db"
    )
    index.use(["./2.jpg", "\0", str(tmp_path / "3.jpg")])
    assert index.unmatched() == ("1.jpg", "10.jpg")


def test_beside_a_table_only_so_deep(tmp_path: Path) -> None:
    folder(tmp_path, "1.jpg", "a/2.jpg", "a/b/3.jpg")
    assert PhotoIndex(tmp_path, depth=1).names == ("1.jpg", "a/2.jpg")


@given(st.text())
def test_keys_take_any_text(text: str) -> None:
    assert number_key(number_key(text)) == number_key(text)
    natural_key(text)
