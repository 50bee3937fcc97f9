"""Verdicts on links, as they are to be written: to the entries that the ids mean today."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from biaotu.review import Decision, Item, LinkItem, Verdict

if TYPE_CHECKING:
    from biaotu.store.repos.authorities import AuthorityRepository


def links_today(
    known: AuthorityRepository, decisions: Sequence[Decision], changes: Sequence[tuple[Item, Verdict]]
) -> list[tuple[Item, Verdict]]:
    """The verdicts of an act, those on links by the entries that their ids mean today.

    What was said under an id that was merged since is said of the same entry; it is withdrawn, so that no two verdicts
    on one entry stand.

    Args:
        known: the entries.
        decisions: all decisions on the record, oldest first.
        changes: the verdicts as they were sent.

    Raises:
        Refused: if a link leads to no entry, or values of that attribute do not name entries of its type.
    """
    said = {row.item: row.verdict for row in decisions if isinstance(row.item, LinkItem)}
    found: list[tuple[Item, Verdict]] = []
    for item, verdict in changes:
        today = known.present(item) if isinstance(item, LinkItem) and verdict != "withdraw" else item
        if isinstance(today, LinkItem):
            meant = known.meant(today)
            found += [
                (one, "withdraw")
                for one, last in said.items()
                if one != today and last != "withdraw" and known.meant(one) == meant
            ]
        found.append((today, verdict))
    return found
