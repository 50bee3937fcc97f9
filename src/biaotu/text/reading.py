"""The one text that the models read: title and description joined and cleaned, each character knowing its origin.

Museums hand text over as a page layout left it: spaces and line breaks between characters, full-width digits,
traditional characters, a header of keys without punctuation (``年代 1939 年 尺寸 长 60 厘米 质地 布``). The models read
a clean form; every answer is given in offsets of the text as it came in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import opencc

from biaotu.records import FieldName

INSERTED: Final = -1
"""Origin of a character that stands in no field: punctuation added for the models."""

_HEADER_KEYS: Final = (
    "收藏单位|收藏地|收藏|年代|时代|时间|尺寸|规格|质地|材质|材料|类别|级别|等级|来源|出处|重量|质量|数量|口径|产地|"
    "作者|现藏|出土地点|完残程度|保存状况|简介|说明"
)
"""A key that begins another one stands behind it."""
_HEADER = re.compile(rf"(?:(?<=\s)|^)({_HEADER_KEYS})(\s*[：:]\s*|\s+)(?=\S)")
_HAN = re.compile(r"[㐀-䶿一-鿿豈-﫿〇\U00020000-\U0003ffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_TOKEN = re.compile(r"[0-9A-Za-z.０-９Ａ-Ｚａ-ｚ．]+")
_REMEMBERED: Final = 64
_ORDINARY: Final = 2_000
"""So many fields, if not longer than so many characters, are kept in simplified form: each is asked for twice."""
_SPREAD_LEAST: Final = 3
"""So many lone digits in a row are one number that a layout has spread; two alone could be two numbers."""
_UNUSUAL = re.compile(r"[ ,:;?!()０-９Ａ-Ｚａ-ｚ％．－／＋＝＃＆＊＠]")
"""What, beside characters that cannot be printed (other white space is none that can), may have to be changed."""
_WIDE_PUNCTUATION: Final = {",": "，", ":": "：", ";": "；", "?": "？", "!": "！", "(": "（", ")": "）"}


@dataclass(frozen=True, slots=True)
class Reading:
    """A record's text as the models read it.

    Attributes:
        text: the clean text: title, a full stop, description.
        origins: for every character of ``text`` its place in the original, ``INSERTED`` if it has none: an offset in
            the title, or ``len(title) + 1 +`` an offset in the description.
        title_length: how many characters of ``text`` come from the title.
        title: the original title.
        description: the original description.
    """

    text: str
    origins: tuple[int, ...]
    title_length: int
    title: str
    description: str

    def locate(self, start: int, end: int) -> tuple[FieldName, int, int] | None:
        """Field and original offsets of ``text[start:end]``; None if no original character or both fields are in it."""
        places = [place for place in self.origins[start:end] if place != INSERTED]
        if not places:
            return None
        first, last = places[0], places[-1]
        border = len(self.title)
        if last < border:
            return "title", first, last + 1
        if first > border:
            return "description", first - border - 1, last - border
        return None

    def original(self, start: int, end: int) -> str | None:
        """The original wording of ``text[start:end]``, spaces and all; None where ``locate`` is None."""
        place = self.locate(start, end)
        if place is None:
            return None
        name, begin, stop = place
        return (self.title if name == "title" else self.description)[begin:stop]


def read(title: str, description: str) -> Reading:
    """Make the reading of a record. Deterministic; never raises; empty fields are left out."""
    title_text, title_origins = clean(title)
    body_text, body_origins = clean(description)
    shift = len(title) + 1
    text, origins = title_text, list(title_origins)
    if title_text and body_text and title_text[-1] not in "。！？":
        text += "。"
        origins.append(INSERTED)
    text += body_text
    origins.extend(INSERTED if place == INSERTED else place + shift for place in body_origins)
    return Reading(text, tuple(origins), len(title_text), title, description)


def clean(text: str) -> tuple[str, tuple[int, ...]]:
    """Clean one field.

    Drops control and zero-width characters and the white space that stands between Chinese characters or between the
    digits of one number; turns full-width
    letters and digits to ASCII, ASCII punctuation beside Chinese to its wide form, traditional characters to simplified
    ones; sets punctuation around the keys of a page header.

    Returns:
        The clean text and, for each of its characters, the offset it came from (``INSERTED`` if none).
    """
    simple = simplified(text)
    marks = _header_marks(simple)
    if not marks and simple.isprintable() and not _UNUSUAL.search(simple):
        return simple, tuple(range(len(simple)))
    return _by_character(simple, marks)


def _by_character(simple: str, marks: dict[int, tuple[str, str]]) -> tuple[str, tuple[int, ...]]:
    """``clean`` of a text in which something may have to be changed."""
    header = _header_extent(simple, marks)
    joined = _spread_digits(simple)
    out: list[str] = []
    origins: list[int] = []
    gap: int | None = None
    for place, char in enumerate(simple):
        if place in marks:
            before, after = marks[place]
            if before and out and out[-1] not in "。；，：":
                out.append(before)
                origins.append(INSERTED)
            gap = None
        else:
            after = ""
        if _is_space(char):
            gap = place if gap is None else gap
        elif _is_invisible(char):
            pass
        else:
            char = _narrow(char)
            if gap is not None:
                if out and place not in joined and _keeps_space(out[-1], char):
                    out.append(" ")
                    origins.append(gap)
                elif out and place in header and _HAN.match(out[-1]) and _HAN.match(char):
                    out.append("，")
                    origins.append(INSERTED)
                gap = None
            out.append(char)
            origins.append(place)
        if after and not _is_space(char):
            out.append(after)
            origins.append(INSERTED)
    _widen(out)
    return "".join(out), tuple(origins)


def _header_marks(text: str) -> dict[int, tuple[str, str]]:
    """Where header keys want punctuation: place of a key's first and last character -> (mark before, mark after)."""
    found = list(_HEADER.finditer(text))
    if len(found) < 2:
        return {}
    marks: dict[int, tuple[str, str]] = {}
    for match in found:
        colon = "" if match.group(2).strip() else "："
        marks[match.start(1)] = ("。", "")
        last = match.end(1) - 1
        marks[last] = (marks.get(last, ("", ""))[0], colon)
    return marks


