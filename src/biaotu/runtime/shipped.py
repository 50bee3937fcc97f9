"""The one manifest that belongs to this version of the package; ``tools/pin.py`` writes this file."""

from typing import Final

MANIFEST_SHA256: Final = "854d9565409a37085de4f364e7964da2906734902d1b69499606d1917f38d0fc"
"""Fingerprint (``signing.fingerprint``) of the shipped bundle's manifest, which names the hash of each file."""
