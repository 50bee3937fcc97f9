"""The one manifest that belongs to this version of the package; ``tools/pin.py`` writes this file."""

from typing import Final

MANIFEST_SHA256: Final = "e9a030301090c9aebd504060cd774ff2dabca7068966127ef010879c5f877b83"
"""Fingerprint (``signing.fingerprint``) of the shipped bundle's manifest, which names the hash of each file."""
