"""What a thing's name says of its labels: cases of 3,400 object nouns labelled by hand (``object_labels.tsv``).

The corpus knows some 600 kinds of objects, museums hold thousands. Each labelled noun becomes the end of titles whose
beginnings come from the corpus, some with a page header and another record's sentence that says nothing of an object.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

import numpy as np

from biaotu.records.gold import GoldRecord
from biaotu.taxonomy import LABELS, MATERIALS, USES, Vocabulary
from biaotu.training.labels.batches import LabelExample
from biaotu.training.labels.data import Lender, TextSource
from biaotu.training.labels.weak import target_of

WEIGHT: Final = 0.5
UNSETTLED: Final = "?"

_MATERIAL_WORDS: Final = {
    "玻璃制品": ("玻璃",),
    "皮革制品": ("牛皮", "皮", "皮革", "羊皮"),
    "金属制品": ("铁", "铜", "钢", "铝", "金属", "黄铜", "银"),
    "塑料制品": ("塑料", "胶木", "赛璐珞", "有机玻璃"),
    "纤维织物": ("布", "棉", "粗布", "绸", "麻", "帆布", "丝绸"),
    "石制品": ("石", "青石", "大理石"),
    "竹木制品": ("木", "竹", "木质", "樟木"),
    "宝玉石制品": ("玉", "玛瑙", "翡翠"),
    "陶瓷制品": ("瓷", "陶", "青花瓷"),
    "其他材质": ("纸", "纸", "纸质", "毛边纸", "橡胶"),
}


@dataclass(frozen=True, slots=True)
class LabelledNoun:
    """An object noun and its labels; an empty side is not settled by the noun alone."""

    noun: str
    material: tuple[str, ...]
    use: tuple[str, ...]


def labelled_nouns() -> list[LabelledNoun]:
    """The table, in its order.

    Raises:
        ValueError: if a label is no class.
    """
    table = files("biaotu.training.labels").joinpath("object_labels.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in table.splitlines() if line and not line.startswith("#")]
    return [LabelledNoun(noun, _names(material, MATERIALS), _names(use, USES)) for noun, material, use in rows]


def object_cases(
    nouns: Sequence[LabelledNoun],
    corpus: Sequence[GoldRecord],
    states: TextSource,
    lender: Lender,
    rng: random.Random,
    *,
    copies: int,
) -> list[LabelExample]:
    """Cases of ``copies`` texts each and photos whose labels agree; nouns of which nothing is settled are left out."""
    heads, sentences = _title_heads(corpus), _plain_sentences(corpus)
    chosen = [noun for noun in nouns if noun.material or noun.use]
    texts = [_text(noun, heads, sentences, rng) for noun in chosen for _ in range(copies)]
    found = states.of(texts)
    cases = []
    for place, noun in enumerate(chosen):
        own = tuple(one for one in found[place * copies : (place + 1) * copies] if one is not None)
        target, judged = target_of(noun.material, noun.use)
        photos = lender.rows(noun.material, noun.use)
        cases.append(LabelExample(own, photos, target, _softened(noun, judged), WEIGHT))
    return cases


def _softened(noun: LabelledNoun, judged: np.ndarray) -> np.ndarray:
    """A noun may leave further materials open (the plastic grip of a pistol): absent ones count half."""
    soft = judged.copy()
    for name in MATERIALS.names:
        if name not in noun.material:
            soft[LABELS.index(name)] *= 0.5
    return soft


def _text(noun: LabelledNoun, heads: Sequence[str], sentences: Sequence[str], rng: random.Random) -> tuple[str, str]:
    title = rng.choice(heads) + noun.noun if rng.random() < 0.85 and heads else noun.noun
    kind = rng.random()
    if kind < 0.35 or not sentences:
        return title, ""
    body = rng.choice(sentences)
    if kind < 0.75 and noun.material:
        words = "、".join(rng.choice(_MATERIAL_WORDS[name]) for name in noun.material)
        size = f"长 {rng.randint(3, 90)} 厘米、宽 {rng.randint(2, 60)} 厘米"
        body = f"年代 {rng.randint(1919, 1965)} 年 尺寸 {size} 质地 {words}。{body}"
    return title, body


def _title_heads(corpus: Sequence[GoldRecord]) -> list[str]:
    """Beginnings of titles that end in their object and say nothing of material, colour or shape."""
    heads = set()
    for gold in corpus:
        title = gold.record.title
        spans = [span for span in gold.spans or () if span.field == "title"]
        if gold.object and title.endswith(gold.object) and len(title) > len(gold.object):
            end = len(title) - len(gold.object)
            if spans and not any(span.type in {"材质", "颜色", "形状", "型号"} or span.end > end for span in spans):
                heads.add(title[:end])
    return sorted(heads)


def _plain_sentences(corpus: Sequence[GoldRecord]) -> list[str]:
    """Sentences with a person, body, place or event and without object, material, size."""
    found = []
    for gold in corpus:
        start = 0
        for sentence in gold.record.description.split("。"):
            end = start + len(sentence)
            spans = {
                span.type for span in gold.spans or () if span.field == "description" and start <= span.start < end
            }
            told = spans & {"人物", "组织", "地点", "事件"} and not spans & {"材质", "颜色", "形状", "长度", "型号"}
            if told and not (gold.object and gold.object in sentence):
                found.append(sentence + "。")
            start = end + 1
    return found


def _names(cell: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    if cell.strip() == UNSETTLED:
        return ()
    names = tuple(name for name in cell.strip().split("、") if name)
    for name in names:
        if name not in vocabulary:
            raise ValueError(f"object_labels.tsv: {name!r} is no {vocabulary.name} class")
    return names
