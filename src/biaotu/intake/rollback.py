"""One import taken back: records it made vanish from view, words it changed are what they were before.

What people have decided in the meantime is not thrown away lightly: then it is refused, unless forced. Even then
nothing is deleted; history and decisions stay, the records are hidden.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from biaotu.errors import Refused
from biaotu.store import Actor, Store, Unit

_SHOWN: Final = 10


@dataclass(frozen=True, slots=True)
class RollbackResult:
    """What was taken back.

    Attributes:
        id: the import's number in the ledger.
        removed: records that are hidden now.
        reverted: records whose words are again what they were.
        photos: records that lost photos which the import had added.
        kept: records left as they are, because a later import gave them new words.
        decided: records that people had decided on, hidden or changed all the same.
    """

    id: int
    removed: int
    reverted: int
    photos: int
    kept: int
    decided: int


class RollbackRefused(Refused):
    """People decided on records of the import, or a later import changed them.

    Args:
        message: why and what to do.
        decided: (record id, number) that people decided on since.
        later: (import id, record id, number) that later imports changed.
    """

    def __init__(self, message: str, decided: Sequence[tuple[int, str]], later: Sequence[tuple[int, int, str]]) -> None:
        self.decided = tuple(decided)
        self.later = tuple(later)
        super().__init__(message)


def rollback_import(store: Store, import_id: int, actor: Actor, *, force: bool = False) -> RollbackResult:
    """Take one import back, all or nothing.

    Args:
        store: where it went.
        import_id: its number in the ledger.
        actor: in whose name.
        force: even if people have decided on its records or a later import changed them.

    Raises:
        NotFound: if there is no such import.
        Refused: if it was rolled back already.
        RollbackRefused: if people have decided on its records or a later import changed them, unless forced.
    """
    with store.writing(actor) as unit:
        entry = unit.imports.lock(import_id)  # no chunk of it passes by
        if entry.state == "rolled_back":
            raise Refused(f"import {import_id} of {entry.file} is rolled back already")
        made = [row.record_id for row in unit.imports.all_rows(import_id, "new") if row.record_id is not None]
        changed = [row.record_id for row in unit.imports.all_rows(import_id, "updated") if row.record_id is not None]
        living = set(unit.records.get_many([*made, *changed]))
        unit.records.lock(sorted(living))  # so that nobody decides on them from now on
        decided = [(record.id, record.number) for record in unit.imports.decided_since(import_id)]
        later = unit.imports.touched_later(import_id)
        if (decided or later) and not force:
            raise RollbackRefused(_refusal(import_id, decided, later), decided, later)
        removed = [record_id for record_id in made if record_id in living]
        unit.records.remove(removed)
        reverted, kept = _revert(unit, import_id)
        lost = unit.images.detach_import(import_id)
        result = RollbackResult(
            import_id, len(removed), len(reverted), len(set(lost) - set(removed)), kept, len(decided)
        )
        counts = {str(outcome): rows for outcome, rows in unit.imports.counts(import_id).items()}
        unit.imports.finish(import_id, "rolled_back", counts)
        detail = {"file": entry.file, "removed": result.removed, "reverted": result.reverted, "force": force}
        unit.audit.add("import.rollback", f"import:{import_id}", detail)
        return result


def _revert(unit: Unit, import_id: int) -> tuple[list[int], int]:
    """Give updated records their words back, unless a later import wrote others. Their ids; how many were left."""
    rows = [row for row in unit.imports.all_rows(import_id, "updated") if row.record_id is not None]
    records = unit.records.get_many([row.record_id for row in rows if row.record_id is not None])
    reverted: list[int] = []
    kept = 0
    for row in rows:
        record = records.get(row.record_id or 0)
        if record is None or row.before is None:
            continue
        before = int(row.before["text_version"])
        if before == record.text_version:
            continue  # the import brought photos only
        current = next(known for known in unit.records.versions(record.id) if known.version == record.text_version)
        if current.import_id != import_id:
            kept += 1
            continue
        unit.records.revert(record.id, unit.imports.standing_version(record.id, before))
        reverted.append(record.id)
    return reverted, kept


def _refusal(import_id: int, decided: Sequence[tuple[int, str]], later: Sequence[tuple[int, int, str]]) -> str:
    reasons = []
    if decided:
        reasons.append(f"people have decided on {len(decided)} of its records ({_listed([one[1] for one in decided])})")
    if later:
        imports = ", ".join(map(str, sorted({one[0] for one in later})))
        reasons.append(f"later imports ({imports}) changed {_listed([one[2] for one in later])}")
    return (
        f"import {import_id} is not rolled back: {'; '.join(reasons)}. Roll back later imports first, or use force: "
        "decisions then stay in the history and the records are hidden"
    )


def _listed(numbers: Sequence[str]) -> str:
    return ", ".join(numbers[:_SHOWN]) + (f" and {len(numbers) - _SHOWN} more" if len(numbers) > _SHOWN else "")
