"""Building stones that several subjects share: bounded ids, lawful text, pages."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from fastapi import Path, Query
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

MAX_ID: Final = 2**53 - 1
"""The largest whole number that JavaScript keeps exactly."""

Role = Literal["reader", "annotator", "reviewer", "admin"]
RecordState = Literal["new", "annotated", "in_review", "submitted", "approved", "returned"]


def lawful(text: str) -> str:
    """Text that databases and files can hold; ValueError if a NUL or half of a character stands in it."""
    if "\0" in text:
        raise ValueError("holds a NUL character; leave it out")
    if any("\ud800" <= sign <= "\udfff" for sign in text):
        raise ValueError("holds a lone surrogate, which is no character; leave it out")
    return text


Text = Annotated[str, AfterValidator(lawful)]
ShortText = Annotated[str, Field(max_length=200), AfterValidator(lawful)]
Identifier = Annotated[int, Field(ge=1, le=MAX_ID)]
Revision = Annotated[int, Field(ge=0, le=MAX_ID, description="Id of the last decision; 0 if there is none.")]
IdempotencyKey = Annotated[
    str,
    Field(
        min_length=8,
        max_length=64,
        pattern=r"^[A-Za-z0-9_-]+$",
        description="Made by the client for one act; sent again it returns the first result and changes nothing.",
        examples=["3f0c5c9a-7a3e-4d0e-9d8c-1c6a6d5f9b10"],
    ),
]
ItemKey = Annotated[
    str,
    Field(
        min_length=1,
        max_length=300,
        description="`label:material:metal`, `tag:手榴弹`, `span:title:0:2:organisation`, `link:ENTRY:SPAN` "
        "(ENTRY is an entry's id or `none`) or `state`.",
        examples=["label:material:metal"],
    ),
    AfterValidator(lawful),
]

PathId = Annotated[int, Path(ge=1, le=MAX_ID)]
Cursor = Annotated[
    str | None,
    Query(max_length=500, description="The `next` of the page before; opaque."),
    AfterValidator(lambda text: None if text is None else lawful(text)),
]
Limit = Annotated[int, Query(ge=1, le=200, description="Rows on a page.")]


class Strict(BaseModel):
    """A request body: unknown parts are refused, so that a typing slip is not silently ignored."""

    model_config = ConfigDict(extra="forbid")


class Model(BaseModel):
    """What a model version calls itself."""

    name: str
    version: str
