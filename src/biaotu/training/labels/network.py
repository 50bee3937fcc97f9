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
from typing import Literal, cast

import torch
from torch import Tensor, nn

from biaotu.taxonomy import LABELS


@dataclass(frozen=True, slots=True)
class LabelNetworkConfig:
    """The knobs of the network; ``third_segment`` makes the paper's ablation."""

    states_width: int = 1152
    regions_width: int = 1280
    regions: int = 49
    hidden: int = 256
    blocks: int = 1
    heads: int = 4
    inner: int = 512
    dropout: float = 0.2
    third_segment: bool = True
    fusion: Literal["stacked", "joint"] = "stacked"


class Segments(nn.Module):
    """Projects both sides and lays out the three segments with the mask of what is not there."""

    def __init__(self, config: LabelNetworkConfig) -> None:
        super().__init__()
        self.config = config
        hidden = config.hidden
        # Dropout comes after the projections: over the wide states it would cost more than the projection itself.
        self.text = _projection(config.states_width, hidden, config.dropout)
        self.image = _projection(config.regions_width, hidden, config.dropout)
        self.place = nn.Parameter(torch.randn(config.regions, hidden) * 0.02)
        self.cls = nn.Parameter(torch.randn(hidden) * 0.02)
        self.sep = nn.Parameter(torch.randn(hidden) * 0.02)
        self.segment = nn.Parameter(torch.randn(3, hidden) * 0.02)
        self.balance = nn.Parameter(torch.zeros(()))

    def forward(
        self,
        states: Tensor,
        regions: Tensor,
        has_text: Tensor,
        has_image: Tensor,
        pad: Tensor,
        places: Tensor | None = None,
    ) -> tuple[Tensor, Tensor]:
        """One sequence [B, 1 + T + k + 2, H] and its mask, True where nothing is to be read."""
        a = self.text(states)
        b = self.image(regions) + (self.place[: regions.shape[1]] if places is None else self.place[places])
        real = (~pad).to(a.dtype).unsqueeze(2)
        mean_a = (a * real).sum(1) / real.sum(1).clamp(min=1)
        mean_b = b.sum(1) / max(1, b.shape[1])
        g = torch.sigmoid(self.balance)
        both = has_text * has_image
        weight_a = (both * g + has_text * (1 - has_image)).unsqueeze(1)
        weight_b = (both * (1 - g) + has_image * (1 - has_text)).unsqueeze(1)
        c = (mean_a * weight_a + mean_b * weight_b).unsqueeze(1)
        cls = (self.cls + self.segment[0]).expand(a.shape[0], 1, -1)
        sep = (self.sep + self.segment[1]).expand(a.shape[0], 1, -1)
        sequence = torch.cat([cls, a + self.segment[0], b + self.segment[1], sep, c + self.segment[2]], 1)
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
        self.fusion = nn.ModuleList(_block(config) for _ in range(config.blocks))
        self.norm = nn.LayerNorm(config.hidden)
        self.labels = nn.Linear(config.hidden, len(LABELS))

    def forward(
        self,
        states: Tensor,
        regions: Tensor,
        has_text: Tensor,
        has_image: Tensor,
        pad: Tensor | None = None,
        places: Tensor | None = None,
    ) -> Tensor:
        """Logits [B, 24] in the order of ``taxonomy.LABELS``; the loss is binary cross-entropy (paper eq. 1).

        Args:
            states: of the text's pieces, [B, T, E].
            regions: of the photo, [B, k, V].
            has_text: float [B], 1 where there is a text.
            has_image: float [B], 1 where there is a photo.
            pad: bool [B, T], True where no piece is.
            places: [B, k], which of the photo's regions are given; all of them in order without it.
        """
        if pad is None:
            pad = torch.zeros(states.shape[:2], dtype=torch.bool, device=states.device)
        sequence, mask = self.segments(states, regions, has_text, has_image, pad, places)
        for block in self.fusion[:-1]:
            sequence = block(sequence, src_key_padding_mask=mask)
        logits: Tensor = self.labels(self.norm(_opening(self.fusion[-1], sequence, mask)))
        return logits


def _projection(width: int, hidden: int, dropout: float) -> nn.Sequential:
    normed = nn.LayerNorm(width, elementwise_affine=False)  # the linear layer behind it can do the same
    return nn.Sequential(normed, nn.Linear(width, hidden), nn.Dropout(dropout))


def _block(config: LabelNetworkConfig) -> nn.TransformerEncoderLayer:
    return nn.TransformerEncoderLayer(
        config.hidden, config.heads, config.inner, config.dropout, activation="gelu", batch_first=True, norm_first=True
    )


def _opening(block: nn.Module, sequence: Tensor, mask: Tensor) -> Tensor:
    """What a Transformer block makes of the [CLS] alone, [B, H]: of the last block nothing else is read."""
    layer = cast(nn.TransformerEncoderLayer, block)
    keys = layer.norm1(sequence)
    found, _ = layer.self_attn(keys[:, :1], keys, keys, key_padding_mask=mask, need_weights=False)
    hidden: Tensor = sequence[:, 0] + layer.dropout1(found[:, 0])
    inner: Tensor = layer.linear2(layer.dropout(nn.functional.gelu(layer.linear1(layer.norm2(hidden)))))
    return cast(Tensor, hidden + layer.dropout2(inner))
