"""External yardsticks of the attribute tagger: the same network trained on public sets of named entities.

CLUENER (Xu et al. 2020, ten types, news) and DSNER-EC (Yang et al. 2018, shop queries with 材质 and 型号). Their data
and what is trained on it stay outside; only the figures leave.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import torch

from biaotu.attributes.decode import bio_spans
from biaotu.errors import InputError
from biaotu.evaluation.scores import Score, of_sets, total
from biaotu.taxonomy import bio_tags
from biaotu.text.lexicon import Lexicon
from biaotu.text.marks import TextMarks
from biaotu.text.pieces import PieceReader
from biaotu.text.reading import read
from biaotu.training.attributes.data import Example, TextSource
from biaotu.training.attributes.ground import text_marks
from biaotu.training.attributes.network import AttributeNetwork, ValueTagger
from biaotu.training.attributes.train import StageConfig, decoder_of, emissions_of, fit
from biaotu.training.compare.tables import Runs, Scores, Table
from biaotu.training.config import AttributeConfig
from biaotu.training.features import char_tags, vocabulary
from biaotu.training.workspace import prepare_encoders

CLUENER: Final = (
    "address", "book", "company", "game", "government", "movie", "name", "organization", "position", "scene",
)  # fmt: skip
DSNER: Final = {"cp": "product", "pp": "brand", "gg": "specification", "xh": "型号", "yl": "材质"}
STAGE: Final = StageConfig(epochs=10, rate=2e-3, batch=32, precision="bfloat16")
QUERY_STAGE: Final = replace(STAGE, epochs=20, batch=16)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A text with its entities (start, end, type)."""

    text: str
    entities: tuple[tuple[int, int, str], ...]


def read_cluener(path: Path) -> list[Sentence]:
    """Sentences of a CLUENER file; its ends are inclusive.

    Raises:
        InputError: if the file is missing or not of the format.
    """
    return list(_cluener(path))


def _cluener(path: Path) -> Iterator[Sentence]:
    for row, line in enumerate(_lines(path), 1):
        try:
            document = json.loads(line)
            spans = [
                (first, last + 1, kind)
                for kind, mentions in document["label"].items()
                for places in mentions.values()
                for first, last in places
            ]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise InputError(f"not a line of CLUENER ({error})", file=str(path), row=row) from error
        yield Sentence(document["text"], tuple(sorted(spans)))


def read_dsner(path: Path) -> list[Sentence]:
    """Queries of a DSNER-EC file: a character and its BIO tag a line, an empty line between queries.

    Raises:
        InputError: if the file is missing or not of the format.
    """
    sentences: list[Sentence] = []
    chars: list[str] = []
    entities: list[tuple[int, int, str]] = []
    for row, line in enumerate([*_lines(path), ""], 1):
        parts = line.split()
        if not parts:
            if chars:
                sentences.append(Sentence("".join(chars), tuple(entities)))
            chars, entities = [], []
            continue
        tag, _, kind = parts[-1].partition("-")
        if tag not in "BIESO" or (kind and kind not in DSNER):
            raise InputError(f"{parts[-1]!r} is no tag of DSNER-EC", file=str(path), row=row)
        place = len(chars)
        chars.append(parts[0] if len(parts) > 1 else " ")
        if tag in "BS" and kind:
            entities.append((place, place + 1, DSNER[kind]))
        elif tag in "IE" and kind and entities and entities[-1][1] == place:
            entities[-1] = (entities[-1][0], place + 1, entities[-1][2])
    return sentences


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror})", file=str(path)) from error


def compare_entities(
    config: AttributeConfig, data: Path, out: Path, report: Callable[[str], None], *, seeds: Sequence[int] = (1, 2, 3)
) -> Table:
    """Train our network on each set and score it: CLUENER on its dev split, DSNER-EC on dev and test.

    Args:
        config: of our default network and its encoders.
        data: folder of the data sets.
        out: folder of the encoders; figures are kept in ``out/entities``.
        report: told the progress.
        seeds: of the runs.
    """
    torch.set_num_threads(config.threads)
    runs = Runs(out / "entities", report)
    knobs = {"network": {**asdict(config.network), "types": ()}}
    bench = _Bench(config, data / "benchmarks", out, report)
    rows = (
        runs.row("CLUENER, our network", "cluener", {**knobs, "stage": asdict(STAGE)}, bench.cluener, seeds[:1]),
        runs.row("DSNER-EC, our network", "dsner", {**knobs, "stage": asdict(QUERY_STAGE)}, bench.dsner, seeds),
    )
    return Table(
        "entities",
        "External yardsticks of the attribute tagger",
        ("dev P", "dev R", "dev F1", "test F1", "test 材质", "test 型号"),
        rows,
        "biaotu-train compare entities --config configs/attributes.toml --data ../shared --out runs/default",
        tuple(seeds),
        (
            "Published, CLUENER dev: BiLSTM-CRF 0.675, RoBERTa-wwm-large + softmax 0.759, + CRF 0.793, BERT + softmax"
            " 0.794, ALBERT-base 0.742 and 0.779. DSNER-EC test: dictionary 0.440, LSTM-CRF 0.592, PA+SL 0.615.",
        ),
    )


