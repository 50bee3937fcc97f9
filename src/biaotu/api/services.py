"""What the routes work with, made once for an application and found through the request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, cast

from fastapi import Depends, Request

from biaotu.api.attempts import Attempts
from biaotu.api.models import AnnotatorHolder
from biaotu.api.settings import Settings
from biaotu.api.thumbnails import Thumbnails
from biaotu.knowledge.graphing import GraphKeeper
from biaotu.store import Store

if TYPE_CHECKING:
    from biaotu.api.worker import Worker


@dataclass(frozen=True, slots=True)
class Services:
    """The parts of a running server; every one may be shared between threads."""

    settings: Settings
    store: Store
    annotator: AnnotatorHolder
    attempts: Attempts
    thumbnails: Thumbnails
    worker: Worker
    graph: GraphKeeper


def services(request: Request) -> Services:
    """The parts of the application that got this request."""
    return cast("Services", request.app.state.services)


async def _depended_on(request: Request) -> Services:
    # Like every dependency that waits for nothing it is async: others are handed to a thread and back, which costs a
    # twentieth of a request each.
    return services(request)


Parts = Annotated[Services, Depends(_depended_on)]
