"""The CRF of training against brute force over all tag sequences."""

from __future__ import annotations

import itertools

import pytest
import torch
from torch import Tensor

from biaotu.taxonomy import bio_tags
from biaotu.training.attributes.crf import CRF, SHUT, lawful_moves

TAGS = ("O", "B-甲", "I-甲", "B-乙", "I-乙")


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)
    torch.manual_seed(0)


def score(crf: CRF, emissions: Tensor, path: tuple[int, ...]) -> Tensor:
    moves, first, last = crf.scores()
    total = first[path[0]] + last[path[-1]] + sum(emissions[place, tag] for place, tag in enumerate(path))
    return total + sum(moves[a, b] for a, b in itertools.pairwise(path))


def nll(crf: CRF, emissions: Tensor, path: tuple[int, ...]) -> Tensor:
    """Negative log-likelihood of one sequence, by listing all sequences."""
    paths = itertools.product(range(len(TAGS)), repeat=len(emissions))
    return torch.logsumexp(torch.stack([score(crf, emissions, one) for one in paths]), 0) - score(crf, emissions, path)


def test_lawful_moves() -> None:
    moves, first = lawful_moves(TAGS)
    assert first.tolist() == [True, True, False, True, False]
    assert moves[:, 2].tolist() == [False, True, True, False, False]
    assert moves[:, 4].tolist() == [False, False, False, True, True]
    assert moves[:, [0, 1, 3]].all()
    every, _ = lawful_moves(bio_tags())
    assert int((~every).sum()) == 15 * 29


def test_the_loss_equals_brute_force_whatever_the_padding() -> None:
    crf = CRF(TAGS)
    with torch.no_grad():
        for scores in (crf.moves, crf.first, crf.last):
            scores.normal_()
    emissions = torch.randn(3, 4, 5)
    tags = torch.tensor([[1, 2, 0, 3], [3, 4, 0, 0], [0, 0, 0, 0]])
    lengths = [4, 2, 1]
    mask = torch.arange(4)[None, :] < torch.tensor(lengths)[:, None]
    wanted = torch.stack(
        [nll(crf, emissions[row, :end], tuple(tags[row, :end].tolist())) for row, end in enumerate(lengths)]
    ).mean()
    torch.testing.assert_close(crf.loss(emissions, tags, mask), wanted)
    spoilt = torch.where(mask.unsqueeze(2), emissions, torch.full_like(emissions, 50.0))
    torch.testing.assert_close(crf.loss(spoilt, torch.where(mask, tags, 1), mask), wanted)


def test_training_never_opens_a_shut_move() -> None:
    crf = CRF(TAGS)
    optimiser = torch.optim.SGD(crf.parameters(), lr=1.0)
    emissions, tags = torch.zeros(2, 3, 5), torch.tensor([[1, 2, 2], [0, 3, 4]])
    mask = torch.ones(2, 3, dtype=torch.bool)
    before = float(crf.loss(emissions, tags, mask).detach())
    for _ in range(20):
        optimiser.zero_grad()
        loss = crf.loss(emissions, tags, mask)
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
    assert float(crf.loss(emissions, tags, mask).detach()) < before
    moves, first, _ = crf.scores()
    lawful, lawful_first = lawful_moves(TAGS)
    assert bool((moves[~lawful] == SHUT).all()) and bool((first[~lawful_first] == SHUT).all())
    assert bool((moves[lawful] > -100).all())


def test_an_unlawful_sequence_costs_the_earth() -> None:
    crf = CRF(TAGS)
    mask = torch.ones(1, 2, dtype=torch.bool)
    assert float(crf.loss(torch.zeros(1, 2, 5), torch.tensor([[0, 2]]), mask).detach()) > 9_000
    assert float(crf.loss(torch.zeros(1, 2, 5), torch.tensor([[1, 2]]), mask).detach()) < 10
