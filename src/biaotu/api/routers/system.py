"""Health, what this server is, the audit log."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from fastapi import Request

from biaotu.api import accounts, openapi
from biaotu.api.access import Admin, Reader
from biaotu.api.openapi import problems
from biaotu.api.routing import api_router
from biaotu.api.schemas.common import Cursor, Limit, Model
from biaotu.api.schemas.review import AuditPage, AuditRow
from biaotu.api.schemas.system import Health, Info, Limits
from biaotu.api.services import Parts
from biaotu.api.thumbnails import SIZES
from biaotu.api.uploads import PhotoLimits
from biaotu.runtime import Bundle

router = api_router("", "system")


@router.get(
    "/health",
    operation_id="get_health",
    summary="Whether the server works",
    response_model=Health,
    responses=problems(logged_in=False),
)
def get_health(parts: Parts) -> Health:
    """Answers when the store can be read; needs no log-in."""
    accounts.has_admin(parts.store)
    return Health(status="ok")


@router.get("/info", operation_id="get_info", summary="What this server is", response_model=Info, responses=problems())
def get_info(_caller: Reader, parts: Parts) -> Info:
    """Version, model, limits; loads no model."""
    with parts.store.reading() as unit:
        counts = unit.records.counts()
    manifest = Bundle(parts.settings.bundle).manifest
    photos, kilobyte = PhotoLimits.of(parts.settings), 1024
    return Info(
        version=version("biaotu"),
        database="SQLite" if parts.store.place.database is None else "PostgreSQL",
        records=sum(counts.values()),
        model=Model(name=manifest.name, version=manifest.version),
        thumbnail_sizes=list(SIZES),
        limits=Limits(
            max_body_bytes=parts.settings.max_body_kb * kilobyte,
            max_upload_bytes=parts.settings.max_upload_mb * kilobyte * kilobyte,
            max_photo_bytes=photos.size,
            max_photo_pixels=photos.pixels,
            max_photos=photos.number,
        ),
    )


@router.get(
    "/audit", operation_id="list_audit", summary="The audit log", response_model=AuditPage, responses=problems()
)
def list_audit(_admin: Admin, parts: Parts, cursor: Cursor = None, limit: Limit = 100) -> AuditPage:
    """Who did what and when, newest first."""
    with parts.store.reading() as unit:
        page = unit.audit.page(cursor, limit)
    items = [
        AuditRow(id=row.id, at=row.at, user=row.actor, action=row.action, subject=row.object, detail=dict(row.detail))
        for row in page.items
    ]
    return AuditPage(items=items, next=page.cursor)


@router.get("/openapi.json", include_in_schema=False)
def get_openapi(request: Request, _caller: Reader) -> dict[str, Any]:
    """The OpenAPI document, for those who are logged in."""
    return openapi.document(request.app)
