"""The formats of a whole export, in one visible table: what each is called, made into and needs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from biaotu.errors import UsageError

Photos = Literal["none", "measured", "published", "kept"]


@dataclass(frozen=True, slots=True)
class Form:
    """One format.

    Attributes:
        place: module and class that write it; the module is imported when it is asked for.
        folder: whether it is a folder of files.
        suffixes: endings that the file must have; any if there are none.
        addresses: whether it names things by addresses, so that a base is needed and numbers must be apart.
        photos: ``none`` if it only names them, ``measured`` if it gives their addresses and sizes, ``published`` if
            they go along in a form that browsers show, ``kept`` if they go along untouched.
        records: whether it is made of records at all.
        entries: whether it names entries of the authority file.
    """

    place: str
    folder: bool = False
    suffixes: tuple[str, ...] = ()
    addresses: bool = False
    photos: Photos = "none"
    records: bool = True
    entries: bool = False


_FILES: Final = "biaotu.export.packages.files"
_FOLDERS: Final = "biaotu.export.packages.folders"

FORMS: Final = {
    "iiif": Form(f"{_FOLDERS}:IiifFolder", folder=True, addresses=True, photos="published", entries=True),
    "linked-art": Form(f"{_FOLDERS}:LinkedArtFolder", folder=True, addresses=True, photos="measured", entries=True),
    "lido": Form(f"{_FILES}:LidoFile", suffixes=(".xml",), addresses=True, photos="measured", entries=True),
    "skos": Form(f"{_FILES}:SkosFile", suffixes=(".ttl", ".jsonld"), addresses=True, records=False),
    "census": Form(f"{_FILES}:CensusFile", suffixes=(".xlsx", ".csv")),
    "conll": Form(f"{_FILES}:ConllFile"),
    "corpus": Form(f"{_FILES}:CorpusFile", suffixes=(".jsonl",)),
    "label-studio": Form(f"{_FILES}:LabelStudioFile", suffixes=(".json",)),
    "doccano": Form(f"{_FILES}:DoccanoFile", suffixes=(".jsonl",)),
    "bag": Form(f"{_FOLDERS}:BagFolder", folder=True, photos="kept"),
}


def form_for(name: str, out: Path) -> Form:
    """The format of that name.

    Raises:
        UsageError: if there is none, or the output's ending is not its.
    """
    form = FORMS.get(name)
    if form is None:
        raise UsageError(f"the format {name!r} is not known; use one of {' '.join(FORMS)}")
    if form.suffixes and out.suffix.lower() not in form.suffixes:
        raise UsageError(f"{out}: {name} is written as {' or '.join(form.suffixes)}; name the output so")
    return form
