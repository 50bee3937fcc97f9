"""One key for all spellings of a name: script, width, spaces, dots, quotes, numbers, and the set phrases of unit names.

Two names with the same key are the same name written differently. Keys are compared, never shown.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

import opencc

from biaotu.authorities.numerals import numbers_rewritten, with_figures

_DROPPED = re.compile(r"[\s·・•‧∙\"'`“”‘’「」『』《》〈〉,.\-—–]")
_QUALIFIER = re.compile(r"\([^)]*\)")
# Longest first, on keys with figures: 八路军 reads 8路军 here.
_PHRASES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), short)
    for pattern, short in (
        (r"^中国国民党", "国民党"),
        (r"^中国共产党(?=.)", "中共"),
        (r"^中国共产主义青年团(?=.)", "共青团"),
        (r"^(?:中国工农红军|工农红军|中国红军)(?=.)", "红军"),
        (r"^红军(?=\d+(?:方面军|军团|军|师|团))", "红"),
        (r"^国民革命军(?:陆军)?(?=8路军|18集团军|新编4军)", ""),
        (r"^(?:陆军)?新编4军", "新4军"),
        (r"^(?:东北抗日联军|东北抗联|抗日联军)", "抗联"),
        (r"^中国人民志愿军", "志愿军"),
        (r"^中国?人民解放军(?=.)", ""),
        (r"^人民解放军(?=.)", ""),
        (r"^(华东|中原|西北|东北)野战军", r"\1野"),
        (r"^(\d+)野战军", r"\1野"),
        (r"^华东野", "华野"),
        (r"^中原野", "中野"),
        (r"^西北野", "西野"),
        (r"^东北野", "东野"),
        (r"(?<=野)(\d+)纵队", r"\1纵"),
        (r"苏维埃政府工农银行$", "工农银行"),
        (r"省苏维埃政府$", "省苏"),
        (r"省委员会$", "省委"),
        (r"县委员会$", "县委"),
        (r"军事管制委员会$", "军管会"),
    )
)


@cache
def _simplified() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


@cache
def _traditional() -> opencc.OpenCC:
    return opencc.OpenCC("s2t")


def simplified(text: str) -> str:
    """The text in simplified characters."""
    return str(_simplified().convert(text))


@lru_cache(maxsize=2**17)  # all forms of some ten thousand entries; mentions of a long run push each other out
def key(name: str) -> str:
    """The key of a name; "" if nothing is left of it. A qualifier in brackets (红四军（鄂豫皖）) does not count."""
    text = unicodedata.normalize("NFKC", simplified(name)).casefold()
    text = _QUALIFIER.sub("", text) or text
    text = with_figures(_DROPPED.sub("", text))
    for pattern, short in _PHRASES:
        text = pattern.sub(short, text)
    return text


def spellings(name: str) -> tuple[str, ...]:
    """A name as others may write it: numbers otherwise, traditional characters, without middle dots; itself excluded.

    For search and for export as hidden labels; linking compares keys instead.
    """
    found = dict.fromkeys(numbers_rewritten(name))
    bare = name.replace("·", "")
    found[bare] = None
    for one in (name, *tuple(found)):
        found[str(_traditional().convert(one))] = None
    found.pop(name, None)
    return tuple(found)
