"""The closed lists of ``data/words.toml``: kinds of entries and variants, common nouns, words beside donors."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Final

_DOCUMENT = tomllib.loads(files("biaotu.authorities").joinpath("data/words.toml").read_text(encoding="utf-8"))

KINDS: Final[dict[str, frozenset[str]]] = {kind: frozenset(names) for kind, names in _DOCUMENT["kinds"].items()}
"""What an entry is, by type; closed, so that entries of several hands can be counted together."""

VARIANT_KINDS: Final[frozenset[str]] = frozenset(_DOCUMENT["variants"]["kinds"])
"""How a variant relates to the name: 全称, 简称, 前身, 字, 号, 化名 ..."""

COMMON: Final[tuple[str, ...]] = tuple(_DOCUMENT["words"]["common"])
"""Words that name a kind and no entry (县委, 儿童团)."""

ORDINARY: Final[tuple[str, ...]] = tuple(_DOCUMENT["words"]["ordinary"])
"""Words beside the name of a donor, finder or worker."""
