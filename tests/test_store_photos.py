"""Photos on disk: named by their bytes, kept once, never altered, whole or not there at all."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from biaotu.errors import NotFound, StoreError
from biaotu.store.photos import PhotoFolder

DATA = b"\xff\xd8 a photo" * 300_000
DIGEST = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def folder(tmp_path: Path) -> PhotoFolder:
    return PhotoFolder(tmp_path / "photos")


def files(folder: PhotoFolder) -> list[str]:
    return sorted(path.name for path in folder.folder.rglob("*") if path.is_file())


def test_a_photo_lies_under_its_hash_byte_for_byte(folder: PhotoFolder, tmp_path: Path) -> None:
    (tmp_path / "来源.jpg").write_bytes(DATA)
    kept = folder.put(tmp_path / "来源.jpg", ".jpg")
    assert (kept.digest, kept.size) == (DIGEST, len(DATA))
    assert kept.path == folder.folder / DIGEST[:2] / f"{DIGEST}.jpg"
    assert folder.read(DIGEST, ".jpg") == DATA == (tmp_path / "来源.jpg").read_bytes()
    assert folder.intact(DIGEST, ".jpg")


def test_the_same_photo_again_leaves_the_file_alone(folder: PhotoFolder) -> None:
    path = folder.put(DATA, ".jpg").path
    before = path.stat()
    assert folder.put(DATA, ".jpg").path == path
    assert path.stat() == before
    assert files(folder) == [f"{DIGEST}.jpg"]


def test_a_damaged_copy_is_replaced(folder: PhotoFolder) -> None:
    path = folder.put(DATA, ".jpg").path
    path.write_bytes(DATA[:100])
    assert not folder.intact(DIGEST, ".jpg")
    folder.put(DATA, ".jpg")
    assert folder.intact(DIGEST, ".jpg")


def test_a_stop_half_way_leaves_no_photo(folder: PhotoFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("biaotu.store.photos.os.fsync", full)
    with pytest.raises(StoreError, match="No space left"):
        folder.put(DATA, ".jpg")
    assert files(folder) == []


def test_what_is_not_there_is_told(folder: PhotoFolder, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=DIGEST):
        folder.read(DIGEST, ".jpg")
    with pytest.raises(StoreError, match=r"none\.jpg"):
        folder.put(tmp_path / "none.jpg", ".jpg")
    assert not folder.intact(DIGEST, ".jpg")


@pytest.mark.parametrize(
    ("digest", "suffix"), [("../../etc", ".jpg"), (DIGEST[:-1], ""), (DIGEST, "/../x"), (DIGEST, "jpg")]
)
def test_no_name_leads_out_of_the_folder(folder: PhotoFolder, digest: str, suffix: str) -> None:
    with pytest.raises(ValueError, match="no "):
        folder.path(digest, suffix)
