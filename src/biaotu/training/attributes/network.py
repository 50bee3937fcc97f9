"""The attribute network: text adapter, Co-Transformer, attribute names (paper eq. 8), attribute values (paper eq. 9).

Shapes: B records, T pieces, N characters, k regions, H = ``hidden``.

    states [B, T, E] ──adapter──> h [B, N, H] ─┐ queries           ┌─> h'
                                               ├── Co-Transformer ─┤
    regions [B, k, V] ──linear──> v [B, k, H] ─┘ keys and values   └─> v'

    names  y = sigmoid(W3 mean h + W4 mean h' + W5 h_0)
    values W6 h_i + W7 h'_i + W8 y + sum_k a_ik Wv v'_k
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import torch
from torch import Tensor, nn

from biaotu.taxonomy import ATTRIBUTES, bio_tags
from biaotu.text.marks import WIDTH
from biaotu.text.pieces import MAX_OFFSET
from biaotu.training.attributes.crf import CRF


@dataclass(frozen=True, slots=True)
class AttributeNetworkConfig:
    """The knobs of the network. The switches ``picture``, ``names``, ``cotransformer`` make the paper's ablations."""

    types: tuple[str, ...] = ATTRIBUTES.names
    states_width: int = 1152
    regions_width: int = 1280
    marks: int = WIDTH
    chars: int = 2
    bigrams: int = 2
    piece_dim: int = 256
    char_dim: int = 96
    bigram_dim: int = 64
    offset_dim: int = 16
    lexicon_dim: int = 32
    lstm: int = 160
    blocks: int = 1
    heads: int = 4
    inner: int = 640
    dropout: float = 0.4
    decoder: Literal["crf", "softmax"] = "crf"
    picture: bool = True
    names: bool = True
    cotransformer: bool = True

    @property
    def hidden(self) -> int:
        """Width H of the two streams."""
        return 2 * self.lstm


class TextAdapter(nn.Module):
    """From pieces to characters: each gets its piece's state, its place in it, itself and its right neighbour."""

    def __init__(self, config: AttributeNetworkConfig) -> None:
        super().__init__()
        self.standardise = nn.LayerNorm(config.states_width)
        self.project = nn.Linear(config.states_width, config.piece_dim)
        self.char = nn.Embedding(config.chars, config.char_dim, padding_idx=0)
        self.bigram = nn.Embedding(config.bigrams, config.bigram_dim, padding_idx=0)
        self.offset = nn.Embedding(MAX_OFFSET + 1, config.offset_dim)
        self.drop = nn.Dropout(config.dropout)
        self.lexicon = nn.Linear(config.marks, config.lexicon_dim, bias=False) if config.lexicon_dim else None
        width = config.piece_dim + config.char_dim + config.bigram_dim + config.offset_dim + config.lexicon_dim
        self.lstm = nn.LSTM(width, config.lstm, batch_first=True, bidirectional=True)
        self.whole = nn.Linear(config.states_width, config.hidden)

    def forward(
        self,
        states: Tensor,
        pieces: Tensor,
        offsets: Tensor,
        chars: Tensor,
        bigrams: Tensor,
        marks: Tensor,
        lengths: Tensor | None,
    ) -> tuple[Tensor, Tensor]:
        """Characters h [B, N, H] and the whole text h_0 [B, H]. ``lengths`` [B] on the CPU when the batch is padded."""
        standard = self.standardise(states)
        whole = torch.tanh(self.whole(self.drop(standard[:, 0])))
        piece = torch.tanh(self.project(self.drop(standard)))
        piece = piece.gather(1, pieces.unsqueeze(2).expand(-1, -1, piece.shape[2]))
        parts = [piece, self.char(chars), self.bigram(bigrams), self.offset(offsets)]
        if self.lexicon is not None:
            parts.append(self.lexicon(marks))
        joined = self.drop(torch.cat(parts, dim=2))
        if lengths is None:
            return self.lstm(joined)[0], whole
        return padded_lstm(self.lstm, joined, lengths.to(joined.device)), whole


