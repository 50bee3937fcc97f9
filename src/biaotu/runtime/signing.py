"""Who made a bundle: its manifest's fingerprint, and signatures (Ed25519) over it.

The manifest names the hash of every file, so that who vouches for the manifest vouches for the bundle. The shipped one
is vouched for by the code itself (``shipped.py``). For a bundle from elsewhere its maker signs, and the user says whose
signatures count: ``BIAOTU_BUNDLE_KEYS`` names a file of public keys.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from biaotu.errors import BundleError, ConfigError

SIGNATURE: Final = "manifest.sig"
FINGERPRINT: Final = "fingerprint"
"""The key under which a manifest holds its own fingerprint; neither that nor a signature counts it."""
KEYS: Final = "BIAOTU_BUNDLE_KEYS"
_EXTRA: Final = "signatures of bundles need the extra “signing”: pip install 'biaotu[signing]'"
_PURPOSE: Final = b"biaotu bundle manifest 1\n"
"""Stands before what is signed, so that a signature made for something else never counts here."""


def fingerprint(document: Mapping[str, Any]) -> str:
    """SHA-256, in hex, of what a manifest says; line ends and spaces of its file do not matter."""
    return hashlib.sha256(_plain(document)).hexdigest()


def sign(document: Mapping[str, Any], private: bytes) -> str:
    """The text of a signature file.

    Args:
        document: the manifest.
        private: a private key in PEM, as ``new_key`` makes it.

    Raises:
        ConfigError: if it is no such key, or the extra is not installed.
    """
    try:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
        from cryptography.hazmat.primitives.serialization import load_pem_private_key
    except ImportError as error:
        raise ConfigError(_EXTRA) from error
    try:
        key = load_pem_private_key(private, password=None)
    except (ValueError, TypeError) as error:
        raise ConfigError(f"not a private key in PEM without a password ({error})") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise ConfigError("the key is of another kind than Ed25519; make one with --new-key")
    made = key.sign(_PURPOSE + _plain(document))
    return f"{_text(key.public_key().public_bytes_raw())} {_text(made)}\n"


def new_key() -> tuple[bytes, str]:
    """A new private key (PEM, not encrypted) and its public key (base64), for a file of trusted keys.

    Raises:
        ConfigError: if the extra is not installed.
    """
    try:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
        from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
    except ImportError as error:
        raise ConfigError(_EXTRA) from error
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return pem, _text(key.public_key().public_bytes_raw())


def trusted_keys() -> tuple[str, ...] | None:
    """The public keys that the user trusts: one a line, what follows it on the line is a remark; None if not asked for.

    Raises:
        BundleError: if the file cannot be read or names no key.
    """
    place = os.environ.get(KEYS)
    if not place:
        return None
    try:
        lines = Path(place).read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError) as error:
        raise BundleError(f"{place}: the file of trusted keys ({KEYS}) cannot be read ({error})") from error
    keys = tuple(line.split()[0] for line in lines if line.strip() and not line.lstrip().startswith("#"))
    if not keys:
        raise BundleError(f"{place}: the file of trusted keys ({KEYS}) names no key")
    return keys


def signer(folder: Path, document: Mapping[str, Any], trusted: tuple[str, ...]) -> str:
    """Whose of the trusted keys signed the manifest in a folder.

    Raises:
        BundleError: if nobody did, the signature is wrong, or the extra is not installed.
    """
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError as error:
        raise BundleError(_EXTRA) from error
    place = folder / SIGNATURE
    try:
        key, made = place.read_text(encoding="ascii").split()
    except FileNotFoundError as error:
        raise BundleError(f"{folder}: the bundle is not signed, and {KEYS} asks for a signature") from error
    except (OSError, ValueError) as error:
        raise BundleError(f"{place}: not a signature of a bundle ({error})") from error
    if key not in trusted:
        raise BundleError(f"{place}: signed with a key that {KEYS} does not name ({key})")
    try:
        Ed25519PublicKey.from_public_bytes(_bytes(key)).verify(_bytes(made), _PURPOSE + _plain(document))
    except (InvalidSignature, ValueError) as error:
        raise BundleError(f"{place}: the signature does not belong to this manifest; get the bundle anew") from error
    return key


def _plain(document: Mapping[str, Any]) -> bytes:
    said = {key: value for key, value in document.items() if key != FINGERPRINT}
    return json.dumps(said, sort_keys=True, separators=(",", ":")).encode("ascii")


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError(str(error)) from error
