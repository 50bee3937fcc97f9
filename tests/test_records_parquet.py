"""Parquet in and out."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from biaotu.errors import InputError, UsageError
from biaotu.export import Entry, Overview, writer_for
from biaotu.records import Record, count_records, read_records
from samples import annotation

pyarrow = pytest.importorskip("pyarrow", reason="the extra cluster is not installed")
from pyarrow import array, schema, string, table  # noqa: E402
from pyarrow.parquet import read_table, write_table  # noqa: E402


def test_columns_are_headers_and_lists_are_lists(tmp_path: Path) -> None:
    path = tmp_path / "in.parquet"
    columns = {"总登记号": ["1", None], "名称": ["铁水壶", "马灯"], "图片": [["a.jpg"], None], "年": [1941, None]}
    write_table(table({**columns, "入藏": [datetime(1951, 7, 1), None]}), path)
    first, second = read_records(path)
    assert isinstance(first, Record) and isinstance(second, Record)
    assert (first.id, first.title, first.images) == ("1", "铁水壶", ("a.jpg",))
    assert first.extra == {"年": 1941, "入藏": datetime(1951, 7, 1)}
    assert (second.id, second.source and second.source.row) == ("in-2", 2)
    assert count_records(path) == 2


def test_a_damaged_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "in.parquet"
    write_table(table({"title": ["甲" * 50] * 500}), path)
    whole = path.read_bytes()
    for damaged in (b"PAR1", whole[: len(whole) // 2], whole[:8] + b"\xff" * 40 + whole[48:]):
        path.write_bytes(damaged)
        with pytest.raises(InputError, match="no Parquet file or a damaged one"):
            list(read_records(path))
    write_table(table([array(["a"]), array(["b"])], schema=schema([("title", string()), ("title", string())])), path)
    with pytest.raises(InputError, match="two columns are called title"):
        list(read_records(path))


def test_nothing_of_json_lines_is_lost(tmp_path: Path) -> None:
    out = tmp_path / "out.parquet"
    entries = [
        annotation(),
        annotation(id="2", extra={"页": [1, {"a": None}]}, normals=({"edtf": "1943"}, *[None] * 7)),
        annotation(id="\ud83d", attributes=(), text_tags=()),
    ]
    with writer_for(out)(out, Overview()) as writer:
        for each in entries:
            writer.write(Entry(each))
    found = read_table(out).to_pylist()
    for row, each in zip(found[:2], entries, strict=False):
        for span in row["attributes"]:
            normal = span.pop("normal")
            span |= {} if normal is None else {"normal": json.loads(normal)}
        opened = {name: json.loads(row[name]) for name in ("ocr", "extra") if row[name] is not None}
        assert {name: row[name] for name in row if name not in ("ocr", "extra")} | opened == each.to_dict()
    assert found[2]["id"] == "\ufffd"


def test_the_extra_is_named_where_it_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "in.parquet"
    path.write_bytes(b"PAR1")
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(UsageError, match=r"pip install 'biaotu\[cluster\]'"):
        read_records(path)
    with pytest.raises(UsageError, match=r"pip install 'biaotu\[cluster\]'"):
        writer_for(path)(path, Overview())


_Type: Any = pyarrow.ExtensionType
_Scalar: Any = pyarrow.ExtensionScalar


class Evil(_Type):  # type: ignore[misc]
    """A type of a library that makes objects of what it reads, as Ray's does of pickles."""

    def __init__(self) -> None:
        super().__init__(pyarrow.large_binary(), "evil")

    def __arrow_ext_serialize__(self) -> bytes:
        return b""

    @classmethod
    def __arrow_ext_deserialize__(cls, storage: object, serialized: bytes) -> Evil:
        if serialized:
            raise ValueError("metadata that cannot be read")
        return cls()

    def __arrow_ext_scalar_class__(self) -> type:
        return EvilScalar


class EvilScalar(_Scalar):  # type: ignore[misc]
    def as_py(self, **_: object) -> object:
        raise AssertionError("an object was made")


@pytest.mark.parametrize("wrap", [lambda kind: kind, lambda kind: pyarrow.list_(pyarrow.struct([("a", kind)]))])
@pytest.mark.parametrize("metadata", [b"", b"x"])
def test_no_type_of_another_library_makes_objects_of_a_file(tmp_path: Path, wrap: Any, metadata: bytes) -> None:
    """With Ray loaded, a column ``ray.data.arrow_pickled_object`` was unpickled: code of a stranger ran."""
    marks = {b"ARROW:extension:name": b"evil", b"ARROW:extension:metadata": metadata}
    inner = pyarrow.field("a", pyarrow.large_binary(), metadata=marks)
    kind = wrap(pyarrow.large_binary())
    field = inner if kind == pyarrow.large_binary() else pyarrow.field("a", pyarrow.list_(pyarrow.struct([inner])))
    values = [b"1"] if field is inner else [[{"a": b"1"}]]
    path = tmp_path / "in.parquet"
    write_table(pyarrow.table([array(values, field.type)], schema=schema([field])), path)
    pyarrow.register_extension_type(Evil())
    try:
        for read in (lambda: list(read_records(path)), lambda: count_records(path)):
            with pytest.raises(InputError, match=r"in\.parquet: .*(type evil|damaged)"):
                read()
    finally:
        pyarrow.unregister_extension_type("evil")
