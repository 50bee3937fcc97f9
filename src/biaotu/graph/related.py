"""Relics that belong with one, each with the reasons why, the rarest first.

What two relics share counts by its rarity: the logarithm of how many relics there are for each that names it, times how
much a thing of its kind says. An event that three relics share says more than one that three hundred do, and what more
than a tenth of all name says nothing. Place and time are worth more together. Alikeness in picture or words comes from
outside, as do its scores.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from biaotu.errors import NotFound
from biaotu.graph import names
from biaotu.graph.dates import date_words, year_range
from biaotu.graph.finding import by_number
from biaotu.graph.nodes import Node, answer, record_id

if TYPE_CHECKING:
    from biaotu.graph.graph import Graph

KIND_WEIGHTS: Final[Mapping[str, float]] = {
    "event": 1.5, "work": 1.2, "person": 1.2, "model": 1.0, "body": 1.0, "place": 0.5, "period": 0.3,
}  # fmt: skip
"""How much a thing of a kind says if two relics share it. Set by judgement, not fitted."""
DONOR: Final = 2.0
NAMESAKE: Final = 0.4
"""A person's bare name (小王): two relics that tell it may mean two people."""
INSCRIBED: Final = 0.3
"""Both or one of them only in what stands written on the object."""
_FEW: Final = 20
_CLOSE: Final = 1
"""Years apart at which two dates are of one time."""
_ALIKE: Final = {"photo": ("alike_picture", 4.0), "text": ("alike_words", 2.5)}
_CODES: Final = {kind: f"same_{kind}" for kind in KIND_WEIGHTS}
_HALF: Final = 6.0
"""The weight of reasons that makes a score of one half."""
REASONS: Final = 4
"""Reasons told for each relic."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a relic is told: ``code`` for programs, words for people, the node shared (None if it is alikeness)."""

    code: str
    text_zh: str
    text_en: str
    weight: float
    confirmed: bool
    node: Node | None = None

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types."""
        return {
            "code": self.code,
            "text_zh": self.text_zh,
            "text_en": self.text_en,
            "node": None if self.node is None else self.node.to_dict(),
            "weight": round(self.weight, 2),
            "confirmed": self.confirmed,
        }


@dataclass(frozen=True, slots=True)
class _Own:
    """What a relic says, for comparing: the nodes with (confirmed, donor, inscribed), its years, its concepts."""

    ties: Mapping[str, tuple[bool, bool, bool]]
    years: tuple[tuple[int, int], ...]
    concepts: frozenset[str]


def related(
    graph: Graph,
    record: str,
    *,
    machine: bool = False,
    alike: Mapping[str, Iterable[tuple[str, float]]] | None = None,
    limit: int = 10,
) -> dict[str, Any]:
    """Relics related to one, with reasons.

    Args:
        graph: the graph.
        record: the relic.
        machine: the view.
        alike: records with their cosine by ``photo`` and ``text``, from whoever has vectors.
        limit: relics at most.

    Raises:
        NotFound: if there is no such relic.
    """
    if record not in graph.ties:
        raise NotFound(f"the graph has no record {record}")
    comparison = _Comparison(graph, machine)
    own = comparison.own(record)
    near = {
        other: {by: score for by, found in (alike or {}).items() for one, score in found if one == other}
        for found in (alike or {}).values()
        for other, _ in found
        if other in graph.ties
    }
    scored = []
    for other in sorted(comparison.candidates(record, own) | near.keys() - {record}, key=by_number):
        reasons = comparison.reasons(own, other, near.get(other, {}))
        weight = sum(reason.weight for reason in reasons)
        if weight > 0:
            scored.append((weight, other, reasons))
    scored.sort(key=lambda one: (-round(one[0], 6), by_number(one[1])))
    items = [
        {
            "record": record_id(other),
            "score": round(weight / (weight + _HALF), 4),
            "reasons": [reason.to_dict() for reason in reasons[:REASONS]],
        }
        for weight, other, reasons in scored[:limit]
    ]
    return answer(machine, graph.note(machine), items=items)


class _Comparison:
    """Compares one relic with others in one view of a graph."""

    def __init__(self, graph: Graph, machine: bool) -> None:
        self._graph, self._machine = graph, machine
        self._whole = len(graph.ties)
        self._most = max(_FEW, self._whole // 10)

    def own(self, record: str) -> _Own:
        """What a relic says."""
        ties, years, concepts = dict[str, tuple[bool, bool, bool]](), list[tuple[int, int]](), set[str]()
        for tie in self._graph.ties.told(record, self._machine):
            kind = names.kind_of(tie.node)
            inscribed = tie.predicate == names.INSCRIBED
            if kind in ("material", "use"):
                concepts.add(tie.node)
            elif kind == "date":
                stretch = self._years(tie.node)
                if stretch is not None and not inscribed:
                    years.append(stretch)
            elif kind in KIND_WEIGHTS:
                sure, donor, plain = ties.get(tie.node, (False, False, False))
                ties[tie.node] = (sure or tie.confirmed, donor or tie.predicate == "donor", plain or not inscribed)
        return _Own(ties, tuple(years), frozenset(concepts))

    def _years(self, iri: str) -> tuple[int, int] | None:
        edtf = names.edtf_of(iri) or ""
        first, _, last = edtf.partition("/")
        return year_range(first, last or first)

    def candidates(self, record: str, own: _Own) -> set[str]:
        """The relics that share something that says anything."""
        found: set[str] = set()
        for node in own.ties:
            relics = self._graph.ties.relics(node, self._machine)
            if len(relics) <= self._most:
                found |= relics
        return found - {record}

    def reasons(self, own: _Own, other: str, near: Mapping[str, float]) -> list[Reason]:
        """Why a relic belongs with the one compared, the weightiest reason first."""
        its = self.own(other)
        found = [self._shared(node, own, its) for node in own.ties.keys() & its.ties.keys()]
        kept = [one for one in found if one is not None]
        concepts = self._concepts(own, its)
        if concepts is not None and (kept or near):
            kept.append(concepts)
        kept += [_alike(by, score) for by, score in near.items() if score > 0]
        return sorted(kept, key=lambda one: (-one.weight, one.code, one.text_zh))

    def _shared(self, node: str, own: _Own, its: _Own) -> Reason | None:
        count = self._graph.ties.count(node, self._machine)
        if count > self._most:
            return None
        kind = names.kind_of(node) or ""
        (sure, donor, plain), (sure_too, donor_too, plain_too) = own.ties[node], its.ties[node]
        weight = math.log((self._whole + 1) / count) * KIND_WEIGHTS[kind]
        code = _CODES[kind]
        if donor and donor_too:
            code, weight = "same_donor", weight * DONOR
        if not (plain and plain_too):
            weight *= INSCRIBED
        told = self._graph.node(node, self._machine)
        confirmed = sure and sure_too and code != "same_donor"
        zh, en = _WORDS[code]
        if kind == "person" and not told.linked:
            weight *= NAMESAKE
            zh, en = f"{zh}（同名，未必同一人）", f"{en} (the same name, perhaps not the same person)"
        if kind == "place" and (years := _one_time(own.years, its.years)) is not None:
            code, weight = "same_place_and_period", weight * 2
            when = date_words(years)
            zh, en = f"同涉{{label}}和{when}", f"both name {{label}} and the time {years}"
        zh, en = zh.format(label=told.label), en.format(label=told.label)
        return Reason(code, f"{zh}（全库 {count} 件）", f"{en} ({count} relics name it)", weight, confirmed, told)

    def _concepts(self, own: _Own, its: _Own) -> Reason | None:
        """The same materials and uses: a small thing, told beside better reasons."""
        shared = own.concepts & its.concepts
        if {names.kind_of(node) for node in shared} != {"material", "use"}:
            return None
        rarest = min(self._graph.ties.count(node, self._machine) for node in shared)
        labels = [self._graph.node(node, self._machine) for node in sorted(shared)]
        weight = 0.3 * math.log((self._whole + 1) / rarest)
        zh, en = "、".join(one.label for one in labels), ", ".join(one.label_en or one.label for one in labels)
        # Whether both were confirmed is not looked up: in the confirmed view they are, else it is the machine's.
        return Reason(
            "same_material_use", f"材质与用途相同：{zh}", f"alike in material and use: {en}", weight, not self._machine
        )


_WORDS: Final = {
    "same_event": ("同涉{label}", "both name {label}"),
    "same_body": ("同涉{label}", "both name {label}"),
    "same_person": ("同涉{label}", "both name {label}"),
    "same_donor": ("同由{label}捐赠", "both given by {label}"),
    "same_place": ("同涉{label}", "both name {label}"),
    "same_period": ("同涉{label}", "both name {label}"),
    "same_work": ("同涉《{label}》", "both name {label}"),
    "same_model": ("同为{label}", "both are {label}"),
}


def _alike(by: str, score: float) -> Reason:
    code, worth = _ALIKE[by]
    zh, en = ("图片相似", "alike in picture") if by == "photo" else ("文字内容相近", "alike in words")
    return Reason(code, f"{zh}（{score:.2f}）", f"{en} ({score:.2f})", worth * score, False)


def _one_time(own: Iterable[tuple[int, int]], its: Iterable[tuple[int, int]]) -> str | None:
    """The years that both relics fall in, as EDTF; None if none of their dates are of one time (or very long)."""
    best: tuple[int, int] | None = None
    for first, last in own:
        for other, end in its:
            if last - first > 10 or end - other > 10 or other > last + _CLOSE or first > end + _CLOSE:
                continue
            both = (min(max(first, other), min(last, end)), max(max(first, other), min(last, end)))
            if best is None or both < best:
                best = both
    if best is None:
        return None
    return str(best[0]) if best[0] == best[1] else f"{best[0]}/{best[1]}"


__all__ = ["KIND_WEIGHTS", "Reason", "related"]
