"""The real recogniser on drawn pictures: words, boxes, order; what is refused and how."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from biaotu.errors import UsageError
from biaotu.images import load_upright
from biaotu.ocr import LONGEST, OcrError, Reader, check_installed, engine
from biaotu.ocr.boxes import Box
from biaotu.records import OcrLine, OcrReading

DATA = Path(__file__).parent / "data" / "ocr"
WORDS = {
    "lines": ["柳河县抗日民主政府布告", "一九四一年五月二十日", "县长田小满"],
    "columns": ["八路军太行军区第三分区司令部", "中华民国三十一年八月十五日", "兹有石桥村民兵缴获步枪"],
    "news": [
        "柳河快讯第三期",
        "柳河县各区民兵连日出击",
        "缴获步枪十二支子弹三百",
        "群众送粮四十斤慰问部队",
        "石桥村妇女缝制军鞋百双",
        "儿童团站岗放哨盘查行人",
        "县政府号召军民抢收秋粮",
    ],
}


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader()


def pixels(name: str) -> npt.NDArray[np.uint8]:
    return np.asarray(Image.open(DATA / f"{name}.png").convert("RGB"))


def words(lines: tuple[OcrLine, ...]) -> list[str]:
    return [line.text for line in lines]


@pytest.mark.parametrize("name", list(WORDS))
def test_words_are_read_in_order_with_their_boxes(reader: Reader, name: str) -> None:
    picture = pixels(name)
    lines = reader.read(picture, photo=2)
    assert words(lines) == WORDS[name]
    height, width = picture.shape[:2]
    for line in lines:
        xs, ys = [x for x, _ in line.box], [y for _, y in line.box]
        inside = picture[int(min(ys)) : int(max(ys)) + 1, int(min(xs)) : int(max(xs)) + 1]
        assert 0 <= min(xs) < max(xs) <= width
        assert 0 <= min(ys) < max(ys) <= height
        assert inside.min() < 80  # there is ink in it
        assert line.photo == 2
        assert 0.7 <= line.confidence <= 1
        first, second = line.box[:2]
        downward = name != "lines" and line.text != "柳河快讯第三期"
        assert (second[1] - first[1] > second[0] - first[0]) == downward  # the first side runs along the line


def test_a_reading_counts_in_the_lines_joined(reader: Reader) -> None:
    reading = OcrReading(reader.read(pixels("news")), reader.engine)
    document = reading.to_dict()
    assert document["text"] == "\n".join(WORDS["news"])
    assert [document["text"][line["start"] : line["end"]] for line in document["lines"]] == WORDS["news"]
    assert "RapidOCR" in reading.engine


def test_a_photo_on_its_side_is_read_upright_in_its_own_pixels(reader: Reader, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned a quarter clockwise
    Image.open(DATA / "lines.png").convert("RGB").transpose(Image.Transpose.ROTATE_90).resize((720, 1920)).save(
        tmp_path / "a.jpg", exif=exif, quality=95
    )
    photo = load_upright(tmp_path / "a.jpg", 960)
    assert (photo.width, photo.height) == (1920, 720)
    assert photo.pixels.shape == (360, 960, 3)
    lines = reader.read(photo.pixels, size=(photo.width, photo.height))
    assert words(lines) == WORDS["lines"]
    assert 1000 < lines[0].box[1][0] < 1400  # three times as wide as drawn


def test_a_picture_without_words_has_no_lines(reader: Reader) -> None:
    generator = np.random.default_rng(0)
    assert reader.read(np.full((200, 300, 3), 127, np.uint8)) == ()
    assert reader.read(generator.integers(0, 256, (64, 64, 3), dtype=np.uint8)) == ()
    assert reader.read(np.zeros((1, 1, 3), np.uint8)) == ()


def test_an_endless_strip_does_not_eat_the_memory(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[int, ...]] = []
    wide = np.full((100, LONGEST, 3), 232, np.uint8)
    wide[:, :640] = pixels("lines")[:100]

    def look(picture: npt.NDArray[np.uint8]) -> list[tuple[Box, str, float]]:
        seen.append(picture.shape)
        return lines(picture)

    reader.read(pixels("lines"))  # so that the models are there
    assert reader._engine is not None
    lines = reader._engine.lines
    monkeypatch.setattr(reader._engine, "lines", look)
    found = reader.read(wide)
    assert words(found)[0] == WORDS["lines"][0]
    assert max(y for line in found for _, y in line.box) <= 100
    assert seen == [(LONGEST // 4, LONGEST, 3)]


def test_several_threads_share_a_reader(reader: Reader) -> None:
    names = ["lines", "columns", "lines"]
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(lambda name: words(reader.read(pixels(name))), names))
    assert answers == [WORDS[name] for name in names]


def test_models_are_loaded_once_and_late_without_a_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("nothing may be fetched")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    loaded: list[threading.Thread] = []
    original = engine.Engine.__init__

    def count(self: engine.Engine) -> None:
        loaded.append(threading.current_thread())
        original(self)

    monkeypatch.setattr(engine.Engine, "__init__", count)
    late = Reader()
    assert loaded == []
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda _: words(late.read(pixels("lines"))), range(2)))
    assert answers == [WORDS["lines"]] * 2
    assert len(loaded) == 1


def test_a_recogniser_that_gives_up_says_why(reader: Reader) -> None:
    with pytest.raises(OcrError, match=r"\w+"):
        reader.read(np.zeros((10, 10, 7), np.uint8))


def test_without_the_extra_it_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rapidocr", None)
    with pytest.raises(UsageError, match=r"pip install 'biaotu\[ocr\]'"):
        Reader()


def test_another_version_without_the_models_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import rapidocr

    monkeypatch.setattr(rapidocr.__spec__, "submodule_search_locations", [str(tmp_path)])
    with pytest.raises(UsageError, match=r"without PP-OCRv6_det_small\.onnx"):
        check_installed()


def test_everything_else_works_without_rapidocr() -> None:
    script = "import sys; sys.modules['rapidocr'] = None; import biaotu.pipeline, biaotu.ocr, biaotu.cli.annotate"
    subprocess.run([sys.executable, "-c", script], check=True)
