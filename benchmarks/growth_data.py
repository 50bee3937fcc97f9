"""Lists of any length for ``benchmarks/growth.py``, no two records alike, so that no cache flatters a long run.

A record is put together from the invented collection of ``examples`` and from clauses of its records, numbers thrown
anew, with persons, places and units coined character by character: the number of different words grows with the list,
as it does in real ones. ``words`` counts them. Everything follows from the seed.
"""

from __future__ import annotations

import json
import random
import re
import sys
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import numpy as np
from PIL import Image

HERE: Final = Path(__file__).resolve().parent
EXAMPLES: Final = HERE.parent / "examples"
sys.path.insert(0, str(EXAMPLES))

from collection.kinds import KINDS  # noqa: E402 - the examples are no package of ours
from collection.words import SURNAMES, compose  # noqa: E402

_CLAUSE = re.compile(r"[^，。；！？]+[，。；！？]")
_NUMBER = re.compile(r"\d+")
_FIRST, _LAST = 0x4E00, 0x9FA5  # Unicode's first block of Chinese characters
_CHARACTERS: Final = 6000
_COINED: Final = (
    "{person}把它交给{place}的{person}保管，",
    "经手人{person}、{person}，",
    "原在{place}{unit}，",
    "{unit}驻{place}时由{person}所用，",
    "背面刻“{person}”，",
    "{place}{person}家传，",
)
_PLACE_ENDS: Final = ("村", "镇", "乡", "山", "沟", "坪", "圩", "湾", "渡口", "祠堂")
_UNIT_ENDS: Final = ("游击队", "独立团", "合作社", "兵工厂", "赤卫队", "印刷所", "支队", "农会")


class Coiner:
    """Throws records; the same seed throws the same ones.

    Args:
        seed: of the dice.
        texts: JSON Lines whose clauses are used beside those of the examples.
        characters: most characters of a record; what is longer is cut behind a clause.
    """

    def __init__(self, seed: int, texts: Sequence[Path] = (), characters: int = 150) -> None:
        self._dice = random.Random(seed)
        self._most = characters
        self._clauses = _clauses([EXAMPLES / "records.jsonl", *texts])
        self._things = sorted({title.rpartition("}")[2] for kind in KINDS for title in kind.titles} - {""})
        # Zipf's law: common characters, those of the examples, make most names, rare ones the long tail.
        common = sorted({char for clause in self._clauses for char in clause if "一" <= char <= "龥"})
        rare = [char for code in range(_FIRST, _LAST) if (char := chr(code)) not in common]
        for some in (common, rare):
            random.Random(0).shuffle(some)
        self._characters = [*common, *rare][:_CHARACTERS]
        self._weights = np.cumsum(1 / np.arange(1, _CHARACTERS + 1) ** 0.6).tolist()

    def record(self, number: int) -> dict[str, Any]:
        """One record of nearly as many characters as were asked for."""
        dice = self._dice
        title, body = compose(dice.choice(KINDS), dice)
        if dice.random() < 0.5:
            title = f"{self._unit()}{title}"
        parts = [self._coined(), *(self._numbers(part) for part in dice.choices(self._clauses, k=4)), self._coined()]
        dice.shuffle(parts)
        while len(title) + len(body) > self._most and (stop := _last_clause(body)):
            body = body[:stop]
        for part in parts:
            if len(title) + len(body) + len(part) <= self._most:
                body += part
        return {"id": f"G{number:07}", "title": title, "description": body}

    def short(self, number: int) -> dict[str, Any]:
        """A record of about 35 characters, thrown ten times as fast: for a million of them."""
        dice = self._dice
        title = f"{self._unit()}{dice.choice(self._things)}"
        return {"id": f"G{number:07}", "title": title, "description": f"{self._person()}，{dice.choice(self._clauses)}"}

    def _coined(self) -> str:
        form = self._dice.choice(_COINED)
        while "{" in form:
            form = form.replace("{person}", self._person(), 1).replace("{place}", self._place(), 1)
            form = form.replace("{unit}", self._unit(), 1)
        return form

    def _name(self, least: int, most: int) -> str:
        count = self._dice.randint(least, most)
        return "".join(self._dice.choices(self._characters, cum_weights=self._weights, k=count))

    def _person(self) -> str:
        return self._dice.choice(SURNAMES) + self._name(1, 2)

    def _place(self) -> str:
        return self._name(1, 2) + self._dice.choice(_PLACE_ENDS)

    def _unit(self) -> str:
        return self._name(2, 2) + self._dice.choice(_UNIT_ENDS)

    def _numbers(self, clause: str) -> str:
        def thrown(match: re.Match[str]) -> str:
            digits = match[0]
            if len(digits) == 4 and digits.startswith("19"):
                return str(self._dice.randint(1919, 1978))
            return str(self._dice.randint(10 ** (len(digits) - 1), 10 ** len(digits) - 1))

        return _NUMBER.sub(thrown, clause)


def _last_clause(text: str) -> int:
    """Where the last clause of several begins; 0 if there is one alone."""
    ends = [match.end() for match in _CLAUSE.finditer(text)]
    return ends[-2] if len(ends) > 1 else 0


def _clauses(paths: Sequence[Path]) -> list[str]:
    found = []
    for path in paths:
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                text = re.sub(r"<[^>]*>", "", json.loads(line).get("description") or "")
                found += [clause for clause in _CLAUSE.findall(text) if 4 <= len(clause) <= 40]
    return sorted(set(found))


def write_list(path: Path, count: int, coiner: Coiner, *, first: int = 0, short: bool = False) -> None:
    """A list of ``count`` records, numbered from ``first``: JSON Lines, CSV or XLSX by the file's ending."""
    throw = coiner.short if short else coiner.record
    records = (throw(number) for number in range(first, first + count))
    if path.suffix == ".jsonl":
        with path.open("w", encoding="utf-8") as out:
            out.writelines(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
    elif path.suffix == ".csv":
        import csv

        with path.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows(_rows(records))
    else:
        from openpyxl import Workbook

        book = Workbook(write_only=True)
        sheet = book.create_sheet("list")
        for row in _rows(records):
            sheet.append(row)
        book.save(path)


def _rows(records: Iterator[dict[str, Any]]) -> Iterator[Sequence[str]]:
    yield "编号", "名称", "描述"
    for record in records:
        yield record["id"], record["title"], record["description"]


def write_photos(folder: Path, count: int, *, side: int = 400, seed: int = 1) -> None:
    """Photos that all differ, named by number (``G0000012-1.jpg``): those of the examples, cut and lit anew."""
    folder.mkdir(parents=True, exist_ok=True)
    dice = np.random.default_rng(seed)
    sources = []
    for path in sorted((EXAMPLES / "photos").glob("*.jpg")):
        try:
            with Image.open(path) as image:
                sources.append(image.convert("RGB").resize((2 * side, 2 * side)))
        except OSError:
            continue  # one of the examples is broken on purpose
    for number in range(count):
        left, top = (int(one) for one in dice.integers(0, side, 2))
        image = sources[number % len(sources)].crop((left, top, left + side, top + side))
        pixels = np.asarray(image, np.float32) * dice.uniform(0.7, 1.3, 3) + dice.uniform(-15, 15)
        held = BytesIO()
        Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(held, "JPEG", quality=85)
        (folder / f"G{number:07}-1.jpg").write_bytes(held.getvalue())
