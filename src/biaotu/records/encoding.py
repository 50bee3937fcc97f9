"""How the bytes of a text file are read: UTF-8 with or without BOM, UTF-16, or GB18030 as Excel and WPS write it."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from biaotu.errors import InputError, UsageError

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MAGIC: Final = (
    (b"PK\x03\x04", "an Excel workbook or ZIP archive; rename it to .xlsx"),
    (b"\xd0\xcf\x11\xe0", "an old .xls or a password-protected workbook; open it in Excel or WPS and save it as .xlsx"),
    (b"%PDF", "a PDF; export the list as .xlsx or .csv"),
    (b"\xff\xd8\xff", "a JPEG photo; name the folder that holds the photos"),
    (b"\x89PNG", "a PNG picture; name the folder that holds the photos"),
)
_CHUNK: Final = 1 << 20
# A file whose text is cut or spoilt in places is still read; one that is mostly unreadable was read in the wrong way.
_DAMAGE_LIMIT: Final = 0.1
_NUL_SHARE: Final = 0.05
_NUL_SHARE_LATIN: Final = 0.25


def detect_encoding(path: Path) -> str:
    """The codec of a text file, found by reading it through once in small pieces.

    Files are to be opened with ``errors="replace"``: a few damaged places do not make a file unreadable.

    Raises:
        UsageError: if the file cannot be opened.
        InputError: if it is empty, of another kind, or in no encoding that we know.
    """
    try:
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError as error:
        raise UsageError(f"{path}: cannot be opened ({error.strerror}); check the name and the rights") from error
    if not head:
        raise InputError("is empty (0 bytes); export the list again", file=str(path))
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            raise InputError(f"is not a text file but {kind}", file=str(path))
    for bom, codec in _BOMS:
        if head.startswith(bom):
            return codec
    # Latin letters, digits and commas in UTF-16 have a zero byte: behind them if the low byte comes first.
    low, high = head[::2].count(0), head[1::2].count(0)
    wide = "utf-16-le" if high >= low else "utf-16-be"
    if min(low, high) == 0 and max(low, high) > len(head) * _NUL_SHARE_LATIN:
        return wide
    if _damage(path, "utf-8") <= _DAMAGE_LIMIT:
        return "utf-8"
    if low + high > len(head) * _NUL_SHARE:
        return wide
    if _damage(path, "gb18030") <= _DAMAGE_LIMIT:
        return "gb18030"
    raise InputError("is neither UTF-8, UTF-16 nor GB18030 text; save it as CSV UTF-8", file=str(path))


def _damage(path: Path, codec: str) -> float:
    """The share of undecodable places among all that is not ASCII."""
    bad = wide = 0
    for text in _decoded(path, codec):
        if text.isascii():
            continue
        bad += text.count("\ufffd")
        wide += len(text) - len(text.encode("ascii", "ignore"))
    return bad / wide if wide else 0.0


def _decoded(path: Path, codec: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(codec)("replace")
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield decoder.decode(chunk)
        yield decoder.decode(b"", final=True)
