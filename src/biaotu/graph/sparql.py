"""SPARQL over a graph: reading only, in a process of its own that is killed when its time is over.

A query cannot be stopped from inside (the engine knows no time limit), so it runs where it can be: a child process that
reads a snapshot, with limited memory. What is no query, or asks other servers, is refused before that.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from biaotu.errors import Busy, InputError, Refused, StoreError
from biaotu.graph import names
from biaotu.graph.nodes import answer

if TYPE_CHECKING:
    from biaotu.graph.graph import Graph

SECONDS: Final = 5.0
ROWS: Final = 1000
LONGEST: Final = 20000
"""Characters of a query."""
MEMORY: Final = 1 << 30
"""Bytes that a query may take."""
AT_ONCE: Final = 2
"""Queries that run at the same time; others wait their turn, no longer than a query may take."""

PREFIXES: Final = {
    "bt": names.BASE,
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
EXAMPLES: Final = (
    (
        "提到遵义会议的文物",
        "relics that name 遵义会议",
        'SELECT ?relic ?title WHERE {\n  ?event a bt:Event ; rdfs:label "遵义会议"@zh .\n'
        "  ?relic bt:event ?event ; rdfs:label ?title .\n}",
    ),
    (
        "各事件有多少件文物",
        "relics of each event",
        "SELECT ?event ?label (COUNT(DISTINCT ?relic) AS ?relics) WHERE {\n  ?relic bt:event ?event .\n"
        "  ?event rdfs:label ?label .\n} GROUP BY ?event ?label ORDER BY DESC(?relics) LIMIT 50",
    ),
    (
        "江西及其下属各地的文物",
        "relics of 江西 and all places in it",
        'SELECT DISTINCT ?relic ?place WHERE {\n  ?province rdfs:label "江西"@zh .\n'
        "  ?place bt:broader* ?province .\n  ?relic bt:place ?place .\n}",
    ),
    (
        "每条事实的出处",
        "where each fact is told",
        "SELECT ?relic ?words ?node ?confidence WHERE {\n  ?relic bt:mentions ?mention .\n"
        "  ?mention bt:names ?node ; rdf:value ?words .\n  OPTIONAL { ?mention bt:confidence ?confidence }\n} LIMIT 50",
    ),
)

# Texts, IRIs and comments; a text that does not end is taken to the end, so that it is looked at once.
_QUIET: Final = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*+(?:""")?|\'\'\'(?:[^\'\\]|\\.|\'(?!\'\'))*+(?:\'\'\')?'
    r'|"(?:[^"\\\n\r]|\\.)*+"?|\'(?:[^\'\\\n\r]|\\.)*+\'?|<[^<>"{}|^`\\\x00-\x20]*+>|#[^\n\r]*',
    re.S,
)
_SERVICE: Final = re.compile("service", re.IGNORECASE)
_FROM: Final = re.compile(r"(?<![?$\w:])from(?![\w:])", re.IGNORECASE)
_UPDATES: Final = re.compile(
    r"^\s*(?:(?:prefix\s+\S*:\s*<>|base\s*<>)\s*)*"
    r"(insert|delete|load|clear|drop|create|add|move|copy|with)\b",
    re.IGNORECASE,
)
_turns = threading.BoundedSemaphore(AT_ONCE)


def check(query: str) -> None:
    """Refuse what is no reading query of this graph alone.

    The engine would ask other servers. Where its keyword stands cannot be told without its own grammar, so the word is
    refused wherever it stands, in names and texts too.

    Raises:
        InputError: if it is too long, an update, or could ask another server.
    """
    if len(query) > LONGEST:
        raise InputError(f"the query has {len(query)} characters, {LONGEST} are the most")
    if re.search(r"\\u[0-9a-f]{4}|\\U[0-9a-f]{8}", query, re.IGNORECASE):
        raise InputError("write characters themselves in a query, not as \\u....")
    if _SERVICE.search(query):
        raise InputError("SERVICE asks other servers, which is not allowed; the word may not stand in a query")
    bare = _QUIET.sub(lambda match: "<>" if match[0][0] == "<" else '""' if match[0][0] in "\"'" else " ", query)
    if found := _UPDATES.match(bare):
        raise InputError(f"{found[1].upper()} would change the graph; ask with SELECT, ASK, CONSTRUCT or DESCRIBE")
    if _FROM.search(bare):
        raise InputError("FROM is not needed: which graphs are asked is said beside the query (machine); leave it out")


