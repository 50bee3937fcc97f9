"""The words of ``provenance.toml``, read once and made into patterns over folded texts."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

from biaotu.interpret.skeleton import BODY, PERSON, PLACE
from biaotu.interpret.types import Role


@dataclass(frozen=True, slots=True)
class Verb:
    """A word that tells an event, and how its parties are found."""

    word: str
    kind: str
    weak: bool = False
    nominal: bool = False
    direct: bool = False
    ahead: bool = False
    bare: bool = False
    named: bool = False
    letter: bool = False
    roles: Mapping[Role, Role] | None = None

    def role(self, place: Role) -> Role:
        """The role of the party that stands in a place."""
        return (self.roles or {}).get(place, place)


@dataclass(frozen=True, slots=True)
class Wording:
    """Everything that is data.

    Attributes:
        verbs: by their word; a word that stands in two lists counts as the first.
        verb: finds the longest verb, words in which a verb is none go before (group ``no``).
        names: Chinese and English names of the kinds.
        after: by kind, the kinds whose agent may go on being the agent.
        words: the lists.
        party: finds one party; the group ``core`` is the sign that it rests on, ``named`` a name behind what it is
            called by (其子薛某).
    """

    verbs: Mapping[str, Verb]
    verb: re.Pattern[str]
    names: Mapping[str, tuple[str, str]]
    after: Mapping[str, frozenset[str]]
    words: Mapping[str, Any]
    party: re.Pattern[str]


def one_of(words: Iterable[str]) -> str:
    """A pattern for the longest of some words."""
    return "(?:" + "|".join(re.escape(word) for word in sorted(set(words), key=lambda word: (-len(word), word))) + ")"


@lru_cache(maxsize=1)
def wording() -> Wording:
    """The words, read once."""
    document = tomllib.loads(files("biaotu.interpret").joinpath("provenance.toml").read_text(encoding="utf-8"))
    verbs: dict[str, Verb] = {}
    for kind in document["kind"]:
        for entry in kind["verb"]:
            for word in entry["words"]:
                verbs.setdefault(word, _verb(word, kind["id"], entry))
    words = document["words"]
    pattern = f"(?P<no>{one_of(words['not_verbs'])})|(?P<verb>{one_of(verbs)})"
    names = {kind["id"]: (kind["zh"], kind["en"]) for kind in document["kind"]}
    after = {kind["id"]: frozenset(kind["after"]) for kind in document["kind"]}
    return Wording(verbs, re.compile(pattern), names, after, words, _party(words))


_PLACES: Final[tuple[Role, ...]] = ("agent", "recipient", "source")


def _verb(word: str, kind: str, entry: Mapping[str, Any]) -> Verb:
    roles: dict[Role, Role] = {place: entry[place] for place in _PLACES if place in entry}
    flags = {name: bool(entry.get(name)) for name in ("weak", "nominal", "direct", "ahead", "bare", "named", "letter")}
    return Verb(word, kind, roles=roles or None, **flags)


def _party(words: Mapping[str, Any]) -> re.Pattern[str]:
    """One party: a name, or people and bodies without one together with what stands right before them."""
    people = f"(?:{one_of(words['people'])}|[\\u4e00-\\u9fff]{{0,3}}?{one_of(words['callings'])})"
    bodies = one_of(words["bodies"])
    kin, short = one_of(words["kin"]), one_of(words["kin_short"])
    before = one_of(words["people_before"])
    unit = f"(?:{one_of(words['units'])}|[一二三四五六七八九十百〇零\\d]+[师旅团营连排班])"
    known = one_of(words["people"])
    whom = f"(?:{PERSON}|{before}?{known}|其)"
    relative = f"(?:{whom}[的之]?{kin}|{whom}之?{short}|{kin})"
    nameless = f"(?:{before}?(?:{known}))"
    shapes = (
        # 其子薛某, 胞弟段某, 船工颜某: the name alone
        f"(?:{relative}|[{BODY}{PLACE}]?(?:{unit})?的?{nameless}+)的?(?P<named>{PERSON})",
        f"{PERSON}姓{known}",
        f"{whom}[的之]?{kin}",
        f"{whom}之{short}",
        f"其{short}",
        f"[{BODY}{PLACE}](?:{unit})?的?{before}?{people}",
        f"{BODY}{unit}+",
        f"(?:{PLACE}|当地)的?{bodies}",
        f"{BODY}{one_of(words['kin'])}",
        f"{PERSON}",
        f"{BODY}",
        f"{kin}",
        nameless,
        bodies,
    )
    return re.compile("|".join(f"(?:{shape})" for shape in shapes))
