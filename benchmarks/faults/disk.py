"""A full disk and a read-only one: a small file system in memory, filled up or remounted at a random moment."""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Final

import httpx
from sample import ME, Lost, acknowledged, biaotu, decided, fill, look, serving, told, write_list

from biaotu.store import Store, StorePlace, check

MB: Final = 1 << 20
ROWS: Final = 400
NOBODY: Final = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
"""Runs a command as a user who owns nothing."""


@cache
def may_mount() -> bool:
    """Whether a file system may be mounted here (Linux, root)."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return False
    with tempfile.TemporaryDirectory() as folder:
        if subprocess.run(["mount", "-t", "tmpfs", "tmpfs", folder], capture_output=True, check=False).returncode:
            return False
        subprocess.run(["umount", folder], check=True)
    return True


class Disk:
    """A file system of some megabytes."""

    def __init__(self, folder: Path, megabytes: int) -> None:
        self.folder = folder
        folder.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", folder], check=True)

    def remount(self, how: str) -> None:
        """Change it while it is in use."""
        subprocess.run(["mount", "-o", f"remount,{how}", self.folder], check=True)

    def fill_up(self, room: int) -> None:
        """Leave so many bytes."""
        state = os.statvfs(self.folder)
        (self.folder / "ballast").write_bytes(bytes(max(0, state.f_bavail * state.f_frsize - room)))

    def make_room(self) -> None:
        """Take away what fills it."""
        (self.folder / "ballast").unlink(missing_ok=True)

    def close(self) -> None:
        """Unmount it."""
        subprocess.run(["umount", "-l", self.folder], check=True)


class FullDisk:
    """The disk fills up in the middle of ``annotate``, ``import`` or ``serve``; then there is room again."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.list = folder, write_list(folder / "in", ROWS)
        done = biaotu("annotate", self.list, "-o", folder / "whole.jsonl", "-q")
        if done.returncode:
            raise SystemExit(done.stderr)
        self.whole = (folder / "whole.jsonl").read_bytes()
        self.number = 0

    def __call__(self, choose: random.Random) -> str:
        """One of the three, in turn."""
        self.number += 1
        disk = Disk(self.folder / f"disk{self.number}", 64)
        try:
            what = (self._annotate, self._import, self._serve)[self.number % 3]
            return what(disk, choose)
        finally:
            disk.close()

    def _annotate(self, disk: Disk, choose: random.Random) -> str:
        out = disk.folder / "out.jsonl"
        disk.fill_up(choose.randrange(4096, len(self.whole)))
        message = told(biaotu("annotate", self.list, "-o", out, "-q"))
        if "No space left" not in message:
            raise Lost(message)
        stood = out.read_bytes() if out.exists() else b""
        if not self.whole.startswith(stood) or (stood and not stood.endswith(b"\n")):
            raise Lost("what stands is no beginning of whole lines")
        disk.make_room()
        done = biaotu("annotate", self.list, "-o", out, "-q", "--resume")
        if done.returncode or out.read_bytes() != self.whole:
            raise Lost(f"--resume does not end it: {done.stderr}")
        return "annotate stopped, resumed"

    def _import(self, disk: Disk, choose: random.Random) -> str:
        place = StorePlace(disk.folder / "store")
        with Store.open(place, create=True):
            pass
        disk.fill_up(choose.randrange(64 * 1024, MB // 2))
        message = told(biaotu("import", self.list, "--store", place.folder, "-q"))
        if not re.search(r"full|No space", message):
            raise Lost(message)
        disk.make_room()
        done = biaotu("import", self.list, "--store", place.folder, "-q")
        with Store.open(place) as store:
            with store.reading() as unit:
                held = unit.records.counts().get("new", 0)
            found = list(check(store, deep=True))
        if done.returncode or held != ROWS or found:
            raise Lost(f"{done.stderr} {held} {found[:3]}")
        return "import stopped, resumed"

    def _serve(self, disk: Disk, choose: random.Random) -> str:
        place = StorePlace(disk.folder / "store")
        (record,) = fill(place, 1)
        with serving(place) as (client, _):
            kept = [acknowledged(client, record, f"before{number}") for number in range(5)]
            disk.fill_up(choose.randrange(0, 64 * 1024))
            refused = 0
            for number in range(200):
                key = f"full{number:04}"
                answer = decided(client, record, key)
                if answer.status_code == httpx.codes.CREATED:
                    kept.append(f"tag:{key}")
                    continue
                refused += 1
                if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE or "database is full" not in answer.text:
                    raise Lost(f"{answer.status_code} {answer.text}")
                if client.get(f"/records/{record}").status_code != httpx.codes.OK:
                    raise Lost("a full disk keeps the server from reading")
                if refused > 3:
                    break
            disk.make_room()
            kept.append(acknowledged(client, record, "after"))
        look(place, kept)
        if not refused:
            raise Lost("the disk was never full")
        return "serve refused writes, read on, wrote again"


class ReadOnly:
    """The data folder cannot be written, by anybody or by this user; then it can."""

    def __init__(self, folder: Path) -> None:
        self.list, self.number, self.folder = write_list(folder / "in", 5), 0, folder
        for path in (folder, folder / "in"):
            path.chmod(0o755)

    def __call__(self, choose: random.Random) -> str:
        """Every command that writes: mounted read-only, and as a user without the right to write, in turn."""
        self.number += 1
        disk = Disk(self.folder / f"disk{self.number}", 64)
        disk.folder.chmod(0o755)
        place = StorePlace(disk.folder / "store")
        fill(place, 1)
        with Store.open(place) as store, store.writing(ME) as unit:
            unit.users.add("boss", "admin", "nobody's")
        runs: list[tuple[str | Path, ...]] = [
            ("annotate", self.list, "-o", disk.folder / "out.jsonl", "-q"),
            ("annotate", self.list, "-o", disk.folder / "out.csv", "-q"),
            ("annotate", "--store", place.folder, "-q"),
            ("import", self.list, "--store", place.folder, "-q"),
            ("import", self.list, "--store", disk.folder / "other", "-q"),
            ("serve", "--port", "0", "--store", place.folder),
        ]
        choose.shuffle(runs)
        try:
            mounted = self.number % 2 == 1
            if mounted:
                disk.remount("ro")
            for arguments in runs:
                message = told(biaotu(*arguments, before=() if mounted else NOBODY))
                if not re.search(
                    "[Rr]ead-only|readonly|right to write|[Pp]ermission denied|cannot be written", message
                ):
                    raise Lost(f"{arguments}: {message}")
            if mounted:
                disk.remount("rw")
            done = biaotu("import", self.list, "--store", place.folder, "-q")
            if done.returncode:
                raise Lost(done.stderr)
        finally:
            disk.close()
        return f"6 commands refused to start ({'read-only mount' if mounted else 'no right to write'}), then worked"
