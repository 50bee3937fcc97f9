"""Parquet: the fields of JSON Lines as columns, for data platforms. pyarrow comes with the extra ``cluster``.

Every file has the same schema, whatever its records hold, so that many can be read as one table. What has no fixed
shape (``extra``, ``normal``, ``ocr``) is JSON text in a column.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

from biaotu.export.jsonl import encode
from biaotu.export.writers import Entry, Overview
from biaotu.records.parquet import check_parquet
from biaotu.records.rows import without_surrogates

if TYPE_CHECKING:
    import pyarrow

_GROUP: Final = 1000
"""Records in a row group, and in memory."""


class ParquetWriter:
    """Writes annotations as Parquet, Zstandard inside.

    Raises:
        UsageError: if pyarrow is not installed.
    """

    def __init__(self, path: Path, overview: Overview) -> None:
        del overview
        check_parquet(path)
        from pyarrow.parquet import ParquetWriter as Writer

        self._schema = schema()
        self._writer = Writer(path, self._schema, compression="zstd")
        self._rows: list[dict[str, Any]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *exc: object) -> None:
        try:
            if kind is None:
                self._flush()
        finally:
            self._writer.close()

    def write(self, entry: Entry) -> None:
        """Write one entry."""
        # Through JSON once: what JSON Lines makes of dates and odd characters stands here too.
        self._rows.append(_row(json.loads(encode(entry.annotation.to_dict()))))
        if len(self._rows) >= _GROUP:
            self._flush()

    def _flush(self) -> None:
        import pyarrow

        if self._rows:
            self._writer.write_table(pyarrow.Table.from_pylist(self._rows, schema=self._schema))
            self._rows = []


def schema() -> pyarrow.Schema:
    """The columns, those of docs/outputs.md."""
    import pyarrow as pa

    text, number = pa.string(), pa.float64()
    labels = pa.list_(pa.struct({"name": text, "confidence": number, "accepted": pa.bool_()}))
    ranked = pa.list_(pa.struct({"tag": text, "confidence": number, "label": text}))
    span = {"type": text, "value": text, "field": text, "start": pa.int64(), "end": pa.int64(), "confidence": number}
    return pa.schema(
        {
            "id": text,
            "title": text,
            "description": text,
            "images": pa.list_(text),
            "labels": pa.struct({"material": labels, "use": labels}),
            "text_tags": pa.list_(pa.struct({"tag": text, "score": number})),
            "tags": pa.struct({"primary": ranked, "secondary": ranked}),
            "attribute_names": pa.list_(pa.struct({"name": text, "confidence": number})),
            "attributes": pa.list_(pa.struct({**span, "normal": text})),
            "model": pa.struct({"name": text, "version": text}),
            "warnings": pa.list_(pa.struct({"code": text, "message": text})),
            "ocr": text,
            "extra": text,
        }
    )


def _row(document: dict[str, Any]) -> dict[str, Any]:
    spans = [{**span, "normal": _text(span["normal"]) if "normal" in span else None} for span in document["attributes"]]
    opened = {name: _text(document[name]) if name in document else None for name in ("ocr", "extra")}
    # Half of a surrogate pair has no place in Parquet, whose texts are UTF-8.
    row: dict[str, Any] = without_surrogates({**document, "attributes": spans, **opened})
    return row


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
