"""The neural baselines of the attribute table, trained by the same ``fit`` as our network.

BiLSTM-CRF  characters and bigrams, no pretrained encoder        Huang, Xu, Yu 2015
BERT-CRF    the text encoder, fine-tuned, one linear layer       Souza et al. 2019
MAE         text and picture features joined plainly             Logan et al. 2017
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, cast

import numpy as np
import torch
from torch import Tensor, nn

from biaotu.taxonomy import bio_tags
from biaotu.text.pieces import MAX_OFFSET, PieceReader
from biaotu.training.attributes.network import AttributeNetworkConfig, TextAdapter, ValueTagger, padded_lstm
from biaotu.training.encoders import TextEncoder
from biaotu.training.features import Half, TextFeature

ENCODER_SHARE: Final = 0.1
"""Of the head's rate: what the encoder's last layer is trained with; each layer below gets ``LAYER_DECAY`` of it."""

LAYER_DECAY: Final = 0.95


class CharacterTagger(ValueTagger):
    """BiLSTM-CRF over characters and bigrams."""

    def __init__(self, config: AttributeNetworkConfig) -> None:
        super().__init__(config)
        self.char = nn.Embedding(config.chars, config.char_dim, padding_idx=0)
        self.bigram = nn.Embedding(config.bigrams, config.bigram_dim, padding_idx=0)
        self.lstm = nn.LSTM(config.char_dim + config.bigram_dim, config.lstm, batch_first=True, bidirectional=True)
        self.drop = nn.Dropout(config.dropout)
        self.value = nn.Linear(config.hidden, len(bio_tags(config.types)))

    def forward(self, chars: Tensor, bigrams: Tensor, lengths: Tensor, **_: Tensor) -> tuple[Tensor, Tensor]:
        """Emissions [B, N, tags]; no names."""
        joined = self.drop(torch.cat([self.char(chars), self.bigram(bigrams)], 2))
        emissions: Tensor = self.value(self.drop(padded_lstm(self.lstm, joined, lengths)))
        return emissions, emissions.new_zeros(len(chars), 0)


class EncoderTagger(ValueTagger):
    """BERT-CRF: the text encoder is trained too; each character gets its piece's last state and its place in it.

    ``states`` of its batches hold piece ids plus one, [B, T, 1], so that 0 is padding (see ``PieceIds``).

    Args:
        config: ``types``, ``dropout`` and ``offset_dim`` are used.
        encoder: with one layer chosen, its last.
        width: of a state.
    """

    def __init__(self, config: AttributeNetworkConfig, encoder: TextEncoder, width: int) -> None:
        super().__init__(config)
        self.encoder = encoder
        self.offset = nn.Embedding(MAX_OFFSET + 1, config.offset_dim)
        self.drop = nn.Dropout(0.1)
        self.value = nn.Linear(width + config.offset_dim, len(bio_tags(config.types)))
        for parameter in self._embeddings().parameters():
            parameter.requires_grad_(False)  # two thirds of all weights, and most pieces never come up

    def forward(self, states: Tensor, pieces: Tensor, offsets: Tensor, **_: Tensor) -> tuple[Tensor, Tensor]:
        """Emissions [B, N, tags]; no names."""
        ids = states[..., 0].long()
        hidden = self.encoder((ids - 1).clamp(min=0), (ids > 0).long())
        chars = hidden.gather(1, pieces.unsqueeze(2).expand(-1, -1, hidden.shape[2]))
        emissions: Tensor = self.value(self.drop(torch.cat([chars, self.offset(offsets)], 2)))
        return emissions, emissions.new_zeros(len(ids), 0)

    def parameter_groups(self, rate: float) -> list[dict[str, Any]]:
        """The head at the full rate, the encoder's layers lower, the deeper the lower."""
        layers = cast(Any, self.encoder.model).encoder.layer
        groups: list[dict[str, Any]] = [
            {"params": [*self.offset.parameters(), *self.value.parameters(), *self.crf.parameters()], "lr": rate}
        ]
        for depth, layer in enumerate(reversed(list(layers))):
            groups.append({"params": list(layer.parameters()), "lr": rate * ENCODER_SHARE * LAYER_DECAY**depth})
        return groups

    def _embeddings(self) -> nn.Module:
        return cast(nn.Module, cast(Any, self.encoder.model).embeddings)


class JoinedTagger(ValueTagger):
    """MAE: the mean of the photo's regions is joined to every character of the text; no attention between the two."""

    def __init__(self, config: AttributeNetworkConfig) -> None:
        super().__init__(config)
        self.adapter = TextAdapter(config)
        self.regions = nn.Sequential(
            nn.LayerNorm(config.regions_width), nn.Linear(config.regions_width, config.hidden), nn.Tanh()
        )
        self.drop = nn.Dropout(config.dropout)
        self.value = nn.Sequential(
            nn.Linear(2 * config.hidden, config.hidden),
            nn.Tanh(),
            nn.Linear(config.hidden, len(bio_tags(config.types))),
        )

    def forward(self, regions: Tensor, has_image: Tensor, lengths: Tensor, **feeds: Tensor) -> tuple[Tensor, Tensor]:
        """Emissions [B, N, tags]; no names."""
        text, _ = self.adapter(**feeds, lengths=lengths)
        image = self.regions(regions).mean(1) * has_image[:, None]
        joined = torch.cat([text, image.unsqueeze(1).expand_as(text)], 2)
        emissions: Tensor = self.value(self.drop(joined))
        return emissions, emissions.new_zeros(len(text), 0)


class PieceIds:
    """Piece ids in the place of encoder states: what an encoder that is itself trained reads."""

    def features(self, reader: PieceReader, texts: Iterable[str]) -> list[list[TextFeature]]:
        """Windows of many texts; their states are ids plus one, float32 [T, 1]."""
        return [
            [TextFeature(window, cast(Half, (window.ids[0] + 1)[:, None].astype(np.float32))) for window in found]
            for found in map(reader.windows, texts)
        ]
