"""How quick the pipeline is beside two others, in one run on one machine: records a second, and the ratios.

    python benchmarks/rivals.py --records 60

- KeyBERT for the tags alone: words of the same segmentation as candidates, vectors by the same text encoder.
- The same pipeline with its networks in plain PyTorch: the text encoder as a BERT of ``transformers``,
  EfficientNet-Lite0 of its package, attribute and label network of ``biaotu.training``, all float32, in inference mode.
  A network's speed does not hang on what it has learnt, so weights are drawn by chance, and the answers of the shipped
  networks are handed on: what comes behind has the same work in both.

One record at a time, everything on one thread. Needs the training extras.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from speed import make_photos, make_records
from transformers import BertConfig, BertModel

import biaotu.pipeline
from biaotu import text
from biaotu.models import Models
from biaotu.records.read import read_records
from biaotu.text.marks import WIDTH
from biaotu.training.attributes.network import AttributeNetwork, AttributeNetworkConfig
from biaotu.training.compare.tag_baselines import KeyBert, bundle_embedder
from biaotu.training.encoders import TextEncoder
from biaotu.training.image_encoders import load_image_encoder
from biaotu.training.labels.network import LabelNetwork, LabelNetworkConfig

WARM = 5


class InTorch:
    """The networks of a bundle in plain PyTorch, in the place of its ONNX sessions."""

    def __init__(self, models: Models) -> None:
        bundle = Path(biaotu.__file__).parent / "bundle"
        vocabulary = json.loads((bundle / "vocabulary.json").read_text("utf-8"))
        text_encoder, width = encoder_like(bundle / "text_encoder.onnx", models)
        heads = AttributeNetworkConfig(
            states_width=width, chars=len(vocabulary["chars"]) + 2, bigrams=len(vocabulary["bigrams"]) + 2
        )
        if heads.marks != WIDTH:
            raise SystemExit("the attribute network takes other marks than the text room makes")
        self._modules: dict[str, torch.nn.Module] = {
            "text_encoder": text_encoder,
            "image_encoder": load_image_encoder("efficientnet-lite0").encoder,
            "attributes": AttributeNetwork(heads),
            "labels": LabelNetwork(LabelNetworkConfig(states_width=width)),
        }
        for module in self._modules.values():
            module.eval()
        self._sessions = models._networks
        self.known: dict[str, list[Any]] = {name: [] for name in self._modules}

    def recorded(self, name: str) -> Any:
        """The ONNX session, whose answers are kept."""
        return _Network(lambda feeds: self._keep(name, feeds))

    def played(self, name: str) -> Any:
        """The torch module, which works as hard and then hands on the kept answer."""
        return _Network(lambda feeds: self._play(name, feeds))

    def _keep(self, name: str, feeds: Any) -> Any:
        answer = self._sessions[name].run(feeds)
        self.known[name].append(answer)
        return answer

    def _play(self, name: str, feeds: Any) -> Any:
        tensors = {key: torch.from_numpy(np.ascontiguousarray(value)) for key, value in feeds.items()}
        module = self._modules[name]
        with torch.inference_mode():
            if name == "text_encoder":
                module(tensors["ids"])
            elif name == "image_encoder":
                module(tensors["pixels"])
            elif name == "labels":
                module(*(tensors[key] for key in ("states", "regions", "has_text", "has_image")))
            else:
                tensors.pop("ids")
                module(**tensors)
        return self.known[name].pop(0)


def encoder_like(path: Path, models: Models) -> tuple[TextEncoder, int]:
    """A text encoder of as many layers, heads and numbers as the bundle's, and the width of its states."""
    graph = onnx.load(str(path), load_external_data=False).graph
    attention = [node for node in graph.node if node.op_type == "MultiHeadAttention"]
    sizes = {tensor.name: tensor.dims for tensor in graph.initializer}
    hidden = next(sizes[node.input[1]][0] for node in graph.node if node.op_type == "LayerNormalization")
    config = BertConfig(
        vocab_size=40_000,
        hidden_size=hidden,
        num_hidden_layers=len(attention),
        num_attention_heads=onnx.helper.get_node_attr_value(attention[0], "num_heads"),
        intermediate_size=4 * hidden,
        max_position_embeddings=512,
    )
    width = models.manifest.settings["text"]["width"]
    joined = width // hidden
    layers = tuple(len(attention) * number // joined for number in range(1, joined + 1))
    return TextEncoder(BertModel(config, add_pooling_layer=False), layers), width


class _Network:
    def __init__(self, run: Callable[[Any], Any]) -> None:
        self.run = run


def timed(call: Callable[[Any], Any], items: Iterable[Any]) -> float:
    """Calls a second, by CPU time of this thread."""
    items = list(items)
    begun = time.thread_time()
    for item in items:
        call(item)
    return len(items) / (time.thread_time() - begun)


def main() -> None:
    """Command line of this script."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=60)
    options = parser.parse_args()
    torch.set_num_threads(1)
    annotator = biaotu.pipeline.load(threads=1)
    models = annotator._models
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        records: Any = list(read_records(make_records(folder, options.records + WARM, make_photos(folder))))
        timed(annotator.examine, records[:WARM])
        ours = timed(annotator.examine, records[WARM:])

        rival = InTorch(models)
        models._networks = {name: rival.recorded(name) for name in rival.known}  # type: ignore[misc]
        timed(annotator.examine, records)
        models._networks = {name: rival.played(name) for name in rival.known}  # type: ignore[misc]
        timed(annotator.examine, records[:WARM])
        in_torch = timed(annotator.examine, records[WARM:])
        models._networks = rival._sessions

        key_bert = KeyBert(bundle_embedder(models), models.segmenter, models.tagger.lexicon)
        readings = [text.read(record.title, record.description) for record in records]
        timed(key_bert.keywords, readings[:WARM])
        by_key_bert = timed(key_bert.keywords, readings[WARM:])
        alone = biaotu.pipeline.Annotator(models, threads=1, without_images=True)
        tags = timed(lambda record: alone.examine(record).annotation.text_tags, records[WARM:])
    result = {
        "records": options.records,
        "records_per_second": {
            "biaotu, words and photo, all answers": round(ours, 1),
            "the same with its networks in plain PyTorch": round(in_torch, 1),
            "biaotu, words alone, all answers": round(tags, 1),
            "KeyBERT, tags alone": round(by_key_bert, 1),
        },
        "times as quick": {
            "as plain PyTorch": round(ours / in_torch, 2),
            "as KeyBERT": round(tags / by_key_bert, 2),
        },
    }
    print(json.dumps(result, ensure_ascii=False, indent=1))  # noqa: T201


if __name__ == "__main__":
    main()
