"""型号: from a literal to maker and model of ``makes.toml``; a word of several arms (九二式) is ambiguous."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any, Final

from biaotu.normal.tidy import tidy
from biaotu.normal.types import Make

_BRANDED = re.compile(r"(?P<brand>[^牌]{1,6})牌(?P<model>[^牌]{0,12})")
_TYPED = re.compile(r"[\w〇零一二三四五六七八九十-]{1,8}[式型]")
_ARM = re.compile(
    r"(?P<type>[\w〇-]{1,8}式)(?P<arm>手枪|步枪|[马骑]枪|[轻重]?机枪|冲锋枪|手榴弹|迫击炮|[步山]?炮|掷弹筒)"
)
_ARMS: Final = {
    "手枪": "pistol",
    "步枪": "rifle",
    "轻机枪": "machine-gun",
    "重机枪": "machine-gun",
    "冲锋枪": "submachine-gun",
}
"""Categories that the word behind 式 tells; a 三八式马枪 is no 三八式步枪."""


@cache
def _document() -> dict[str, Any]:
    return tomllib.loads(files("biaotu.normal").joinpath("makes.toml").read_text(encoding="utf-8"))


@cache
def _makes() -> dict[str, dict[str, Any]]:
    return {_key(word): entry for entry in _document()["make"] for word in entry["words"]}


def _key(text: str) -> str:
    """Letters large, no 牌 at the end, 〇 for 零."""
    return re.sub(r"牌$", "", tidy(text)).upper().replace("零", "〇")


def read_make(value: str) -> Make | None:
    """The make or model that a literal of 型号 names; None if it is not on our list."""
    key = _key(value)
    for shared in _document()["shared"]:
        if key == _key(shared["word"]):
            return Make(sure="ambiguous", notes=("model-shared",), candidates=tuple(shared["among"]))
    entry = _makes().get(key) or _of_its_arm(key)
    if entry is None:
        return _by_form(tidy(value))
    return Make(
        id=entry["id"],
        maker=entry.get("maker"),
        model=entry.get("model"),
        category=entry["category"],
        notes=("common-list",),
    )


def _of_its_arm(key: str) -> dict[str, Any] | None:
    """The entry of 五四式 for 五四式手枪, if that is what it is."""
    match = _ARM.fullmatch(key)
    entry = _makes().get(match["type"]) if match else None
    return entry if match and entry and entry["category"] == _ARMS.get(match["arm"]) else None


def _by_form(text: str) -> Make | None:
    """Brand and model of a word that is not listed, by its form: 永备牌, 长江牌F16-4型, 62式."""
    match = _BRANDED.fullmatch(text)
    if match:
        listed = _makes().get(_key(match["brand"]), {})
        return Make(
            brand=match["brand"],
            maker=listed.get("maker"),
            model=match["model"] or None,
            category=listed.get("category"),
            notes=("by-form",),
        )
    return Make(model=text, notes=("by-form",)) if _TYPED.fullmatch(text) or _ARM.fullmatch(text) else None
