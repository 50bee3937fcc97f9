"""A linear-chain CRF over BIO tags in which unlawful moves are shut.

Lafferty, McCallum, Pereira 2001. Lawful: I-x only after B-x or I-x. Shut moves keep a score of -1e4 whatever training
does.
"""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor, nn

from biaotu.taxonomy import bio_tags

SHUT: Final = -1e4


def lawful_moves(tags: tuple[str, ...]) -> tuple[Tensor, Tensor]:
    """Which moves are lawful: bool [tags, tags] from row to column, and bool [tags] for the first character."""
    moves = torch.ones(len(tags), len(tags), dtype=torch.bool)
    first = torch.ones(len(tags), dtype=torch.bool)
    for column, tag in enumerate(tags):
        if tag.startswith("I-"):
            first[column] = False
            for row, before in enumerate(tags):
                moves[row, column] = before[2:] == tag[2:] and before != "O"
    return moves, first


class CRF(nn.Module):
    """Transition scores; emissions come from outside."""

    lawful: Tensor
    lawful_first: Tensor

    def __init__(self, tags: tuple[str, ...] | None = None) -> None:
        super().__init__()
        names = tags or bio_tags()
        moves, first = lawful_moves(names)
        self.register_buffer("lawful", moves)
        self.register_buffer("lawful_first", first)
        self.moves = nn.Parameter(torch.empty(len(names), len(names)).uniform_(-0.1, 0.1))
        self.first = nn.Parameter(torch.empty(len(names)).uniform_(-0.1, 0.1))
        self.last = nn.Parameter(torch.empty(len(names)).uniform_(-0.1, 0.1))

    def scores(self) -> tuple[Tensor, Tensor, Tensor]:
        """Scores of moves [tags, tags], of the first and of the last tag [tags], unlawful ones shut."""
        moves = torch.where(self.lawful, self.moves, torch.full_like(self.moves, SHUT))
        first = torch.where(self.lawful_first, self.first, torch.full_like(self.first, SHUT))
        return moves, first, self.last

    def loss(self, emissions: Tensor, tags: Tensor, mask: Tensor) -> Tensor:
        """Mean negative log-likelihood per sequence.

        Args:
            emissions: float [B, N, tags].
            tags: int [B, N]; anything lawful where the mask is 0.
            mask: bool [B, N]; the first position is always real.
        """
        moves, first, last = self.scores()
        return (
            self._normaliser(emissions, mask, moves, first, last)
            - self._path(emissions, tags, mask, moves, first, last)
        ).mean()

    def _path(
        self, emissions: Tensor, tags: Tensor, mask: Tensor, moves: Tensor, first: Tensor, last: Tensor
    ) -> Tensor:
        real = mask.to(emissions.dtype)
        picked = emissions.gather(2, tags.unsqueeze(2)).squeeze(2)
        score = first[tags[:, 0]] + (picked * real).sum(1)
        score = score + (moves[tags[:, :-1], tags[:, 1:]] * real[:, 1:]).sum(1)
        ends = tags.gather(1, (mask.sum(1) - 1).unsqueeze(1)).squeeze(1)
        return score + last[ends]

    def _normaliser(self, emissions: Tensor, mask: Tensor, moves: Tensor, first: Tensor, last: Tensor) -> Tensor:
        alpha = first + emissions[:, 0]
        for step in range(1, emissions.shape[1]):
            onward = torch.logsumexp(alpha.unsqueeze(2) + moves, dim=1) + emissions[:, step]
            alpha = torch.where(mask[:, step].unsqueeze(1), onward, alpha)
        return torch.logsumexp(alpha + last, dim=1)
