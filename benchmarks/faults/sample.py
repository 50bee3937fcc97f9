"""Invented records, photos, stores, and the programs that are made to fail."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import httpx
from PIL import Image

from biaotu.api import accounts
from biaotu.records import Annotation, Label, RankedTag, Span
from biaotu.store import Actor, NewRecord, Store, StorePlace, check

ME: Final = Actor.system("faults")
BIAOTU: Final = (sys.executable, "-c", "from biaotu.cli.main import main; main()")
THINGS: Final = ("马灯", "军号", "搪瓷缸", "油印机", "手榴弹", "草鞋", "布告", "绑腿")
PLACES: Final = ("遵义", "瑞金", "延安", "井冈山", "平型关")


class Lost(Exception):  # noqa: N818
    """What must not happen: something acknowledged is gone, a bare error came through, a restart did not work."""


def words(number: int) -> tuple[str, str]:
    """Title and description of a record."""
    thing, place = THINGS[number % len(THINGS)], PLACES[number % len(PLACES)]
    title = f"红军第{number}团在{place}用过的{thing}"
    return (
        title,
        f"1935年{number % 12 + 1}月，红军第{number}团战士在{place}战斗中使用，长{number % 50 + 10}厘米，竹木制。",
    )


def write_list(folder: Path, count: int, photos: int = 0) -> Path:
    """A list of records with some photos beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(photos):
        buffer = io.BytesIO()
        Image.new("RGB", (64, 48), (number % 256, 90, number // 256)).save(buffer, "JPEG")
        (folder / f"{number}.jpg").write_bytes(buffer.getvalue())
    lines = []
    for number in range(count):
        title, description = words(number)
        images = [f"{number}.jpg"] if number < photos else []
        lines.append(json.dumps({"id": f"N{number}", "title": title, "description": description, "images": images}))
    path = folder / "list.jsonl"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def annotation(number: int) -> Annotation:
    """What an invented model says of a record."""
    title, description = words(number)
    place = PLACES[number % len(PLACES)]
    start = title.index(place)
    return Annotation(
        id=f"N{number}",
        title=title,
        description=description,
        images=(),
        material=(Label("竹木制品", 0.9, True),),
        use=(Label("武器装备", 0.9, True),),
        text_tags=(),
        primary=(RankedTag(THINGS[number % len(THINGS)], 0.8, None),),
        secondary=(),
        attribute_names=(),
        attributes=(
            Span("地点", place, "title", start, start + len(place), 0.9),
            Span("时间", "1935年", "description", 0, 5, 0.9),
        ),
        model_name="invented",
        model_version="1",
    )


def fill(place: StorePlace, count: int) -> list[int]:
    """A store of annotated records."""
    with Store.open(place, create=True) as store, store.writing(ME) as unit:
        fresh = [NewRecord(f"N{number}", *words(number), "某馆") for number in range(count)]
        ids = unit.records.add_many(fresh)
        for number, record in enumerate(ids):
            unit.annotations.add(record, annotation(number))
    return ids


def biaotu(
    *arguments: str | Path, seconds: float = 120, more: dict[str, str] | None = None, before: Sequence[str] = ()
) -> subprocess.CompletedProcess[str]:
    """Run ``biaotu``; ``before`` is put in front of the command. A run that hangs is a fault."""
    command = [*before, *BIAOTU, *map(str, arguments)]
    try:
        return subprocess.run(
            command, capture_output=True, text=True, timeout=seconds, check=False, env=os.environ | (more or {})
        )
    except subprocess.TimeoutExpired as error:
        raise Lost(f"{' '.join(map(str, arguments))} hung for {seconds:.0f} s") from error


def told(done: subprocess.CompletedProcess[str]) -> str:
    """The message of a run that had to fail in an orderly way: some line of ours, no traceback.

    Raises:
        Lost: if it went well, or failed otherwise.
    """
    lines = [line for line in done.stderr.splitlines() if line.startswith("biaotu:")]
    if done.returncode not in (1, 2) or not lines or "Traceback" in done.stderr:
        raise Lost(f"status {done.returncode}: {done.stderr[-2000:]}")
    return lines[-1]


def killed_after(arguments: Sequence[str | Path], seconds: float, begun: Callable[[], bool] = lambda: True) -> bool:
    """Run ``biaotu`` and kill it with -9 some time after its work has begun; False if it had ended before."""
    command = [*BIAOTU, *map(str, arguments)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None and not begun():
            time.sleep(0.005)
        time.sleep(seconds)
        process.kill()
        return process.wait() < 0


@contextmanager
def serving(
    place: StorePlace, more: dict[str, str] | None = None, options: Sequence[str] = ()
) -> Iterator[tuple[httpx.Client, subprocess.Popen[str]]]:
    """A server with a client that may decide, and its process; whoever made the store added no administrator yet.

    Raises:
        Lost: if it does not start.
    """
    with Store.open(place) as store:
        with store.writing(ME) as unit:
            if unit.users.named("boss") is None:
                unit.users.add("boss", "admin", "nobody's")
            user = unit.users.named("reviewer") or unit.users.add("reviewer", "reviewer", None)
        token, _ = accounts.add_token(store, ME, user.id, "faults", 1)
    command = [*BIAOTU, "serve", "--port", "0", "--store", str(place.folder), *options]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=os.environ | (more or {})) as process:
        try:
            with httpx.Client(
                base_url=f"{address_of(process)}api/v1",
                headers={"Authorization": f"Bearer {token}"},
                timeout=60,
                trust_env=False,
            ) as client:
                yield client, process
        finally:
            process.kill()


def address_of(process: subprocess.Popen[str]) -> str:
    """Where a server answers, once it does.

    Raises:
        Lost: if it ends instead.
    """
    assert process.stderr is not None
    said = ""
    for line in process.stderr:
        said += line
        if found := re.search(r"http://\S+/", line):
            threading.Thread(target=process.stderr.read, daemon=True).start()  # else its log fills the pipe
            return found[0]
    raise Lost(f"the server did not start: {said}")


def decided(client: httpx.Client, record: int, key: str) -> httpx.Response:
    """The answer to an act of two decisions, of which the first is on the tag ``key``."""
    items = [(f"tag:{key}", "primary"), (f"tag:{key}-b", "secondary")]
    body = {"base": 10**9, "key": f"{key:->8}", "decisions": [{"item": i, "verdict": v} for i, v in items]}
    return client.post(f"/records/{record}/decisions", json=body)


def acknowledged(client: httpx.Client, record: int, key: str) -> str:
    """Decide; the item.

    Raises:
        Lost: if that was not acknowledged.
    """
    answer = decided(client, record, key)
    if answer.status_code != httpx.codes.CREATED:
        raise Lost(f"{answer.status_code} {answer.text}")
    return f"tag:{key}"


def look(place: StorePlace, kept: Iterable[str]) -> None:
    """See that acknowledged items are there, each once, that no act is halved, and that the store is sound.

    Raises:
        Lost: if not.
    """
    with Store.open(place) as store:
        with store.reading() as unit:
            rows = list(unit.decisions.all())
        found = list(check(store, deep=True))
    there = Counter(row.item.key for row in rows)
    lost = [key for key in kept if there[key] != 1]
    halves = [batch for batch, count in Counter(row.batch for row in rows).items() if count != 2]
    if lost or halves or found:
        raise Lost(f"lost or doubled {lost[:3]}, halved {halves[:3]}, {found[:3]}")
