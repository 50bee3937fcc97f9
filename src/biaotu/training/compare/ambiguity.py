"""银 铜 红: a material, a colour, a currency, or part of a name. Every such character of a dev set, case by case.

The paper shows by examples that the picture tells them apart; here each one is looked up in each method's answer.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from biaotu.taxonomy import bio_tags
from biaotu.training.attributes.data import gold_tags
from biaotu.training.compare.judged import Answer, JudgedSet

CHARACTERS: Final = "银铜红"
AROUND: Final = 8
NOTHING: Final = "-"
EXPLAINED: Final = (
    "A material, a colour, a currency, or part of a name: every such character that at least one method took for"
    " something else. `is` tells the attribute that covers it (`-`: none), each column what the method (seed 1) said."
)


@dataclass(frozen=True, slots=True)
class Case:
    """One ambiguous character: where it stands, what it is, what a method takes it for (``-``: no attribute)."""

    record: str
    place: int
    context: str
    gold: str
    found: str


def find_cases(judged: JudgedSet, answers: Sequence[Answer]) -> list[Case]:
    """All ambiguous characters of a set with the attribute type that covers them, by gold and by answer."""
    tags = bio_tags()
    cases = []
    for gold, reading, answer in zip(judged.golds, judged.readings, answers, strict=True):
        wanted = gold_tags(gold, reading)
        for place in (place for place, char in enumerate(reading.text) if char in CHARACTERS):
            before, after = reading.text[max(0, place - AROUND) : place], reading.text[place + 1 : place + 1 + AROUND]
            context = f"{before}[{reading.text[place]}]{after}".replace("\n", " ")
            right, found = (tags[int(path[place])][2:] or NOTHING for path in (wanted, answer.path))
            cases.append(Case(gold.record.id, place, context, right, found))
    return cases


def share_right(cases: Sequence[Case]) -> float:
    """The share of cases whose type is right; 0 without any."""
    return sum(case.gold == case.found for case in cases) / max(1, len(cases))


def save_cases(cases: Sequence[Case], path: Path) -> None:
    """Keep the cases of one method."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([asdict(case) for case in cases], ensure_ascii=False, indent=1), encoding="utf-8")


def ambiguity_page(folder: Path, names: Mapping[str, str]) -> str:
    """The list as a page of its own, of the first seed.

    Args:
        folder: of the cases.
        names: key of a method -> as shown; those without a file are left out.
    """
    found = {shown: folder / f"{key}-1.json" for key, shown in names.items()}
    table = ambiguity_table({shown: path for shown, path in found.items() if path.exists()})
    return f"# 银 铜 红 in corpus/dev.jsonl, case by case\n\n{EXPLAINED}\n\n{table}"


def ambiguity_table(answers: Mapping[str, Path]) -> str:
    """Markdown: one line a case that at least one method got wrong, one column a method; the rest is counted.

    Args:
        answers: name of a method -> file of its cases.
    """
    read = {name: [Case(**one) for one in json.loads(path.read_text("utf-8"))] for name, path in answers.items()}
    if not read:
        return ""
    first = next(iter(read.values()))
    lines = ["| record | text | is | " + " | ".join(read) + " |", "| --- " * (len(read) + 3) + "|"]
    for place, case in enumerate(first):
        found = [cases[place].found for cases in read.values()]
        if all(one == case.gold for one in found):
            continue
        cells = " | ".join("right" if one == case.gold else one for one in found)
        lines.append(f"| {case.record} | {case.context} | {case.gold} | {cells} |")
    totals = " | ".join(f"{sum(case.gold == case.found for case in cases)}/{len(cases)}" for cases in read.values())
    lines.append(f"| all {len(first)} cases, those that all got right included | | | {totals} |")
    return "\n".join(lines) + "\n"