class _Bench:
    """Trains on a public set."""

    def __init__(self, config: AttributeConfig, folder: Path, out: Path, report: Callable[[str], None]) -> None:
        self._config, self._folder, self._report = config, folder, report
        self._text = prepare_encoders(out, config.encoders)
        self._marks = text_marks(Lexicon.load())

    def cluener(self, seed: int) -> Scores:
        """Figures of CLUENER's dev split; its test split has no public answers."""
        folder = self._folder / "cluener2020"
        splits = {name: read_cluener(folder / f"{name}.json") for name in ("train", "dev")}
        return self._scores(splits, CLUENER, STAGE, seed)

    def dsner(self, seed: int) -> Scores:
        """Figures of DSNER-EC's dev and test splits."""
        splits = {name: read_dsner(self._folder / "dsner_ec" / name) for name in ("train", "dev", "test")}
        return self._scores(splits, tuple(DSNER.values()), QUERY_STAGE, seed)

    def _scores(
        self, splits: dict[str, list[Sentence]], types: tuple[str, ...], stage: StageConfig, seed: int
    ) -> Scores:
        texts = [read("", sentence.text).text for sentence in splits["train"]]
        chars, bigrams = vocabulary(texts, 1)[0], vocabulary(texts, 2)[1]
        reader = self._text.reader(chars, bigrams)
        examples = {
            name: entity_examples(found, types, self._text, reader, self._marks) for name, found in splits.items()
        }
        torch.manual_seed(seed)
        network = AttributeNetwork(
            replace(
                self._config.network,
                types=types,
                chars=len(chars) + 2,
                bigrams=len(bigrams) + 2,
                states_width=self._text.width,
            )
        )
        fit(network, examples["train"], None, stage, seed=seed, report=self._report)
        scores: dict[str, float] = {}
        for name in list(splits)[1:]:
            per_type = entity_scores(network, splits[name], examples[name], types)
            micro = total(per_type.values())
            scores |= {f"{name} P": micro.precision, f"{name} R": micro.recall, f"{name} F1": micro.f1}
            scores |= {f"{name} {kind}": score.f1 for kind, score in per_type.items()}
        return scores


def entity_examples(
    sentences: Sequence[Sentence], types: Sequence[str], text: TextSource, reader: PieceReader, marks: TextMarks
) -> list[Example]:
    """Examples of short sentences, one window each."""
    ids = {tag: number for number, tag in enumerate(bio_tags(types))}
    readings = [read("", sentence.text) for sentence in sentences]
    encoded = text.features(reader, [reading.text for reading in readings])
    examples = []
    for sentence, reading, features in zip(sentences, readings, encoded, strict=True):
        tags = char_tags(reading, [("description", *entity) for entity in sentence.entities], ids)
        names = np.array([float(any(kind == one[2] for one in sentence.entities)) for kind in types], np.float32)
        for feature in features[:1]:
            length = feature.window.chars.shape[1]
            examples.append(Example(feature, tags[:length], marks.of(reading.text)[:length], names, ((), ())))
    return examples


def entity_scores(
    network: ValueTagger, sentences: Sequence[Sentence], examples: Sequence[Example], types: Sequence[str]
) -> dict[str, Score]:
    """Counts of exact entities by type, offsets in the sentences as they were given."""
    tags, decoder = bio_tags(types), decoder_of(network)
    per_type = dict.fromkeys(types, Score())
    for sentence, emissions in zip(sentences, emissions_of(network, examples), strict=True):
        reading = read("", sentence.text)
        found = {
            (reading.origins[start], reading.origins[end - 1] + 1, kind)
            for start, end, kind in bio_spans(decoder.path(emissions), tags)
        }
        border = len(reading.title) + 1
        placed = {(start - border, end - border, kind) for start, end, kind in found}
        for kind in types:
            gold = frozenset(one for one in sentence.entities if one[2] == kind)
            per_type[kind] += of_sets(frozenset(one for one in placed if one[2] == kind), gold)
    return per_type
