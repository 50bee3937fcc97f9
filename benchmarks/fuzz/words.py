"""Targets that are texts of people: queries, values, questions, cursors, SPARQL, and whole requests to the server."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from itertools import islice
from pathlib import Path

from fuzz import seeds
from fuzz.running import Target


def _text(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "replace")


def texts() -> dict[str, Target]:
    """What people write into fields."""
    from biaotu.errors import BiaotuError
    from biaotu.interpret import Subject, answer
    from biaotu.normal import normalise_all
    from biaotu.records import Annotation, Span
    from biaotu.search import SearchQuery
    from biaotu.search.cursor import decode
    from biaotu.search.era import eras_of
    from biaotu.search.query import parse
    from biaotu.store.cursors import read_cursor, write_cursor
    from biaotu.taxonomy import ATTRIBUTES

    def normal(path: Path) -> object:
        text = _text(path)[:200]
        spans = tuple(Span(name, text, "title", 0, len(text), 1.0) for name in ATTRIBUTES.names) if text else ()
        return normalise_all(text, "", spans)

    subject = Subject.of_annotation(Annotation.from_dict(json.loads(seeds.annotations()[0])))

    def cursors(path: Path) -> None:
        text = _text(path)
        with suppress(BiaotuError):
            read_cursor(text, str, int)
        decode(text, SearchQuery("水壶"), ("水壶",))

    query = ('铁 水壶 "红军 用" -枪 a OR b'.encode(),)
    return {
        "query": Target(".txt", query, lambda path: parse(_text(path))),
        "normal": Target(".txt", tuple(text.encode() for text in seeds.VALUES), normal, 0.5),
        "era": Target(".txt", tuple(text.encode() for text in seeds.VALUES), lambda path: eras_of([_text(path)])),
        "question": Target(
            ".txt",
            tuple(text.encode() for text in seeds.QUESTIONS),
            lambda path: answer(subject, _text(path)[:2000]),
            0.5,
        ),
        "cursor": Target(".txt", (write_cursor("水壶", 3).encode(),), cursors),
        "sparql": Target(".rq", _queries(), _sparql()),
    }


def _queries() -> tuple[bytes, ...]:
    from biaotu.graph.sparql import EXAMPLES

    return tuple(query.encode() for _, _, query in EXAMPLES)


def _sparql() -> Callable[[Path], object]:
    """A query as the server takes it, in this process: the engine itself must not end it, whatever is asked."""
    from pyoxigraph import QuerySolutions, QueryTriples, Store

    from biaotu.graph.sparql import PREFIXES, _syntax, check

    store = Store()

    def ask(path: Path) -> None:
        query = _text(path)
        check(query)
        try:
            found = store.query(query, prefixes=PREFIXES)
            if isinstance(found, QuerySolutions | QueryTriples):
                for _ in islice(found, 1000):
                    pass
        except SyntaxError as error:
            _syntax(str(error), query)
        except (OSError, ValueError, RuntimeError):  # the process that asks hands these on as words
            pass

    return ask
