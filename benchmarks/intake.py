"""How fast lists go into the store: rows without photos, and rows with one photo each.

    python benchmarks/intake.py [--rows 20000] [--photos 1000] [--profile]

The store is made in a temporary folder: SQLite, or PostgreSQL where ``BIAOTU_DATABASE_URL`` names an empty database.
Prints rows a second and the seconds of CPU (this process alone, all threads) for the dry run, the import, the same list
again, and the rollback.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
from PIL import Image

from biaotu.intake import ImportRequest, PhotoReader, plan_import, rollback_import, run_import
from biaotu.store import Actor, Store, StorePlace

ME = Actor.system("benchmark")
Made = TypeVar("Made")
_WORDS = "红军游击队使用的铁质水壶口径底部刻有三字伤员担架木柄大刀灰布军装油印传单"


def write_list(path: Path, rows: int, first: int = 0) -> Path:
    """A list of invented objects with descriptions of about a hundred characters."""
    generator = np.random.default_rng(first)
    with path.open("w", encoding="utf-8") as file:
        file.write("编号,名称,描述,年代,来源\n")
        for number in range(first, first + rows):
            text = "".join(generator.choice(list(_WORDS), 100))
            file.write(f"{number:07},{text[:10]}{number},{text}。,1935年,征集\n")
    return path


def write_photos(folder: Path, count: int, first: int) -> Path:
    """Photos of 1600 x 1200 pixels, each another scene."""
    folder.mkdir()
    generator = np.random.default_rng(1)
    for number in range(first, first + count):
        small = Image.fromarray(generator.integers(0, 256, (9, 12, 3), dtype=np.uint8))
        small.resize((1600, 1200), Image.Resampling.BICUBIC).save(folder / f"{number:07}.jpg", quality=85)
    return folder


def timed(name: str, rows: int, work: Callable[[], Made]) -> Made:
    """Do something and tell how fast it was."""
    begun, spent = time.perf_counter(), time.process_time()
    made = work()
    seconds, spent = time.perf_counter() - begun, time.process_time() - spent
    print(f"{name:<28}{seconds:8.2f} s {rows / seconds:10.0f} rows/s {spent:8.2f} s of CPU", flush=True)  # noqa: T201
    return made


def measure(store: Store, request: ImportRequest, rows: int) -> int:
    """Dry run, import, the same list again; the id of the import."""
    with PhotoReader() as reader:
        timed("dry run", rows, lambda: plan_import(store, request, reader=reader))
        result = timed("import", rows, lambda: run_import(store, request, ME, reader=reader))
    timed("the same again", rows, lambda: run_import(store, request, ME))
    return result.id


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--photos", type=int, default=1000)
    parser.add_argument("--profile", action="store_true", help="tell where the import without photos spends its time")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        place = StorePlace.settle(folder / "data")
        print("PostgreSQL" if place.database is not None else "SQLite")  # noqa: T201
        plain = ImportRequest(write_list(folder / "list.csv", options.rows), museum="馆")
        pictured = ImportRequest(
            write_list(folder / "pictured.csv", options.photos, 1_000_000),
            images=write_photos(folder / "photos", options.photos, 1_000_000),
            museum="馆",
        )
        with Store.open(place, create=True) as store:
            if options.profile:
                profile = cProfile.Profile()
                profile.runcall(run_import, store, plain, ME)
                pstats.Stats(profile).sort_stats("cumulative").print_stats(45)
                return
            print(f"-- {options.rows} rows without photos")  # noqa: T201
            first = measure(store, plain, options.rows)
            print(f"-- {options.photos} rows with a photo each")  # noqa: T201
            measure(store, pictured, options.photos)
            timed("rollback", options.rows, lambda: rollback_import(store, first, ME, force=True))


if __name__ == "__main__":
    main()
