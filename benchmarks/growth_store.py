"""The part of ``benchmarks/growth.py`` about the store: import in steps, and how long answers take as it grows.

``python growth_store.py ask FOLDER`` is what a fresh server process does: opens the store, searches, reads records.
"""

from __future__ import annotations

import json
import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any, Final

import numpy as np
from growth_data import Coiner, write_list
from growth_watch import resident, watch

from biaotu.search import SearchQuery
from biaotu.store import Actor, Store, StorePlace

ME: Final = Actor.system("benchmark")
WIDTH: Final = 384
ASKED: Final = 100
WORDS: Final = ("游击队", "红军", "手榴弹", "搪瓷缸", "兵工厂", "瑞金", "油灯", "草鞋", "1934", "渡口", "独立团 军号")


def grow(program: str, coiner: Coiner, folder: Path, steps: Sequence[int]) -> list[dict[str, Any]]:
    """Import list after list with the real command until the store has as many records as each step says."""
    place, rows, before = folder / "store", [], 0
    for step in steps:
        part = folder / f"list-{step}.jsonl"
        write_list(part, step - before, coiner, first=before)
        command = [program, "import", str(part), "--store", str(place), "--quiet"]
        last = watch(command, lambda: _settled(place), poll=0.5).samples[-1]
        _give_vectors(place)
        asked = json.loads(subprocess.check_output([sys.executable, __file__, "ask", str(place)]))
        row = {
            "records": step,
            "new": step - before,
            "import_cpu_ms": round(1000 * last.cpu / (step - before), 3),
            "import_peak_mb": round(last.peak, 1),
            "database_mb": round((place / "biaotu.sqlite").stat().st_size / 2**20, 1) if place.exists() else None,
            **asked,
        }
        rows.append(row)
        sys.stderr.write(json.dumps(row) + "\n")
        before = step
    return rows


def _settled(place: Path) -> int:
    """Rows that the ledger of imports has, read without being in the way."""
    try:
        with sqlite3.connect(f"file:{place}/biaotu.sqlite?mode=ro", uri=True, timeout=0.1) as connection:
            return int(connection.execute("SELECT count(*) FROM import_rows").fetchone()[0])
    except sqlite3.Error:
        return 0


def _give_vectors(place: Path) -> None:
    """A vector for each record that has none, as annotating gives it."""
    dice = np.random.default_rng(1)
    with Store.open(StorePlace(place)) as store:
        after = 0
        while True:
            with store.writing(ME) as unit:
                ids = unit.vectors.missing("text", "growth 1", 1000, after)
                if not ids:
                    return
                drawn = dice.standard_normal((len(ids), WIDTH), dtype=np.float32)
                unit.vectors.put("text", "growth 1", [(one, None, row) for one, row in zip(ids, drawn, strict=True)])
                after = ids[-1]


def ask(place: Path) -> dict[str, float]:
    """Median CPU milliseconds of searches and reads, what the first search takes, and the memory it leaves taken."""
    dice, numbers = random.Random(5), np.random.default_rng(5)
    with Store.open(StorePlace(place)) as store:
        start = resident()
        found = {"first_search_ms": _cpu(lambda: store.search(SearchQuery(WORDS[0])))}
        with store.reading() as unit:
            ids = [hit.record_id for hit in _hits(store)]
            found["read_ms"] = median(_cpu(lambda: unit.decisions.views([dice.choice(ids)])) for _ in range(ASKED))
        found["words_ms"] = median(_cpu(lambda: store.search(SearchQuery(dice.choice(WORDS)))) for _ in range(ASKED))

        def meaning() -> object:
            vector = numbers.standard_normal(WIDTH, dtype=np.float32)
            return store.search(SearchQuery(mode="meaning", vector=vector))

        found["first_meaning_ms"] = _cpu(meaning)
        found["meaning_ms"] = median(_cpu(meaning) for _ in range(ASKED))
        found["search_memory_mb"] = resident() - start
    return {name: round(value, 3) for name, value in found.items()}


def _hits(store: Store) -> Sequence[Any]:
    return store.search(SearchQuery(limit=50)).hits


def _cpu(act: Callable[[], object]) -> float:
    begun = time.process_time()
    act()
    return 1000 * (time.process_time() - begun)


if __name__ == "__main__":
    print(json.dumps(ask(Path(sys.argv[2]))))  # noqa: T201
