"""Evidence: which words and which regions of the photos speak for a label, a tag or an attribute value."""

from biaotu.evidence.explain import Explainer
from biaotu.evidence.observed import Observed, Seen
from biaotu.evidence.regions import box_of
from biaotu.evidence.types import Box, Evidence, RegionWeights, WordWeight

__all__ = ["Box", "Evidence", "Explainer", "Observed", "RegionWeights", "Seen", "WordWeight", "box_of"]
