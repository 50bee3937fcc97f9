"""``biaotu-train sign``: a key of one's own and the signature of a bundle."""

from __future__ import annotations

import json
import os
from pathlib import Path

from biaotu.errors import ConfigError
from biaotu.runtime import Bundle, signing
from biaotu.runtime.bundle import MANIFEST


def make_key(place: Path) -> None:
    """Write a new private key that only its owner can read. It is not encrypted: keep it off shared disks.

    Raises:
        ConfigError: if there is a file already, it cannot be written, or the extra ``signing`` is not installed.
    """
    private, _ = signing.new_key()
    try:
        with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            stream.write(private)
    except FileExistsError as error:
        raise ConfigError(f"{place}: is there already; a key is never written over") from error
    except OSError as error:
        raise ConfigError(f"{place}: cannot be written ({error.strerror})") from error


def sign_bundle(folder: Path, key: Path) -> str:
    """Check every file of a bundle against its manifest, then sign that.

    Returns:
        The public key.

    Raises:
        BundleError: if the bundle is damaged.
        ConfigError: if the key cannot be read or is none.
    """
    try:
        private = key.read_bytes()
    except OSError as error:
        raise ConfigError(f"{key}: cannot be read ({error.strerror}); make a key with --new-key") from error
    Bundle(folder)
    try:
        made = signing.sign(json.loads((folder / MANIFEST).read_text(encoding="utf-8")), private)
    except ConfigError as error:
        raise ConfigError(f"{key}: {error}") from error
    (folder / signing.SIGNATURE).write_text(made, encoding="ascii")
    return made.split()[0]
