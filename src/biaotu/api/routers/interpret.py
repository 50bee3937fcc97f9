"""What a record tells of its relic: its way through hands and years, captions, answers to questions."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from pydantic import AfterValidator

from biaotu.api.access import Reader
from biaotu.api.openapi import problems
from biaotu.api.routing import api_router
from biaotu.api.schemas.common import PathId, lawful
from biaotu.api.schemas.interpret import (
    Answer,
    Caption,
    Form,
    Language,
    OfferedQuestion,
    OfferedQuestions,
    Provenance,
)
from biaotu.api.services import Parts
from biaotu.interpret import answer, caption, offered, provenance
from biaotu.interpret.present import answer_dict, caption_dict, provenance_dict
from biaotu.knowledge.telling import stored_subject

router = api_router("/records", "interpretation", slow=True)

Question = Annotated[
    str,
    Query(alias="q", min_length=1, max_length=200, description="Chinese or simple English.", examples=["谁用过？"]),
    AfterValidator(lawful),
]


@router.get(
    "/{record_id}/provenance",
    operation_id="get_provenance",
    summary="Through whose hands a relic came",
    response_model=Provenance,
    responses=problems("not-found"),
)
def get_provenance(record_id: PathId, _caller: Reader, parts: Parts) -> Provenance:
    """Made, used, captured, found, given, handed over, held: with who, when, where and the words that say so."""
    with parts.store.reading() as unit:
        subject = stored_subject(unit, record_id)
    return Provenance.model_validate(provenance_dict(subject, provenance(subject)))


@router.get(
    "/{record_id}/caption",
    operation_id="get_caption",
    summary="A caption for an exhibit",
    response_model=Caption,
    responses=problems("not-found"),
)
def get_caption(
    record_id: PathId,
    _caller: Reader,
    parts: Parts,
    lang: Annotated[Language, Query(description="Of the words around the values.")] = "zh",
    form: Annotated[Form, Query(description="One line, a card, or everything.")] = "label",
    marks: Annotated[bool, Query(description="Say which values nobody has confirmed.")] = True,
) -> Caption:
    """A caption (说明牌) put together from the record's values; sentences are those of its description."""
    with parts.store.reading() as unit:
        subject = stored_subject(unit, record_id)
    return Caption.model_validate(caption_dict(subject, caption(subject, lang, form, marks=marks)))


@router.get(
    "/{record_id}/answers",
    operation_id="ask_record",
    summary="A question answered from the record",
    response_model=Answer,
    responses=problems("not-found"),
)
def ask_record(record_id: PathId, question: Question, _caller: Reader, parts: Parts) -> Answer:
    """The answer with the words that prove it, or that the record does not tell; nothing is guessed."""
    with parts.store.reading() as unit:
        subject = stored_subject(unit, record_id)
    return Answer.model_validate(answer_dict(subject, answer(subject, question)))


@router.get(
    "/{record_id}/questions",
    operation_id="list_questions",
    summary="What a record can be asked",
    response_model=OfferedQuestions,
    responses=problems("not-found"),
)
def list_questions(
    record_id: PathId,
    _caller: Reader,
    parts: Parts,
    lang: Annotated[Language, Query(description="Of the questions.")] = "zh",
) -> OfferedQuestions:
    """Questions that have an answer in this record, for a page to offer."""
    with parts.store.reading() as unit:
        subject = stored_subject(unit, record_id)
    items = [OfferedQuestion(intent=intent, question=question) for intent, question in offered(subject, lang)]
    return OfferedQuestions(items=items)
