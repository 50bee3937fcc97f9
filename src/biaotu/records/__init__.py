"""Records in, annotations out: the types every other room speaks, and the readers that make them."""

from biaotu.records.read import RecordStream, count_records, read_records
from biaotu.records.types import (
    WITH_OCR,
    Annotation,
    AttributeName,
    Failure,
    FieldName,
    Label,
    Notice,
    OcrLine,
    OcrReading,
    RankedTag,
    Record,
    Source,
    Span,
    SpanField,
    TextTag,
    readable,
)

__all__ = [
    "WITH_OCR",
    "Annotation",
    "AttributeName",
    "Failure",
    "FieldName",
    "Label",
    "Notice",
    "OcrLine",
    "OcrReading",
    "RankedTag",
    "Record",
    "RecordStream",
    "Source",
    "Span",
    "SpanField",
    "TextTag",
    "count_records",
    "read_records",
    "readable",
]
