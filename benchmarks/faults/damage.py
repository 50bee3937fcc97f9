"""Bytes changed on disk: in the model bundle, in pages of the database, in the derived graph."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from sample import Lost, fill

import biaotu
from biaotu.errors import BiaotuError, BundleError
from biaotu.knowledge.graphing import FOLDER, GraphKeeper
from biaotu.runtime import Bundle
from biaotu.runtime.bundle import MANIFEST
from biaotu.store import Store, StorePlace, backup

PAGE: Final = 4096
RECORDS: Final = 150


def spoil(path: Path, choose: random.Random) -> str:
    """Change a file as a failing disk or an interrupted copy might; what was done."""
    data = bytearray(path.read_bytes())
    how = choose.choice(("flipped", "zeroed", "cut off", "deleted", "emptied"))
    place = choose.randrange(len(data)) if data else 0
    if how == "deleted":
        path.unlink()
        return how
    if how == "flipped" and data:
        data[place] ^= 1 << choose.randrange(8)
    elif how == "zeroed" and data:
        size = min(len(data) - place, choose.randrange(1, PAGE))
        if not any(data[place : place + size]):
            data[place : place + size] = b"\xff" * size
        else:
            data[place : place + size] = bytes(size)
    elif how == "cut off":
        del data[place:]
    else:
        data.clear()
    path.write_bytes(bytes(data))
    return how


def same(one: Path, other: Path) -> bool:
    """Whether two files say the same in JSON."""
    try:
        return bool(json.loads(one.read_bytes()) == json.loads(other.read_bytes()))
    except (OSError, ValueError):
        return False


class DamagedBundle:
    """A file of the bundle is damaged: it is refused by name before anything is annotated; put back, it loads."""

    def __init__(self, folder: Path) -> None:
        self.whole, self.copy = Path(biaotu.__file__).parent / "bundle", folder / "bundle"
        shutil.copytree(self.whole, self.copy)

    def __call__(self, choose: random.Random) -> str:
        """One file."""
        names = sorted(path.name for path in self.copy.iterdir() if path.is_file())
        name = choose.choice(names)
        try:
            how = spoil(self.copy / name, choose)
            if name == MANIFEST and same(self.copy / name, self.whole / name):
                return f"{how}: says the same"  # a line feed at the end
            try:
                Bundle(self.copy)
                biaotu.load(self.copy)
            except BundleError as error:
                if name not in str(error) and "manifest" not in str(error):
                    raise Lost(f"{name} {how}: the message does not name it: {error}") from error
            else:
                raise Lost(f"{name} {how}: loaded")
        finally:
            shutil.copy(self.whole / name, self.copy / name)
        Bundle(self.copy)
        return f"{how}: refused"


class DamagedPages:
    """Pages of the SQLite file are damaged: errors of ours alone come of it, never a crash, and a backup works."""

    def __init__(self, folder: Path) -> None:
        self.place, self.backup = StorePlace(folder / "store"), folder / "backup"
        fill(self.place, RECORDS)
        with Store.open(self.place) as store:
            backup(store, self.backup)
            with store.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        self.whole = self.place.sqlite.read_bytes()

    def __call__(self, choose: random.Random) -> str:
        """One to five pages."""
        for path in self.place.folder.glob(f"{self.place.sqlite.name}-*"):
            path.unlink()
        data = bytearray(self.whole)
        for _ in range(choose.randint(1, 5)):
            start = choose.randrange(len(data) // PAGE) * PAGE
            for _ in range(choose.randint(1, 64)):
                data[start + choose.randrange(PAGE)] = choose.randrange(256)
        self.place.sqlite.write_bytes(bytes(data))
        command = [sys.executable, str(Path(__file__).with_name("looking.py")), str(self.place.folder)]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        except subprocess.TimeoutExpired as error:
            raise Lost("hung for two minutes") from error
        if done.returncode:
            raise Lost(f"status {done.returncode}: {done.stderr[-2500:]}")
        told = json.loads(done.stdout)
        self._restored()
        return "told" if told else "not noticed (unused bytes, or words that SQLite has no check for)"

    def _restored(self) -> None:
        """The backup stands in for it."""
        for path in self.place.folder.glob(f"{self.place.sqlite.name}*"):
            path.unlink()
        shutil.copy(StorePlace(self.backup).sqlite, self.place.sqlite)
        with Store.open(self.place) as store, store.reading() as unit:
            if len(unit.lists.records(limit=200).items) != RECORDS:
                raise Lost("the backup does not hold all records")


class DamagedGraph:
    """Files of the derived graph are damaged or deleted: the next question is answered as from a whole one."""

    def __init__(self, folder: Path) -> None:
        self.place = StorePlace(folder / "store")
        fill(self.place, 40)
        self.expected = self._contents()
        self.whole = folder / "whole"
        shutil.copytree(self.place.folder / FOLDER, self.whole)

    def _contents(self) -> list[str]:
        with Store.open(self.place) as store, GraphKeeper(store) as keeper, keeper.graph() as graph:
            return sorted(str(quad) for quad in graph.dataset.store)

    def __call__(self, choose: random.Random) -> str:
        """One file, some, or the folder."""
        graph = self.place.folder / FOLDER
        shutil.rmtree(graph, ignore_errors=True)
        shutil.copytree(self.whole, graph)
        files = sorted(path for path in graph.rglob("*") if path.is_file())
        if choose.random() < 0.1:
            shutil.rmtree(graph)
            how = "folder deleted"
        else:
            chosen = choose.sample(files, choose.randint(1, min(3, len(files))))
            how = ", ".join(sorted({spoil(path, choose) for path in chosen}))
        try:
            now = self._contents()
        except BiaotuError as error:
            raise Lost(f"{how}: {error}") from error
        if now != self.expected:
            missing, more = len(set(self.expected) - set(now)), len(set(now) - set(self.expected))
            raise Lost(f"{how}: {missing} quads missing, {more} too many")
        return "as from a whole one"
