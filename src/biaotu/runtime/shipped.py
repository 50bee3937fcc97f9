"""The one manifest that belongs to this version of the package; ``tools/pin.py`` writes this file."""

from typing import Final

MANIFEST_SHA256: Final = "32d97fb58dc8051b553864061346d032ee353ecfc87be7174907aec30fc9235b"
"""Fingerprint (``signing.fingerprint``) of the shipped bundle's manifest, which names the hash of each file."""
