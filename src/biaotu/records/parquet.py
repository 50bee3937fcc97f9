"""Parquet in: rows by the hundred, so that memory stays flat. pyarrow comes with the extra ``cluster``."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from biaotu.errors import InputError, UsageError
from biaotu.records.rows import Row

if TYPE_CHECKING:
    from pyarrow import DataType
    from pyarrow.parquet import ParquetFile

_AT_ONCE: Final = 256


def check_parquet(path: Path) -> None:
    """See that Parquet can be read here.

    Raises:
        UsageError: if pyarrow is not installed, naming what to install.
    """
    if importlib.util.find_spec("pyarrow") is None:
        raise UsageError(
            f"{path}: Parquet is read and written by pyarrow, which is not installed: pip install 'biaotu[cluster]'. "
            "读写 Parquet 需安装集群组件。"
        )


def parquet_rows(path: Path) -> Iterator[Row]:
    """Stream the rows of a Parquet file, numbered from 1; columns are headers, lists and structs stay what they are.

    Raises:
        InputError: if the file is damaged, or two of its columns have one name.
    """
    number = 0
    with _opened(path) as file:
        names = file.schema_arrow.names
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise InputError(f"two columns are called {twice[0]}; rename one of them", file=str(path))
        for batch in file.iter_batches(batch_size=_AT_ONCE):
            for fields in batch.to_pylist():
                number += 1
                yield Row(number, fields)


def count_parquet(path: Path) -> int:
    """How many rows there are; InputError as ``parquet_rows``."""
    with _opened(path) as file:
        return int(file.metadata.num_rows)


@contextmanager
def _opened(path: Path) -> Iterator[ParquetFile]:
    from pyarrow import ArrowException

    try:
        with _checked(path) as file:
            yield file
    # A damaged page may also show as bytes that are no UTF-8, or as an OSError without a number.
    except (ArrowException, UnicodeDecodeError, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise _damaged(path, error) from error


def _checked(path: Path) -> ParquetFile:
    from pyarrow import ArrowException
    from pyarrow.parquet import ParquetFile

    try:
        file = ParquetFile(path)
        foreign = next((name for field in file.schema_arrow for name in _foreign(field.type)), None)
    except (ArrowException, OSError):
        raise
    except Exception as error:  # whatever a type of another library makes of its own metadata
        raise _damaged(path, error) from error
    if foreign is not None:
        file.close()
        reason = (
            f"a column is of the type {foreign}, which a library adds to Parquet; write it as plain text or numbers"
        )
        raise InputError(reason, file=str(path))
    return file


def _foreign(kind: DataType) -> Iterator[str]:
    """The types within a type that some library registered here; theirs may make objects, and so code, of what is read.

    Ray's unpickle. Arrow's own (``arrow.uuid``) are data.
    """
    if hasattr(kind, "extension_name"):
        if not kind.extension_name.startswith("arrow."):
            yield kind.extension_name
        yield from _foreign(kind.storage_type)
        return
    for number in range(kind.num_fields):
        yield from _foreign(kind.field(number).type)
    if hasattr(kind, "index_type"):  # a dictionary's values are no field of it
        yield from _foreign(kind.value_type)


def _damaged(path: Path, error: Exception) -> InputError:
    return InputError(f"is no Parquet file or a damaged one ({error}); write it anew", file=str(path))
