"""``biaotu-train compare attributes``: the paper's table 3 and the ablations of its network, on open data.

All rows read the same clean text, train on the same corpus split and are judged on the same dev sets, text alone. The
ablations and the rows of the paper change one thing at a time. Only the last rows see more: changed copies of the
records, the lexicon, and the museum texts that were annotated by hand; BERT-CRF with the same museum texts stands
beside them.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

import torch

from biaotu.records.gold import read_gold
from biaotu.taxonomy import bio_tags
from biaotu.training.attributes.data import Example, gold_tags
from biaotu.training.attributes.ground import Ground, lay_ground, photo_bank
from biaotu.training.attributes.network import AttributeNetwork, ValueTagger
from biaotu.training.attributes.train import StageConfig, fit
from biaotu.training.checkpoint import load_checkpoint
from biaotu.training.compare.ambiguity import find_cases, save_cases, share_right
from biaotu.training.compare.crf import PlainCRF
from biaotu.training.compare.judged import Answer, JudgedSet
from biaotu.training.compare.tables import Row, Runs, Scores, Table
from biaotu.training.compare.taggers import CharacterTagger, EncoderTagger, JoinedTagger, PieceIds
from biaotu.training.config import AttributeConfig
from biaotu.training.encoders import load_text_encoder

Report = Callable[[str], None]

STAGE: Final = StageConfig(epochs=12, rate=2e-3, batch=16, precision="bfloat16")
"""Of every row over frozen features; the default row has its config's own."""
CHARACTER_STAGE: Final = replace(STAGE, epochs=20)
ENCODER_STAGE: Final = replace(STAGE, epochs=5, batch=8, warm_up=0.08, clip=1.0, drop_char=0.0)

DEFAULT: Final = "default"
BACKWARD: Final = {"lexicon_dim": 0, "decoder": "softmax"}
"""What our network leaves out to be the paper's."""

COLUMNS: Final = (
    "museum P",
    "museum R",
    "museum F1",
    "museum macro F1",
    "museum names F1",
    "own F1",
    "own macro F1",
    "own with photo F1",
    "银铜红",
    "银铜红 with photo",
)


@dataclass(frozen=True, slots=True)
class Method:
    """A row: how it is made. ``museum`` and ``copies`` say what it trains on."""

    name: str
    key: str
    make: Callable[[Ground], ValueTagger]
    stage: StageConfig
    photo: bool = False
    pieces: bool = False
    museum: bool = False
    copies: int = 0


def methods(config: AttributeConfig) -> list[Method]:
    """All rows but the plain CRF, in the order of the table."""
    text = config.encoders.text

    def network(**changes: Any) -> Callable[[Ground], ValueTagger]:
        return lambda ground: AttributeNetwork(replace(ground.network, **changes))

    def encoder(ground: Ground) -> ValueTagger:
        layer = config.encoders.layers[-1:]
        loaded = load_text_encoder(text, layer)
        return EncoderTagger(ground.network, loaded.encoder, loaded.width)

    def joined(ground: Ground) -> ValueTagger:
        return JoinedTagger(replace(ground.network, lexicon_dim=0))

    paper: dict[str, Any] = {**BACKWARD}
    rows = [
        Method("BiLSTM-CRF", "bilstm-crf", lambda ground: CharacterTagger(ground.network), CHARACTER_STAGE),
        Method("BERT-CRF (text encoder fine-tuned + CRF)", "bert-crf", encoder, ENCODER_STAGE, pieces=True),
        Method("MAE (text and picture joined plainly)", "mae", joined, STAGE, photo=True),
        Method("the paper's network", "paper", network(**paper), STAGE, photo=True),
        Method("- without picture", "paper-no-picture", network(**paper, picture=False), STAGE),
        Method("- without attribute names", "paper-no-names", network(**paper, names=False), STAGE, photo=True),
        Method(
            "- without Co-Transformer",
            "paper-no-cotransformer",
            network(**paper, cotransformer=False),
            STAGE,
            photo=True,
        ),
        Method("+ CRF", "crf", network(lexicon_dim=0), STAGE, photo=True),
        Method("+ CRF + lexicon", "crf-lexicon", network(), STAGE, photo=True),
    ]
    copies = config.data.copies
    rows.append(
        Method("+ CRF + lexicon + changed copies", "copies", network(), config.teacher, photo=True, copies=copies)
    )
    if config.data.museum:
        rows.append(
            Method("BERT-CRF + museum texts", "bert-crf-museum", encoder, ENCODER_STAGE, pieces=True, museum=True)
        )
        rows.append(Method("our default", DEFAULT, network(), config.teacher, True, False, True, copies))
    return rows


def compare_attributes(
    config: AttributeConfig,
    data: Path,
    out: Path,
    report: Report,
    *,
    seeds: Sequence[int] = (1, 2, 3),
    only: Sequence[str] = (),
) -> Table:
    """Train and judge all rows; figures of finished runs are kept in ``out/attributes``.

    Args:
        config: of our default; its encoders and data serve all rows.
        data: folder of the data sets.
        out: folder of the encoders and figures.
        report: told the progress.
        seeds: of the random rows.
        only: keys of the rows wanted; all without any.
    """
    torch.set_num_threads(config.threads)
    ground = lay_ground(config, data, out)
    bench = _Bench(config, ground, data, out)
    runs = Runs(out / "attributes", report)
    rows: list[Row] = []
    if not only or "plain-crf" in only:
        rows.append(
            runs.row("CRF (hand features)", "plain-crf", {"data": config.data.train}, lambda _: bench.plain(), (1,))
        )
    for method in methods(config):
        if only and method.key not in only:
            continue
        knobs = {
            "stage": asdict(method.stage),
            "museum": len(ground.museum) if method.museum else 0,
            "copies": method.copies,
            "network": {**asdict(ground.network), "chars": 0, "bigrams": 0},
        }

        def compute(seed: int, method: Method = method) -> Scores:
            return bench.judge(method, seed, report)

        rows.append(runs.row(method.name, method.key, knobs, compute, seeds))
    return Table(
        "attributes",
        "Attributes: exact span and type",
        COLUMNS,
        tuple(rows),
        "biaotu-train compare attributes --config configs/attributes.toml --data ../shared --out runs/default",
        tuple(seeds),
        NOTES,
    )


