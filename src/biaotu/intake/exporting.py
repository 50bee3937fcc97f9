"""What people have settled, out of the store: lines of the corpus format for training, or tables for reading."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from biaotu.errors import InputError, UsageError
from biaotu.export import Entry, Survey, writer_for
from biaotu.records import Annotation, Failure, Label, RankedTag, Source
from biaotu.review import ImageFacts, RecordView, State, corpus_line, normals_of
from biaotu.store import Store, Unit

CORPUS: Final = ".jsonl"
TABLES: Final = (".csv", ".xlsx")
SETTLED: Final[frozenset[State]] = frozenset({"submitted", "approved"})
"""States in which a record's labels, tags and spans are all judged: what the corpus may take."""

APPROVED: Final[tuple[State, ...]] = ("approved",)
_PAGE: Final = 200


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export wrote.

    Attributes:
        records: how many.
        photos: how many were copied, or lay there already.
        failed: records that could not be written, with their reasons.
    """

    records: int
    photos: int
    failed: tuple[Failure, ...]


def views(unit: Unit, states: Collection[State]) -> Iterator[RecordView]:
    """The records in these states, one state after the other, by id; all of them in the one state of the unit."""
    for state in states:
        cursor = None
        while True:
            page = unit.lists.records(state=state, order="id", cursor=cursor, limit=_PAGE)
            found = unit.decisions.views([record.id for record in page.items])
            yield from (found[record.id] for record in page.items if record.id in found)
            cursor = page.cursor
            if cursor is None:
                break


def corpus_lines(
    unit: Unit, states: Collection[State], image_path: Callable[[ImageFacts], str] | None = None
) -> Iterator[str | Failure]:
    """Lines of the corpus format, line feed included; a failure in the place of a record that it cannot hold.

    Raises:
        UsageError: if a state is none in which all is judged.
    """
    if set(states) - SETTLED:
        raise UsageError(f"the corpus takes {' and '.join(sorted(SETTLED))} records only; other states go into a table")
    for view in views(unit, states):
        try:
            yield json.dumps(corpus_line(view, image_path), ensure_ascii=False) + "\n"
        except InputError as error:
            yield Failure(Source(f"record {view.facts.id}"), str(error), view.facts.number)


def annotation_of(view: RecordView, images: tuple[str, ...]) -> Annotation:
    """What counts of a record, for the writers of tables and of other systems' formats.

    What values mean is worked out from those that count; links to the authorities have no place in an annotation.

    Args:
        view: of a settled record what people accepted counts, of another also what nobody has judged yet.
        images: what the table calls its photos.
    """
    picked, meanings = view.shown(), normals_of(view)
    sure = {label.item.name: label.confidence for label in (*view.material, *view.use)}
    ranked = {tag.item.tag: tag for tag in view.tags}

    def tags(names: tuple[str, ...]) -> tuple[RankedTag, ...]:
        return tuple(RankedTag(name, ranked[name].confidence or 1.0, ranked[name].label) for name in names)

    facts = view.facts
    own = {"收藏单位": facts.museum} if facts.museum else {}
    name, version = view.model or ("", "")
    return Annotation(
        id=facts.number,
        title=facts.title,
        description=facts.description,
        images=images,
        material=tuple(Label(label, sure.get(label) or 1.0, True) for label in picked.material),
        use=tuple(Label(label, sure.get(label) or 1.0, True) for label in picked.use),
        text_tags=(),
        primary=tags(picked.primary),
        secondary=tags(picked.secondary),
        attribute_names=view.attribute_names,
        attributes=picked.spans,
        model_name=name,
        model_version=version,
        warnings=view.warnings,
        extra={**own, "审核状态": view.state, **facts.extra},
        normals=tuple(meanings.get(one.item.key) for one, _ in view.shown_spans()),
        ocr=view.ocr,
    )


def check_export(out: Path, states: Collection[State], *, force: bool = False) -> None:
    """See that an export can be written.

    Raises:
        UsageError: if the suffix, a state or the folder will not do, or the file exists and ``force`` is not asked for.
    """
    suffix = out.suffix.lower()
    if suffix != CORPUS and suffix not in TABLES:
        raise UsageError(f"{out}: an export is written as {CORPUS} (corpus) or {' '.join(TABLES)} (tables); name it so")
    if suffix == CORPUS and set(states) - SETTLED:
        raise UsageError(f"{out}: the corpus takes {' and '.join(sorted(SETTLED))} records only; take .csv or .xlsx")
    if not out.parent.is_dir():
        raise UsageError(f"{out.parent}: there is no such folder; make it first")
    if out.is_dir() or (out.exists() and not force):
        raise UsageError(f"{out}: exists already; name another file, or write it anew with --force")


def export_store(
    store: Store,
    out: Path,
    states: Collection[State] = APPROVED,
    *,
    photos: Path | None = None,
    force: bool = False,
) -> Exported:
    """Write the records of some states to a file: ``.jsonl`` in the corpus format, else a table.

    The file is whole or not there; an old one stays until then.

    Args:
        store: the store.
        out: the file; its suffix names the format.
        states: which records.
        photos: a folder that the records' photos are copied to; the corpus then names them relative to ``out``.
        force: write an existing file anew.

    Raises:
        UsageError: as ``check_export``, or if something cannot be written.
        StoreError: if the store cannot be read.
    """
    check_export(out, states, force=force)
    draft = out.with_name(f".{out.stem}.draft{out.suffix}")
    try:
        copier = _Copier(store, out, photos)
        write = _write_corpus if out.suffix.lower() == CORPUS else _write_table
        with store.reading() as unit:
            done, failed = write(unit, draft, states, copier)
        draft.replace(out)
    except OSError as error:
        raise UsageError(
            f"{error.filename or out}: cannot be written ({error.strerror}); nothing was exported"
        ) from error
    finally:
        with suppress(OSError):
            draft.unlink()
    return Exported(done, copier.copied, (*failed, *copier.missing))


class _Copier:
    """Copies photos and knows what the export calls them."""

    def __init__(self, store: Store, out: Path, folder: Path | None) -> None:
        self.copied = 0
        self.missing: list[Failure] = []
        self._store = store
        self._folder = folder
        self._base = out.parent
        self._seen: set[str] = set()
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)

    def path(self, unit: Unit, image: ImageFacts) -> str:
        """What the export calls a photo; copies it if that is asked for."""
        if self._folder is None:
            return image.name
        suffix = unit.images.get(image.digest).suffix
        target = self._folder / f"{image.digest}{suffix}"
        if image.digest not in self._seen:
            self._seen.add(image.digest)
            self._copy(self._store.photos.path(image.digest, suffix), target, image)
        return Path(os.path.relpath(target, self._base)).as_posix()

    def _copy(self, source: Path, target: Path, image: ImageFacts) -> None:
        if not source.is_file():
            reason = f"photo {image.name}: its file is missing from the store; biaotu store check --deep names all"
            self.missing.append(Failure(Source(str(source)), reason))
            return
        if not (target.is_file() and target.stat().st_size == source.stat().st_size):
            draft = target.with_name(f".{target.name}.draft")
            shutil.copyfile(source, draft)
            draft.replace(target)
        self.copied += 1


def _write_corpus(unit: Unit, draft: Path, states: Collection[State], copier: _Copier) -> tuple[int, list[Failure]]:
    done, failed = 0, list[Failure]()
    with draft.open("w", encoding="utf-8", newline="\n") as file:
        for line in corpus_lines(unit, states, lambda image: copier.path(unit, image)):
            if isinstance(line, Failure):
                failed.append(line)
            else:
                file.write(line)
                done += 1
    return done, failed


def _write_table(unit: Unit, draft: Path, states: Collection[State], copier: _Copier) -> tuple[int, list[Failure]]:
    def told(view: RecordView) -> Annotation:
        return annotation_of(view, tuple(copier.path(unit, image) for image in view.facts.images))

    survey = Survey()
    for view in views(unit, states):
        survey.add(told(view))
    done = 0
    with writer_for(draft)(draft, survey.overview()) as writer:
        for view in views(unit, states):
            writer.write(Entry(told(view)))
            done += 1
    return done, []
