"""The one manifest that belongs to this version of the package; ``tools/pin.py`` writes this file."""

from typing import Final

MANIFEST_SHA256: Final = "1cd7bb23ab1571a08e3d7f7c003e2cf46630d5f63d858fdd59472df78c5d7de1"
"""Fingerprint (``signing.fingerprint``) of the shipped bundle's manifest, which names the hash of each file."""
