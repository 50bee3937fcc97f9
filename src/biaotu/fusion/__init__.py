"""Joins what text and photos say into picture labels: pure functions, no files, no models."""

from biaotu.fusion.labels import FLOOR, average, decide, sigmoid

__all__ = ["FLOOR", "average", "decide", "sigmoid"]
