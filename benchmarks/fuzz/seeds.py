"""What the readers read, whole: the inputs that are then damaged."""

from __future__ import annotations

import io
import json
import tempfile
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[2]
BUNDLE: Final = ROOT / "src" / "biaotu" / "bundle"
RECORD: Final = {"id": "0001", "title": "红军用的铁水壶", "description": "1934年。", "images": ["a.jpg"]}
GOLD: Final = RECORD | {
    "title": "<组织>红军</组织>用的铁水壶", "material": ["金属制品"], "use": [], "tags": ["水壶"],
}  # fmt: skip
MARK: Final = {
    "type": "labels",
    "from_name": "label",
    "to_name": "text",
    "value": {"start": 0, "end": 2, "labels": ["组织"]},
}
LABEL_STUDIO: Final = [
    {
        "id": 1,
        "data": {"text": "红军水壶", "id": "1", "title": "红军", "description": "水壶"},
        "annotations": [{"result": [MARK]}],
    }
]
ENTRY: Final = {
    "id": "person:a", "type": "person", "name": "朱德", "begin": "1886", "end": "1976", "note": "", "variants": [],
}  # fmt: skip
CSV: Final = (
    '编号,名称,描述,图片\n1,铁水壶,"1934年, 红军",a.jpg\n'.encode(),
    "编号\t名称\n1\t水壶\n".encode("utf-16"),
    "编号;名称\n1;水壶\n".encode("gb18030"),
)
VALUES: Final = ("1934年10月", "民国廿三年", "长20.5厘米", "银元三百元", "光绪二十年甲午", "第115师")
QUESTIONS: Final = ("这是什么时候的？", "谁捐赠的", "who made it?", "长多少厘米", "是不是朱德用过的？")


def lines(*documents: Any) -> bytes:
    """JSON, a document a line."""
    return "\n".join(json.dumps(one, ensure_ascii=False) for one in documents).encode()


def annotations() -> tuple[bytes, ...]:
    """Lines of ``biaotu annotate``."""
    return tuple((ROOT / "tests" / "data" / "formats" / "annotations.jsonl").read_bytes().splitlines()[:2])


def workbook(census: bool = False) -> bytes:
    """A list as Excel writes it."""
    import openpyxl

    book = openpyxl.Workbook()
    head = ["名称", "编号", "质地", "数量", "尺寸"] if census else ["编号", "名称", "描述", "图片"]
    for row in (head, ["0001", "铁水壶", "1934年红军用", "0001.jpg"][: len(head)], ["=1+1", 3.5, None, True]):
        book.active.append(row)  # type: ignore[union-attr]
    whole = io.BytesIO()
    book.save(whole)
    return whole.getvalue()


def parquet() -> bytes:
    """A list in Parquet, with a list and a struct; needs pyarrow."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    whole = io.BytesIO()
    table = pa.Table.from_pylist([RECORD | {"museum": {"name": "某馆", "year": 1934}}] * 3)
    pq.write_table(table, whole, compression="zstd")
    return whole.getvalue()


def pictures() -> tuple[bytes, ...]:
    """Small pictures of each format that is read, and of the odd kinds of each."""
    import numpy as np
    from PIL import Image

    noise = np.random.default_rng(1).integers(0, 256, (24, 32, 4), dtype=np.uint8)
    colour = Image.fromarray(noise)
    exif = Image.Exif()
    exif[274], exif[270] = 6, "马灯"
    made = []
    for form, image, options in (
        ("JPEG", colour.convert("RGB"), {"exif": exif}),
        ("JPEG", colour.convert("CMYK"), {"progressive": True}),
        ("PNG", colour, {"exif": exif}),
        ("PNG", Image.fromarray(noise[..., 0].astype(np.uint16) * 200), {}),
        ("WEBP", colour, {"exif": exif}),
        ("TIFF", colour.convert("RGB"), {"compression": "tiff_lzw"}),
        ("TIFF", Image.fromarray(noise[..., 0].astype(np.float32)), {}),
        ("TIFF", colour.convert("1"), {"compression": "group4"}),
        ("BMP", colour.convert("RGB"), {}),
        ("GIF", colour.convert("P"), {"save_all": True, "append_images": [colour.convert("P")]}),
    ):
        buffer = io.BytesIO()
        image.save(buffer, form, **options)
        made.append(buffer.getvalue())
    return tuple(made)


def vectors() -> bytes:
    """A file of two word vectors."""
    import numpy as np

    from biaotu.ranking import WordVectors

    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "a.npz"
        WordVectors.quantise(["铁", "水壶"], np.eye(2, dtype=np.float32)).save(place)
        return place.read_bytes()


def statistics() -> bytes:
    """Word statistics of one word."""
    from biaotu.text.statistics import WordStatistics

    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "a.tsv.gz"
        WordStatistics({"水壶": 3}, 3, {"壶": (3, 2)}, 3, min_count=3).save(place)
        return place.read_bytes()


def terms() -> bytes:
    """The words that stand for labels, cut to one each."""
    document = json.loads((BUNDLE / "label_terms.json").read_text("utf-8"))
    return json.dumps({label: words[:1] for label, words in document.items()}, ensure_ascii=False).encode()


def manifest() -> bytes:
    """The manifest of a bundle of one file, without a fingerprint, so that damage gets further."""
    part = {"sha256": "0" * 64, "bytes": 6, "purpose": "words", "licence": "CC0-1.0", "source": "own"}
    fields = {"name": "a", "version": "1", "labels": {}, "settings": {}, "training": {}, "scores": {}}
    return lines(fields | {"files": {"a.txt": part}, "format": 1})
