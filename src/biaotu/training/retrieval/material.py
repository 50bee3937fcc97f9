"""What the spaces are learnt from and judged on: photos, and the texts that may stand beside each of them.

A photo's texts come in kinds, and training draws a kind first, then a text of it: the museum's own title and record
for photos that came with them, Chinese names of its class, records of the corpus about a thing of that name, names of
its labels.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from biaotu.errors import InputError
from biaotu.records.gold import GoldRecord
from biaotu.training.retrieval.encode import Encoder, Floats, Text
from biaotu.training.retrieval.names import class_names

VAGUE: Final = frozenset({"其他材质", "其他杂类"})
"""Labels that no photo looks like."""
_HELD_BACK: Final = 4
"""One class name of so many is held back where unseen names are judged."""


@dataclass(frozen=True, slots=True)
class Photo:
    """One photo with what is said of it; what nobody said is empty."""

    path: Path
    group: str
    title: str
    description: str
    names: tuple[str, ...]
    material: tuple[str, ...]
    use: tuple[str, ...]

    @property
    def texts(self) -> tuple[Text, ...]:
        """The museum's own words: the title, and title with description."""
        if not self.title:
            return ()
        return ((self.title, ""), (self.title, self.description)) if self.description else ((self.title, ""),)

    @property
    def held_back(self) -> bool:
        """Whether its class is one of those that are kept from training where unseen names are judged."""
        if self.title or not self.names:
            return False
        return int(hashlib.sha256(self.names[0].encode()).hexdigest(), 16) % _HELD_BACK == 0


def read_photos(path: Path) -> list[Photo]:
    """Photos of a JSON Lines file as ``docs/training.md`` tells.

    Raises:
        InputError: naming file and line, if a line is no such record.
    """
    photos = []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror})", file=str(path)) from error
    for number, line in enumerate(lines, 1):
        try:
            row: dict[str, Any] = json.loads(line)
            photos.append(
                Photo(
                    path=path.parent / row["images"][0],
                    group=str(row.get("group") or row["id"]),
                    title=str(row.get("title") or "").strip(),
                    description=str(row.get("description") or "").strip(),
                    names=class_names(str(row.get("set", "")), str(row.get("class", ""))),
                    material=tuple(row.get("material") or ()),
                    use=tuple(row.get("use") or ()),
                )
            )
        except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
            raise InputError(
                f"no photo record ({type(error).__name__}: {error})", file=str(path), row=number
            ) from error
    return photos


class TextPool:
    """Distinct texts with numbers, encoded all at once."""

    def __init__(self) -> None:
        self._number: dict[Text, int] = {}

    def add(self, title: str, description: str = "") -> int:
        """The number of a text, a new one if it was not there."""
        return self._number.setdefault((title, description), len(self._number))

    def means(self, encoder: Encoder) -> Floats:
        """Text means ``[texts, width]`` in the order of their numbers."""
        return encoder.texts(list(self._number)).means


@dataclass(frozen=True, slots=True)
class Case:
    """A photo for training: its row, its texts by kind (numbers of the pool), the names of its labels likewise.

    ``own`` says that one of the kinds is the museum's own words.
    """

    row: int
    kinds: tuple[tuple[int, ...], ...]
    labels: tuple[int, ...]
    own: bool


def cases_of(
    photos: Sequence[Photo], corpus: Iterable[GoldRecord], pool: TextPool, *, without: frozenset[str] = frozenset()
) -> list[Case]:
    """Training cases of the photos that anything is said of.

    Args:
        photos: the photos.
        corpus: records whose object tells what they are about.
        pool: takes the texts.
        without: names that are not to be learnt; photos of such a class are left out.
    """
    about: dict[str, list[GoldRecord]] = defaultdict(list)
    for gold in corpus:
        about[gold.object].append(gold)
    cases = []
    for row, photo in enumerate(photos):
        if without and photo.held_back:
            continue
        names = [name for name in photo.names if name not in without]
        records = [gold.record for name in names for gold in about.get(name, ())]
        every = (
            tuple(pool.add(*one) for one in photo.texts),
            tuple(pool.add(name) for name in names),
            tuple(
                pool.add(*one) for record in records for one in ((record.title, ""), (record.title, record.description))
            ),
        )
        labels = tuple(pool.add(name) for name in (*photo.material, *photo.use) if name not in VAGUE)
        kinds = tuple(kind for kind in every if kind)
        if kinds or labels:
            cases.append(Case(row, kinds, labels, bool(photo.title)))
    return cases


def held_back_names(photos: Iterable[Photo]) -> frozenset[str]:
    """All names of the classes that are held back where unseen names are judged."""
    return frozenset(name for photo in photos if photo.held_back for name in photo.names)


def membership(cases: Sequence[Case], texts: int) -> npt.NDArray[np.bool_]:
    """Which text may stand beside which case, bool [cases, texts]."""
    found = np.zeros((len(cases), texts), bool)
    for place, case in enumerate(cases):
        for kind in (*case.kinds, case.labels):
            found[place, list(kind)] = True
    return found
