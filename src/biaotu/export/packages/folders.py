"""Exports that are folders: IIIF with photos and texts, Linked Art, a BagIt bag."""

from __future__ import annotations

import shutil
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

from biaotu.errors import InputError, UsageError
from biaotu.export.bagit import write_bag
from biaotu.export.exchange import Holding
from biaotu.export.iiif import collection, files, manifest
from biaotu.export.iiif.tiles import cut_tiles
from biaotu.export.jsonl import encode
from biaotu.export.linked_art import documents
from biaotu.export.packages.site import WebSite, file_step
from biaotu.export.packages.writing import Shot, Target
from biaotu.records import readable


class IiifFolder:
    """What a web server needs under the base: manifests, their collection, texts, photos, tiles if asked for."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._site = _site(target)
        self._listed: list[Any] = []
        self._tiled: dict[str, str] = {}
        target.draft.mkdir()

    def add(self, holding: Holding, shots: Sequence[Shot]) -> list[str]:
        """Write a record's manifest, texts and photos."""
        wrong: list[str] = []
        for shot in shots:
            self._publish(shot)
        photos = tuple(
            replace(shot.photo, service=self._service(shot, wrong)) if self._target.tiles else shot.photo
            for shot in shots
        )
        holding = replace(holding, photos=photos)
        folder = self._target.draft / "iiif" / file_step(holding.id)
        document = encode(manifest(holding, self._site))
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "manifest.json").write_bytes(document)
        for name, content in files(holding).items():
            (folder / name).write_bytes(content)
        self._listed += collection([holding], self._site, name="all", title="")["items"]
        return wrong

    def finish(self) -> None:
        """Write the collection of all manifests."""
        document = collection((), self._site, name="all", title=self._target.museum or "全部藏品")
        folder = self._target.draft / "iiif" / "collection"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "all.json").write_bytes(encode({**document, "items": self._listed}))

    def close(self) -> None:
        """Nothing is open."""

    def _publish(self, shot: Shot) -> None:
        path = self._target.draft / "photos" / shot.file
        if not path.exists():
            path.parent.mkdir(exist_ok=True)
            if isinstance(shot.content, bytes):
                path.write_bytes(shot.content)
            else:
                shutil.copyfile(shot.content, path)

    def _service(self, shot: Shot, wrong: list[str]) -> str:
        """The image service of a photo, cut once; none if libvips cannot read it."""
        name = PurePosixPath(shot.file).stem
        if name not in self._tiled:
            content = shot.content if isinstance(shot.content, bytes) else shot.content.read_bytes()
            try:
                tiles = cut_tiles(content, name, self._target.draft / "iiif" / "image", self._site)
            except InputError as error:
                wrong.append(f"photo {readable(shot.photo.name)}: published without tiles; {error.reason}")
                self._tiled[name] = ""
            else:
                self._tiled[name] = tiles.service
        return self._tiled[name]


class LinkedArtFolder:
    """JSON-LD documents, each under the address that it has: ``object/NUMBER.json``, ``text/NUMBER/title.json`` ..."""

    def __init__(self, target: Target) -> None:
        self._site = _site(target)
        self._draft = target.draft
        self._shared: set[tuple[str, ...]] = set()
        self._draft.mkdir()

    def add(self, holding: Holding, shots: Sequence[Shot]) -> list[str]:
        """Write a record's documents; those that it shares with others (persons, dates, the museum) once."""
        del shots
        for steps, document in documents(holding, self._site):
            if steps not in self._shared:
                if steps[0] not in ("object", "text"):
                    self._shared.add(steps)
                *folders, last = map(file_step, steps)
                path = self._draft.joinpath(*folders, f"{last}.json")
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(encode(document))
        return []

    def finish(self) -> None:
        """All is written."""

    def close(self) -> None:
        """Nothing is open."""


class BagFolder:
    """A bag of the annotations and the photos they are of, as they are.

    ``annotations.jsonl`` names the photos as they lie in the bag, so the bag can be exported from in its turn.
    """

    def __init__(self, target: Target) -> None:
        self._target = target
        self._lines = target.draft.with_name(target.draft.name + ".jsonl")
        self._file = self._lines.open("xb")
        self._names: dict[str, str] = {}
        self._photos: dict[str, Path] = {}
        self._taken: set[str] = set()

    def add(self, holding: Holding, shots: Sequence[Shot]) -> list[str]:
        """Take a record and its photos."""
        own = {shot.photo.name: self._keep(shot) for shot in shots}
        images = tuple(own.get(name, name) for name in holding.annotation.images)
        self._file.write(encode(replace(holding.annotation, images=images).to_dict()))
        return []

    def finish(self) -> None:
        """Write the bag."""
        from importlib.metadata import version

        self._file.close()
        info = {"Bag-Software-Agent": f"biaotu {version('biaotu')}"}
        if self._target.museum:
            info["Source-Organization"] = self._target.museum
        payload: list[tuple[str, bytes | Path]] = [("annotations.jsonl", self._lines), *self._photos.items()]
        write_bag(self._target.draft, payload, day=self._target.day, info=info)

    def close(self) -> None:
        """Let go of the lines."""
        self._file.close()
        self._lines.unlink(missing_ok=True)

    def _keep(self, shot: Shot) -> str:
        """The photo's name in the bag: where the record's own would do, that."""
        if not isinstance(shot.content, Path):
            raise UsageError(f"{shot.file}: a bag takes photos as they are")
        name = self._names.get(shot.file)
        if name is None:
            parts = [file_step(part) for part in PurePosixPath(readable(shot.photo.name)).parts]
            name = "/".join(parts if parts[0] == "photos" else ["photos", *parts])
            if _folded(name) in self._taken:
                name = f"photos/{shot.file}"
            self._taken.add(_folded(name))
            self._names[shot.file] = name
            self._photos[name] = shot.content
        return name


def _folded(name: str) -> str:
    """What two names have in common that are one on some disks."""
    return unicodedata.normalize("NFC", name).casefold()


def _site(target: Target) -> WebSite:
    if target.site is None:
        raise UsageError("this format names things by addresses; give --base with the address of your site")
    return target.site
