"""What the repositories take and give: frozen values, never rows of the database. All times are aware, in UTC."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, Literal, TypeVar

from biaotu.records import Annotation, Notice, SpanField
from biaotu.review import Role, State

Value = TypeVar("Value")
ImportState = Literal["planned", "running", "done", "stopped", "rolled_back"]
Outcome = Literal["new", "same", "updated", "conflict", "failed", "duplicate"]
JobState = Literal["waiting", "running", "done", "failed", "cancelled"]
TokenKind = Literal["session", "api"]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who writes: a user, or a program part under a name of its own (``Actor.system("cli")``)."""

    user_id: int | None
    name: str

    @classmethod
    def system(cls, name: str) -> Actor:
        """Someone who is no user: the command line, a background job."""
        return cls(None, name)


@dataclass(frozen=True, slots=True)
class Page(Generic[Value]):
    """One page of a listing; ``cursor`` asks for the next one, None at the end."""

    items: tuple[Value, ...]
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class NewRecord:
    """A record on its way in; ``museum`` and ``number`` together name it."""

    number: str
    title: str = ""
    description: str = ""
    museum: str = ""
    collection: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)
    notices: Sequence[Notice] = ()
    import_id: int | None = None


@dataclass(frozen=True, slots=True)
class NewImage:
    """A photo whose file is kept already; ``phash`` is 0 to 2**64-1, ``suffix`` as ``.jpg``."""

    digest: str
    suffix: str
    media_type: str
    size: int
    width: int
    height: int
    phash: int | None = None


@dataclass(frozen=True, slots=True)
class StoredImage:
    """A photo in the store."""

    digest: str
    suffix: str
    media_type: str
    size: int
    width: int
    height: int
    phash: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class RecordImage:
    """A photo of a record; ``name`` as the museum gave it."""

    digest: str
    name: str
    position: int
    width: int
    height: int
    suffix: str


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """A record with its current words and photos, and how it stands."""

    id: int
    museum: str
    collection: str
    number: str
    title: str
    description: str
    extra: Mapping[str, Any]
    notices: tuple[Notice, ...]
    text_version: int
    images: tuple[RecordImage, ...]
    state: State
    revision: int
    uncertainty: float
    annotation_id: int | None
    submitted_by: int | None
    import_id: int | None
    created_at: datetime
    updated_at: datetime

    @property
    def digests(self) -> tuple[str, ...]:
        """Its photos, in order."""
        return tuple(image.digest for image in self.images)


@dataclass(frozen=True, slots=True)
class TextVersion:
    """One version of a record's words."""

    record_id: int
    version: int
    title: str
    description: str
    extra: Mapping[str, Any]
    notices: tuple[Notice, ...]
    import_id: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class RecordSummary:
    """A record in a list; ``thumbnail`` is the digest of its first photo."""

    id: int
    museum: str
    collection: str
    number: str
    title: str
    state: State
    revision: int
    uncertainty: float
    thumbnail: str | None
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class GridCell:
    """A record under one label: what the label's model and people say of it."""

    record: RecordSummary
    confidence: float | None
    status: str


@dataclass(frozen=True, slots=True)
class Mention:
    """The same words elsewhere; ``status`` is that of a span there, None if they stand there unmarked."""

    record: RecordSummary
    item: str
    value: str
    field: SpanField
    start: int
    end: int
    status: str | None
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Mentions:
    """Places where the same words stand; ``total`` counts those beyond ``items`` too, all there are if ``complete``."""

    items: tuple[Mention, ...]
    total: int
    complete: bool


@dataclass(frozen=True, slots=True)
class StoredAnnotation:
    """What one model version said of one version of a record's words; ``document`` is ``Annotation.to_dict()``."""

    id: int
    record_id: int
    text_version: int
    model_name: str
    model_version: str
    document: Mapping[str, Any]
    at: datetime


@dataclass(frozen=True, slots=True)
class NewAnnotation:
    """What a model said of a version of a record's words and of the photos it had then.

    Attributes:
        record_id: the record.
        text_version: the version of the words that the model read.
        annotation: what it said.
        photos: digests of the record's photos, in order, when they were handed to the model; None: those it has now.
    """

    record_id: int
    text_version: int
    annotation: Annotation
    photos: Sequence[str] | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """What an act on a record came to; ``repeated`` if the same key had done it before."""

    batch: str
    record_id: int
    revision: int
    decisions: tuple[int, ...]
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Import:
    """One import in the ledger."""

    id: int
    file: str
    digest: str
    museum: str
    collection: str
    settings: Mapping[str, Any]
    state: ImportState
    counts: Mapping[str, int]
    user_id: int | None
    actor: str
    created_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class ImportRow:
    """What became of one row: ``position`` counts from 0, ``row`` as Excel does; ``before`` is what rollback needs."""

    position: int
    row: int | None
    number: str
    outcome: Outcome
    record_id: int | None = None
    reason: str = ""
    notices: tuple[Notice, ...] = ()
    before: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class User:
    """A user; ``password`` is the hash, None if the user cannot log in by password."""

    id: int
    name: str
    display: str
    role: Role
    active: bool
    created_at: datetime
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Token:
    """A session or API token; its secret is not kept."""

    id: int
    user_id: int
    kind: TokenKind
    label: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    last_seen_at: datetime | None
    csrf: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Word:
    """A word that the museum added to the lexicon."""

    id: int
    word: str
    kind: str
    actor: str
    added_at: datetime
    removed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Job:
    """A background job; ``cancel`` asks the worker to stop."""

    id: int
    kind: str
    settings: Mapping[str, Any]
    state: JobState
    done: int
    total: int | None
    message: str
    cancel: bool
    user_id: int | None
    actor: str
    worker: str | None
    created_at: datetime
    started_at: datetime | None
    heartbeat_at: datetime | None
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One line of the audit log."""

    id: int
    at: datetime
    user_id: int | None
    actor: str
    action: str
    object: str
    detail: Mapping[str, Any]
