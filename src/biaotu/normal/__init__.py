"""Normalised values beside the literals: EDTF dates, ISO durations, SI measures, money, numbers, terms, makes.

A value is never guessed: what a convention or the record fills in is ``assumed``, what can be several things is
``ambiguous`` with all of them, and what says nothing lawful is None.
"""

from biaotu.normal.context import Context
from biaotu.normal.normalise import NORMALISED, normalise, normalise_all
from biaotu.normal.reading import is_normal
from biaotu.normal.short import short
from biaotu.normal.terms import Listed, listed
from biaotu.normal.types import (
    Candidate,
    Clock,
    Count,
    Date,
    Duration,
    Make,
    Money,
    Normal,
    Quantity,
    SheetFormat,
    Sure,
    Terms,
)

__all__ = [
    "NORMALISED",
    "Candidate",
    "Clock",
    "Context",
    "Count",
    "Date",
    "Duration",
    "Listed",
    "Make",
    "Money",
    "Normal",
    "Quantity",
    "SheetFormat",
    "Sure",
    "Terms",
    "is_normal",
    "listed",
    "normalise",
    "normalise_all",
    "short",
]
