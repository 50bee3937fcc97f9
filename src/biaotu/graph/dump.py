"""The graph as files of RDF for other programs, with the ontology that explains it."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyoxigraph as rdf
from pyoxigraph import Quad, RdfFormat

from biaotu.errors import UsageError
from biaotu.graph import quads
from biaotu.graph.sparql import PREFIXES

if TYPE_CHECKING:
    from biaotu.graph.graph import Graph

FORMATS: Final = {".ttl": RdfFormat.TURTLE, ".trig": RdfFormat.TRIG, ".nq": RdfFormat.N_QUADS}
"""By the name's end. Turtle has no named graphs: what is confirmed and what the machine says would be mixed up."""


def ontology() -> str:
    """The ontology, as Turtle."""
    return files("biaotu.graph").joinpath("ontology.ttl").read_text(encoding="utf-8")


def shapes() -> str:
    """What every dump holds to, as SHACL in Turtle."""
    return files("biaotu.graph").joinpath("shapes.ttl").read_text(encoding="utf-8")


def dump(graph: Graph, out: Path, *, machine: bool = False) -> int:
    """Write a graph to a file: what is confirmed, what it refers to, the ontology; with ``machine`` all facts.

    Returns:
        How many statements were written.

    Raises:
        UsageError: if the name tells no format, or the machine's facts are to go where no graph can be named.
    """
    form = FORMATS.get(out.suffix.lower())
    if form is None:
        raise UsageError(f"{out}: name the file {', '.join(f'*{suffix}' for suffix in FORMATS)}")
    if machine and form == RdfFormat.TURTLE:
        raise UsageError("Turtle has no named graphs to mark the machine's facts with; write .trig or .nq")
    count = 0

    def counted() -> Iterator[Quad]:
        nonlocal count
        for quad in _wanted(graph, machine):
            count += 1
            yield quad if form != RdfFormat.TURTLE else Quad(*quad.triple)

    part = out.with_name(f"{out.name}.part")
    try:
        rdf.serialize(counted(), str(part), form, prefixes=dict(PREFIXES))
        part.replace(out)
    except OSError as error:
        raise UsageError(f"{out} cannot be written: {error}") from error
    finally:
        part.unlink(missing_ok=True)
    return count


def _wanted(graph: Graph, machine: bool) -> Iterator[Quad]:
    yield from rdf.parse(ontology(), RdfFormat.TURTLE)
    wanted = [quads.REFERENCE, quads.CONFIRMED, *([quads.MACHINE] if machine else [])]
    for name in wanted:
        yield from graph.dataset.store.quads_for_pattern(None, None, None, name)
