"""Records as Linked Art JSON-LD (CIDOC CRM), profile 1.0: the object, its texts, and whom and what they speak of."""

from biaotu.export.linked_art.documents import documents
from biaotu.export.linked_art.nodes import CONTEXT
from biaotu.export.linked_art.object import linked_art

__all__ = ["CONTEXT", "documents", "linked_art"]
