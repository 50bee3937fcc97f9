"""Ranks text tags by their likeness to the accepted picture labels (paper section 4.3, eq. 5)."""

from biaotu.ranking.cilin import Cilin
from biaotu.ranking.rank import Ranker
from biaotu.ranking.settings import RankingSettings
from biaotu.ranking.similarity import HybridSimilarity
from biaotu.ranking.terms import LabelTerms
from biaotu.ranking.vectors import WordVectors

__all__ = ["Cilin", "HybridSimilarity", "LabelTerms", "Ranker", "RankingSettings", "WordVectors"]
