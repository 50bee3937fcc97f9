"""What can be a tag of a text: words, attribute values, object nouns, quoted names (issue 2, point 4).

Only about half of the tags that people give are single words of a segmentation; the rest are attribute values, the
object noun at the end of a title, and names in quotation marks. Every candidate stands word for word in the text.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from biaotu.records import Span
from biaotu.taxonomy import ATTRIBUTES
from biaotu.text.lexicon import Lexicon
from biaotu.text.reading import INSERTED, Reading
from biaotu.text.segment import Token
from biaotu.text.statistics import bare_title, is_word

WORD: Final = "word"
"""A word of the segmentation."""
COMPOUND: Final = "compound"
"""Two neighbouring words of the title, such as 支前 + 小车."""
QUOTED: Final = "quoted"
"""Words in quotation marks or book title marks."""
OBJECT: Final = "object"
"""An object noun of the lexicon."""
HEAD: Final = "head"
"""An end of the title: the thing itself."""
HEAD_FULL: Final = "head-full"
"""The longest end of the title that holds no other name: all behind the last 的, mark or attribute value."""
HEAD_LAST: Final = "head-last"
"""The last word of the title."""
BEFORE_QUOTE: Final = "before-quote"
"""The word before a name that ends the title: 机关刊物《…》."""
LISTED: Final = "listed"
"""A name of the lexicon that is an attribute's value."""

_ATTRIBUTES: Final = ATTRIBUTES.names
_IS_ATTRIBUTE: Final = frozenset(_ATTRIBUTES)

LONGEST: Final = 40
"""Longer candidates are sentences, no tags."""

_KEEPERS = re.compile(
    r"(?:博物馆|博物院|纪念馆|文管会|文管所|文化馆|陈列馆|档案馆|文物局|文化局|展览馆|文物管理.{0,4})$"
)
_QUOTES = re.compile(r"《([^《》]{1,40})》|“([^“”]{1,20})”|‘([^‘’]{1,20})’|「([^「」]{1,20})」")
_HEAD_BREAKS: Final = "的》”’」、：:，,—－-·及和与"
_HEAD_LENGTH: Final = 10
# Kinds whose value is often the first half of the object's own name (木 in 木牌), so that a head may hold them.
_PART_OF_NAME: Final = frozenset(["材质", "颜色", "形状"])
# Words that stand in any museum's prose and say nothing of the one relic.
_STOP_WORDS: Final = """
文物 革命 重要 见证 馆藏 收藏 藏品 征集 捐赠 捐献 珍贵 历史 意义 价值 一级 二级 三级 资料 此件 该件 此物 年代
尺寸 质地 材质 来源 规格 简介 类别 级别 保存 现存 完整 残缺 破损 部分 全部 一个 一些 这个 这件 这是 当时 后来
以后 以前 期间 时期 时候 之后 其中 他们 我们 自己 没有 可以 不能 已经 因为 所以 但是 并且 或者 以及 由于 根据
关于 为了 通过 进行 开始 同志 使用 制作 制造 正面 背面 上方 下方 左侧 右侧 中间 中央 两侧 上面 下面 里面 外面
直径 通长 通高 口径 高度 长度 宽度 厚度 重量
"""
_STOP: Final = frozenset(_STOP_WORDS.split())


@dataclass(slots=True)
class Candidate:
    """One possible tag.

    Attributes:
        text: the words as they stand in the clean text.
        places: where, as offsets in the clean text; all of them, in order.
        kinds: what speaks for it: the constants of this module and the Chinese names of attributes.
    """

    text: str
    places: tuple[tuple[int, int], ...]
    kinds: set[str] = field(default_factory=set)

    @property
    def attributes(self) -> tuple[str, ...]:
        """The attributes it is a value of."""
        if self.kinds.isdisjoint(_IS_ATTRIBUTE):
            return ()
        return tuple(kind for kind in _ATTRIBUTES if kind in self.kinds)


