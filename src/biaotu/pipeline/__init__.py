"""The pipeline: from photos and words to an annotation, one record or a stream. ``annotator.py`` is the story."""

from biaotu.pipeline.annotator import Annotator, load
from biaotu.pipeline.deciding import LEAST_SURE, placed_span
from biaotu.pipeline.stream import READ_AHEAD
from biaotu.pipeline.types import Examined, PhotoVector

__all__ = ["LEAST_SURE", "READ_AHEAD", "Annotator", "Examined", "PhotoVector", "load", "placed_span"]
