"""A bundle is taken from who vouches for it: the code for the shipped one, trusted keys for one from elsewhere."""

from __future__ import annotations

import json
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from biaotu.errors import BiaotuError, BundleError
from biaotu.models import Models
from biaotu.ranking import WordVectors
from biaotu.runtime import Bundle, Manifest, shipped, signing
from biaotu.runtime.bundle import MANIFEST, Part, sha256
from biaotu.search.space import RetrievalSpace
from biaotu.training.cli import cli
from biaotu.training.export import write_manifest
from biaotu.training.signing import make_key, sign_bundle


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A bundle of one file."""
    folder = tmp_path / "bundle"
    folder.mkdir()
    (folder / "a.txt").write_text("红军", encoding="utf-8")
    parts = {"a.txt": Part.of(folder / "a.txt", "words", "CC0-1.0", "own")}
    write_manifest(folder, Manifest("small", "1", {}, {}, {}, {}, parts))
    return folder


@pytest.fixture
def trust(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Trust public keys."""
    place = tmp_path / "keys.txt"
    monkeypatch.setenv(signing.KEYS, str(place))

    def write(*keys: str) -> None:
        place.write_text("# whose bundles we use\n\n" + "".join(f"{key} of a friend\n" for key in keys), "utf-8")

    return write


@pytest.fixture
def key(tmp_path: Path) -> Path:
    make_key(tmp_path / "key.pem")
    return tmp_path / "key.pem"


def edited(folder: Path, change: Callable[[Any], Any], sealed: bool = True) -> None:
    """Change a manifest as somebody would who knows of its fingerprint; damage does not (``sealed=False``)."""
    document = json.loads((folder / MANIFEST).read_text("utf-8"))
    change(document)
    if sealed:
        document[signing.FINGERPRINT] = signing.fingerprint(document)
    (folder / MANIFEST).write_text(json.dumps(document), "utf-8")


def test_the_code_names_the_manifest_of_the_shipped_bundle() -> None:
    bundle = Bundle()
    assert bundle.voucher == "shipped"
    document = json.loads((bundle.folder / MANIFEST).read_text("utf-8"))
    assert signing.fingerprint(document) == shipped.MANIFEST_SHA256, "run: python tools/pin.py"
    lying = {path.name for path in bundle.folder.iterdir()} - {MANIFEST}
    assert lying == set(bundle.manifest.files), "the bundle's folder holds what no hash vouches for"


