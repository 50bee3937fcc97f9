"""What is learnt without any word: main directions of photos, and what all texts of a kind share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from biaotu.search.space import Projection, root, unit
from biaotu.training.retrieval.encode import Floats


@dataclass(frozen=True, slots=True)
class Basis:
    """Main directions of vectors ``[m, n]``: ``projection`` onto the ``d`` largest, and their ``variances`` [d]."""

    projection: Projection
    variances: Floats

    @classmethod
    def of(cls, vectors: Floats, width: int) -> Basis:
        """Principal components, the largest first; fewer than ``width`` if there are fewer."""
        centre = vectors.mean(axis=0, dtype=np.float64)
        values, directions = np.linalg.eigh(np.cov(vectors - centre, rowvar=False))  # the largest stand last
        count = min(width, len(vectors) - 1, vectors.shape[1])
        order = np.argsort(values)[::-1][:count]
        order = order[values[order] > 1e-12 * values.max()]
        matrix = directions[:, order].astype(np.float32)
        flat = Projection(centre.astype(np.float32), matrix, np.zeros(matrix.shape[1], np.float32))
        return cls(flat, values[order].astype(np.float32))

    def scales(self, exponent: float) -> Floats:
        """What each direction is multiplied by: variance to the power of ``-exponent``, the mean square kept at 1."""
        scales = self.variances**-exponent
        return np.asarray(scales / np.sqrt(np.mean(scales**2 * self.variances)), np.float32)


def photo_basis(means: Floats, width: int) -> Basis:
    """The basis that everything about photos is calculated in."""
    return Basis.of(root(means), width)


def centre_of(means: Floats) -> Floats:
    """What unit vectors of texts share: their mean."""
    return np.asarray(unit(means).mean(axis=0), np.float32)