def snapshot(graph: Graph, folder: Path) -> None:
    """Copy a graph into a new folder, for reading; files that are there on disk already are linked, not copied."""
    if graph.dataset.folder is not None:
        graph.dataset.store.backup(str(folder))
        return
    from pyoxigraph import Store

    copy = Store(str(folder))
    copy.bulk_extend(iter(graph.dataset.store))
    copy.flush()


@contextmanager
def temporary_snapshot(graph: Graph) -> Iterator[Path]:
    """A snapshot that goes when the block ends."""
    with tempfile.TemporaryDirectory(prefix="biaotu-graph-") as folder:
        place = Path(folder) / "snapshot"
        snapshot(graph, place)
        yield place


def ask(
    folder: Path, query: str, *, machine: bool = False, seconds: float = SECONDS, rows: int = ROWS
) -> dict[str, Any]:
    """Answer a query from a snapshot.

    Raises:
        InputError: if it is no lawful query; a syntax error names line and column.
        Refused: if it ran out of time or memory.
        Busy: if others are asking and none was done in time.
    """
    check(query)
    began = time.perf_counter()
    if not _turns.acquire(timeout=seconds):
        raise Busy("other queries are running; try again")
    try:
        document = _run(folder, query, machine, seconds, rows)
    finally:
        _turns.release()
    took = round((time.perf_counter() - began) * 1000, 1)
    return answer(machine, None, **document, took_ms=took)


def _run(folder: Path, query: str, machine: bool, seconds: float, rows: int) -> dict[str, Any]:
    asked = json.dumps(
        {"folder": str(folder), "query": query, "machine": machine, "rows": rows, "prefixes": PREFIXES,
         "memory": MEMORY, "seconds": seconds}
    )  # fmt: skip
    try:
        done = subprocess.run(
            [sys.executable, "-P", str(Path(__file__).with_name("asking.py"))],
            input=asked.encode(), capture_output=True, timeout=seconds, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise Refused(
            f"the query ran past {seconds:g} s and was stopped; ask for less (LIMIT does not help where everything has "
            "to be counted or sorted first)"
        ) from error
    try:
        document: dict[str, Any] = json.loads(done.stdout)
    except ValueError as error:
        if done.returncode:  # killed, or it could not get the memory it wanted
            raise Refused("the query took more memory than it may; ask for less") from error
        raise StoreError(f"the query process said {done.stderr[-500:]!r}") from error
    if "syntax" in document:
        raise InputError(_syntax(document["syntax"], query))
    if "error" in document:
        raise Refused(document["error"])
    return document


def _syntax(message: str, query: str) -> str:
    found = re.match(r"error at (\d+):(\d+): (.*)", message, re.S)
    if found is None:
        return f"the query cannot be read: {message}"
    expected = re.sub(r"\[['A-Za-z0-9_^.= \\{}u|/+#&<>()!*:;?-]*\]?.*", "", found[3], flags=re.S).rstrip(" ,")
    lines = query.splitlines()
    line, column = int(found[1]), int(found[2])
    there = lines[line - 1][column - 1 : column + 19] if line <= len(lines) else ""
    told = f", before {there!r}" if there else ", where it ends"
    return f"the query cannot be read at line {line}, column {column}{told}: {expected[:200]}"


def forget(folder: Path) -> None:
    """Delete a snapshot that serves no longer."""
    shutil.rmtree(folder, ignore_errors=True)


__all__ = ["EXAMPLES", "PREFIXES", "ask", "check", "forget", "snapshot", "temporary_snapshot"]
