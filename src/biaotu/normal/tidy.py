"""One spelling for all readers: half width, simplified, no white space, everyday dashes and zeros."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache, lru_cache, wraps
from typing import Concatenate, Final, ParamSpec, TypeVar

import opencc

P = ParamSpec("P")
T = TypeVar("T")

_DASHES = str.maketrans(dict.fromkeys("—–―‒‐‑－−─", "-") | {"～": "~", "〜": "~", "∼": "~"})
_QUOTES = re.compile(r"[\s“”‘’\"'「」『』《》]+")
_FIGURE = re.compile(r"(?<=[一二三四五六七八九])0(?=[〇一二三四五六七八九年])")
"""A figure 0 among Chinese digits (一九三0年)."""
_ZEROS = str.maketrans("○ОO０", "〇〇〇0")


_REMEMBERED: Final = 4096
_ORDINARY: Final = 100
"""Literals, if not longer than this, of which each reader keeps so many readings."""


def remembered(reader: Callable[Concatenate[str, P], T]) -> Callable[Concatenate[str, P], T]:
    """Keep what a pure reader said last: a collection tells the same dates, sizes and materials again and again."""
    kept = lru_cache(maxsize=_REMEMBERED)(reader)

    @wraps(reader)
    def read(text: str, /, *args: P.args, **kwargs: P.kwargs) -> T:
        if len(text) > _ORDINARY:
            return reader(text, *args, **kwargs)
        return kept(text, *args, **kwargs)  # type: ignore[arg-type]  # typeshed asks for Hashable, which ParamSpec hides

    return read


@cache
def _simplify() -> Callable[[str], str]:
    converter = opencc.OpenCC("t2s")
    return lambda text: str(converter.convert(text))


@remembered
def tidy(value: str) -> str:
    """The value in one spelling; offsets are not kept. Lone surrogates are dropped, for no library takes them."""
    text = value.encode("utf-8", "ignore").decode()
    text = unicodedata.normalize("NFKC", text).translate(_DASHES)
    text = _QUOTES.sub("", text)
    if re.search(r"[〇○零一二三四五六七八九][○ОO]|[○ОO][〇○零一二三四五六七八九]", text):
        text = text.translate(_ZEROS)
    text = _FIGURE.sub("〇", text)
    text = text.replace("○", "〇")
    text = re.sub(r"-{2,}", "-", text)
    return _simplify()(text) if text else text
