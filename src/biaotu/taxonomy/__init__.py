"""The vocabularies: picture labels (materials and uses) and attributes, keyed by stable ASCII ids.

Code refers to ids; people see names. The order of the terms is the order of the networks' outputs.
"""

from biaotu.taxonomy.vocabulary import ATTRIBUTES, LABELS, MATERIALS, USES, Term, Vocabulary, bio_tags

__all__ = ["ATTRIBUTES", "LABELS", "MATERIALS", "USES", "Term", "Vocabulary", "bio_tags"]
