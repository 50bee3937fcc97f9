"""The picture-label network: three segments fused, one linear layer to 24 sigmoids (paper 4.1).

    A  [CLS] pieces [SEP]        the text
    B  k regions [SEP]           the photo, projected to the text's width
    C  mean(A) g + mean(B) (1-g) the weighted average, g learned; the other one alone when a side is missing

``fusion="stacked"``: A are states of the frozen text encoder, and a small Transformer above it fuses the segments; one
pass of the text encoder then serves labels and attributes. ``fusion="joint"`` (``joint.py``) is the paper's form: the
segments enter the text encoder itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn

from biaotu.taxonomy import LABELS


@dataclass(frozen=True, slots=True)
class LabelNetworkConfig:
    """The knobs of the network; ``third_segment`` and the missing-side switches make the paper's ablations."""

    states_width: int = 1152
    regions_width: int = 1280
    regions: int = 49
    hidden: int = 256
    blocks: int = 2
    heads: int = 4
    inner: int = 512
    dropout: float = 0.2
    third_segment: bool = True
    fusion: Literal["stacked", "joint"] = "stacked"


class Segments(nn.Module):
    """Lays out the three segments: states, regions -> one sequence [B, 1 + T + k + 2, H] and its padding mask."""

    def __init__(self, config: LabelNetworkConfig) -> None:
        super().__init__()
        self.config = config
        hidden = config.hidden
        self.text = nn.Sequential(
            nn.LayerNorm(config.states_width), nn.Dropout(config.dropout), nn.Linear(config.states_width, hidden)
        )
        self.image = nn.Sequential(
            nn.LayerNorm(config.regions_width), nn.Dropout(config.dropout), nn.Linear(config.regions_width, hidden)
        )
        self.place = nn.Parameter(torch.randn(config.regions, hidden) * 0.02)
        self.cls = nn.Parameter(torch.randn(hidden) * 0.02)
        self.sep = nn.Parameter(torch.randn(hidden) * 0.02)
        self.segment = nn.Parameter(torch.randn(3, hidden) * 0.02)
        self.balance = nn.Parameter(torch.zeros(()))

    def forward(
        self, states: Tensor, regions: Tensor, has_text: Tensor, has_image: Tensor, pad: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Lay out states [B, T, E], regions [B, k, V], has_text and has_image float [B], pad bool [B, T]."""
        batch = states.shape[0]
        a = self.text(states)
        b = self.image(regions) + self.place
        real = (~pad).to(a.dtype).unsqueeze(2)
        mean_a = (a * real).sum(1) / real.sum(1).clamp(min=1)
        mean_b = b.mean(1)
        g = torch.sigmoid(self.balance)
        both = has_text * has_image
        weight_a = (both * g + has_text * (1 - has_image)).unsqueeze(1)
        weight_b = (both * (1 - g) + has_image * (1 - has_text)).unsqueeze(1)
        c = (mean_a * weight_a + mean_b * weight_b).unsqueeze(1)
        cls, sep = self.cls.expand(batch, 1, -1), self.sep.expand(batch, 1, -1)
        sequence = torch.cat(
            [
                cls + self.segment[0],
                a + self.segment[0],
                b + self.segment[1],
                sep + self.segment[1],
                c + self.segment[2],
            ],
            1,
        )
        no_text, no_image = has_text[:, None] < 0.5, has_image[:, None] < 0.5
        never = torch.zeros_like(no_text)
        third = never if self.config.third_segment else ~never
        mask = torch.cat([never, pad | no_text, no_image.expand(-1, b.shape[1]), no_image, third], 1)
        return sequence, mask


class LabelNetwork(nn.Module):
    """Segments, fusion Transformer, 24 logits."""

    def __init__(self, config: LabelNetworkConfig) -> None:
        super().__init__()
        self.config = config
        self.segments = Segments(config)
        layer = nn.TransformerEncoderLayer(
            config.hidden,
            config.heads,
            config.inner,
            config.dropout,
            activation="gelu",
            batch_first=True,
            norm_first=True,
        )
        self.fusion = nn.TransformerEncoder(layer, config.blocks, enable_nested_tensor=False)
        self.norm = nn.LayerNorm(config.hidden)
        self.labels = nn.Linear(config.hidden, len(LABELS))

    def forward(
        self, states: Tensor, regions: Tensor, has_text: Tensor, has_image: Tensor, pad: Tensor | None = None
    ) -> Tensor:
        """Logits [B, 24] in the order of ``taxonomy.LABELS``; the loss is binary cross-entropy (paper eq. 1)."""
        if pad is None:
            pad = torch.zeros(states.shape[:2], dtype=torch.bool, device=states.device)
        sequence, mask = self.segments(states, regions, has_text, has_image, pad)
        fused = self.fusion(sequence, src_key_padding_mask=mask)
        logits: Tensor = self.labels(self.norm(fused[:, 0]))
        return logits
