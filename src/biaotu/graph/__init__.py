"""The knowledge graph: what relics say about persons, bodies, places, events, times, and what follows from it.

Pure: facts come from annotations (``Graph.of``) or from whoever has a store (``biaotu.knowledge``). It alone knows the
triple store.
"""

from biaotu.graph import sparql
from biaotu.graph.dataset import Locked
from biaotu.graph.facts import Mention, Period, RelicFacts, Target
from biaotu.graph.finding import neighbours, node, nodes
from biaotu.graph.graph import Graph
from biaotu.graph.nodes import NOTHING_CONFIRMED, Edge, Node, Note, Proof
from biaotu.graph.paths import paths
from biaotu.graph.places import places
from biaotu.graph.related import related
from biaotu.graph.timeline import timeline
from biaotu.graph.together import together

__all__ = [
    "NOTHING_CONFIRMED",
    "Edge",
    "Graph",
    "Locked",
    "Mention",
    "Node",
    "Note",
    "Period",
    "Proof",
    "RelicFacts",
    "Target",
    "neighbours",
    "node",
    "nodes",
    "paths",
    "places",
    "related",
    "sparql",
    "timeline",
    "together",
]
