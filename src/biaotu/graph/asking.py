"""The process that runs one SPARQL query: reads it from standard input, answers on standard output, JSON both.

Run as a script, so that it starts without the rest of biaotu: it imports nothing but the engine.
"""

from __future__ import annotations

import json
import sys
from typing import Any

LONGEST = 10000
"""Characters of a single value in an answer."""


def main() -> None:
    """Answer the question on standard input."""
    asked = json.load(sys.stdin)
    _limit(asked["memory"], asked["seconds"])
    from pyoxigraph import NamedNode, QueryBoolean, QuerySolutions, Store

    base = asked["prefixes"]["bt"]
    graphs: list[Any] = [
        NamedNode(base + name) for name in ("confirmed", "reference", *(["machine"] if asked["machine"] else []))
    ]
    store = Store.read_only(asked["folder"])
    try:
        found = store.query(asked["query"], prefixes=asked["prefixes"], default_graph=graphs, named_graphs=graphs)
        if isinstance(found, QueryBoolean):
            document: dict[str, Any] = {"kind": "ask", "answer": bool(found)}
        elif isinstance(found, QuerySolutions):
            document = _solutions(found, asked["rows"], store)
        else:
            document = _triples(found, asked["rows"], store)
    except SyntaxError as error:
        document = {"syntax": str(error)}
    except (OSError, ValueError, RuntimeError) as error:
        document = {"error": f"the query failed: {error}"}
    json.dump(document, sys.stdout, ensure_ascii=True)


def _limit(memory: int, seconds: float) -> None:
    """Take no more memory or time than allowed, also if whoever started this is gone; not on Windows."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    most = int(seconds) + 2
    resource.setrlimit(resource.RLIMIT_CPU, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _solutions(found: Any, rows: int, store: Any) -> dict[str, Any]:
    variables = [one.value for one in found.variables]
    told: list[dict[str, Any]] = []
    for solution in found:
        if len(told) == rows:
            return {"kind": "select", "variables": variables, "rows": told, "more": True}
        told.append({name: _term(solution[name], store) for name in variables if solution[name] is not None})
    return {"kind": "select", "variables": variables, "rows": told, "more": False}


def _triples(found: Any, rows: int, store: Any) -> dict[str, Any]:
    told: list[list[dict[str, Any]]] = []
    for triple in found:
        if len(told) == rows:
            return {"kind": "graph", "triples": told, "more": True}
        told.append([_term(part, store) for part in (triple.subject, triple.predicate, triple.object)])
    return {"kind": "graph", "triples": told, "more": False}


def _term(term: Any, store: Any) -> dict[str, Any]:
    from pyoxigraph import BlankNode, Literal, NamedNode

    if isinstance(term, NamedNode):
        return {"type": "uri", "value": term.value, "label": _label(term, store)}
    if isinstance(term, BlankNode):
        return {"type": "bnode", "value": term.value}
    if isinstance(term, Literal):
        datatype = None if term.language or term.datatype.value.endswith("#string") else term.datatype.value
        return {"type": "literal", "value": term.value[:LONGEST], "datatype": datatype, "language": term.language}
    return {"type": "triple", "value": str(term)[:LONGEST]}


def _label(node: Any, store: Any) -> str | None:
    from pyoxigraph import NamedNode

    label = NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
    found = [quad.object for quad in store.quads_for_pattern(node, label, None, None)]
    found.sort(key=lambda one: (one.language != "zh", len(one.value), one.value))
    return found[0].value if found else None


if __name__ == "__main__":
    main()
