"""The model bundle: a folder with a manifest that names every file, its hash, its licence and how it came about."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, Literal

from biaotu.errors import BundleError
from biaotu.runtime import shipped, signing

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
_PLAIN: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
Voucher = Literal["shipped", "signed", "none"]


@dataclass(frozen=True, slots=True)
class Part:
    """One file of the bundle: SHA-256, size in bytes, what it is, its licence and where it came from."""

    sha256: str
    bytes: int
    purpose: str
    licence: str
    source: str

    @classmethod
    def of(cls, path: Path, purpose: str, licence: str, source: str) -> Part:
        """The entry of a file on disk."""
        return cls(sha256(path), path.stat().st_size, purpose, licence, source)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the bundle holds and how it was made.

    ``settings`` are the parameters of each step (preprocessing, thresholds, decoding, tags, ranking); ``training`` the
    configs, data and seeds; ``scores`` the figures on dev sets with the command that gave them.
    """

    name: str
    version: str
    labels: Mapping[str, list[str]]
    settings: Mapping[str, Any]
    training: Mapping[str, Any]
    scores: Mapping[str, Any]
    files: Mapping[str, Part] = field(default_factory=dict)
    format: int = FORMAT

    def to_dict(self) -> dict[str, Any]:
        """The manifest as plain JSON types."""
        return asdict(self)

    def sealed(self) -> dict[str, Any]:
        """The manifest as it is written: with its own fingerprint, so that damage is noticed where nobody signed it."""
        document = self.to_dict()
        return {**document, signing.FINGERPRINT: signing.fingerprint(document)}

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> Manifest:
        """Read back what ``to_dict`` or ``sealed`` wrote.

        Raises:
            BundleError: if keys are missing, the format is of another version, or the fingerprint is of something else.
        """
        if not isinstance(document, Mapping):
            raise BundleError("manifest is not a JSON object; the bundle is damaged, install it anew")
        if document.get("format") != FORMAT:
            reason = f"bundle format {document.get('format')!r}; this biaotu reads format {FORMAT}"
            raise BundleError(f"{reason}, install the bundle that belongs to it")
        said = {key: value for key, value in document.items() if key != signing.FINGERPRINT}
        if len(said) < len(document) and document[signing.FINGERPRINT] != signing.fingerprint(said):
            raise BundleError("does not fit its own fingerprint; it is damaged or was edited, get the bundle anew")
        try:
            parts = {name: Part(**part) for name, part in document["files"].items()}
            return cls(**{**said, "files": parts})
        except (KeyError, TypeError, AttributeError) as error:
            raise BundleError(f"manifest is not of the expected shape ({error})") from error


class Bundle:
    """A bundle on disk, every file checked against its hash before anything of it is used.

    Attributes:
        folder: where it lies.
        manifest: what it says of itself.
        voucher: who vouches for the manifest: ``shipped`` (this version of the code names it), ``signed`` (a key that
            the user trusts, see ``signing``), ``none`` (the user named the folder, and asked for no signature).

    Args:
        folder: where the bundle lies; None for the one shipped with the package.

    Raises:
        BundleError: if the manifest or a file is missing, damaged, or not what it is vouched to be.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or Path(str(files("biaotu") / "bundle"))
        place = self.folder / MANIFEST
        try:
            document = json.loads(place.read_text(encoding="utf-8"))
        except OSError as error:
            raise BundleError(f"{place}: no model bundle there ({error.strerror}); name one with --bundle") from error
        except (ValueError, RecursionError) as error:
            raise BundleError(f"{place}: not valid JSON ({error}); the bundle is damaged, install it anew") from error
        try:
            self.manifest = Manifest.from_dict(document)
        except BundleError as error:
            raise BundleError(f"{place}: {error}") from error
        self.voucher: Voucher = self._vouch(document, shipped_one=folder is None)
        for name, part in self.manifest.files.items():
            self._check(name, part)

    def path(self, name: str) -> Path:
        """The place of one file of the bundle.

        Raises:
            BundleError: if the manifest knows no such file.
        """
        if name not in self.manifest.files:
            raise BundleError(f"{self.folder}: the bundle holds no {name}")
        return self.folder / name

    def __contains__(self, name: str) -> bool:
        return name in self.manifest.files

    def _vouch(self, document: Mapping[str, Any], *, shipped_one: bool) -> Voucher:
        if signing.fingerprint(document) == shipped.MANIFEST_SHA256:
            return "shipped"
        if shipped_one:
            raise BundleError(
                f"{self.folder / MANIFEST}: not the manifest that belongs to this version of biaotu; the bundle was "
                "changed or half replaced, install biaotu anew (who trains a bundle into the package runs tools/pin.py)"
            )
        trusted = signing.trusted_keys()
        if trusted is None:
            return "none"
        signing.signer(self.folder, document, trusted)
        return "signed"

    def _check(self, name: str, part: Part) -> None:
        if not _PLAIN.fullmatch(name):
            raise BundleError(f"{self.folder / MANIFEST}: names {name!r}, which is no plain file name; nothing is read")
        place = self.folder / name
        try:
            found = sha256(place)
        except OSError as error:
            raise BundleError(f"{place}: cannot be read ({error.strerror}); install the bundle anew") from error
        if found != part.sha256:
            raise BundleError(
                f"{place}: hash differs from the manifest; the file is damaged or changed, install it anew"
            )


def sha256(path: Path) -> str:
    """The SHA-256 of a file, in hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
