"""Where a span stands, for tests on texts that a museum handed in."""

from biaotu.records import Record, SpanField


def text_of(record: Record, field: SpanField) -> str:
    """The text of a field of a record; no record has words read on photos."""
    assert field != "ocr", "a record as handed in holds no words read on its photos"
    return record.text(field)
