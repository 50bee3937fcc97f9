"""Records as LIDO 1.1, the harvesting format of museums (ICOM CIDOC)."""

from biaotu.export.lido.document import lido
from biaotu.export.lido.elements import NAMESPACE

__all__ = ["NAMESPACE", "lido"]
