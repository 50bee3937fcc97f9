"""Make a museum's list with photos, of any size, to try imports and reviews on: ``python examples/make_collection.py``.

Writes ``馆藏清单.xlsx`` and a folder ``照片``. Everything in it is invented; the same seed makes the same collection.
As in a real list some rows have faults: a number used twice, a photo that is missing, one that is broken, one that
belongs to no row, one that stands for two relics, an empty row.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
from pathlib import Path

from collection.kinds import KINDS
from collection.shots import load, shoot
from collection.words import compose
from openpyxl import Workbook

HEADERS = ("总登记号", "名称", "描述", "图片", "级别", "来源方式", "保存状态")
GRADES = ("一级", "二级", "三级", "一般")
WAYS = ("征集购买", "接受捐赠", "移交", "旧藏")
CONDITIONS = ("状态稳定，不需修复", "部分损腐，需要修复", "已修复")


def make(out: Path, records: int, share: float, seed: int) -> None:
    """Write list and photos.

    Args:
        out: folder to write into.
        records: relics in the list.
        share: part of them that has a photo.
        seed: of the dice.
    """
    dice = random.Random(seed)
    photos = out / "照片"
    photos.mkdir(parents=True, exist_ok=True)
    drawings = {kind.drawing: load(Path(__file__).parent / "photos", kind.drawing) for kind in KINDS}
    book = Workbook(write_only=True)
    sheet = book.create_sheet("馆藏清单")
    sheet.append(HEADERS)
    numbers = [f"G{number:05d}" for number in range(1, records + 1)]
    with_photo = [number for number in numbers if dice.random() < share]
    shown = set(with_photo)
    for number in numbers:
        kind = dice.choice(KINDS)
        title, description = compose(kind, dice)
        if number in shown:
            shoot(drawings[kind.drawing], dice).save(photos / f"{number}-1.jpg", quality=82)
        sheet.append(
            (number, title, description, None, dice.choice(GRADES), dice.choice(WAYS), dice.choice(CONDITIONS))
        )
    for row in _faults(numbers, with_photo, photos):
        sheet.append(row)
    book.save(out / "馆藏清单.xlsx")


def _faults(numbers: list[str], with_photo: list[str], photos: Path) -> list[tuple[str | None, ...]]:
    """Rows that are wrong, each in its own way, behind the others."""
    rest = (None, None, None)
    rows: list[tuple[str | None, ...]] = [
        (numbers[0], "号码重复的旧怀表", "银壳，直径4.5厘米。", None, *rest),
        (f"G{len(numbers) + 1:05d}", "照片遗失的竹扁担", "竹质，长168厘米。", "找不到.jpg", *rest),
        (f"G{len(numbers) + 2:05d}", "照片损坏的皮带", "牛皮，长92厘米。", "损坏.jpg", *rest),
        (f"G{len(numbers) + 3:05d}", None, None, None, *rest),
    ]
    (photos / "损坏.jpg").write_bytes(b"\xff\xd8\xff\xe0" + bytes(200))
    if with_photo:
        source = photos / f"{with_photo[0]}-1.jpg"
        shutil.copy(source, photos / "无主照片.jpg")
        rows.append((f"G{len(numbers) + 4:05d}", "与他物同照的军号", "铜质，长38厘米。", "同照.jpg", *rest))
        shutil.copy(source, photos / "同照.jpg")
    return rows


def main() -> None:
    """Read the options and make the collection."""
    parser = argparse.ArgumentParser(description="Make an invented collection to try biaotu on.")
    parser.add_argument("out", type=Path, help="folder to write into")
    parser.add_argument("--records", type=int, default=1000)
    parser.add_argument("--with-photo", type=float, default=0.6, help="part of the relics that has a photo")
    parser.add_argument("--seed", type=int, default=1949)
    options = parser.parse_args()
    make(options.out, options.records, options.with_photo, options.seed)
    sys.stdout.write(f"{options.out}: {options.records} relics and a few faulty rows\n")


if __name__ == "__main__":
    main()