def _header_extent(text: str, marks: dict[int, tuple[str, str]]) -> range:
    """The stretch in which white space between Chinese characters parts items: first key to the first full stop."""
    if not marks:
        return range(0)
    end = text.find("。", max(marks))
    return range(min(marks), len(text) if end < 0 else end)


def _spread_digits(text: str) -> set[int]:
    """Places of digits that go with the digit before them: ``1 9 3 4 年 1 0 月`` is a year and a month.

    Lone digits count as spread when three or more stand in a row; then pairs of the same text do, too.
    """
    rows: list[list[re.Match[str]]] = []
    for token in _TOKEN.finditer(text):
        if rows and text[rows[-1][-1].end() : token.start()].isspace():
            rows[-1].append(token)
        else:
            rows.append([token])
    lone = [row for row in rows if len(row) > 1 and all(len(one.group()) == 1 and one.group().isdigit() for one in row)]
    if not any(len(row) >= _SPREAD_LEAST for row in lone):
        return set()
    return {token.start() for row in lone for token in row[1:]}


@lru_cache(maxsize=1)
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def simplified(text: str) -> str:
    """Traditional characters to simplified, one to one so that offsets hold; lone surrogates become NUL."""
    return _simplified_field(text) if len(text) <= _ORDINARY else _simplified(text)


def _simplified(text: str) -> str:
    # A lone surrogate (a broken emoji of some JSON) is no character, and OpenCC cannot take it.
    text = _SURROGATE.sub("\0", text)
    simple: str = _converter().convert(text)
    if len(simple) != len(text):
        simple = "".join(_simplified_char(char) for char in text)
    return simple


_simplified_field = lru_cache(maxsize=_REMEMBERED)(_simplified)


@lru_cache(maxsize=8192)
def _simplified_char(char: str) -> str:
    simple: str = _converter().convert(char)
    return simple if len(simple) == 1 else char


def _is_space(char: str) -> bool:
    return char.isspace() or char == "　"


def _is_invisible(char: str) -> bool:
    return not char.isprintable()  # white space aside, these are the categories Cc, Cf, Cs, Co and Cn


def _narrow(char: str) -> str:
    """A full-width letter or digit as ASCII; wide punctuation stays."""
    if "０" <= char <= "９" or "Ａ" <= char <= "Ｚ" or "ａ" <= char <= "ｚ" or char in "％．－／＋＝＃＆＊＠":
        return chr(ord(char) - 0xFEE0)
    return char


def _keeps_space(left: str, right: str) -> bool:
    """White space means something only between two Latin letters or digits."""
    return left.isascii() and left.isalnum() and right.isascii() and right.isalnum()


def _widen(chars: list[str]) -> None:
    """ASCII punctuation beside a Chinese character becomes wide, in place."""
    for place, char in enumerate(chars):
        wide = _WIDE_PUNCTUATION.get(char)
        if wide is None:
            continue
        left = chars[place - 1] if place else ""
        right = chars[place + 1] if place + 1 < len(chars) else ""
        if _HAN.match(left) or _HAN.match(right):
            chars[place] = wide
