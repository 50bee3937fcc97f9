"""Text: read clean with offsets kept, cut into pieces and words, searched for tags by multi-feature TF-IWF."""

from biaotu.text.direction import runs_backward
from biaotu.text.edges import core
from biaotu.text.lexicon import Lexicon
from biaotu.text.lines import read_passages
from biaotu.text.marks import Marks, TextMarks
from biaotu.text.phenomena import EMPTY, phenomena
from biaotu.text.pieces import PieceReader, Window
from biaotu.text.reading import Reading, read, simplified
from biaotu.text.segment import Segmenter, shared_segmenter
from biaotu.text.statistics import WordStatistics
from biaotu.text.tags import Tagger, TagSettings

__all__ = [
    "EMPTY",
    "Lexicon",
    "Marks",
    "PieceReader",
    "Reading",
    "Segmenter",
    "TagSettings",
    "Tagger",
    "TextMarks",
    "Window",
    "WordStatistics",
    "core",
    "phenomena",
    "read",
    "read_passages",
    "runs_backward",
    "shared_segmenter",
    "simplified",
]
