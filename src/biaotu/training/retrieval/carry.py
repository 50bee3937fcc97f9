"""How a retrieval space gets into a bundle, and stays there when the bundle is exported anew."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from biaotu.errors import BundleError
from biaotu.models import RETRIEVAL
from biaotu.runtime.bundle import MANIFEST, Bundle, Manifest, Part, sha256

FACTS: Final = "retrieval.json"
"""Beside the space in a run's folder: config, dev scores, seconds, hashes of the encoders it was learnt on."""
_ENCODERS: Final = ("text_encoder.onnx", "tokenizer.json", "image_encoder.onnx")
_PURPOSE: Final = "spaces of search: words to photos, photos to photos, words to words"
_LICENCE: Final = "Apache-2.0 (trained by this project; holds ImageNet classes of EfficientNet-Lite0, Apache-2.0)"
_SOURCE: Final = "biaotu-train retrieval: photos with labels and titles (docs/training.md), the corpus (CC0-1.0)"


def encoders_of(files: Mapping[str, Part], training: Mapping[str, Any] | None = None) -> dict[str, str]:
    """File -> SHA-256 of what a space is learnt on; with another encoder its numbers would mean nothing.

    The int8 form of an encoder (``biaotu-train int8``) counts as the file that it was made of.
    """
    made_of = (training or {}).get("int8", {}).get("sources", {})
    return {name: made_of.get(name, files[name].sha256) for name in _ENCODERS}


def facts_of(run: Path) -> dict[str, Any] | None:
    """The facts of a space in a run's folder; None if there is no space."""
    if not (run / RETRIEVAL).exists() or not (run / FACTS).exists():
        return None
    facts: dict[str, Any] = json.loads((run / FACTS).read_text(encoding="utf-8"))
    return facts


def place_in_bundle(run: Path, bundle: Bundle) -> Manifest:
    """Put the space of a run's folder into a bundle of the same encoders.

    Returns:
        The manifest with the space in it, to be written.
    """
    facts = facts_of(run)
    if facts is None or facts["encoders"] != encoders_of(bundle.manifest.files, bundle.manifest.training):
        raise BundleError(f"{run}: no retrieval space that was learnt on the encoders of {bundle.folder}")
    shutil.copyfile(run / RETRIEVAL, bundle.folder / RETRIEVAL)
    manifest = bundle.manifest
    files = dict(sorted({**manifest.files, RETRIEVAL: part_of(bundle.folder)}.items()))
    return replace(manifest, files=files, training={**manifest.training, "retrieval": facts})


def part_of(folder: Path) -> Part:
    """The manifest's entry of the space in a bundle's folder."""
    return Part.of(folder / RETRIEVAL, _PURPOSE, _LICENCE, _SOURCE)


def former_space(bundle: Path) -> dict[str, Any] | None:
    """The facts of the space that an earlier bundle in this folder holds whole; None if there is none."""
    try:
        document = json.loads((bundle / MANIFEST).read_text(encoding="utf-8"))
        manifest = Manifest.from_dict(document)
        if sha256(bundle / RETRIEVAL) != manifest.files[RETRIEVAL].sha256:
            return None
        return dict(manifest.training["retrieval"])
    except (OSError, ValueError, KeyError, TypeError, BundleError):
        return None


def carry_over(
    run: Path, bundle: Path, files: Mapping[str, Part], former: dict[str, Any] | None
) -> tuple[dict[str, Any] | None, str]:
    """Find the space for a bundle that is being exported: the run's, else the one that the folder's former bundle had.

    Args:
        run: folder of the run.
        bundle: folder of the bundle.
        files: the new bundle's files so far; its encoders decide whether a space fits.
        former: what ``former_space`` found before the export began.

    Returns:
        The facts of the space, which then lies in ``bundle``, or None; and a line that says which, or why not.
    """
    wanted = encoders_of(files)
    facts = facts_of(run)
    if facts is not None and facts["encoders"] == wanted:
        shutil.copyfile(run / RETRIEVAL, bundle / RETRIEVAL)
        return facts, f"{RETRIEVAL} copied"
    if former is not None and former.get("encoders") == wanted:
        return former, f"{RETRIEVAL} of the former bundle kept"
    (bundle / RETRIEVAL).unlink(missing_ok=True)
    return None, f"no {RETRIEVAL} for these encoders; for search by photo run biaotu-train retrieval --bundle {bundle}"
