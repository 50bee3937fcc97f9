"""Small files that unpack to more than memory holds: workbooks and pictures."""

from __future__ import annotations

import io
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from PIL import Image

from biaotu.errors import BiaotuError, InputError
from biaotu.images import pixels
from biaotu.images.decode import load_photo
from biaotu.images.opening import PhotoError
from biaotu.records import archive
from biaotu.records.read import read_records
from biaotu.records.types import Record

SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
HEADER = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>编号</t></is></c><c r="B1" t="inlineStr"><is><t>名称</t></is></c></row>'
)
SHEET = f'<worksheet xmlns="{SPACE}"><sheetData>{HEADER}'.encode()
END = b"</sheetData></worksheet>"
ROW = "<row><c t='inlineStr'><is><t>%d</t></is></c><c t='inlineStr'><is><t>水壶</t></is></c></row>"


def workbook(folder: Path, parts: dict[str, Iterable[bytes]]) -> Path:
    """A workbook of two columns, some parts of which are others."""
    whole = io.BytesIO()
    book = openpyxl.Workbook()
    book.active.append(["编号", "名称"])  # type: ignore[union-attr]
    book.active.append(["1", "水壶"])  # type: ignore[union-attr]
    book.save(whole)
    place = folder / "list.xlsx"
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as target:
        for name in dict.fromkeys([*source.namelist(), *parts]):
            with target.open(name, "w") as stream:
                for piece in parts.get(name, [source.read(name)] if name in source.namelist() else []):
                    stream.write(piece)
    return place


def told(place: Path) -> str:
    """What reading a list is refused with, at once."""
    began = time.monotonic()
    with pytest.raises(InputError) as caught:
        list(read_records(place))
    assert time.monotonic() - began < 3
    return str(caught.value)


def long_cell() -> Iterator[bytes]:
    yield SHEET + b"<row><c t='inlineStr'><is><t>1</t></is></c><c t='inlineStr'><is><t>"
    for _ in range(40):
        yield b"a" * (1 << 20)
    yield b"</t></is></c></row>" + END


def wide_row() -> Iterator[bytes]:
    yield SHEET + b"<row>"
    for _ in range(20):
        yield b"<c><v>1</v></c>" * 70_000
    yield b"</row>" + END


def test_a_cell_without_end_is_refused_unread(tmp_path: Path) -> None:
    place = workbook(tmp_path, {"xl/worksheets/sheet1.xml": long_cell()})
    assert place.stat().st_size < 100_000
    assert "list.xlsx: xl/worksheets/sheet1.xml inside it has a text of more than a million characters" in told(place)


def test_a_row_without_end_is_refused_unread(tmp_path: Path) -> None:
    place = workbook(tmp_path, {"xl/worksheets/sheet1.xml": wide_row()})
    assert "has a row of more cells than a sheet has columns" in told(place)


@pytest.mark.parametrize(
    "name", ["xl/styles.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml"]
)
def test_parts_that_are_held_in_memory_are_small(tmp_path: Path, name: str) -> None:
    place = workbook(tmp_path, {name: [b"<a>" * (11 << 20)]})
    assert "the limit is 32 MB" in told(place)


def test_texts_that_are_held_in_memory_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "_STRINGS", 1 << 20)
    place = workbook(tmp_path, {"xl/sharedStrings.xml": [b"<si><t>1</t></si>" * 100_000]})
    assert "sharedStrings.xml inside it unpacks to 1 MB" in told(place)


def test_a_long_list_is_no_bomb(tmp_path: Path) -> None:
    rows = ("".join(ROW % number for number in range(start, start + 1000)).encode() for start in range(0, 60_000, 1000))
    place = workbook(tmp_path, {"xl/worksheets/sheet1.xml": [SHEET, *rows, END]})
    with zipfile.ZipFile(place) as opened:
        assert opened.getinfo("xl/worksheets/sheet1.xml").file_size > archive._HARMLESS
    archive.check_workbook(place)


def test_a_size_that_is_forged_hides_nothing(tmp_path: Path) -> None:
    """The archive says a part is small; Python's reader then unpacks no more than that."""
    place = workbook(tmp_path, {"xl/worksheets/sheet1.xml": long_cell()})
    with zipfile.ZipFile(place) as opened:
        size = opened.getinfo("xl/worksheets/sheet1.xml").file_size
    place.write_bytes(place.read_bytes().replace(size.to_bytes(4, "little"), (1000).to_bytes(4, "little")))
    began = time.monotonic()
    with pytest.raises(InputError):
        list(read_records(place))
    assert time.monotonic() - began < 3


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))


