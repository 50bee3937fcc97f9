"""The one manifest that belongs to this version of the package; ``tools/pin.py`` writes this file."""

from typing import Final

MANIFEST_SHA256: Final = "5edc8c7274a6ad2ef20ac071b376b5046e052180521cd38ef3eb12e42837e6c0"
"""Fingerprint (``signing.fingerprint``) of the shipped bundle's manifest, which names the hash of each file."""
