"""Lexicon lists taken from an annotated corpus: attribute values by type, and the object nouns.

Only the train split may go in: a list that knew the dev records would flatter every score measured on them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from biaotu.records import FieldName
from biaotu.records.gold import GoldRecord, read_gold
from biaotu.taxonomy import ATTRIBUTES
from biaotu.text.lexicon import Lexicon
from biaotu.text.reading import clean

SOURCE: Final = "biaotu corpus, train split"
OBJECT: Final = "object"

LISTS: Final = {
    "persons": "人物",
    "organisations": "组织",
    "places": "地点",
    "events": "事件",
    "publications": "书名",
    "weapons_models": "型号",
    "materials": "材质",
    "currencies": "货币",
}
"""Name of a list -> the attribute it holds the values of."""

_ATTRIBUTE_IDS: Final = {
    "persons": "person",
    "organisations": "organisation",
    "places": "place",
    "events": "event",
    "publications": "work-title",
    "weapons_models": "model",
    "materials": "material",
    "currencies": "currency",
}
_FIELDS: Final[tuple[FieldName, FieldName]] = ("title", "description")
# One character says too little to be found safely in running text; only materials (铁 铜 竹) are worth it.
_LONGEST: Final = 20

_SINGLE_CHARACTERS: Final = frozenset({"materials"})


@dataclass(frozen=True, slots=True)
class Reach:
    """How a lexicon without a model does on one attribute: gold spans, lexicon finds, and those that are both."""

    gold: int
    found: int
    right: int


def reach(lexicon: Lexicon, records: Iterable[GoldRecord]) -> dict[str, Reach]:
    """Take every lexicon word in the texts (longest match) for a value of its attributes and count the exact hits.

    Returns:
        Attribute's Chinese name -> counts, for the attributes the gold records hold.
    """
    gold, found, right = Counter[str](), Counter[str](), Counter[str]()
    for record in records:
        for field in _FIELDS:
            marked = {(span.start, span.end, span.type) for span in record.spans or () if span.field == field}
            gold.update(name for _, _, name in marked)
            for match in lexicon.find(record.record.text(field)):
                for attribute in lexicon.attributes(match.word):
                    name = ATTRIBUTES[attribute].zh
                    found[name] += 1
                    right[name] += (match.start, match.end, name) in marked
    return {name: Reach(gold[name], found[name], right[name]) for name in ATTRIBUTES.names if gold[name]}


def write_corpus_lists(corpus: Path, folder: Path) -> dict[str, int]:
    """Write ``corpus_<list>.txt`` for the eight attribute lists and ``corpus_objects.txt``.

    Args:
        corpus: the train split in the corpus format.
        folder: where the lists go, ``src/biaotu/text/lexicon_data`` for the built-in ones.

    Returns:
        List name -> number of entries written.

    Raises:
        InputError: the corpus is not in its format; names file and row.
    """
    sizes: dict[str, int] = {}
    for name, words in corpus_words(read_gold(corpus)).items():
        attribute = _ATTRIBUTE_IDS.get(name, OBJECT)
        header = f"# list: {name}\n# attribute: {attribute}\n# source: {SOURCE}\n# licence: CC0\n"
        (folder / f"corpus_{name}.txt").write_text(header + "".join(f"{word}\n" for word in words), encoding="utf-8")
        sizes[name] = len(words)
    return sizes


def corpus_words(records: Iterable[GoldRecord]) -> dict[str, list[str]]:
    """The words of each list, the most frequent first, ties by code point.

    A word that stands outside all marked spans more often than it is marked (胜利 is once a street's name) is left
    out: found in a text, it would mostly be something else.
    """
    gold = list(records)
    counts: dict[str, Counter[str]] = {name: Counter() for name in (*LISTS, "objects")}
    name_of = {attribute: name for name, attribute in LISTS.items()}
    for record in gold:
        if record.object:
            counts["objects"][clean(record.object)[0]] += 1
        for span in record.spans or ():
            if span.type in name_of:
                counts[name_of[span.type]][clean(span.value)[0]] += 1
    unmarked = _unmarked_text(gold)
    return {
        name: sorted(
            (word for word, count in found.items() if _is_entry(word, name, count, unmarked)),
            key=lambda word: (-found[word], word),
        )
        for name, found in counts.items()
    }


def _unmarked_text(records: Iterable[GoldRecord]) -> str:
    """All text outside the marked spans, every span replaced by a line break."""
    pieces: list[str] = []
    for record in records:
        for field in _FIELDS:
            text, last = record.record.text(field), 0
            for span in sorted(
                (span for span in record.spans or () if span.field == field), key=lambda span: span.start
            ):
                pieces.append(text[last : span.start])
                last = span.end
            pieces.append(text[last:])
    return "\n".join(clean(piece)[0] for piece in pieces)


def _is_entry(word: str, name: str, count: int, unmarked: str) -> bool:
    if len(word) < 2 and not (word and name in _SINGLE_CHARACTERS):
        return False
    if len(word) > _LONGEST:
        return False  # a resolution's full title is met once; it is a text rather than a word
    return name == "objects" or len(word) < 2 or unmarked.count(word) <= count
