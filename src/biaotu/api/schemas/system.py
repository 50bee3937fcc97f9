"""Health and what this server is."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

from biaotu.api.schemas.common import Model


class Health(BaseModel):
    """The server answers and its store can be read."""

    status: Literal["ok"]


class Limits(BaseModel):
    """What the server takes at most."""

    max_body_bytes: int
    max_upload_bytes: int
    max_photo_bytes: int
    max_photo_pixels: int
    max_photos: int


class Info(BaseModel):
    """The server, its model and its limits."""

    version: str
    database: str
    records: int
    model: Model
    thumbnail_sizes: list[int]
    limits: Limits
