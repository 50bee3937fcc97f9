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
    from pyarrow.parquet import ParquetFile

    try:
        with ParquetFile(path) as file:
            yield file
    # A damaged page may also show as bytes that are no UTF-8, or as an OSError without a number.
    except (ArrowException, UnicodeDecodeError, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        reason = f"is no Parquet file or a damaged one ({error}); write it anew"
        raise InputError(reason, file=str(path)) from error
