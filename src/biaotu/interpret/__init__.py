"""What the attributes of one relic add up to: its way through hands and years, a caption, answers to questions. Pure.

Everything said is the record's own: words in their place, names of labels, and what normalised values mean.
"""

from biaotu.interpret.answers import answer, offered
from biaotu.interpret.captions import caption
from biaotu.interpret.events import provenance
from biaotu.interpret.subject import Subject
from biaotu.interpret.types import (
    FORMS,
    Answer,
    Caption,
    Event,
    Form,
    Language,
    Part,
    Party,
    Passage,
    Proof,
    Provenance,
    Sure,
)

__all__ = [
    "FORMS",
    "Answer",
    "Caption",
    "Event",
    "Form",
    "Language",
    "Part",
    "Party",
    "Passage",
    "Proof",
    "Provenance",
    "Subject",
    "Sure",
    "answer",
    "caption",
    "offered",
    "provenance",
]