class CoBlock(nn.Module):
    """A block of a Co-Transformer stream: queries from this stream, keys and values from the other (M-JAVE)."""

    def __init__(self, hidden: int, heads: int, inner: int, dropout: float) -> None:
        super().__init__()
        self.attention = nn.MultiheadAttention(hidden, heads, dropout=0.1, batch_first=True)
        self.norm = nn.LayerNorm(hidden)
        self.feed = nn.Sequential(nn.Linear(hidden, inner), nn.GELU(), nn.Dropout(dropout), nn.Linear(inner, hidden))
        self.feed_norm = nn.LayerNorm(hidden)

    def forward(self, own: Tensor, other: Tensor, pad: Tensor | None = None) -> Tensor:
        """``own`` [B, n, H] attends to ``other`` [B, m, H]; ``pad`` [B, m] is True where ``other`` is padding."""
        seen, _ = self.attention(own, other, other, key_padding_mask=pad, need_weights=False)
        own = self.norm(own + seen)
        fed: Tensor = self.feed_norm(own + self.feed(own))
        return fed


class ValueTagger(nn.Module):
    """What ``train.fit`` trains: emissions of values, decoded by a CRF or a lawful softmax.

    ``forward`` takes the feeds of a batch (see ``AttributeNetwork.forward``) and gives emissions [B, N, tags] and name
    logits [B, types]; a tagger that predicts no names gives [B, 0].
    """

    def __init__(self, config: AttributeNetworkConfig) -> None:
        super().__init__()
        self.config = config
        self.crf = CRF(bio_tags(config.types))

    def parameter_groups(self, rate: float) -> list[dict[str, Any]]:
        """What the optimiser gets; a tagger over a pretrained encoder lowers its rate here."""
        return [{"params": list(self.parameters()), "lr": rate}]

    def loss(self, emissions: Tensor, names: Tensor, tags: Tensor, gold_names: Tensor, mask: Tensor) -> Tensor:
        """Value loss + name loss: CRF or cross-entropy per character, plus binary cross-entropy of the names."""
        if self.config.decoder == "softmax":
            per_char = nn.functional.cross_entropy(emissions.transpose(1, 2), tags, reduction="none")
            value_loss = (per_char * mask).sum(1).mean()
        else:
            value_loss = self.crf.loss(emissions, tags, mask)
        if not names.shape[1]:
            return value_loss
        name_loss = nn.functional.binary_cross_entropy_with_logits(names, gold_names, reduction="none")
        return value_loss + name_loss.sum(1).mean()


