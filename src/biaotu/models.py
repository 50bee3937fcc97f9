"""Everything a bundle holds, loaded and ready: networks behind plain calls, tagger, ranker, decoder, thresholds."""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from biaotu import ranking, text
from biaotu.attributes import Decoder
from biaotu.errors import BundleError, ConfigError
from biaotu.images import Preprocessing
from biaotu.runtime import Bundle, Manifest, Network
from biaotu.search.space import RetrievalSpace, unit
from biaotu.taxonomy import ATTRIBUTES, LABELS

Floats = npt.NDArray[np.float32]


ENCODED_WORDS: Final = "encoded_words.npz"
"""Vectors of words by the text encoder; bundles made before there were any do without."""
RETRIEVAL: Final = "retrieval.npz"
"""The spaces that search compares in; bundles made before there were any do without."""


class Models:
    """A loaded bundle. All calls are safe from several threads.

    Args:
        bundle: the checked bundle.
        lexicon: word lists of the user's own.
        statistics: word statistics of a corpus of the user's own, in place of the bundle's.

    Raises:
        BundleError: if a part is missing or a setting is of another shape.
        InputError: if a word list cannot be read.
    """

    def __init__(self, bundle: Bundle, *, lexicon: Sequence[Path] = (), statistics: Path | None = None) -> None:
        self.manifest: Manifest = bundle.manifest
        settings = bundle.manifest.settings
        try:
            with ThreadPoolExecutor(2) as pool:  # networks load in native code while the word lists load in Python
                networks = {
                    name: pool.submit(_network, bundle, name)
                    for name in ("text_encoder", "image_encoder", "labels", "attributes")
                }
                self._load_text(bundle, settings, lexicon, statistics)
                self._load_ranking(bundle, settings)
                self._networks = {name: future.result() for name, future in networks.items()}
            self.preprocessing = Preprocessing.from_dict(settings["preprocessing"])
            self.decoder = Decoder.from_dict(settings["attributes"]["decoder"])
            self.name_thresholds: list[float] = settings["attributes"]["name_thresholds"]
            self.label_thresholds: list[float] = settings["labels"]["thresholds"]
            self._region_shape = (1, int(settings["regions"]["count"]), int(settings["regions"]["width"]))
            self._states_width = int(settings["text"]["width"])
            self._last_layer = _last_layer(bundle.manifest, self._states_width)
            _check_counts(self.label_thresholds, self.name_thresholds)
        except (ConfigError, KeyError, TypeError, ValueError, RecursionError) as error:
            reason = f"settings of the manifest are not of the expected shape ({type(error).__name__}: {error})"
            raise BundleError(f"{bundle.folder}: {reason}; the bundle is damaged, install it anew") from error
        text_settings = settings["text"]
        self._no_text = np.array([[*text_settings["opening"], *text_settings["closing"]]], np.int64)
        self._no_photo = np.zeros(self._region_shape, np.float32)

    def _load_text(self, bundle: Bundle, settings: Any, lexicon: Sequence[Path], statistics: Path | None) -> None:
        vocabulary = json.loads(bundle.path("vocabulary.json").read_text(encoding="utf-8"))
        numbered = {
            key: {entry: place for place, entry in enumerate(entries, 2)} for key, entries in vocabulary.items()
        }
        tokenizer = bundle.path("tokenizer.json")
        try:
            pieces = Tokenizer.from_file(str(tokenizer))
        except Exception as error:  # tokenizers raises a bare Exception
            raise BundleError(f"{tokenizer}: not a tokeniser ({error}); the bundle is damaged") from error
        self.pieces = text.PieceReader(
            pieces,
            numbered["chars"],
            numbered["bigrams"],
            opening=settings["text"]["opening"],
            closing=settings["text"]["closing"],
            limit=settings["text"]["limit"],
            overlap=settings["text"]["overlap"],
        )
        words = text.Lexicon.load(lexicon)
        self.segmenter = text.shared_segmenter(words.words)
        self.marks = text.TextMarks(words, self.segmenter)
        counts = text.WordStatistics.load(statistics or bundle.path("statistics.tsv.gz"))
        self.tagger = text.Tagger(words, counts, text.TagSettings.from_dict(settings["tags"]), segmenter=self.segmenter)

    def _load_ranking(self, bundle: Bundle, settings: Any) -> None:
        self.similarity = ranking.HybridSimilarity(
            ranking.WordVectors.load(bundle.path("word_vectors.npz")),
            ranking.Cilin.load(bundle.path("cilin.txt.gz")),
            ranking.RankingSettings.from_dict(settings["ranking"]),
            encoded=ranking.WordVectors.load(bundle.path(ENCODED_WORDS)) if ENCODED_WORDS in bundle else None,
        )
        self.label_terms = ranking.LabelTerms.load(bundle.path("label_terms.json"))
        self.ranker = ranking.Ranker(self.similarity, self.label_terms)
        self.space = RetrievalSpace.load(bundle.path(RETRIEVAL)) if RETRIEVAL in bundle else None

    def states(self, window: text.Window) -> Floats:
        """States [1, T, E] of a window's pieces."""
        return np.asarray(self._networks["text_encoder"].run({"ids": window.ids})["states"], np.float32)

    def regions(self, pixels: npt.NDArray[np.uint8]) -> Floats:
        """Regions [1, k, V] of a photo's pixels [S, S, 3]."""
        return np.asarray(
            self._networks["image_encoder"].run({"pixels": self.preprocessing.tensor(pixels)})["regions"], np.float32
        )

    def text_mean(self, windows: Sequence[text.Window], states: Sequence[Floats]) -> Floats | None:
        """A text as one vector [W]: the mean of its pieces' states in the encoder's last layer; None without text.

        Of several windows each counts by the characters that it answers for. The last layer alone is used and no piece
        weighs more than another: measured on museum texts, that finds a title's own description most often
        (``docs/evidence.md``).
        """
        if not windows:
            return None
        means = np.stack([state[0, :, self._last_layer].mean(axis=0) for state in states])
        shares = np.array([len(window.keep) for window in windows], np.float32)
        return np.asarray(shares @ means / shares.sum(), np.float32)

    def photo_mean(self, regions: Floats) -> Floats:
        """A photo as one vector [V]: the mean of its regions [1, k, V]."""
        return np.asarray(regions[0].mean(axis=0), np.float32)

    def text_vector(self, mean: Floats, *, query: bool = False) -> Floats:
        """A text among texts, of unit length, from its ``text_mean``; a query has a centre other than a record's."""
        if self.space is None:
            return unit(mean)
        return self.space.query_only(mean) if query else self.space.text_only(mean)

    def photo_vector(self, mean: Floats) -> Floats:
        """A photo among photos, of unit length, from its ``photo_mean``."""
        return unit(mean) if self.space is None else self.space.photo_only(mean)

    def label_logits(self, window: text.Window | None, states: Floats | None, regions: Floats | None) -> Floats:
        """Logits [24] of the picture labels; None for a side that is missing.

        The network takes what it was trained on: the states of the shared encoder, or (the paper's form) the pieces.
        """
        feeds: dict[str, npt.NDArray[Any]] = {
            "ids": self._no_text if window is None else window.ids,
            "states": np.zeros((1, 2, self._states_width), np.float32) if states is None else states,
            "regions": self._no_photo if regions is None else regions,
            "has_text": np.array([states is not None], np.float32),
            "has_image": np.array([regions is not None], np.float32),
        }
        return np.asarray(self._networks["labels"].run(feeds)["logits"][0], np.float32)

    def attribute_scores(
        self, window: text.Window, states: Floats, marks: text.Marks, regions: Floats | None
    ) -> tuple[Floats, Floats]:
        """Emissions [N, 31] of the values and logits [15] of the names of one window; ``marks`` of the whole text."""
        end = window.start + window.chars.shape[1]
        feeds: dict[str, npt.NDArray[Any]] = {
            **window.feeds(),
            "states": states,
            "marks": marks[None, window.start : end].astype(np.float32),
            "regions": self._no_photo if regions is None else regions,
            "has_image": np.array([regions is not None], np.float32),
        }
        answer = self._networks["attributes"].run(feeds)
        return np.asarray(answer["emissions"][0], np.float32), np.asarray(answer["names"][0], np.float32)


def _network(bundle: Bundle, name: str) -> Network:
    """A network of the bundle, with the file of its weights if it has one of its own."""
    weights = f"{name}_weights.onnx"
    return Network(bundle.path(f"{name}.onnx"), bundle.path(weights) if weights in bundle else None)


def _last_layer(manifest: Manifest, width: int) -> slice:
    """Where the encoder's last layer stands in the states, which join several layers; all of them if nobody says."""
    layers = manifest.training.get("labels", {}).get("config", {}).get("encoders", {}).get("layers") or [0]
    share, rest = divmod(width, len(layers))
    if rest:
        raise ValueError(f"states of width {width} cannot hold {len(layers)} layers")
    place = layers.index(max(layers))
    return slice(place * share, (place + 1) * share)


def _check_counts(label_thresholds: Sequence[float], name_thresholds: Sequence[float]) -> None:
    if len(label_thresholds) != len(LABELS) or len(name_thresholds) != len(ATTRIBUTES):
        counts = f"{len(label_thresholds)} label and {len(name_thresholds)} name thresholds"
        raise ValueError(f"{counts}, needed are {len(LABELS)} and {len(ATTRIBUTES)}")
