"""The older ways that the table compares with: ridge regression and canonical correlation, both in closed form."""

from __future__ import annotations

from typing import Final

import numpy as np

from biaotu.search.space import Projection, root, unit
from biaotu.training.retrieval.basis import Basis
from biaotu.training.retrieval.dual import Sides
from biaotu.training.retrieval.encode import Floats
from biaotu.training.retrieval.judge import Way
from biaotu.training.retrieval.material import Case

_RIDGE: Final = 1.0
_SHRINK: Final = 0.05
"""Share of a side's mean variance that is added to every direction before it is whitened."""


def ridge(cases: list[Case], sides: Sides) -> Way:
    """Texts are sent to where their photos are: ridge regression from text means to unit photo vectors."""
    texts, photos = _stacked(cases, sides)
    centre = texts.mean(axis=0)
    inputs = texts - centre
    gram = inputs.T @ inputs + _RIDGE * np.eye(inputs.shape[1])
    matrix = np.linalg.solve(gram, inputs.T @ unit(photos)).astype(np.float32)
    send = Projection(centre, matrix, np.zeros(matrix.shape[1], np.float32))
    basis = sides.basis.projection
    return Way(lambda one: unit(send(unit(one.means))), lambda one: unit(basis(root(one.means))))


def cca(cases: list[Case], sides: Sides, width: int) -> Way:
    """Canonical correlation with shrinkage: the directions of either side that move together most."""
    texts, photos = _stacked(cases, sides)
    left, right = _whitened(texts), _whitened(photos)
    across = (left(texts).T @ right(photos)) / len(texts)
    u, strength, v = np.linalg.svd(across, full_matrices=False)
    keep = slice(0, width)
    scale = np.sqrt(strength[keep])
    basis = sides.basis.projection
    return Way(
        lambda one: unit(left(unit(one.means)) @ u[:, keep] * scale),
        lambda one: unit(right(basis(root(one.means))) @ v.T[:, keep] * scale),
    )


def _stacked(cases: list[Case], sides: Sides) -> tuple[Floats, Floats]:
    """Every text of every case beside the case's photo: unit text means, photos in the basis."""
    pairs = [(text, case.row) for case in cases for kind in (*case.kinds, case.labels) for text in kind]
    numbers, rows = np.array(pairs).T
    return unit(sides.texts)[numbers], sides.basis.projection(root(sides.views[0]))[rows]


def _whitened(vectors: Floats) -> Projection:
    basis = Basis.of(vectors, vectors.shape[1])
    values = basis.variances + _SHRINK * basis.variances.mean()
    flat = basis.projection
    return Projection(flat.centre, (flat.matrix / np.sqrt(values)).astype(np.float32), flat.offset)
