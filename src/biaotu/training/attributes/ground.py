"""What all trainings of a config stand on: encoders, vocabularies, flags of words, photos, the making of examples."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from biaotu.records.gold import GoldRecord, read_gold
from biaotu.runtime import Network
from biaotu.text.lexicon import Lexicon
from biaotu.text.marks import TextMarks
from biaotu.text.pieces import PieceReader
from biaotu.text.reading import read
from biaotu.text.segment import Segmenter
from biaotu.training.attributes.data import Example, PhotoBank, TextSource, examples, variants
from biaotu.training.attributes.network import AttributeNetworkConfig
from biaotu.training.config import AttributeConfig
from biaotu.training.features import EncodedText, image_regions, vocabulary
from biaotu.training.museum import named_museum
from biaotu.training.tags import hold_back
from biaotu.training.workspace import image_facts, image_preprocessing, prepare_encoders

PHOTOS_PER_PAIR = 12


@dataclass(frozen=True, slots=True)
class Ground:
    """The ground of a training.

    Attributes:
        text: the frozen encoder.
        reader: over its tokeniser, with the vocabularies.
        chars: character -> id.
        bigrams: bigram -> id.
        train: the corpus's train split.
        museum: museum texts annotated by hand; empty if the config leaves them out.
        held: flags of words for training. Words that one training record alone brought into the lexicon are held back:
            no unseen record finds its own there.
        marks: flags of words for everything else.
        network: the config's network with the sizes that the data decides.
        photos: train and dev photos that records borrow; None without a picture.
    """

    text: EncodedText
    reader: PieceReader
    chars: dict[str, int]
    bigrams: dict[str, int]
    train: tuple[GoldRecord, ...]
    museum: tuple[GoldRecord, ...]
    held: TextMarks
    marks: TextMarks
    network: AttributeNetworkConfig
    photos: PhotoBank | None

    def examples(self, golds: Sequence[GoldRecord], source: TextSource | None = None) -> list[Example]:
        """Examples to be judged or pseudo-labelled."""
        return examples(golds, source or self.text, self.reader, self.marks)

    def labelled(
        self, golds: Sequence[GoldRecord], copies: int, rng: random.Random, source: TextSource | None = None
    ) -> list[Example]:
        """Examples to learn from: the records and ``copies`` changed ones of each."""
        return examples(variants(golds, copies, rng), source or self.text, self.reader, self.held)


def lay_ground(config: AttributeConfig, data: Path, out: Path) -> Ground:
    """Read and prepare everything; the encoders are exported into ``out`` unless they lie there."""
    text = prepare_encoders(out, config.encoders)
    train = tuple(read_gold(data / config.data.train))
    museum = tuple(named_museum(data, config.data.museum, config.data.annotations))
    chars, bigrams = _vocabulary([*train, *museum])
    lexicon = Lexicon.load()
    network = replace(
        config.network,
        chars=len(chars) + 2,
        bigrams=len(bigrams) + 2,
        states_width=text.width,
        regions_width=image_facts(out)["width"],
    )
    photos = None
    if config.network.picture:
        photos = photo_bank(data / config.data.photos, out, random.Random(config.seed))
    return Ground(
        text,
        text.reader(chars, bigrams),
        chars,
        bigrams,
        train,
        museum,
        text_marks(hold_back(lexicon, [*train, *museum])),
        text_marks(lexicon),
        network,
        photos,
    )


def text_marks(lexicon: Lexicon) -> TextMarks:
    """The flags of a lexicon, with a segmentation that knows no other words of the domain."""
    return TextMarks(lexicon, Segmenter(lexicon.words))


def photo_bank(path: Path, run: Path, rng: random.Random) -> PhotoBank:
    """Photos that records borrow, at most ``PHOTOS_PER_PAIR`` for each pair of material and use.

    Args:
        path: JSON Lines of photos with labels.
        run: folder with the exported image encoder.
        rng: draws the photos.
    """
    gold = [found for found in read_gold(path) if found.material and found.use and found.record.images]
    rng.shuffle(gold)
    taken: dict[tuple[str, str], int] = {}
    picked = []
    for found in gold:
        pair = (found.material[0], found.use[0])
        if taken.get(pair, 0) < PHOTOS_PER_PAIR:
            taken[pair] = taken.get(pair, 0) + 1
            picked.append(found)
    network = Network(run / "image_encoder.onnx")
    regions = image_regions(network, [found.record.image_paths()[0] for found in picked], image_preprocessing(run))
    return PhotoBank(regions, [(found.material, found.use) for found in picked])


def _vocabulary(records: Sequence[GoldRecord]) -> tuple[dict[str, int], dict[str, int]]:
    texts = [read(gold.record.title, gold.record.description).text for gold in records]
    return vocabulary(texts, 1)[0], vocabulary(texts, 2)[1]