class AttributeNetwork(ValueTagger):
    """The whole network. ``forward`` gives what is exported."""

    def __init__(self, config: AttributeNetworkConfig) -> None:
        super().__init__(config)
        hidden, names, tags = config.hidden, len(config.types), bio_tags(config.types)
        self.adapter = TextAdapter(config)
        self.regions = nn.Sequential(
            nn.LayerNorm(config.regions_width), nn.Linear(config.regions_width, hidden), nn.Tanh()
        )
        self.no_picture = nn.Parameter(torch.zeros(hidden))
        blocks = config.blocks if config.cotransformer else 0
        self.text_stream = nn.ModuleList(CoBlock(hidden, config.heads, config.inner, 0.1) for _ in range(blocks))
        self.image_stream = nn.ModuleList(CoBlock(hidden, config.heads, config.inner, 0.1) for _ in range(blocks))
        self.name_h, self.name_x, self.name_0 = (nn.Linear(hidden, names) for _ in range(3))
        self.value_h, self.value_x = nn.Linear(hidden, len(tags)), nn.Linear(hidden, len(tags))
        self.value_y = nn.Linear(names, len(tags), bias=False)
        self.query, self.key = nn.Linear(hidden, hidden), nn.Linear(hidden, hidden)
        self.value_v = nn.Linear(hidden, len(tags), bias=False)
        self.drop = nn.Dropout(config.dropout)

    def forward(
        self,
        states: Tensor,
        pieces: Tensor,
        offsets: Tensor,
        chars: Tensor,
        bigrams: Tensor,
        marks: Tensor,
        regions: Tensor,
        has_image: Tensor,
        lengths: Tensor | None = None,
    ) -> tuple[Tensor, Tensor]:
        """Emissions [B, N, 31] of the values and logits [B, 15] of the names (other counts with other ``types``).

        Args:
            states: [B, T, E] of the text encoder.
            pieces: number of each character's piece [B, N].
            offsets: place in the piece [B, N].
            chars: character ids [B, N].
            bigrams: bigram ids [B, N].
            marks: lexicon flags [B, N, ``text.marks.WIDTH``] as floats.
            regions: [B, k, V] of the image encoder, anything where ``has_image`` is 0.
            has_image: float [B], 1 with a photo, 0 without.
            lengths: [B] real characters, on the CPU; None when nothing is padded.
        """
        text, whole = self.adapter(states, pieces, offsets, chars, bigrams, marks, lengths)
        real = None
        if lengths is not None:
            real = torch.arange(chars.shape[1], device=chars.device)[None, :] < lengths.to(chars.device)[:, None]
        image = self._image(regions, has_image)
        crossed, seen = text, image
        for text_block, image_block in zip(self.text_stream, self.image_stream, strict=True):
            crossed, seen = (
                text_block(crossed, seen),
                image_block(seen, crossed, None if real is None else ~real),
            )
        names = self.name_h(_mean(text, real)) + self.name_x(_mean(crossed, real)) + self.name_0(whole)
        emissions = self.value_h(self.drop(text)) + self.value_x(self.drop(crossed))
        if self.config.names:
            emissions = emissions + self.value_y(torch.sigmoid(names)).unsqueeze(1)
        if self.config.picture:
            scale = self.config.hidden**-0.5
            attention = torch.softmax(self.query(text) @ self.key(seen).transpose(1, 2) * scale, dim=2)
            emissions = emissions + attention @ self.value_v(seen)
        return emissions, names

    def _image(self, regions: Tensor, has_image: Tensor) -> Tensor:
        if not self.config.picture:
            has_image = torch.zeros_like(has_image)
        gate = has_image[:, None, None]
        projected: Tensor = self.regions(regions)
        return projected * gate + self.no_picture * (1 - gate)


def padded_lstm(lstm: nn.LSTM, inputs: Tensor, lengths: Tensor) -> Tensor:
    """A bidirectional LSTM over padded rows [B, N, in] -> [B, N, 2H]; what stands behind a row's end is not read.

    Each direction runs by itself over left-aligned rows: torch's packed sequences give the same, but leave the fast
    kernels of the CPU, and a training step then takes twice as long.
    """
    count = inputs.shape[1]
    places = torch.arange(count, device=inputs.device)[None, :]
    turned = torch.where(places < lengths[:, None], lengths[:, None] - 1 - places, places)
    weights = [getattr(lstm, name) for name in lstm._flat_weights_names]
    zero = inputs.new_zeros(1, inputs.shape[0], lstm.hidden_size)

    def run(rows: Tensor, own: list[Tensor]) -> Tensor:
        flags = (True, lstm.num_layers, 0.0, lstm.training, False, True)
        out: Tensor = torch._VF.lstm(rows, (zero, zero), own, *flags)[0]
        return out

    forward = run(inputs, weights[:4])
    backward = run(inputs.gather(1, turned.unsqueeze(2).expand_as(inputs)), weights[4:])
    return torch.cat([forward, backward.gather(1, turned.unsqueeze(2).expand_as(backward))], dim=2)


def _mean(hidden: Tensor, real: Tensor | None) -> Tensor:
    """Mean over real positions: the paper's sums, made independent of length."""
    if real is None:
        return hidden.mean(1)
    weight = real.to(hidden.dtype).unsqueeze(2)
    return (hidden * weight).sum(1) / weight.sum(1)
