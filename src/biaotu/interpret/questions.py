"""What a question asks: patterns of ``questions.toml`` tried in order."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from biaotu.interpret.types import Language
from biaotu.interpret.wording import one_of

_CHINESE = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question understood.

    Attributes:
        intent: an attribute (``date``) or kind and aspect of an event (``donated.who``); ``unknown`` if none.
        lang: the language it was asked in.
        name: the person or body of a question for yes or no, empty otherwise.
        measure: the measure word of a question for a number (几枚), empty otherwise.
    """

    intent: str
    lang: Language
    name: str = ""
    measure: str = ""


@lru_cache(maxsize=1)
def data() -> Mapping[str, Any]:
    """The document, read once."""
    return tomllib.loads(files("biaotu.interpret").joinpath("questions.toml").read_text(encoding="utf-8"))


def understand(question: str) -> Asked:
    """What a question asks; never fails, what is not understood is ``unknown``."""
    lang: Language = "zh" if _CHINESE.search(question) else "en"
    text = re.sub(r"\s+", "", question) if lang == "zh" else " ".join(question.lower().split())
    for intent, pattern in _patterns(lang):
        if match := pattern.search(text):
            groups = match.groupdict()
            return Asked(intent, lang, groups.get("name") or "", groups.get("measure") or "")
    return Asked("unknown", lang)


@lru_cache(maxsize=2)
def _patterns(lang: Language) -> tuple[tuple[str, re.Pattern[str]], ...]:
    document = data()
    kinds = document["kinds" if lang == "zh" else "kinds_en"]
    made = []
    for entry in document["pattern"]:
        if entry.get("lang", "zh") != lang:
            continue
        ask = re.sub(r"<(who|when|where|what)>", lambda match: one_of(document["words"][match[1]]), entry["ask"])
        if "<kind>" not in ask:
            made.append((entry["intent"], re.compile(ask)))
            continue
        # 收购 must not be read as 购 of another kind: kinds with the longer words come first by their own word.
        for kind, words in kinds.items():
            made.append((entry["intent"].replace("<kind>", kind), re.compile(ask.replace("<kind>", one_of(words)))))
    return tuple(made)
