"""``biaotu-train retrieval``: learn the spaces on a bundle's own encoders, judge them, put them into the bundle."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import torch

from biaotu.models import RETRIEVAL, Models
from biaotu.records.gold import read_gold
from biaotu.runtime import Bundle
from biaotu.search.space import Named, RetrievalSpace
from biaotu.training.export import write_manifest
from biaotu.training.retrieval.basis import centre_of, photo_basis
from biaotu.training.retrieval.carry import FACTS, encoders_of, place_in_bundle
from biaotu.training.retrieval.config import RetrievalConfig
from biaotu.training.retrieval.dual import Sides, train_dual
from biaotu.training.retrieval.encode import Encoder, Text
from biaotu.training.retrieval.judge import Judge, Way
from biaotu.training.retrieval.material import Case, TextPool, cases_of, held_back_names, read_photos
from biaotu.training.retrieval.named import head_of, named_part

Report = Callable[[str], None]


class Workshop:
    """Everything encoded that spaces are made of; ``space`` makes one.

    Args:
        config: the knobs.
        data: folder of the data sets.
        bundle: the bundle whose encoders are used.
        out: folder of the run, where encoded photos and texts are kept.
        report: takes a line of progress.

    Raises:
        BundleError: if the bundle cannot be loaded.
        InputError: if a data file or photo cannot be used.
    """

    def __init__(self, config: RetrievalConfig, data: Path, bundle: Bundle, out: Path, report: Report) -> None:
        self.config = config
        self.report = report
        models = Models(bundle)
        encoder = Encoder(models, out / "retrieval-features", threads=config.threads)
        photos = read_photos(data / config.data.photos)
        corpus = list(read_gold(data / config.data.corpus)) if config.data.corpus else []
        pool = TextPool()
        self.cases = cases_of(photos, corpus, pool)
        self.held_back = held_back_names(photos)
        self.seen = cases_of(photos, corpus, pool, without=self.held_back)
        paths = [photo.path for photo in photos]
        views = tuple(encoder.photos(paths, mirrored=mirrored).means for mirrored in (False, True))
        report(f"{len(paths)} photos encoded, as they are and mirrored")
        self.sides = Sides(pool.means(encoder), views, photo_basis(views[0], config.basis))
        report(f"{len(self.sides.texts)} texts encoded")
        records: list[Text] = [(gold.record.title, gold.record.description) for gold in corpus]
        records += [photo.texts[-1] for photo in photos if len(photo.texts) > 1]
        titles = sorted({title for title, _ in records} | {photo.title for photo in photos if photo.title})
        shorts: list[Text] = [(title, "") for title in titles if title]
        self._centres = tuple(centre_of(encoder.texts(sorted(set(texts))).means) for texts in (records, shorts))
        self._named = self._named_part(bundle, encoder)
        self.judge = Judge(read_photos(data / config.data.photos_dev), encoder)
        report("dev photos encoded")

    def space(self, *, seed: int | None = None, unseen: bool = False) -> RetrievalSpace:
        """Train a space; ``unseen`` without the classes that are held back."""
        seed = self.config.seed if seed is None else seed
        cases: list[Case] = self.seen if unseen else self.cases
        text, photo = train_dual(cases, self.sides, self.config.learnt, seed=seed, tell=self.report)
        basis = self.sides.basis
        kept = basis.scales(self.config.photo_temper)[: self.config.photos]
        return RetrievalSpace(basis.projection, kept, text, photo, self._named, *self._centres)

    def _named_part(self, bundle: Bundle, encoder: Encoder) -> Named | None:
        knobs = self.config.named
        head = head_of(bundle.manifest.training) if knobs.weight else None
        if head is None:
            return None
        return named_part(
            head,
            self.sides.basis,
            self.sides.views[0],
            encoder,
            width=knobs.width,
            temperature=knobs.temperature,
            weight=knobs.weight,
        )


def run(config: RetrievalConfig, data: Path, bundle: Path, out: Path, report: Report) -> dict[str, float]:
    """Train, judge on the dev photos, save ``out/retrieval.npz`` and put it into the bundle.

    Returns:
        The dev figures.

    Raises:
        BundleError: if the bundle cannot be loaded.
        InputError: if a data file or photo cannot be used.
    """
    torch.set_num_threads(config.threads)
    started = time.monotonic()

    def tell(line: str) -> None:
        report(f"[{time.monotonic() - started:5.0f} s] {line}")

    checked = Bundle(bundle)
    workshop = Workshop(config, data, checked, out, tell)
    out.mkdir(parents=True, exist_ok=True)
    workshop.space().save(out / RETRIEVAL)
    space = RetrievalSpace.load(out / RETRIEVAL)  # what is judged is what is served, in half precision
    judge = workshop.judge
    scores = judge.all(Way.of(space))
    scores |= {f"views {key}": value for key, value in judge.views(space.photo_only).items()}
    scores = {name: round(value, 4) for name, value in scores.items()}
    for name, value in scores.items():
        tell(f"{name} {value:.3f}")
    facts = {
        "config": asdict(config),
        "scores": scores,
        "seconds": round(time.monotonic() - started),
        "encoders": encoders_of(checked.manifest.files, checked.manifest.training),
    }
    (out / FACTS).write_text(json.dumps(facts, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    write_manifest(checked.folder, place_in_bundle(out, checked))
    size = (checked.folder / RETRIEVAL).stat().st_size
    tell(f"{RETRIEVAL} of {size:,} bytes written into {checked.folder}")
    return scores
