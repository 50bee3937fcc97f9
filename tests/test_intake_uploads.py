from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biaotu.errors import InputError, NotFound, StoreError
from biaotu.intake import PhotoReader, Uploads, plan_import
from biaotu.intake.uploads import safe_name, safe_path
from intake_lists import photo


def listed(text: str = "编号,名称\n1,甲\n,乙\n") -> io.BytesIO:
    return io.BytesIO(text.encode())


def test_an_upload_outlasts_a_restart(tmp_path: Path) -> None:
    picture = photo(tmp_path / "1.jpg", 1).read_bytes()
    upload = Uploads(tmp_path / "data").begin()
    upload.add_list("C:\\清单\\藏品总表.csv", listed())
    upload.add_photo("照片/1.jpg", io.BytesIO(picture))
    asked = upload.settle(name="藏品总表.csv", museum="某馆", update=True)
    again = Uploads(tmp_path / "data").find(upload.key).request()
    assert again == asked
    assert (again.shown_name, again.museum, again.update) == ("藏品总表.csv", "某馆", True)
    with PhotoReader(1) as reader:
        plan = plan_import(None, again, reader=reader)
    assert [(row.number, [seen.state for seen in row.photos]) for row in plan.rows] == [
        ("1", ["found"]),
        ("藏品总表-3", []),  # a row without a number is called after the list, not after our folder
    ]


def test_photos_alone_are_a_list(tmp_path: Path) -> None:
    upload = Uploads(tmp_path).begin()
    upload.add_photo("0358-1.png", io.BytesIO(photo(tmp_path / "a.png", 1).read_bytes()))
    asked = upload.settle()
    assert (asked.file, asked.images) == (upload.photos, None)
    with PhotoReader(1) as reader:
        assert [row.number for row in plan_import(None, asked, reader=reader).rows] == ["0358"]


def test_what_is_told_of_an_upload_names_no_place_here(tmp_path: Path) -> None:
    upload = Uploads(tmp_path).begin()
    rows = ["1,甲,photos/无.jpg", "2,乙,../1.jpg", "3,丙,坏.jpg", "4,丁,旧盘/1.jpg", "5,,无.jpg", "6,,"]
    upload.add_list("单.csv", listed("编号,名称,图片\n" + "\n".join(rows) + "\n"))
    upload.add_photo("坏.jpg", io.BytesIO(b"broken"))
    upload.add_photo("夹/1.jpg", io.BytesIO(photo(tmp_path / "1.jpg", 1).read_bytes()))
    with PhotoReader(1) as reader:
        plan = plan_import(None, upload.settle(name="单.csv"), reader=reader)
    told = str(plan.to_dict())
    assert str(tmp_path) not in told
    assert "--images" not in told
    assert upload.key not in told
    messages = [[notice.message for notice in row.notices] for row in plan.rows]
    assert messages[0] == ["“photos/无.jpg” was not found among the uploaded photos; upload it too"]
    assert messages[3] == []
    assert [seen.name for seen in plan.rows[3].photos] == ["夹/1.jpg"]  # by its bare name
    assert {row.file for row in plan.rows} == {"单.csv"}
    assert plan.rows[5].outcome == "failed"


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("../../etc/passwd", "etc/passwd"),
        ("..\\..\\windows\\x.jpg", "windows/x.jpg"),
        ("C:\\Users\\我\\照片\\1.jpg", "Users/我/照片/1.jpg"),
        ("/abs/1.jpg", "abs/1.jpg"),
        ("a/b/c/d/e/1.jpg", "c/d/e/1.jpg"),
        ("con.jpg", "_con.jpg"),
        ("a\x00b\n.jpg", "a_b_.jpg"),
        (".htaccess.jpg", "htaccess.jpg"),
        ("铁壶 (2).JPG", "铁壶 (2).JPG"),
    ],
)
def test_names_of_strangers_are_made_harmless(given_name: str, kept: str) -> None:
    assert safe_path(given_name).as_posix() == kept


@given(st.text(max_size=400))
def test_no_name_leads_out(name: str) -> None:
    try:
        path = safe_path(name)
    except InputError:
        return
    assert not path.is_absolute()
    assert ".." not in path.parts
    assert len(path.name.encode()) <= 255
    assert "\0" not in str(path)
    assert str(path).encode().decode() == str(path)
    assert safe_name(path.name) == path.name


def test_what_is_no_list_or_picture_is_refused(tmp_path: Path) -> None:
    upload = Uploads(tmp_path).begin()
    with pytest.raises(InputError, match=r"old.xls: is no list that is read"):
        upload.add_list("old.xls", listed())
    with pytest.raises(InputError, match="is no picture by its name"):
        upload.add_photo("a.exe", io.BytesIO(b"MZ"))
    with pytest.raises(InputError, match="no usable file name"):
        upload.add_photo("...", io.BytesIO(b""))
    with pytest.raises(InputError, match="neither a list nor a photo"):
        upload.settle()
    upload.add_list("单.csv", listed())
    with pytest.raises(InputError, match="a list was handed in already"):
        upload.add_list("单2.csv", listed())
    upload.add_photo("1.jpg", io.BytesIO(b"x"))
    with pytest.raises(InputError, match="comes twice"):
        upload.add_photo("1.jpg", io.BytesIO(b"y"))
    assert (upload.photos / "1.jpg").read_bytes() == b"x"


def test_a_stream_that_breaks_leaves_nothing(tmp_path: Path) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            del size
            raise ConnectionResetError("gone")

    upload = Uploads(tmp_path).begin()
    with pytest.raises(StoreError):
        upload.add_photo("1.jpg", Broken())
    assert list(upload.photos.iterdir()) == []


def test_keys_are_checked_and_old_drafts_tidied(tmp_path: Path) -> None:
    uploads = Uploads(tmp_path)
    for key in ("../x", "", "0" * 32, "A" * 32):
        with pytest.raises(NotFound, match="there is no upload"):
            uploads.find(key)
    draft, kept = uploads.begin(), uploads.begin()
    kept.add_list("单.csv", listed())
    kept.settle()
    with pytest.raises(NotFound, match="not complete"):
        uploads.find(draft.key).request()
    assert uploads.tidy(3600) == 0
    for folder in (draft.folder, kept.folder):
        os.utime(folder, (1, 1))
    assert uploads.tidy(3600) == 1
    assert not draft.folder.exists()
    kept.discard()
    with pytest.raises(NotFound):
        uploads.find(kept.key)
