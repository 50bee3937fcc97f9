"""Tables in a document that a script keeps up to date, between two marks that no reader sees."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


def write_rows(document: Path, name: str, head: Sequence[str], rows: Sequence[str]) -> None:
    """Put rows between ``<!-- NAME begin -->`` and ``<!-- NAME end -->``.

    A row takes the place of the one with the same first cell; other rows stay, so that a table can be made in several
    calls of a script.

    Raises:
        SystemExit: if the document has no such marks.
    """
    begin, end = f"<!-- {name} begin -->\n", f"<!-- {name} end -->\n"
    text = document.read_text(encoding="utf-8")
    if begin not in text or end not in text:
        raise SystemExit(f"{document} has no place for the table {name}")
    before, _, rest = text.partition(begin)
    old, _, after = rest.partition(end)
    kept = {row.split("|")[1]: row for row in old.splitlines()[len(head) :]} | {row.split("|")[1]: row for row in rows}
    document.write_text(before + begin + "".join(f"{row}\n" for row in [*head, *kept.values()]) + end + after, "utf-8")