LISTED: Final = {
    "plain-crf": "CRF",
    "bert-crf": "BERT-CRF",
    "paper": "the paper's network, words alone",
    "paper-with-photo": "the paper's network, with photo",
    "default": "our default, words alone",
    "default-with-photo": "our default, with photo",
}
"""The methods whose readings of 银 铜 红 are listed one by one."""

NOTES: Final = (
    "museum: real/dev.jsonl, 69 museum texts, words alone. own: corpus/dev.jsonl, 120 records; with photo: each with"
    " one of images/dev.jsonl that shares its material and use. The CSV has every attribute type.",
    "All rows are trained on corpus/train.jsonl (780 records) and read the same clean text; rows with museum texts also"
    " on the 318 annotated ones. The weights of the last three epochs are averaged in every neural row.",
    "银铜红: share of these characters in corpus/dev.jsonl whose attribute type (or none) is right.",
)


class _Bench:
    """Examples and judged sets, made once."""

    def __init__(self, config: AttributeConfig, ground: Ground, data: Path, out: Path) -> None:
        self._config, self._ground, self._out = config, ground, out
        museum, own = (list(read_gold(data / name)) for name in ("real/dev.jsonl", "corpus/dev.jsonl"))
        self._sets = (JudgedSet("museum", museum), JudgedSet("own", own))
        self._photos = photo_bank(data / "images/dev.jsonl", out, random.Random(0))
        self._examples: dict[tuple[bool, bool, int], list[Example]] = {}
        self._judged: dict[tuple[bool, str], list[Example]] = {}

    def plain(self) -> Scores:
        """The plain CRF."""
        crf = PlainCRF(bio_tags())
        train = JudgedSet("train", self._ground.train)
        crf.fit(
            [reading.text for reading in train.readings],
            [gold_tags(gold, reading) for gold, reading in zip(train.golds, train.readings, strict=True)],
        )
        scores: dict[str, float] = {}
        for judged in self._sets:
            answers = [Answer(crf.path(reading.text)) for reading in judged.readings]
            scores |= judged.scores(answers)
        return scores | self._ambiguity(answers, "plain-crf", 1)

    def judge(self, method: Method, seed: int, report: Report) -> Scores:
        """Train a method with a seed and score it."""
        network = self._shipped(method, seed) or self._train(method, seed, report)
        scores: dict[str, float] = {}
        for judged in self._sets:
            answers = judged.answers(network, self._windows(method.pieces, judged))
            scores |= judged.scores(answers)
        scores |= self._ambiguity(answers, method.key, seed)
        if method.photo:
            shown = JudgedSet("own with photo", self._sets[1].golds)
            answers = shown.answers(network, self._windows(method.pieces, self._sets[1]), self._photos)
            scores |= shown.scores(answers)
            scores |= self._ambiguity(answers, f"{method.key}-with-photo", seed)
        return scores

    def _train(self, method: Method, seed: int, report: Report) -> ValueTagger:
        examples = self._training(pieces=method.pieces, museum=method.museum, copies=method.copies)
        torch.manual_seed(seed)
        network = method.make(self._ground)
        fit(network, examples, self._ground.photos if method.photo else None, method.stage, seed=seed, report=report)
        return network

    def _shipped(self, method: Method, seed: int) -> ValueTagger | None:
        """The network that ``biaotu-train attributes`` left in the folder, where it is the very one of this run."""
        path = self._out / "attributes.pt"
        if method.key != DEFAULT or not path.exists():
            return None
        state, knobs = load_checkpoint(path)
        wanted = replace(self._config, seed=seed, network=self._ground.network)
        if knobs["config"] != json.loads(json.dumps(asdict(wanted))) or knobs["chosen"] != "teacher":
            return None
        network = AttributeNetwork(self._ground.network)
        network.load_state_dict(state)
        return network

    def _ambiguity(self, answers: Sequence[Answer], key: str, seed: int) -> dict[str, float]:
        """The share of 银 铜 红 of our own dev set that a method reads rightly; every case is kept for the list."""
        cases = find_cases(self._sets[1], answers)
        save_cases(cases, self._out / "attributes" / "cases" / f"{key}-{seed}.json")
        return {f"银铜红{' with photo' if key.endswith('with-photo') else ''}": share_right(cases)}

    def _training(self, *, pieces: bool, museum: bool, copies: int) -> list[Example]:
        key = (pieces, museum, copies)
        if key not in self._examples:
            golds = [*self._ground.train, *(self._ground.museum if museum else ())]
            source = PieceIds() if pieces else None
            self._examples[key] = self._ground.labelled(golds, copies, random.Random(self._config.seed), source)
        return self._examples[key]

    def _windows(self, pieces: bool, judged: JudgedSet) -> list[Example]:
        key = (pieces, judged.name)
        if key not in self._judged:
            self._judged[key] = self._ground.examples(judged.golds, PieceIds() if pieces else None)
        return self._judged[key]