def test_a_shipped_bundle_that_agrees_with_itself_but_not_with_the_code_is_refused(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (small.parent / "package").mkdir()
    shutil.move(small, small.parent / "package" / "bundle")
    monkeypatch.setattr("biaotu.runtime.bundle.files", lambda _: small.parent / "package")
    with pytest.raises(BundleError, match="belongs to this version"):
        Bundle()
    document = json.loads((small.parent / "package" / "bundle" / MANIFEST).read_text("utf-8"))
    monkeypatch.setattr(shipped, "MANIFEST_SHA256", signing.fingerprint(document))
    assert Bundle().voucher == "shipped"


def test_spaces_and_line_ends_of_the_file_do_not_matter_and_everything_said_does(small: Path) -> None:
    text = (small / MANIFEST).read_text("utf-8")
    before = signing.fingerprint(json.loads(text))
    assert signing.fingerprint(json.loads(text.replace("\n", "\r\n  "))) == before
    document = json.loads(text)
    document["files"]["a.txt"]["bytes"] += 1
    assert signing.fingerprint(document) != before


def test_a_manifest_holds_its_own_fingerprint_so_that_damage_is_noticed_where_nobody_signed(small: Path) -> None:
    whole = (small / MANIFEST).read_text("utf-8")
    assert json.loads(whole)["fingerprint"] == signing.fingerprint(json.loads(whole))
    for change in (
        lambda document: document.update(version="2"),
        lambda document: document["files"]["a.txt"].update(purpose="wordz"),
        lambda document: document.update(fingerprint="0" * 64),
        lambda document: document.update(fingerprint=None),
    ):
        edited(small, change, sealed=False)
        with pytest.raises(BundleError, match=r"manifest\.json: .*fingerprint"):
            Bundle(small)
        (small / MANIFEST).write_text(whole, "utf-8")
    assert Bundle(small).voucher == "none"


def test_a_manifest_from_before_fingerprints_is_read(small: Path) -> None:
    edited(small, lambda document: document.pop("fingerprint"), sealed=False)
    assert Bundle(small).manifest.name == "small"


def test_nobody_is_asked_for_a_signature_by_default(small: Path) -> None:
    assert Bundle(small).voucher == "none"


def test_a_signed_bundle(small: Path, key: Path, trust: Callable[..., None]) -> None:
    public = sign_bundle_before_trust(small, key, trust)
    assert Bundle(small).voucher == "signed"
    edited(small, lambda document: document.update(version="2"))
    with pytest.raises(BundleError, match="does not belong to this manifest"):
        Bundle(small)
    assert public


def sign_bundle_before_trust(folder: Path, key: Path, trust: Callable[..., None]) -> str:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(signing.KEYS, raising=False)
        public = sign_bundle(folder, key)
    trust(public)
    return public


def test_a_stranger_s_signature_does_not_count(small: Path, key: Path, trust: Callable[..., None]) -> None:
    sign_bundle_before_trust(small, key, trust)
    _, other = signing.new_key()
    trust(other)
    with pytest.raises(BundleError, match="does not name"):
        Bundle(small)


def test_a_trusted_name_on_a_stranger_s_signature_does_not_count(
    small: Path, key: Path, tmp_path: Path, trust: Callable[..., None]
) -> None:
    public = sign_bundle_before_trust(small, key, trust)
    make_key(tmp_path / "other.pem")
    made = signing.sign(json.loads((small / MANIFEST).read_text("utf-8")), (tmp_path / "other.pem").read_bytes())
    (small / signing.SIGNATURE).write_text(f"{public} {made.split()[1]}\n", "ascii")
    with pytest.raises(BundleError, match="does not belong to this manifest"):
        Bundle(small)


def test_unsigned_is_refused_where_signatures_are_asked_for(small: Path, trust: Callable[..., None]) -> None:
    trust(signing.new_key()[1])
    with pytest.raises(BundleError, match="not signed"):
        Bundle(small)


@pytest.mark.parametrize("content", [b"", b"one", b"a b c", b"\xff \xfe", b"KEY ####", b"KEY AAAA"])
def test_a_damaged_signature_is_none(small: Path, content: bytes, trust: Callable[..., None]) -> None:
    public = signing.new_key()[1]
    trust(public)
    (small / signing.SIGNATURE).write_bytes(content.replace(b"KEY", public.encode()))
    with pytest.raises(BundleError, match="signature"):
        Bundle(small)


def test_keys_that_are_not_there_let_nothing_in(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trust: Callable[..., None]
) -> None:
    trust()
    with pytest.raises(BundleError, match="names no key"):
        Bundle(small)
    monkeypatch.setenv(signing.KEYS, str(tmp_path / "none.txt"))
    with pytest.raises(BundleError, match="cannot be read"):
        Bundle(small)


def test_without_the_extra_a_signature_is_not_taken_for_granted(
    small: Path, monkeypatch: pytest.MonkeyPatch, trust: Callable[..., None]
) -> None:
    trust("AAAA")
    monkeypatch.setitem(sys.modules, "cryptography.exceptions", None)
    with pytest.raises(BundleError, match=r"biaotu\[signing\]"):
        Bundle(small)


def test_starting_needs_no_cryptography() -> None:
    script = "import sys, biaotu.runtime as r; r.Bundle(); sys.exit('cryptography' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_the_command(small: Path, tmp_path: Path, trust: Callable[..., None]) -> None:
    place = tmp_path / "made.pem"
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(signing.KEYS, raising=False)
        told = CliRunner().invoke(cli, ["sign", str(small), "--key", str(place), "--new-key"])
        again = CliRunner().invoke(cli, ["sign", str(small), "--key", str(place), "--new-key"])
    assert told.exit_code == 0, told.output
    assert isinstance(again.exception, BiaotuError) and "never written over" in str(again.exception)
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    trust(told.output.split()[-1])
    assert Bundle(small).voucher == "signed"


@pytest.mark.parametrize("content", [b"", b"no key", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
def test_what_is_no_key_signs_nothing(small: Path, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "bad.pem").write_bytes(content)
    with pytest.raises(BiaotuError, match=r"bad\.pem"):
        sign_bundle(small, tmp_path / "bad.pem")
    with pytest.raises(BiaotuError, match="new-key"):
        sign_bundle(small, tmp_path / "none.pem")
    assert not (small / signing.SIGNATURE).exists()


@pytest.mark.parametrize("name", ["../secret", "/etc/hostname", "a/b", "..", ".", "", "a\\b"])
def test_a_manifest_that_names_files_elsewhere_is_refused_unread(small: Path, name: str) -> None:
    edited(small, lambda document: document["files"].update({name: document["files"]["a.txt"]}))
    with pytest.raises(BundleError, match="no plain file name"):
        Bundle(small)


class Bomb:
    """What would run if anything of a bundle were unpickled."""

    def __reduce__(self) -> tuple[Any, ...]:
        return (exec, ("raise SystemExit('a pickle was loaded')",))


@pytest.mark.parametrize("load", [WordVectors.load, RetrievalSpace.load], ids=["word vectors", "spaces"])
def test_an_array_of_objects_is_never_unpickled(tmp_path: Path, load: Callable[[Path], object]) -> None:
    place = tmp_path / "evil.npz"
    evil = np.array([Bomb()], dtype=object)
    with place.open("wb") as stream:
        np.savez(stream, words=evil, rows=evil, scales=evil, format=evil)
    with pytest.raises(BundleError, match=r"evil\.npz: .*Object arrays cannot be loaded"):
        load(place)


def test_a_whole_bundle_with_a_pickle_inside_is_refused(tiny_bundle: Path, tmp_path: Path) -> None:
    copy = tmp_path / "bundle"
    shutil.copytree(tiny_bundle, copy)
    with (copy / "word_vectors.npz").open("wb") as stream:
        np.savez(stream, words=np.array([Bomb()], dtype=object))
    edited(
        copy, lambda document: document["files"]["word_vectors.npz"].update(sha256=sha256(copy / "word_vectors.npz"))
    )
    with pytest.raises(BundleError, match="Object arrays cannot be loaded"):
        Models(Bundle(copy))
