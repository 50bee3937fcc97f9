"""From our vocabularies to those of the national census and the Art & Architecture Thesaurus, with the census's tables.

The tables stand in ``crosswalk_census.toml``, the mapping in ``crosswalk.toml``; both are to be checked by a registrar.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Final, Literal, cast, get_args

from biaotu.taxonomy.vocabulary import MATERIALS, USES, Term, Vocabulary

Relation = Literal["exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch"]

AAT: Final = "http://vocab.getty.edu/aat/"
"""Before the number of a concept of the Art & Architecture Thesaurus."""


@dataclass(frozen=True, slots=True)
class Match:
    """One mapping relation: our ``scheme``'s ``term`` to the ``target`` of a census table or of ``aat``."""

    scheme: str
    term: str
    relation: Relation
    target_scheme: str
    target: str


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(files("biaotu.taxonomy").joinpath(name).read_text(encoding="utf-8"))


_TABLES: Final = _read("crosswalk_census.toml")

STATUS: Final[str] = _TABLES["status"]
"""How far the tables can be trusted; every document that uses them says so."""


def _table(name: str, key: str) -> Vocabulary:
    terms = tuple(Term(entry["id"], entry["zh"], entry["en"], "") for entry in _TABLES[key])
    return Vocabulary(name, terms)


CENSUS_CLASSES: Final = _table("census-class", "class")
"""文物类别, 35 classes."""
TEXTURES: Final = _table("texture", "texture")
"""质地."""
GRADES: Final = _table("grade", "grade")
"""级别."""
SOURCES: Final = _table("source", "source")
"""来源方式."""
COMPLETENESS: Final = _table("completeness", "completeness")
"""完残程度."""
PRESERVATION: Final = _table("preservation", "preservation")
"""保存状态."""

CENSUS_TABLES: Final = (CENSUS_CLASSES, TEXTURES, GRADES, SOURCES, COMPLETENESS, PRESERVATION)

_TEXTURE_OF: Final = {word: entry["id"] for entry in _TABLES["texture"] for word in (entry["zh"], *entry["words"])}
_ORGANIC: Final = frozenset(_TABLES["organic"])
_SINGLE: Final = frozenset(entry["id"] for entry in _TABLES["texture"] if not entry["id"].endswith("composite"))


def _matches() -> tuple[Match, ...]:
    """All mapping relations.

    Raises:
        ValueError: if one names a scheme, a term, a relation or a target that there is not.
    """
    targets = {table.name: table for table in CENSUS_TABLES}
    document = _read("crosswalk.toml")
    out: list[Match] = []
    for scheme in (MATERIALS, USES):
        for term_id, relations in document[scheme.name].items():
            scheme[term_id]  # a KeyError names the slip
            for relation, entries in relations.items():
                for entry in entries:
                    table, _, target = entry.partition(":")
                    lawful = target.isdecimal() if table == "aat" else table in targets and bool(targets[table][target])
                    if relation not in get_args(Relation) or not lawful:
                        raise ValueError(f"crosswalk.toml: {scheme.name}.{term_id}: {relation} {entry} is no mapping")
                    out.append(Match(scheme.name, term_id, cast("Relation", relation), table, target))
    return tuple(out)


MATCHES: Final = _matches()


def matches(scheme: str, term_id: str, target_scheme: str | None = None) -> tuple[Match, ...]:
    """The mapping relations of one of our terms, to one scheme or to all."""
    return tuple(
        match
        for match in MATCHES
        if (match.scheme, match.term) == (scheme, term_id) and target_scheme in (None, match.target_scheme)
    )


def texture_named(literal: str) -> Term | None:
    """The 质地 that a word of a text speaks for; None if the table does not know the word."""
    term_id = _TEXTURE_OF.get(literal.strip())
    return TEXTURES[term_id] if term_id else None


def composite(found: tuple[Term, ...]) -> Term | None:
    """The composite 质地 of several single ones; the one itself if there is one; None if there is none."""
    ids = {term.id for term in found if term.id in _SINGLE}
    if len(ids) < 2:
        return TEXTURES[next(iter(ids))] if ids else None
    organic = ids & _ORGANIC
    kind = "organic" if organic == ids else "mixed" if organic else "inorganic"
    return TEXTURES[f"{kind}-composite"]
