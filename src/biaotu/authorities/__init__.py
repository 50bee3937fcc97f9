"""Authorities: who and what the attribute values name. Entries with their names and dates, and linking of mentions.

Pure: no database, no web, no model. Entries come from the package (``shipped_entries``), from the user's files
(``read_entries``), or from wherever the caller keeps them.
"""

from biaotu.authorities.check import Problem, check
from biaotu.authorities.context import RecordContext
from biaotu.authorities.entries import ATTRIBUTE_TYPES, TYPES, Change, Entry, Variant, own_id
from biaotu.authorities.finding import find
from biaotu.authorities.linking import Candidate, Linker, Links
from biaotu.authorities.merging import add, by_id, differing, merge, resolve, revise
from biaotu.authorities.reading import read_entries, shipped_entries
from biaotu.authorities.spelling import key, spellings
from biaotu.authorities.words import KINDS, VARIANT_KINDS

__all__ = [
    "ATTRIBUTE_TYPES",
    "KINDS",
    "TYPES",
    "VARIANT_KINDS",
    "Candidate",
    "Change",
    "Entry",
    "Linker",
    "Links",
    "Problem",
    "RecordContext",
    "Variant",
    "add",
    "by_id",
    "check",
    "differing",
    "find",
    "key",
    "merge",
    "own_id",
    "read_entries",
    "resolve",
    "revise",
    "shipped_entries",
    "spellings",
]
