"""颜色, 材质, 形状: from a literal to entries of controlled lists; a word that is on none gives nothing."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from biaotu.normal.tidy import tidy
from biaotu.normal.types import Terms

_LONGEST = 12
_FILES = {"colour": "colours", "material": "materials", "shape": "shapes"}
_BESIDE: Final = (frozenset("金银铜铁锡铅铝钢竹木砖"), frozenset("棉麻丝"))
"""Materials that registers write one behind the other, without a comma."""


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry of a controlled list: its id, the words that say it, and for a material its class among the ten."""

    id: str
    words: tuple[str, ...]
    material_class: str = ""


def listed(vocabulary: str) -> tuple[Listed, ...]:
    """The controlled list that ``Terms.vocabulary`` names: colour, material or shape; KeyError if it is none."""
    entries = _document(_FILES[vocabulary])["term"]
    return tuple(Listed(entry["id"], tuple(entry["words"]), entry.get("class", "")) for entry in entries)


def term_name(vocabulary: str, term: str) -> str:
    """The Chinese name of an entry of a controlled list: the first of its words; the id itself if it is on no list."""
    return _names(vocabulary).get(term, term)


@cache
def _names(vocabulary: str) -> dict[str, str]:
    return {one.id: one.words[0] for one in listed(vocabulary)} if vocabulary in _FILES else {}


@cache
def _document(name: str) -> dict[str, Any]:
    return tomllib.loads(files("biaotu.normal").joinpath(f"{name}.toml").read_text(encoding="utf-8"))


@cache
def _words(name: str) -> dict[str, str]:
    """Ids of a list's terms by each of their words."""
    return {word: entry["id"] for entry in _document(name)["term"] for word in entry["words"]}


@cache
def _modifiers(name: str, key: str) -> tuple[tuple[str, str], ...]:
    """Modifiers (word, id), the longest first."""
    pairs = [(word, modifier) for modifier, words in _document(name)[key].items() for word in words]
    return tuple(sorted(pairs, key=lambda pair: -len(pair[0])))


def read_colour(value: str) -> Terms | None:
    """The colours that a literal of 颜色 names, the leading one first; None if it names none of the list."""
    text = re.sub(r"色$|的$", "", tidy(value))
    if not text or len(text) > _LONGEST:
        return None
    for pair in _document("colours")["pair"]:
        if text in pair["words"]:
            return Terms(vocabulary="colour", ids=tuple(pair["ids"]), tone=pair.get("tone"))
    words = _words("colours")
    if text in words:
        tone = next((tone for word, tone in _modifiers("colours", "tones") if _toned(text, word)), None)
        return Terms(vocabulary="colour", ids=(words[text],), tone=tone)
    for word, tone in _modifiers("colours", "tones"):
        if text.startswith(word) and (ids := _compound(text[len(word) :])):
            return Terms(vocabulary="colour", ids=ids, tone=tone)
    ids = _compound(text)
    return Terms(vocabulary="colour", ids=ids) if ids else None


def _toned(text: str, word: str) -> bool:
    """Whether a listed word is itself a modifier and a colour (淡黄); 大红 and 粉红 are colours of their own."""
    return word in ("深", "暗", "浅", "淡") and text.startswith(word)


def _compound(text: str) -> tuple[str, ...]:
    """红褐 is a brown that tends to red: the last colour leads."""
    words = _words("colours")
    if text in words:
        return (words[text],)
    for cut in range(1, len(text)):
        first, last = text[:cut].removesuffix("色"), text[cut:]
        if first in words and last in words:
            return tuple(dict.fromkeys((words[last], words[first])))
    return ()


def read_shape(value: str) -> Terms | None:
    """The shape that a literal of 形状 names; None if it is none of the list (猪形)."""
    text = tidy(value)
    if not text or len(text) > _LONGEST:
        return None
    words = _words("shapes")
    form: str | None = None
    for _ in range(3):
        for candidate in (text, text.removesuffix("状"), text.removesuffix("形"), re.sub(r"[形状体]+$", "", text)):
            if candidate in words:
                return Terms(vocabulary="shape", ids=(words[candidate],), form=form)
        for word, name in _modifiers("shapes", "forms"):
            if text.startswith(word) and len(text) > len(word):
                text, form = text[len(word) :], form or name
                break
        else:
            return None
    return None


def read_material(value: str) -> Terms | None:
    """The material that a literal of 材质 names, with its class among the ten; None if it is none of the list."""
    text = re.sub(r"[质制]$", "", tidy(value))
    if not text or len(text) > _LONGEST:
        return None
    if pair := _two_materials(text):
        classes = tuple(dict.fromkeys(term["class"] for term in pair))
        return Terms(vocabulary="material", ids=tuple(term["id"] for term in pair), classes=classes)
    term, exact = _material(text)
    if term is None:
        return None
    notes: tuple[str, ...] = () if exact else ("by-ending",)
    usual = text in term.get("usual", ()) or (not exact and text[-1] in term.get("usual", ()))
    return Terms(
        vocabulary="material",
        ids=(term["id"],),
        classes=(term["class"],),
        notes=(*notes, "usual-material") if usual else notes,
        sure="assumed" if usual else "exact",
    )


def _two_materials(text: str) -> tuple[dict[str, Any], ...]:
    """铁木 and 棉麻 name two; 石棉 铜丝 木棉 do not, so only characters that stand for themselves beside each other."""
    if (
        len(set(text)) != 2
        or len(text) != 2
        or text in _words("materials")
        or not any(set(text) <= group for group in _BESIDE)
    ):
        return ()
    return tuple(term for char in text if (term := _material(char)[0]) is not None)


def _material(text: str) -> tuple[dict[str, Any] | None, bool]:
    entries = _document("materials")["term"]
    for entry in entries:
        if text in entry["words"]:
            return entry, True
    fitting = [(end, entry) for entry in entries for end in entry.get("ends", ()) if text.endswith(end)]
    return (max(fitting, key=lambda pair: len(pair[0]))[1], False) if fitting else (None, False)
