"""Reads the words on a photo: on the object itself or in a photographed document. Knows RapidOCR, nobody else does."""

from biaotu.ocr.boxes import is_column
from biaotu.ocr.engine import LONGEST, check_installed
from biaotu.ocr.passages import passages, reading_confidence
from biaotu.ocr.reading import OcrError, Reader

__all__ = ["LONGEST", "OcrError", "Reader", "check_installed", "is_column", "passages", "reading_confidence"]
