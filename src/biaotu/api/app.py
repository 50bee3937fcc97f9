"""The application, made of settings; nothing is built at import and nothing opened before it starts."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from importlib.metadata import version
from typing import Final

import anyio
import anyio.to_thread
from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.types import Lifespan

from biaotu.api import importing, openapi, pages, problems
from biaotu.api.attempts import Attempts
from biaotu.api.middleware import BodyLimit, Failures, KnownHosts, SecurityHeaders
from biaotu.api.models import AnnotatorHolder, loader
from biaotu.api.routers import (
    authorities,
    decisions,
    export,
    graph,
    images,
    imports,
    interpret,
    jobs,
    links,
    people,
    records,
    review,
    search,
    session,
    system,
    vocabularies,
)
from biaotu.api.routing import PREFIX, READERS
from biaotu.api.services import Services
from biaotu.api.settings import Settings
from biaotu.api.thumbnails import Thumbnails
from biaotu.api.worker import Worker
from biaotu.api.works import works
from biaotu.errors import StoreError
from biaotu.knowledge.graphing import GraphKeeper
from biaotu.store import Actor, Store, StorePlace

_log = logging.getLogger("biaotu.api")

IMPORTS: Final = f"{PREFIX}/imports"
PHOTO: Final = f"{PREFIX}/search/photo"
"""Paths that take files, a whole upload and a single photo; all others take small bodies only."""
ROUTERS: Final = (
    records.router,
    records.evidence,
    search.router,
    images.router,
    session.router,
    people.users,
    people.tokens,
    decisions.router,
    review.router,
    graph.router,
    graph.records_router,
    vocabularies.router,
    authorities.router,
    links.router,
    interpret.router,
    imports.router,
    jobs.router,
    export.router,
    system.router,
)
"""Tried in this order, so what is asked most often stands first."""
ABOUT: Final = """The red gene bank of a museum: records, what models suggest and what people decide on them.

Log in with `POST /api/v1/session` (browsers) or send `Authorization: Bearer TOKEN` (programs). Errors are
`application/problem+json`; `code` is stable. Lists are paged by opaque cursors. Offsets into texts count Unicode code
points."""


THREADS: Final = 40
"""Threads that answer requests, over all processes: each may hold a connection to the database."""
FEWEST_THREADS: Final = 8
Wake = Callable[[], None]
"""Tells whoever does the work in the background that there is a new job."""


def create_app(settings: Settings, store: Store | None = None, wake: Wake | None = None) -> FastAPI:
    """Make an application.

    Args:
        settings: how it runs.
        store: an open store to use, which stays open afterwards; without it the one that the settings name is opened
            when the application starts and closed when it ends.
        wake: tells the process that does the work in the background; without it this one does.
    """
    app = FastAPI(
        title="biaotu",
        version=version("biaotu"),
        description=ABOUT,
        lifespan=_lifespan(settings, store, wake),
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
    )
    for router in ROUTERS:
        app.routes.extend(router.routes)
    pages.install(app)
    problems.install(app)
    app.openapi = lambda: openapi.document(app)  # type: ignore[method-assign]
    # The one added last is outermost.
    app.add_middleware(BodyLimit, limit_of=_limits(settings))
    app.add_middleware(KnownHosts, names=_names(settings))
    app.add_middleware(Failures)
    app.add_middleware(SecurityHeaders, https=settings.https)
    return app


def _lifespan(settings: Settings, given: Store | None, wake: Wake | None) -> Lifespan[FastAPI]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            store = given
            if store is None:
                store = stack.enter_context(Store.open(StorePlace.settle(settings.store), create=True))
            holder = AnnotatorHolder(loader(settings.bundle, settings.threads, ocr=settings.ocr))
            worker = Worker(store, works(store, holder), wake)
            attempts = Attempts(store, settings.login_attempts, settings.address_attempts, settings.login_minutes)
            app.state.services = Services(
                settings=settings,
                store=store,
                annotator=holder,
                attempts=attempts,
                thumbnails=Thumbnails(store.place.folder / "thumbnails"),
                worker=worker,
                graph=stack.enter_context(GraphKeeper(store)),
            )
            threads = max(FEWEST_THREADS, THREADS // settings.processes)
            anyio.to_thread.current_default_thread_limiter().total_tokens = threads
            app.state.readers = anyio.CapacityLimiter(READERS)
            if wake is None:
                await run_in_threadpool(_tidy, store, attempts)
                await run_in_threadpool(worker.start)
            try:
                yield
            finally:
                await run_in_threadpool(worker.stop)

    return lifespan


def _tidy(store: Store, attempts: Attempts) -> None:
    """Clear away what serves no longer: tokens that ended a month ago, old attempts, uploads that nobody imported.

    Texts that stand in no block of the index yet are brought into one: each search has to look through them. A store
    that cannot be tidied (a damaged page, a full disk) is served all the same: what is whole in it can still be read.
    """

    def tend() -> None:
        with store.writing(Actor.system("server")) as unit:
            unit.search.tend()

    def purge() -> None:
        with store.writing(Actor.system("server")) as unit:
            unit.tokens.purge()

    for step in (purge, tend, attempts.tidy, lambda: importing.tidy(store)):
        try:
            step()
        except StoreError as error:
            _log.warning("the store was not tidied: %s", error)


def _limits(settings: Settings) -> Callable[[str], int]:
    small = settings.max_body_kb << 10
    special = {IMPORTS: settings.max_upload_mb << 20, PHOTO: (settings.max_photo_mb << 20) + small}
    return lambda path: special.get(path, small)


def _names(settings: Settings) -> tuple[str, ...]:
    """Names that the server goes by; an address that it was told to listen on is one, all addresses at once is none."""
    host = settings.host
    own = () if host in ("0.0.0.0", "::") else (f"[{host}]" if ":" in host else host,)
    return (*settings.allowed_hosts, *own)
