"""The paper's own form of the picture-label network (4.1): three segments go through the text encoder together.

    A  [CLS] pieces [SEP]   B  k regions [SEP]   C  weighted average       each with its segment embedding
    ──> all layers of the text encoder ──> [CLS] ──> linear ──> 24 logits

The text encoder is trained with it, so it cannot be shared with the attributes, and each photo costs a whole pass: the
default (``network.py``) fuses above the frozen encoder instead. Chosen with ``fusion = "joint"``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor, nn

from biaotu.taxonomy import LABELS
from biaotu.text.pieces import PieceReader
from biaotu.text.reading import read
from biaotu.training.features import Half
from biaotu.training.labels.network import LabelNetworkConfig


class JointLabelNetwork(nn.Module):
    """Embeds the segments, runs the encoder, reads the [CLS].

    Args:
        config: ``regions_width``, ``regions``, ``dropout`` and ``third_segment`` are used.
        encoder: a BERT of ``transformers``; its word embeddings embed segment A.
        opening: id of the [CLS] piece.
        closing: id of the [SEP] piece.
    """

    def __init__(self, config: LabelNetworkConfig, encoder: nn.Module, opening: int, closing: int) -> None:
        super().__init__()
        self.config = config
        self.encoder = encoder
        self.opening, self.closing = opening, closing
        width = int(cast(Any, encoder).config.hidden_size)
        self.image = nn.Sequential(nn.LayerNorm(config.regions_width), nn.Linear(config.regions_width, width))
        self.segment = nn.Parameter(torch.zeros(3, width))
        self.balance = nn.Parameter(torch.zeros(()))
        self.drop = nn.Dropout(config.dropout)
        self.labels = nn.Linear(width, len(LABELS))

    def forward(
        self,
        states: Tensor,
        regions: Tensor,
        has_text: Tensor,
        has_image: Tensor,
        pad: Tensor | None = None,
        places: Tensor | None = None,
    ) -> Tensor:
        """Logits [B, 24]. ``states`` holds piece ids [B, T, 1], whole numbers as floats: batches are laid as ever."""
        del places  # regions are told apart by the encoder's own positions
        ids = states[..., 0].long()
        ids = torch.cat([torch.full_like(ids[:, :1], self.opening), ids[:, 1:]], 1)
        if pad is None:
            pad = torch.zeros_like(ids, dtype=torch.bool)
        embed = cast(Any, self.encoder).embeddings.word_embeddings
        a, b = embed(ids), self.image(regions)
        sep = embed(torch.full_like(ids[:, :1], self.closing))
        real = ((~pad) & (has_text[:, None] > 0.5)).to(a.dtype).unsqueeze(2)
        mean_a = (a * real).sum(1) / real.sum(1).clamp(min=1)
        g, both = torch.sigmoid(self.balance), has_text * has_image
        weight_a = (both * g + has_text * (1 - has_image)).unsqueeze(1)
        weight_b = (both * (1 - g) + has_image * (1 - has_text)).unsqueeze(1)
        c = (mean_a * weight_a + b.sum(1) / max(1, b.shape[1]) * weight_b).unsqueeze(1)
        parts = [a + self.segment[0], b + self.segment[1], sep + self.segment[1], c + self.segment[2]]
        seen_text = torch.cat([torch.ones_like(real[:, :1, 0]), real[:, 1:, 0]], 1)
        seen_image = has_image[:, None]
        third = torch.full_like(seen_image, float(self.config.third_segment))
        mask = torch.cat([seen_text, seen_image.expand(-1, b.shape[1]), seen_image, third], 1)
        hidden = self.encoder(inputs_embeds=torch.cat(parts, 1), attention_mask=mask).last_hidden_state
        return cast(Tensor, self.labels(self.drop(hidden[:, 0])))


class Served(nn.Module):
    """The same network as it is exported: ids [1, T] come as whole numbers."""

    def __init__(self, network: JointLabelNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, ids: Tensor, regions: Tensor, has_text: Tensor, has_image: Tensor) -> Tensor:
        """Logits [1, 24]."""
        return cast(Tensor, self.network(ids.unsqueeze(2).float(), regions, has_text, has_image))


class TextIds:
    """Piece ids in the place of states: what ``TextStates`` is to the stacked network."""

    def __init__(self, reader: PieceReader) -> None:
        self._reader = reader

    def of(self, pairs: Iterable[tuple[str, str]]) -> list[Half | None]:
        """Ids [T, 1] as float32 of the first window of (title, description) pairs; None where both are empty."""
        found: list[Half | None] = []
        for title, body in pairs:
            windows = self._reader.windows(read(title, body).text)
            found.append(cast(Half, windows[0].ids[0][:, None].astype(np.float32)) if windows else None)
        return found