def find_candidates(
    reading: Reading, tokens: Sequence[Token], spans: Sequence[Span], lexicon: Lexicon
) -> list[Candidate]:
    """All candidates of a text, in the order of their first place; among equals the shorter first.

    Args:
        reading: the text.
        tokens: its words.
        spans: its attribute values, with offsets in the original title and description.
        lexicon: the domain lexicon.
    """
    found: dict[str, Candidate] = {}
    whole = reading.text

    def add(start: int, end: int, kind: str) -> None:
        text = whole[start:end]
        known = found.get(text)
        if known is not None:
            known.kinds.add(kind)
        elif _may_be_tag(text):
            found[text] = Candidate(text, _places(whole, text), {kind})

    clean_spans = list(locate_spans(reading, spans))
    for start, end, span in clean_spans:
        add(start, end, span.type)
    for word, start, end in tokens:
        if _is_content(word):
            add(start, end, WORD)
    for start, end in _compounds(tokens, reading.title_length):
        add(start, end, COMPOUND)
    for match in _QUOTES.finditer(reading.text):
        group = match.lastindex or 1
        add(match.start(group), match.end(group), QUOTED)
    for start, end, word in lexicon.find(reading.text):
        if "objects" in lexicon.kinds(word):
            add(start, end, OBJECT)
        if lexicon.attributes(word):
            add(start, end, LISTED)
    for start, end, kind in title_heads(reading, tokens, clean_spans):
        add(start, end, kind)
    # The museum that keeps the thing is no tag of it; one that the title names has to do with it.
    kept = (one for one in found.values() if one.places[0][0] < reading.title_length or not _KEEPERS.search(one.text))
    return sorted(kept, key=lambda one: (one.places[0], one.text))


def locate_spans(reading: Reading, spans: Sequence[Span]) -> Iterator[tuple[int, int, Span]]:
    """Attribute values by their place in the clean text; one of which nothing is left there is passed over."""
    if not spans:
        return
    border = len(reading.title) + 1
    known = [(origin, place) for place, origin in enumerate(reading.origins) if origin != INSERTED]
    origins = [origin for origin, _ in known]
    for span in spans:
        shift = 0 if span.field == "title" else border
        first = bisect_left(origins, span.start + shift)
        last = bisect_left(origins, span.end + shift) - 1
        if first <= last:
            yield known[first][1], known[last][1] + 1, span


def title_heads(
    reading: Reading, tokens: Sequence[Token], spans: Sequence[tuple[int, int, Span]]
) -> Iterator[tuple[int, int, str]]:
    """The ends of the title that can name the thing: in 红军用过的大刀（二级） they are 大刀 and 刀.

    Where a quoted name ends the title (机关刊物《…》), the words before it are tried too.
    """
    title = bare_title(reading.text[: reading.title_length])
    end, kind = len(title), HEAD
    if title and title[-1] in "》”’」":
        opening = max(title.rfind(mark) for mark in "《“‘「")
        end, kind = len(bare_title(title[: max(opening, 0)]).rstrip("—－-：: ")), BEFORE_QUOTE
    if end == 0:
        return
    floor = max(0, end - _HEAD_LENGTH)
    breaks = [place + 1 for place in range(floor, end) if title[place] in _HEAD_BREAKS]
    breaks += [stop for _, stop, span in spans if span.type not in _PART_OF_NAME and floor < stop < end]
    start = max(breaks, default=floor)
    starts = {token.start for token in tokens if start <= token.start < end}
    starts |= {place for begin, stop, _ in spans for place in (begin, stop) if start <= place < end}
    if breaks or floor == 0:
        starts.add(start)
    for place in sorted(starts):
        yield place, end, kind
    if starts:
        yield min(starts), end, HEAD_FULL
        yield max(starts), end, HEAD_LAST


def _compounds(tokens: Sequence[Token], title_length: int) -> Iterator[tuple[int, int]]:
    for left, right in pairwise(tokens):
        if right.end > title_length:
            return
        if _is_content(left.word) and _is_content(right.word):
            yield left.start, right.end


def _places(text: str, part: str) -> tuple[tuple[int, int], ...]:
    places: list[tuple[int, int]] = []
    start = text.find(part)
    while start >= 0:
        places.append((start, start + len(part)))
        start = text.find(part, start + len(part))
    return tuple(places)


def _may_be_tag(text: str) -> bool:
    return 0 < len(text) <= LONGEST and text == text.strip() and is_word(text)


def _is_content(word: str) -> bool:
    return len(word) > 1 and word.isalpha() and word not in _STOP
