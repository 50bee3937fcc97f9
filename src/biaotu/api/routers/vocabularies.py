"""Vocabularies and the museum's own words."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from biaotu.api import present
from biaotu.api.access import Annotator, Reader, Reviewer
from biaotu.api.openapi import problems
from biaotu.api.routing import api_router
from biaotu.api.schemas.common import Cursor, Limit, PathId, ShortText
from biaotu.api.schemas.search import NewWord, Schemes, Term, Vocabularies, Word, WordPage
from biaotu.api.services import Parts
from biaotu.taxonomy import ATTRIBUTES, MATERIALS, USES, Vocabulary

router = api_router("", "vocabularies")


def _terms(vocabulary: Vocabulary) -> list[Term]:
    return [Term(id=term.id, zh=term.zh, en=term.en, note=term.note) for term in vocabulary]


@router.get(
    "/vocabularies",
    operation_id="get_vocabularies",
    summary="Materials, uses, attributes",
    response_model=Vocabularies,
    responses=problems(),
)
def get_vocabularies(_caller: Reader) -> Vocabularies:
    """All terms in their order, with names in Chinese and English and scope notes."""
    return Vocabularies(schemes=Schemes(material=_terms(MATERIALS), use=_terms(USES), attribute=_terms(ATTRIBUTES)))


@router.get(
    "/lexicon",
    operation_id="list_words",
    summary="The museum's own words",
    response_model=WordPage,
    responses=problems(),
)
def list_words(
    _caller: Reader,
    parts: Parts,
    q: Annotated[ShortText, Query(description="Only words that hold this.")] = "",
    cursor: Cursor = None,
    limit: Limit = 100,
) -> WordPage:
    """Words that annotating knows beyond its own lexicon, newest first."""
    with parts.store.reading() as unit:
        page = unit.words.page(q, cursor, limit)
    return WordPage(items=[present.word(word) for word in page.items], next=page.cursor)


@router.post(
    "/lexicon",
    operation_id="add_word",
    summary="Add a word",
    status_code=201,
    response_model=Word,
    responses=problems("refused", "conflict"),
)
def add_word(new: NewWord, caller: Annotator, parts: Parts) -> Word:
    """Add a word; records annotated from now on are cut into words with it."""
    with parts.store.writing(caller.actor) as unit:
        return present.word(unit.words.add(new.word, new.kind))


@router.delete(
    "/lexicon/{word_id}",
    operation_id="remove_word",
    summary="Take a word out of use",
    status_code=204,
    responses=problems("not-found"),
)
def remove_word(word_id: PathId, caller: Reviewer, parts: Parts) -> None:
    """Take a word out of use; what was annotated with it stays."""
    with parts.store.writing(caller.actor) as unit:
        unit.words.remove(word_id)
