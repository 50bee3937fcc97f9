from __future__ import annotations

import os
from pathlib import Path

import pytest

from biaotu.errors import InputError
from biaotu.records import Record, read_records, readable
from biaotu.records.folder import photo_number


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("0358.jpg", "0358"),
        ("0358-1.jpg", "0358"),
        ("0358_02.PNG", "0358"),
        ("0358(3).jpg", "0358"),
        ("0358（3）.jpg", "0358"),
        ("0358 (3).jpg", "0358"),
        ("0358-正面.jpg", "0358"),
        ("0358_Back.jpg", "0358"),
        ("03581.jpg", "03581"),
        ("G-0012-1.jpg", "G-0012"),
        ("long-march-0007.jpg", "long-march-0007"),
        ("IMG_0012.jpg", "IMG_0012"),
        ("IMG_001.jpg", "IMG_001"),
        ("手榴弹.jpg", "手榴弹"),
        ("手榴弹-1.jpg", "手榴弹-1"),
        ("0358/IMG_0012.jpg", "0358"),
        ("0358/1.jpg", "0358"),
        ("0358/正面.jpg", "0358"),
        ("老照片/旗.jpg", "老照片/旗"),
        ("批次2/0358-1.jpg", "0358"),
    ],
)
def test_numbers_in_photo_names(name: str, number: str) -> None:
    assert photo_number(name) == number


def test_a_folder_gives_a_record_for_each_number(tmp_path: Path) -> None:
    for name in ("0002.jpg", "0001-2.jpg", "0001-10.jpg", "b/0001.PNG", "notes.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    records = list(read_records(tmp_path))
    assert all(isinstance(record, Record) for record in records)
    assert [(record.id, getattr(record, "images", ())) for record in records] == [
        ("0001", ("0001-2.jpg", "0001-10.jpg", "b/0001.PNG")),
        ("0002", ("0002.jpg",)),
    ]
    first = records[0]
    assert isinstance(first, Record)
    assert (first.title, first.description, first.notices) == ("", "", ())
    assert all(photo.is_file() for photo in first.image_paths())
    assert first.source is not None
    assert first.source.row is None
    assert Path(first.source.file).name == "0001-2.jpg"


def test_names_that_are_not_utf8_are_read_as_chinese(tmp_path: Path) -> None:
    name = os.fsdecode("0358手榴弹-1.jpg".encode("gb18030"))
    try:
        (tmp_path / name).write_bytes(b"")
    except OSError:
        pytest.skip("this disk takes only UTF-8 names")
    (record,) = read_records(tmp_path)
    assert isinstance(record, Record)
    assert record.id == "0358手榴弹"
    assert record.image_paths()[0].is_file()
    assert readable(record.images[0]) == "0358手榴弹-1.jpg"
    assert record.source is not None
    record.source.file.encode()


def test_a_folder_without_photos_says_what_is_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="it is empty"):
        read_records(tmp_path)
    (tmp_path / "藏品.xlsx").write_bytes(b"")
    with pytest.raises(InputError, match=r"name the list itself: .*藏品\.xlsx"):
        read_records(tmp_path)
