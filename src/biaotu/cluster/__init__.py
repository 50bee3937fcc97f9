"""Whole files of records on many machines: the batch room's work, shared out by Ray Data. This room alone knows Ray.

``run.py`` is the story. The input is cut into blocks that lie in a folder beside the output; workers take a block, lay
its answers beside it, and what they have laid down is never done again. At the end the blocks are joined in order.
"""

from biaotu.cluster.engine import Engine, check_installed
from biaotu.cluster.places import BlockPlaces, check_blocks
from biaotu.cluster.run import annotate_on_cluster
from biaotu.cluster.worker import Job, identity

__all__ = [
    "BlockPlaces",
    "Engine",
    "Job",
    "annotate_on_cluster",
    "check_blocks",
    "check_installed",
    "identity",
]
