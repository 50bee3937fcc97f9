"""Whole files of records: journal, resume, error file, progress. The steps themselves are the pipeline's."""

from biaotu.batch.journal import OutputError
from biaotu.batch.places import Places, check_output
from biaotu.batch.run import Progress, StreamAnnotator, Summary, annotate_file

__all__ = [
    "OutputError",
    "Places",
    "Progress",
    "StreamAnnotator",
    "Summary",
    "annotate_file",
    "check_output",
]