@pytest.mark.parametrize(
    "doctype", [f'<!DOCTYPE x [<!ENTITY l0 "lol">{LAUGHS}]>', '<!DOCTYPE x [<!ENTITY l11 SYSTEM "{}">]>']
)
def test_entities_are_neither_multiplied_nor_fetched(tmp_path: Path, doctype: str) -> None:
    (tmp_path / "secret.txt").write_text("SECRET-OF-THE-SERVER", encoding="utf-8")
    head = doctype.replace("{}", (tmp_path / "secret.txt").as_uri()).encode()
    row = b"<row><c t='inlineStr'><is><t>1</t></is></c><c t='inlineStr'><is><t>&l11;x</t></is></c></row>"
    place = workbook(tmp_path, {"xl/worksheets/sheet1.xml": [b"<?xml version='1.0'?>" + head + SHEET + row + END]})
    began = time.monotonic()
    try:
        answers = list(read_records(place))
    except BiaotuError:
        answers = []
    assert time.monotonic() - began < 3
    assert "SECRET" not in repr(answers) and len(repr(answers)) < 10_000


def test_nothing_of_an_archive_is_written_anywhere(tmp_path: Path) -> None:
    place = workbook(tmp_path, {"../../evil.txt": [b"x"], "/tmp/biaotu-evil.txt": [b"x"], "xl/../../evil2.txt": [b"x"]})
    before = set(tmp_path.parent.rglob("*"))
    assert [type(one) for one in read_records(place)] == [Record]
    assert set(tmp_path.parent.rglob("*")) == before and not Path("/tmp/biaotu-evil.txt").exists()


# Not getrusage: its peak is handed on from the process that forked, which here holds all the tests.
MEASURE = """
import sys
from pathlib import Path
from biaotu.images.decode import load_photo
load_photo(Path(sys.argv[1]))
peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(int(peak.split()[1]) // 1024)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads the peak of memory where Linux tells it")
def test_a_large_picture_stands_in_memory_no_more_than_twice(tmp_path: Path) -> None:
    place = tmp_path / "deep.png"
    Image.new("I;16", (5000, 5000), 700).save(place, compress_level=1)
    done = subprocess.run([sys.executable, "-c", MEASURE, str(place)], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 500, "16 bits of 25 million pixels; made RGB at once it is 800 MB"


@pytest.mark.parametrize("mode", ["I;16", "F", "I", "RGBA", "LA", "P", "CMYK", "1", "YCbCr"])
def test_strips_give_the_same_picture(mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.random.default_rng(7).integers(0, 4000, (37, 23))
    image = Image.fromarray(values.astype(np.uint16) if mode == "I;16" else values.astype(np.float32))
    if mode not in ("I;16", "F"):
        colour = np.random.default_rng(8).integers(0, 256, (37, 23, 4), dtype=np.uint8)
        image = Image.fromarray(values.astype(np.int32)) if mode == "I" else Image.fromarray(colour).convert(
            "RGB" if mode in ("P", "CMYK", "1", "YCbCr") else mode
        ).convert(mode)  # fmt: skip
    if mode == "P":
        image.info["transparency"] = 3
    whole = np.asarray(pixels.to_rgb(image))
    monkeypatch.setattr(pixels, "_STRIP", 100)
    assert np.array_equal(np.asarray(pixels.to_rgb(image)), whole) and whole.shape == (37, 23, 3)


def test_a_webp_is_refused_sooner(tmp_path: Path) -> None:
    place = tmp_path / "a.webp"
    Image.new("RGB", (1000, 900)).save(place)
    content = bytearray(place.read_bytes())
    at = content.index(b"VP8 ") + 14  # the size stands behind the start code, 14 bits each
    content[at : at + 4] = (10_000).to_bytes(2, "little") * 2
    place.write_bytes(content)
    with pytest.raises(PhotoError, match="limit is 80,000,000 pixels") as caught:
        load_photo(place)
    assert caught.value.code == "image-too-large"
