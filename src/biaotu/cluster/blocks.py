"""Records in blocks of JSON lines: what a worker reads is the text of the block, and the block goes by its hash.

A block whose input has changed has another name, so an answer never stands for another input than its own. JSON and
not pickle: nothing in a folder that others can write to is ever run.
"""

from __future__ import annotations

import hashlib
import json
import os
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path
from typing import Any

from biaotu.batch.resume import Item, unwritable
from biaotu.export.jsonl import encode
from biaotu.records import Failure, Notice, Record, Source


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of the input.

    Attributes:
        name: its number and the hash of its content; names in order are the input in order.
        size: how many records and failures it holds.
        content: them, one JSON line each.
    """

    name: str
    size: int
    content: bytes


def cut(items: Iterable[Item], size: int) -> Iterator[Block]:
    """Cut a stream into blocks of ``size`` items; the last one may be shorter."""
    stream = iter(items)
    for number in count():
        some = tuple(islice(stream, size))
        if not some:
            return
        content = b"".join(map(_line, some))
        digest = hashlib.sha256(content).hexdigest()[:24]
        yield Block(f"{number:08d}-{digest}", len(some), content)


def read_block(path: Path) -> Iterator[Item]:
    """The items of a block that ``cut`` made."""
    with path.open("rb") as lines:
        for line in lines:
            yield _item(json.loads(line))


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is either there and whole or not there, whoever else is writing the same.

    Raises:
        OSError: if it cannot be written; nothing is left behind.
    """
    draft = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def _line(item: Item) -> bytes:
    if isinstance(item, Record):
        try:
            return encode({"record": _record_document(item)})
        except (TypeError, ValueError, RecursionError) as error:
            item = unwritable(item, error)
    return encode({"failure": [item.source.file, item.source.row, item.reason, item.id, item.raw]})


def _record_document(record: Record) -> dict[str, Any]:
    return {
        "id": record.id,
        "title": record.title,
        "description": record.description,
        "images": list(record.images),
        "image_root": str(record.image_root),
        "extra": dict(record.extra),
        "source": [record.source.file, record.source.row] if record.source else None,
        "notices": [[notice.code, notice.message] for notice in record.notices],
    }


def _item(document: dict[str, Any]) -> Item:
    if "failure" in document:
        file, row, reason, name, raw = document["failure"]
        return Failure(Source(file, row), reason, name, raw)
    record = document["record"]
    return Record(
        id=record["id"],
        title=record["title"],
        description=record["description"],
        images=tuple(record["images"]),
        image_root=Path(record["image_root"]),
        extra=record["extra"],
        source=Source(*record["source"]) if record["source"] else None,
        notices=tuple(Notice(*notice) for notice in record["notices"]),
    )
