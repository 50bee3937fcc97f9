"""Review: what models suggest and people decide, folded into one view of a record. Pure: no database, no web."""

from biaotu.review.active import label_vector, next_records
from biaotu.review.acts import Plan, plan_decide, plan_submit
from biaotu.review.agreement import Agreement, Score, agreement
from biaotu.review.corpus import corpus_line
from biaotu.review.folding import fold
from biaotu.review.history import Act, Row, history
from biaotu.review.items import (
    NO_ENTRY,
    Item,
    LabelItem,
    LinkItem,
    SpanItem,
    StateItem,
    TagItem,
    label_named,
    ocr_mark,
    parse_item,
    span_item,
)
from biaotu.review.meaning import Meaning, normals_of
from biaotu.review.photos import own_names
from biaotu.review.suggest import suggestions_of
from biaotu.review.uncertainty import uncertainty
from biaotu.review.undoing import plan_restore, plan_undo, redoable, undoable
from biaotu.review.verdicts import (
    ROLES,
    STATES,
    VERDICTS,
    Decision,
    Judge,
    Place,
    Role,
    State,
    Suggestion,
    Verdict,
    covers,
    lawful_verdict,
)
from biaotu.review.view import ImageFacts, LabelView, LinkView, Picked, RecordFacts, RecordView, SpanView, TagView

__all__ = [
    "NO_ENTRY",
    "ROLES",
    "STATES",
    "VERDICTS",
    "Act",
    "Agreement",
    "Decision",
    "ImageFacts",
    "Item",
    "Judge",
    "LabelItem",
    "LabelView",
    "LinkItem",
    "LinkView",
    "Meaning",
    "Picked",
    "Place",
    "Plan",
    "RecordFacts",
    "RecordView",
    "Role",
    "Row",
    "Score",
    "SpanItem",
    "SpanView",
    "State",
    "StateItem",
    "Suggestion",
    "TagItem",
    "TagView",
    "Verdict",
    "agreement",
    "corpus_line",
    "covers",
    "fold",
    "history",
    "label_named",
    "label_vector",
    "lawful_verdict",
    "next_records",
    "normals_of",
    "ocr_mark",
    "own_names",
    "parse_item",
    "plan_decide",
    "plan_restore",
    "plan_submit",
    "plan_undo",
    "redoable",
    "span_item",
    "suggestions_of",
    "uncertainty",
    "undoable",
]
