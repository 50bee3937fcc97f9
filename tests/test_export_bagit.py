"""BagIt: valid by the Library of Congress's own library; what is changed afterwards is found."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import bagit
import pytest

from biaotu.errors import UsageError
from biaotu.export.bagit import write_bag
from biaotu.export.iiif import manifest
from format_samples import ROOT, SITE, examples

DAY = date(2025, 7, 1)


def test_the_examples_as_a_bag(tmp_path: Path) -> None:
    payload: list[tuple[str, bytes | Path]] = [
        (f"iiif/{holding.id}.json", json.dumps(manifest(holding, SITE), ensure_ascii=False).encode())
        for holding in examples()
    ]
    payload += [(photo.name, ROOT / "examples" / photo.name) for holding in examples() for photo in holding.photos]
    count = write_bag(tmp_path / "bag", payload, day=DAY, info={"Source-Organization": "示例革命纪念馆"})
    bag = bagit.Bag(str(tmp_path / "bag"))
    bag.validate()
    assert count == len(payload) == len(bag.payload_entries())
    assert bag.version_info == (1, 0) and bag.info["Bagging-Date"] == "2025-07-01"
    assert bag.info["Source-Organization"] == "示例革命纪念馆"


def test_odd_names(tmp_path: Path) -> None:
    names = ["红 旗/照片 1.jpg", "a&b'.txt", "𠀀"]
    write_bag(tmp_path / "bag", [(name, name.encode()) for name in names], day=DAY)
    bagit.Bag(str(tmp_path / "bag")).validate()
    assert (tmp_path / "bag/data/红 旗/照片 1.jpg").read_text(encoding="utf-8") == names[0]


@pytest.mark.parametrize("name", ["100%.txt", "a%0Ab", "a\nb"])
def test_names_that_programs_read_differently(name: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="rename it"):
        write_bag(tmp_path / "bag", [(name, b"")], day=DAY)


def test_a_change_is_found(tmp_path: Path) -> None:
    write_bag(tmp_path / "bag", [("a.txt", b"abc")], day=DAY)
    (tmp_path / "bag/data/a.txt").write_bytes(b"abd")
    with pytest.raises(bagit.BagValidationError):
        bagit.Bag(str(tmp_path / "bag")).validate()


@pytest.mark.parametrize("name", ["../a", "/a", "", "a/../../b", "C:\\a", "x\\..\\..\\y"])
def test_no_name_leads_out(name: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="leads out of the bag"):
        write_bag(tmp_path / "bag", [(name, b"")], day=DAY)


def test_names_that_are_one_on_some_disks(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="already"):
        write_bag(tmp_path / "bag", [("A.jpg", b""), ("a.jpg", b"")], day=DAY)


def test_a_bag_is_never_changed(tmp_path: Path) -> None:
    write_bag(tmp_path / "bag", [("a", b"")], day=DAY)
    with pytest.raises(UsageError, match="new folder"):
        write_bag(tmp_path / "bag", [("a", b"")], day=DAY)
