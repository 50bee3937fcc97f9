"""A bundle is used only if its manifest and every file of it are what they were when it was made."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from biaotu.errors import BundleError
from biaotu.models import Models
from biaotu.runtime import Bundle, Manifest, Network, signing
from biaotu.runtime.bundle import FORMAT, MANIFEST, Part, sha256
from biaotu.training.export import write_manifest


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A bundle of one file."""
    (tmp_path / "a.txt").write_text("红军", encoding="utf-8")
    parts = {"a.txt": Part.of(tmp_path / "a.txt", "words", "CC0-1.0", "own")}
    write_manifest(tmp_path, Manifest("small", "1", {"material": ["铁"]}, {}, {}, {}, parts))
    return tmp_path


class Other(list[str]):
    """A document in the place of the manifest."""


def edit(folder: Path, change: Callable[[Any], Any]) -> None:
    place = folder / MANIFEST
    document = json.loads(place.read_text(encoding="utf-8"))
    other = change(document)
    document[signing.FINGERPRINT] = signing.fingerprint(document)
    place.write_text(json.dumps(other if isinstance(other, Other) else document), encoding="utf-8")


def test_a_whole_bundle_is_read(small: Path) -> None:
    bundle = Bundle(small)
    assert bundle.path("a.txt").read_text(encoding="utf-8") == "红军"
    assert "a.txt" in bundle and "b.txt" not in bundle
    assert Manifest.from_dict(bundle.manifest.to_dict()) == bundle.manifest
    assert bundle.manifest.files["a.txt"] == Part(sha256(small / "a.txt"), 6, "words", "CC0-1.0", "own")
    with pytest.raises(BundleError, match=r"holds no b\.txt"):
        bundle.path("b.txt")


def test_a_changed_file_is_refused(small: Path) -> None:
    (small / "a.txt").write_text("红车", encoding="utf-8")
    with pytest.raises(BundleError, match=r"a\.txt: hash differs"):
        Bundle(small)


def test_a_missing_file_is_refused(small: Path) -> None:
    (small / "a.txt").unlink()
    with pytest.raises(BundleError, match=r"a\.txt: cannot be read"):
        Bundle(small)


def test_a_folder_in_the_place_of_a_file_is_refused(small: Path) -> None:
    (small / "a.txt").unlink()
    (small / "a.txt").mkdir()
    with pytest.raises(BundleError, match=r"a\.txt: cannot be read"):
        Bundle(small)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda document: document.update(format=FORMAT + 1), "this biaotu reads format 1"),
        (lambda document: document.pop("format"), "format None"),
        (lambda document: document.pop("files"), "expected shape"),
        (lambda document: document.pop("settings"), "expected shape"),
        (lambda document: document.update(more=1), "expected shape"),
        (lambda document: document.update(files=["a.txt"]), "expected shape"),
        (lambda document: document["files"]["a.txt"].pop("licence"), "expected shape"),
        (lambda _: Other(["manifest"]), "not a JSON object"),
    ],
)
def test_a_manifest_of_another_form_is_refused(small: Path, change: Callable[[Any], Any], message: str) -> None:
    edit(small, change)
    with pytest.raises(BundleError, match=message) as caught:
        Bundle(small)
    assert MANIFEST in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe{"])
def test_a_manifest_that_is_no_json_is_refused(small: Path, content: bytes) -> None:
    (small / MANIFEST).write_bytes(content)
    with pytest.raises(BundleError, match="not valid JSON"):
        Bundle(small)


def test_no_bundle_at_all(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="--bundle"):
        Bundle(tmp_path / "none")


@pytest.mark.parametrize("content", [b"", b"no network", None])
def test_a_file_that_is_no_network_is_refused(tmp_path: Path, content: bytes | None) -> None:
    place = tmp_path / "net.onnx"
    if content is not None:
        place.write_bytes(content)
    with pytest.raises(BundleError, match=r"net\.onnx"):
        Network(place)


def test_a_network_takes_what_it_asks_for(tiny_bundle: Path) -> None:
    network = Network(tiny_bundle / "text_encoder.onnx")
    assert (network.inputs, network.outputs) == (("ids",), ("states",))
    ids = np.array([[2, 7, 8, 3]], np.int64)
    states = network.run({"ids": ids, "more": np.zeros(3)})["states"]
    assert states.shape == (1, 4, 64)
    with pytest.raises(KeyError, match="ids"):
        network.run({"more": ids})


SETTINGS: list[tuple[str, Callable[[Any], Any]]] = [
    ("no tags", lambda settings: settings.pop("tags")),
    ("unknown tag setting", lambda settings: settings["tags"].update(colour=1)),
    ("unknown ranking setting", lambda settings: settings["ranking"].update(colour=1)),
    ("unlawful overlap", lambda settings: settings["text"].update(overlap=900)),
    ("no limit", lambda settings: settings["text"].pop("limit")),
    ("unlawful size", lambda settings: settings["preprocessing"].update(size=-1)),
    ("too few label thresholds", lambda settings: settings["labels"]["thresholds"].pop()),
    ("too few name thresholds", lambda settings: settings["attributes"]["name_thresholds"].pop()),
    ("decoder of another size", lambda settings: settings["attributes"]["decoder"]["first"].pop()),
    ("thresholds no list", lambda settings: settings["labels"].update(thresholds=3)),
]


@pytest.mark.parametrize("change", [change for _, change in SETTINGS], ids=[name for name, _ in SETTINGS])
def test_settings_of_another_form_are_refused_on_loading(
    tiny_bundle: Path, tmp_path: Path, change: Callable[[Any], Any]
) -> None:
    copy = tmp_path / "bundle"
    shutil.copytree(tiny_bundle, copy)
    edit(copy, lambda document: change(document["settings"]))
    with pytest.raises(BundleError, match="expected shape") as caught:
        Models(Bundle(copy))
    assert str(copy) in str(caught.value)


def test_a_part_that_the_manifest_lacks(tiny_bundle: Path, tmp_path: Path) -> None:
    copy = tmp_path / "bundle"
    shutil.copytree(tiny_bundle, copy)
    edit(copy, lambda document: document["files"].pop("cilin.txt.gz"))
    with pytest.raises(BundleError, match=r"holds no cilin\.txt\.gz"):
        Models(Bundle(copy))


def test_a_tokeniser_of_another_form(tiny_bundle: Path, tmp_path: Path) -> None:
    copy = tmp_path / "bundle"
    shutil.copytree(tiny_bundle, copy)
    (copy / "tokenizer.json").write_text("{}", encoding="utf-8")
    edit(copy, lambda document: document["files"]["tokenizer.json"].update(sha256=sha256(copy / "tokenizer.json")))
    with pytest.raises(BundleError, match="not a tokeniser"):
        Models(Bundle(copy))
