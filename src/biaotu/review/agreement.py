"""How far people agree, from what each of them decided.

Compared are the items that both of two people judged, with each one's own latest verdict, whatever the other did later.
An act that a person took back does not count, nor do undos themselves, nor verdicts on a record as a whole, nor links:
a second person's entry is another item than the first one's, so there would be nothing but consent.

``kappa`` is Cohen's: agreement beyond chance. Chance is reckoned for each kind of item by itself and averaged, weighted
by the number of items, so that the mere kind of an item is no agreement. Where two people used one and the same verdict
throughout, kappa is not defined: None. Figures over several pairs of people are means weighted by their items, those
without a kappa left out. For spans F1 is told too: of the spans that one or the other accepted, which did both.

The second person usually sees what the first one said, so these figures tell consent; they are an upper bound of what
two people would do who work apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final

from biaotu.review.items import Item, Kind
from biaotu.review.ledger import Ledger
from biaotu.review.verdicts import Decision, Verdict

_KINDS: Final[tuple[Kind, Kind, Kind]] = ("label", "tag", "span")

Pair = tuple[Verdict, Verdict]


@dataclass(frozen=True, slots=True)
class Score:
    """Agreement over ``pairs`` items that two people judged; ``agree`` is a share, None without any item."""

    pairs: int
    agree: float | None
    kappa: float | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement of all people: over all, for each kind of item, for each two people."""

    overall: Score
    label: Score
    tag: Score
    span: Score
    span_f1: float | None
    people: tuple[tuple[str, str, Score], ...]

    def to_dict(self) -> dict[str, Any]:
        """The figures as plain JSON types, to four places."""
        return {
            "overall": _score(self.overall),
            "kinds": {
                "label": _score(self.label),
                "tag": _score(self.tag),
                "span": _score(self.span) | {"f1": _rounded(self.span_f1)},
            },
            "people": [{"a": a, "b": b} | _score(score) for a, b, score in self.people],
        }


def agreement(decisions: Iterable[Decision]) -> Agreement:
    """Agreement over the decisions of any number of records."""
    judged, names = _judgements(decisions)
    couples: list[tuple[str, str, dict[Kind, list[Pair]]]] = []
    for a, b in combinations(sorted(judged, key=lambda user: (names[user], str(user))), 2):
        both: dict[Kind, list[Pair]] = {kind: [] for kind in _KINDS}
        for place in judged[a].keys() & judged[b].keys():
            both[place[1].kind].append((judged[a][place], judged[b][place]))
        if any(both.values()):
            couples.append((names[a], names[b], both))
    people = tuple((a, b, _of_kinds(both.values())) for a, b, both in couples)
    kinds = {kind: _mean([_of_kinds([both[kind]]) for _, _, both in couples]) for kind in _KINDS}
    return Agreement(
        overall=_mean([score for _, _, score in people]),
        label=kinds["label"],
        tag=kinds["tag"],
        span=kinds["span"],
        span_f1=_f1([pair for _, _, both in couples for pair in both["span"]]),
        people=people,
    )


def _judgements(
    decisions: Iterable[Decision],
) -> tuple[Mapping[int | None, Mapping[tuple[int, Item], Verdict]], Mapping[int | None, str]]:
    """For each person the latest verdict on each (record, item), and the people's names."""
    records: dict[int, list[Decision]] = {}
    for row in decisions:
        records.setdefault(row.record_id, []).append(row)
    judged: dict[int | None, dict[tuple[int, Item], Verdict]] = {}
    names: dict[int | None, str] = {}
    for record_id, rows in records.items():
        ledger = Ledger(rows)
        for row in ledger.rows:
            if row.item.kind not in _KINDS or row.undoes is not None or not ledger.in_effect(row.batch, own=True):
                continue
            names[row.user_id] = row.user
            verdicts = judged.setdefault(row.user_id, {})
            if row.verdict == "withdraw":
                verdicts.pop((record_id, row.item), None)
            else:
                verdicts[record_id, row.item] = row.verdict
    return judged, names


def _of_kinds(kinds: Iterable[Sequence[Pair]]) -> Score:
    """Agreement and kappa of two people; chance by kind."""
    total, same, chance = 0, 0, 0.0
    for pairs in kinds:
        if pairs:
            total += len(pairs)
            same += sum(a == b for a, b in pairs)
            first, second = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
            chance += sum(count * second[verdict] for verdict, count in first.items()) / len(pairs)
    if not total:
        return Score(0, None, None)
    # Counts, not shares: with one verdict throughout, chance is the total to the bit.
    return Score(total, same / total, None if chance >= total else (same - chance) / (total - chance))


def _mean(scores: Sequence[Score]) -> Score:
    total = sum(score.pairs for score in scores)
    agree = [(score.agree, score.pairs) for score in scores if score.agree is not None]
    kappa = [(score.kappa, score.pairs) for score in scores if score.kappa is not None]
    return Score(total, _weighted(agree), _weighted(kappa))


def _weighted(values: Sequence[tuple[float, int]]) -> float | None:
    weight = sum(pairs for _, pairs in values)
    return sum(value * pairs for value, pairs in values) / weight if weight else None


def _f1(pairs: Sequence[Pair]) -> float | None:
    accepted = sum((a == "accept") + (b == "accept") for a, b in pairs)
    both = sum(a == b == "accept" for a, b in pairs)
    return 2 * both / accepted if accepted else None


def _score(score: Score) -> dict[str, Any]:
    return {"pairs": score.pairs, "agree": _rounded(score.agree), "kappa": _rounded(score.kappa)}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
