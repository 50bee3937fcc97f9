"""Secrets of sessions and tokens: 256 random bits that only their holder has; the store keeps a hash."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Final

PREFIX: Final = "biaotu_"
"""Begins every API token, so that scanners for leaked secrets can tell what they found."""

_BYTES: Final = 32


def new_secret(prefix: str = "") -> str:
    """A new secret."""
    return prefix + secrets.token_urlsafe(_BYTES)


def digest(secret: str) -> str:
    """What is kept of a secret: SHA-256 in hex. A slow hash is not needed, there is nothing to guess."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def same(given: str, kept: str) -> bool:
    """Whether a given value is the kept one, in the same time either way; an empty one never is."""
    return bool(kept) and hmac.compare_digest(given.encode("utf-8", "replace"), kept.encode())
